// Random calls of a kernel, each on every variant that can take it: drawn, written as a test.json beside a copy of the
// kernel, and given to the verifier.
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveSeed } from '../../src/profile/random';
import { VerifyRun } from '../../src/profile/verifyRun';
import { loadKernel } from '../../src/profile/webgpu/kernel';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import type { ManifestRequires } from '../../src/profile/webgpu/manifestSchema';
import type { LocatedVariant } from '../../src/profile/webgpu/variants';
import { GpuWorker } from '../../src/profile/webgpu/workerClient';
import type { VerifiedCase, WorkerCalls } from '../../src/profile/webgpu/workerProtocol';
import { Draw } from './calls/draw';
import { ROOT, WORKER_PATH } from './workerRig';

const KERNELS = join(ROOT, 'media', 'kernels');
const CALLS = join(import.meta.dirname, 'calls');

/** A file of test/gpu/calls that is named after a kernel. */
export interface Generator {
  readonly drawCase: (draw: Draw) => object;
  /** Calls of the same shapes and attributes in a row, with values of their own: each new shape is compiled anew. */
  readonly callsAShape?: number;
  /** Variants whose `when` no software adapter meets. */
  readonly onlyOnHardware?: readonly string[];
}

export interface PropertySettings {
  readonly cases: number;
  readonly seed: number;
  readonly adapter: string;
}

/** A variant, and what it needs of an adapter; null: more than features and limits tell. */
export interface VariantNeeds {
  readonly id: string;
  readonly requires: ManifestRequires | null;
}

export interface PropertyRun {
  readonly id: string;
  readonly settings: PropertySettings;
  /** As test.json has them. */
  readonly calls: readonly object[];
  readonly verdicts: readonly VerifiedCase[];
  readonly variants: readonly VariantNeeds[];
  /** Why the kernel could not be used at all; null when it could. */
  readonly problem: string | null;
}

const CALLS_A_SHAPE = 4;

/** From KERNEL_LENS_PROPERTY_CASES, KERNEL_LENS_PROPERTY_SEED and KERNEL_LENS_PROPERTY_ADAPTER. */
export function propertySettings(env: Readonly<Record<string, string | undefined>>): PropertySettings {
  return {
    cases: wholeNumber(env, 'KERNEL_LENS_PROPERTY_CASES', 200),
    seed: wholeNumber(env, 'KERNEL_LENS_PROPERTY_SEED', 1),
    adapter: env['KERNEL_LENS_PROPERTY_ADAPTER'] ?? 'software',
  };
}

function wholeNumber(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number): number {
  const text = env[name];
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new Error(`${name} is "${text}", which is no whole number.`);
  return Number(text);
}

/** The bundled kernels, and those that there is a generator for. */
export async function kernelsAndGenerators(): Promise<{ kernels: string[]; generators: string[] }> {
  const kernels = await readdir(KERNELS);
  const files = await readdir(CALLS);
  return {
    kernels: kernels.sort(),
    generators: files.flatMap((file) => /^(.+\..+)\.ts$/.exec(file)?.[1] ?? []).sort(),
  };
}

export async function loadGenerator(id: string): Promise<Generator> {
  return (await import(join(CALLS, `${id}.ts`))) as Generator;
}

/** The calls of a kernel, the same for the same seed; more of them begin as fewer do. */
export function drawCalls(
  id: string,
  { drawCase, callsAShape = CALLS_A_SHAPE }: Generator,
  { cases, seed }: PropertySettings,
): object[] {
  return Array.from({ length: cases }, (_, index) => {
    const shape = deriveSeed(seed, `${id}/${Math.floor(index / callsAShape)}`);
    const draw = new Draw(shape, deriveSeed(seed, `${id}/values/${index}`));
    return { name: `property ${seed}/${index}`, ...drawCase(draw) };
  });
}

/** Verifies the calls on a copy of the kernel, which `change` may make a wrong one. */
export async function runProperties(
  id: string,
  generator: Generator,
  settings: PropertySettings,
  change: (build: string) => Promise<void> = () => Promise.resolve(),
): Promise<PropertyRun> {
  const folder = await mkdtemp(join(tmpdir(), 'kernel-lens-properties-'));
  const build = join(folder, 'build', 'webgpu');
  const calls = drawCalls(id, generator, settings);
  try {
    await cp(join(KERNELS, id), folder, { recursive: true });
    // Its digests are those of the kernel as it ships.
    await rm(join(build, 'metadata.json'));
    await writeFile(join(build, 'test.json'), JSON.stringify({ cases: calls }));
    await change(build);
    const { kernel, cases: verdicts } = await verify(folder, settings);
    const { manifest } = await loadKernel(await folderFiles(folder));
    return { id, settings, calls, verdicts, problem: kernel.problem, variants: manifest.variants.map(variantNeeds) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function variantNeeds({ variant: { id, requires = {} } }: LocatedVariant): VariantNeeds {
  // Which matrices and subgroups there are only the worker knows.
  const more = requires.subgroupMatrixConfigs !== undefined || requires.subgroupMinSize !== undefined;
  return { id, requires: more ? null : requires };
}

async function verify(folder: string, { seed, adapter }: PropertySettings): Promise<WorkerCalls['verify']['result']> {
  const run = new VerifyRun(() => undefined);
  const { signal } = new AbortController();
  const worker = new GpuWorker({
    workerPath: WORKER_PATH,
    cacheFolder: join(ROOT, '.cache'),
    signal,
    // The lock on the adapter lies there: several kernels are verified at once.
    variables: { TMPDIR: folder, TEMP: folder },
    ...run.listeners,
  });
  try {
    const kernel = { kind: 'folder', path: folder } as const;
    return await run.run(worker, { kernel, kernelsRoot: KERNELS, adapter, seed }, signal);
  } finally {
    await worker.dispose();
  }
}
