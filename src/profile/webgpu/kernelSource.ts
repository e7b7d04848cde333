// The kernels that a profile names, loaded; one that is wrong is kept with its problem, and the others go on.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelRef } from '../profileOptions';
import type { ReportKernel } from '../report';
import { loadKernel, type WebGpuKernel } from './kernel';
import { folderFiles } from './kernelFolder';
import { UsageError } from './openGpu';
import { KernelError } from './program';

export interface LoadedKernel {
  readonly report: ReportKernel;
  /** null when `report.problem` says why it cannot be used. */
  readonly kernel: WebGpuKernel | null;
}

/** Ids of the bundled kernels: the folders of `kernelsRoot`. */
export async function bundledKernels(kernelsRoot: string): Promise<string[]> {
  const entries = await readdir(kernelsRoot, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Loads `references`, or every bundled kernel when there are none. Throws UsageError for a bundled kernel that is not
 * there, and for two kernels of the Hub that are versions of one: their cases could not be told apart.
 */
export async function loadKernels(references: readonly KernelRef[], kernelsRoot: string): Promise<LoadedKernel[]> {
  const bundled = await bundledKernels(kernelsRoot);
  const wanted: readonly KernelRef[] =
    references.length > 0 ? references : bundled.map((id) => ({ kind: 'bundled', id }) as const);
  const loaded: LoadedKernel[] = [];
  const repositories = wanted.flatMap((reference) => (reference.kind === 'hub' ? [reference.id] : []));
  const twice = repositories.find((id, index) => repositories.indexOf(id) !== index);
  if (twice !== undefined) throw new UsageError(`${twice} is named twice. Profile one version of a kernel at a time.`);
  for (const reference of wanted) {
    if (reference.kind === 'bundled' && !bundled.includes(reference.id)) {
      throw new UsageError(`There is no bundled kernel ${reference.id}. There are: ${bundled.join(', ')}.`);
    }
    loaded.push(await loadOne(reference, kernelsRoot));
  }
  return loaded;
}

/** Loads one kernel; what is wrong with its files becomes its problem. */
export async function loadOne(reference: KernelRef, kernelsRoot: string): Promise<LoadedKernel> {
  const commit = reference.kind === 'hub' ? reference.commit : null;
  const origin = { source: reference.kind, language: 'javascript', variant: null, commit } as const;
  try {
    const kernel = await loadFrom(reference, kernelsRoot);
    const { id, version, license, spec, digest } = kernel;
    return { kernel, report: { ...origin, id, version, license, manifestSpec: spec, digest, problem: null } };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const id = reference.kind === 'folder' ? reference.path : reference.id;
    const problem = error.message;
    return {
      kernel: null,
      report: { ...origin, id, version: null, license: null, manifestSpec: '', digest: '', problem },
    };
  }
}

async function loadFrom(reference: KernelRef, kernelsRoot: string): Promise<WebGpuKernel> {
  switch (reference.kind) {
    case 'bundled':
      return loadKernel(await folderFiles(join(kernelsRoot, reference.id)));
    case 'folder':
      return loadKernel(await folderFiles(reference.path));
    case 'hub': {
      const kernel = await loadKernel({ ...(await folderFiles(reference.folder)), partial: true });
      // By its repository: another publisher, or a bundled kernel, may have the same operator.
      return { ...kernel, id: reference.id, version: reference.version ?? kernel.version };
    }
  }
}
