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

/** Loads `references`, or every bundled kernel when there are none. Throws UsageError for a bundled kernel that is not there. */
export async function loadKernels(references: readonly KernelRef[], kernelsRoot: string): Promise<LoadedKernel[]> {
  const bundled = await bundledKernels(kernelsRoot);
  const wanted: readonly KernelRef[] =
    references.length > 0 ? references : bundled.map((id) => ({ kind: 'bundled', id }) as const);
  const loaded: LoadedKernel[] = [];
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
  const folder = reference.kind === 'bundled' ? join(kernelsRoot, reference.id) : reference.path;
  const source = reference.kind === 'bundled' ? ('bundled' as const) : ('folder' as const);
  try {
    const kernel = await loadKernel(await folderFiles(folder));
    const { id, version, license, spec, digest } = kernel;
    return { kernel, report: { id, source, version, license, manifestSpec: spec, digest, problem: null } };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const id = reference.kind === 'bundled' ? reference.id : reference.path;
    const problem = error.message;
    return {
      kernel: null,
      report: { id, source, version: null, license: null, manifestSpec: '', digest: '', problem },
    };
  }
}
