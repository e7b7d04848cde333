// Rows and details as this program keeps them in its cache: what does not have their whole form is not read.
import * as v from 'valibot';
import type { KernelDetails } from '../kernels/kernelDetails';
import { KERNEL_GROUPS, PLATFORMS, type KernelSummary } from '../kernels/kernelSummary';
import { isCommit, isKernelId } from './repositoryNames';

const id = v.pipe(v.string(), v.check(isKernelId));
const commit = v.pipe(v.string(), v.check(isCommit));
const text = v.nullable(v.string());
const number = v.nullable(v.number());
const texts = v.array(v.string());
const functions = v.array(v.object({ name: v.string(), signature: v.string(), docstring: v.optional(v.string()) }));

const SummarySchema: v.GenericSchema<unknown, KernelSummary> = v.object({
  id,
  language: v.picklist(['python', 'javascript']),
  group: v.picklist(KERNEL_GROUPS),
  summary: text,
  backends: v.array(v.object({ platform: v.picklist(PLATFORMS), hardware: texts })),
  torch: v.nullable(texts),
  version: number,
  license: text,
  downloads: number,
  likes: number,
  trending: number,
  updatedAt: text,
  private: v.boolean(),
  gated: v.boolean(),
  trusted: v.nullable(v.boolean()),
  functions,
  layers: texts,
  benchmarks: v.nullable(texts),
  pythonDepends: texts,
});

const version = v.object({ version: v.number(), branch: v.string(), commit });
const metadata = v.object({
  id: text,
  name: text,
  version: number,
  license: text,
  upstream: text,
  source: text,
  kernelsMinver: text,
  pythonDepends: texts,
  kernelDepends: v.array(v.object({ id, version: number, revision: text })),
  backendType: text,
  archs: v.nullable(texts),
});
const DetailsSchema: v.GenericSchema<unknown, KernelDetails> = v.object({
  id,
  versions: v.array(version),
  version: v.nullable(version),
  commit,
  variants: texts,
  metadata: v.record(v.string(), metadata),
  webgpu: v.nullable(
    v.array(v.object({ variant: v.string(), features: texts, limits: v.record(v.string(), v.number()) })),
  ),
  card: text,
  functions,
  layers: texts,
  names: v.optional(texts),
  layerNames: v.optional(texts),
  benchmarks: texts,
  license: text,
  trusted: v.nullable(v.boolean()),
  gated: v.boolean(),
  private: v.boolean(),
  redirect: v.nullable(v.object({ destination: id, revision: v.string() })),
});

const RowsSchema = v.object({ dropped: v.number(), kernels: v.array(SummarySchema) });
export type KeptRows = v.InferOutput<typeof RowsSchema>;

/** Null: not in that form. */
export function keptRows(value: unknown): KeptRows | null {
  const parsed = v.safeParse(RowsSchema, value);
  return parsed.success ? parsed.output : null;
}

/** Null: not in that form. */
export function keptDetails(value: unknown): KernelDetails | null {
  const parsed = v.safeParse(DetailsSchema, value);
  return parsed.success ? parsed.output : null;
}
