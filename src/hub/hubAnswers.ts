// What the Hub answers, read leniently: unknown fields are let be, and a field that is wrong counts as not said. Only
// what names a thing must be right.
import * as v from 'valibot';
import { kernelGroup } from '../kernels/kernelGroup';
import { PLATFORMS, type KernelSummary, type Platform, type SummaryBackend } from '../kernels/kernelSummary';
import type { HubEntry } from './hubTypes';
import { shownText } from '../kernels/shownText';
import { isCommit, isInsidePath, isKernelId } from './repositoryNames';

/** More than any field of a row has. */
const MOST_ITEMS = 200;

const text = v.pipe(
  v.string(),
  v.transform((value) => shownText(value, 200)),
);

/** Null where it is missing or wrong. */
function maybe<const Schema extends v.GenericSchema>(
  schema: Schema,
): v.OptionalSchema<v.SchemaWithFallback<v.NullableSchema<Schema, undefined>, null>, null> {
  return v.optional(v.fallback(v.nullable(schema), null), null);
}

/** The items of a list that are right; null where it is no list. */
function listOf<const Schema extends v.GenericSchema>(
  item: Schema,
): v.GenericSchema<unknown, readonly v.InferOutput<Schema>[] | null> {
  const items = v.pipe(
    v.array(v.unknown()),
    v.transform((values) =>
      values.slice(0, MOST_ITEMS).flatMap((value) => {
        const parsed = v.safeParse(item, value);
        return parsed.success ? [parsed.output] : [];
      }),
    ),
  );
  return maybe(items);
}

const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const moment = v.pipe(
  v.string(),
  v.check((value) => !Number.isNaN(Date.parse(value))),
  v.transform((value) => new Date(value).toISOString()),
);

const RowSchema = v.object({
  id: v.pipe(v.string(), v.check(isKernelId)),
  private: maybe(v.boolean()),
  gated: maybe(v.union([v.boolean(), v.string()])),
  downloads: maybe(count),
  likes: maybe(count),
  trendingScore: maybe(v.pipe(v.number(), v.finite())),
  lastModified: maybe(moment),
  createdAt: maybe(moment),
  tags: listOf(text),
  trustedPublisher: maybe(v.boolean()),
  supportedDriverFamilies: listOf(text),
  buildMetadata: maybe(
    v.object({
      compatibility: maybe(v.object({ torch: listOf(text) })),
      backends: listOf(v.object({ type: text, hardwareTypes: listOf(text) })),
    }),
  ),
});
type Row = v.InferOutput<typeof RowSchema>;

/** One row; null where it names no kernel. */
export function readRow(json: unknown): KernelSummary | null {
  const parsed = v.safeParse(RowSchema, json);
  return parsed.success ? summary(parsed.output) : null;
}

/** Null: the answer is no list. */
export function readRows(
  json: unknown,
): { readonly kernels: readonly KernelSummary[]; readonly dropped: number } | null {
  if (!Array.isArray(json)) return null;
  const rows = json.map(readRow);
  const kernels = rows.filter((row) => row !== null);
  return { kernels, dropped: rows.length - kernels.length };
}

function summary(row: Row): KernelSummary {
  const tags = row.tags ?? [];
  const backends = backendsOf(row, tags);
  const license = tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? null;
  const torch = row.buildMetadata?.compatibility?.torch ?? null;
  return {
    id: row.id,
    language: speaksWebGpu(row, tags) ? 'javascript' : 'python',
    group: kernelGroup(row.id, { tags, summary: null }),
    summary: null,
    backends,
    torch: torch === null || torch.length === 0 ? null : torch,
    version: null,
    license,
    downloads: row.downloads,
    likes: row.likes,
    trending: row.trendingScore,
    updatedAt: row.lastModified ?? row.createdAt,
    private: row.private ?? false,
    gated: row.gated !== null && row.gated !== false && row.gated !== 'false',
    trusted: row.trustedPublisher,
    functions: [],
    layers: [],
    benchmarks: null,
    pythonDepends: [],
  };
}

function speaksWebGpu(row: Row, tags: readonly string[]): boolean {
  return (
    row.id.startsWith('webgpu-kernels/') ||
    tags.includes('webgpu') ||
    (row.supportedDriverFamilies ?? []).includes('webgpu')
  );
}

function backendsOf(row: Row, tags: readonly string[]): readonly SummaryBackend[] {
  const built = (row.buildMetadata?.backends ?? []).flatMap(({ type, hardwareTypes }) => {
    const platform = platformOf(type);
    return platform === null ? [] : [{ platform, hardware: hardwareTypes ?? [] }];
  });
  if (built.length > 0) return built;
  const families = row.supportedDriverFamilies ?? [];
  const named = new Set(
    (families.length > 0 ? families : tags).map(platformOf).filter((platform) => platform !== null),
  );
  if (named.size === 0 && speaksWebGpu(row, tags)) named.add('webgpu');
  return [...named].map((platform) => ({ platform, hardware: [] }));
}

function platformOf(word: string): Platform | null {
  const name = word.toLowerCase();
  // Builds for Huawei's NPUs are named after the toolkit.
  return name === 'cann' ? 'npu' : (PLATFORMS.find((platform) => platform === name) ?? null);
}

const RefsSchema = v.object({ branches: v.array(v.unknown()) });
const BranchSchema = v.object({
  name: v.pipe(v.string(), v.maxLength(255)),
  targetCommit: v.pipe(v.string(), v.check(isCommit)),
});

/** Null: the answer lists no branches. */
export function readBranches(json: unknown): { readonly name: string; readonly commit: string }[] | null {
  const refs = v.safeParse(RefsSchema, json);
  if (!refs.success) return null;
  return refs.output.branches.flatMap((entry) => {
    const branch = v.safeParse(BranchSchema, entry);
    return branch.success ? [{ name: branch.output.name, commit: branch.output.targetCommit }] : [];
  });
}

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const EntrySchema = v.object({
  path: v.pipe(v.string(), v.check(isInsidePath)),
  type: v.picklist(['file', 'directory']),
  size: maybe(bytes),
  oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  lfs: maybe(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), size: maybe(bytes) })),
});

/** Entries whose path stays inside the repository; null: the answer is no list. */
export function readEntries(json: unknown): readonly HubEntry[] | null {
  if (!Array.isArray(json)) return null;
  return json.flatMap((entry): HubEntry[] => {
    const parsed = v.safeParse(EntrySchema, entry);
    if (!parsed.success) return [];
    const { path, type, size, oid, lfs } = parsed.output;
    return [{ path, type, size: lfs?.size ?? size ?? 0, oid, lfsSha256: lfs?.oid ?? null }];
  });
}

const OrganisationSchema = v.object({ trustedKernelPublisher: maybe(v.boolean()) });

/** Null: the answer is no organisation. */
export function readTrust(json: unknown): boolean | null {
  const parsed = v.safeParse(OrganisationSchema, json);
  return parsed.success ? parsed.output.trustedKernelPublisher === true : null;
}

const WhoSchema = v.object({ name: text });

/** Null: the answer names nobody. */
export function readName(json: unknown): string | null {
  const parsed = v.safeParse(WhoSchema, json);
  return parsed.success ? parsed.output.name : null;
}
