// A look into a kernel's repository, with as few questions as it takes.
import type { KernelDetails, KernelMetadata, KernelVersion } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';
import { kernelVersions } from '../kernels/kernelVersions';
import { moduleWords } from '../kernels/moduleWords';
import { readPythonModule } from '../kernels/pythonModule';
import { HubError } from './hubError';
import type { Hub, HubEntry } from './hubTypes';
import { readCard } from './kernelCard';
import { readKernelStatus } from './kernelStatus';
import { readMetadata } from './metadataFile';
import { publisherTrusted } from './publisherTrust';
import { readWebGpuNeeds } from './webGpuManifest';

const LARGEST_CARD = 512 * 1024;
const LARGEST_METADATA = 1024 * 1024;
const LARGEST_MANIFEST = 8 * 1024 * 1024;
const LARGEST_MODULE = 1024 * 1024;
const METADATA_FILE = 'metadata.json';

export interface Inspection {
  readonly hub: Hub;
  /** Which of these builds would be taken on this machine; null: none. */
  readonly takenHere: (variants: readonly string[]) => string | null;
  /** What the catalogue says already. */
  readonly known: KernelSummary | null;
  /** What was seen before: what belongs to the same commit is not asked for again. */
  readonly before: KernelDetails | null;
}

/** @param version N; null: the newest, or `main` where there is none. Throws HubError. */
export async function inspectKernel(
  inspection: Inspection,
  id: string,
  version: number | null,
  signal: AbortSignal,
): Promise<KernelDetails> {
  const { hub } = inspection;
  const [branches, row, trusted] = await Promise.all([
    hub.branches(id, signal),
    hub.kernel(id, signal),
    publisherTrusted(hub, id, signal),
  ]);
  const versions = kernelVersions(branches);
  const looked = pick(id, versions, version);
  const commit = looked?.commit ?? branches.find(({ name }) => name === 'main')?.commit;
  if (commit === undefined) {
    throw new HubError('not-found', `${id} has neither versions nor a branch main, so there is nothing to look at.`);
  }
  const file = readableFile(hub, id, row.gated, signal);
  const [build, cardBytes] = await Promise.all([
    inspectBuild(inspection, id, commit, file, signal),
    file('main', 'README.md', LARGEST_CARD),
  ]);
  const card = cardBytes === null ? null : readCard(cardBytes);
  const stated = Object.values(build.metadata).find(({ license }) => license !== null)?.license;
  return {
    id,
    versions,
    version: looked,
    commit,
    ...build,
    card: card?.body ?? null,
    license: stated ?? card?.license ?? row.license ?? inspection.known?.license ?? null,
    trusted,
    gated: row.gated,
    private: row.private,
  };
}

function pick(id: string, versions: readonly KernelVersion[], version: number | null): KernelVersion | null {
  if (version === null) return versions.at(-1) ?? null;
  const found = versions.find((one) => one.version === version);
  if (found !== undefined) return found;
  const available =
    versions.length === 0 ? 'it has none' : `available versions: ${versions.map((one) => one.version).join(', ')}`;
  throw new HubError('not-found', `Version ${version} of ${id} not found, ${available}.`);
}

/** A small file; null where there is none, where it is too large, and where only those with access may read it. */
type ReadFile = (revision: string, path: string, maxBytes: number) => Promise<Uint8Array | null>;

function readableFile(hub: Hub, id: string, gated: boolean, signal: AbortSignal): ReadFile {
  return (revision, path, maxBytes) =>
    hub.file(id, revision, path, maxBytes, signal).catch((error: unknown) => {
      if (!(error instanceof HubError)) throw error;
      const closed = error.kind === 'forbidden' || error.kind === 'unauthorized';
      if ((gated && closed) || error.kind === 'bad-answer' || error.kind === 'not-found') return null;
      throw error;
    });
}

type Build = Pick<
  KernelDetails,
  'variants' | 'metadata' | 'webgpu' | 'functions' | 'layers' | 'names' | 'layerNames' | 'benchmarks' | 'redirect'
>;

async function inspectBuild(
  { hub, takenHere, known, before }: Inspection,
  id: string,
  commit: string,
  file: ReadFile,
  signal: AbortSignal,
): Promise<Build> {
  const same = before?.commit === commit ? before : null;
  if (same !== null) {
    const taken = takenHere(same.variants);
    // Another machine, or another Python, may take another build.
    if (taken === null || Object.hasOwn(same.metadata, taken)) {
      const { variants, metadata, webgpu, functions, layers, names, layerNames, benchmarks, redirect } = same;
      return { variants, metadata, webgpu, functions, layers, names, layerNames, benchmarks, redirect };
    }
  }
  const list = (folder: string, recursive = false): Promise<readonly HubEntry[]> =>
    hub.tree(id, commit, folder, { recursive }, signal);
  const [root, builds] = await Promise.all([list(''), list('build')]);
  const variants = builds.filter(({ type }) => type === 'directory').map(({ path }) => path.slice('build/'.length));
  const has = (path: string, type: HubEntry['type']): boolean =>
    root.some((entry) => entry.path === path && entry.type === type);
  const read = takenHere(variants) ?? (variants.includes('webgpu') ? 'webgpu' : variants[0]) ?? null;
  const [benchmarks, status, metadata, webgpu, api] = await Promise.all([
    has('benchmarks', 'directory') ? list('benchmarks', true) : [],
    has('kernel-status.toml', 'file') ? file(commit, 'kernel-status.toml', LARGEST_METADATA) : null,
    read === null ? null : file(commit, `build/${read}/${METADATA_FILE}`, LARGEST_METADATA),
    variants.includes('webgpu') ? file(commit, 'build/webgpu/manifest.json', LARGEST_MANIFEST) : null,
    read === null || read === 'webgpu' ? null : readApi(file, commit, `build/${read}`),
  ]);
  const found = metadata === null ? null : readMetadata(metadata);
  return {
    variants,
    metadata: metadataOf(same, read, found),
    webgpu: webgpu === null ? null : readWebGpuNeeds(webgpu),
    functions: api !== null && api.functions.length > 0 ? api.functions : (known?.functions ?? []),
    layers: api !== null && api.layers.length > 0 ? api.layers : (known?.layers ?? []),
    names: api?.names,
    layerNames: api?.layerNames,
    benchmarks: benchmarks
      .filter(({ type, path }) => type === 'file' && /\/benchmark[^/]*\.py$/.test(path))
      .map(({ path }) => path),
    redirect: status === null ? null : readKernelStatus(status),
  };
}

function metadataOf(
  same: KernelDetails | null,
  variant: string | null,
  found: KernelMetadata | null,
): Readonly<Record<string, KernelMetadata>> {
  return { ...same?.metadata, ...(variant === null || found === null ? {} : { [variant]: found }) };
}

/** What the module offers, from its own source; never from its docs. */
async function readApi(
  file: ReadFile,
  commit: string,
  folder: string,
): Promise<Required<Pick<KernelDetails, 'functions' | 'layers' | 'names' | 'layerNames'>>> {
  const [main, layers] = await Promise.all([
    file(commit, `${folder}/__init__.py`, LARGEST_MODULE),
    file(commit, `${folder}/layers.py`, LARGEST_MODULE),
  ]);
  const source = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? new Uint8Array());
  return {
    functions: readPythonModule(source(main)).functions,
    layers: readPythonModule(source(layers)).classes,
    names: main === null ? undefined : moduleWords(source(main)),
    layerNames: layers === null ? undefined : moduleWords(source(layers)),
  };
}
