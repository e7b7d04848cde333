// The builds for Python of a commit, judged as the `kernels` library judges them, with the kernels that they load themselves.
import type { KernelMetadata } from '../kernels/kernelDetails';
import type { PythonSystem } from '../kernels/system';
import { resolveVariants } from '../kernels/variantResolution';
import { judgePythonBuilds, type WorksHere } from '../kernels/worksHere';
import type { BuildFiles } from './buildFiles';
import type { FoundCommit, KernelRequest } from './kernelCommit';
import { readMetadata } from './metadataFile';

export interface LookedBuilds {
  /** Names of the folders below `build/`. */
  readonly variants: readonly string[];
  /** Of the build that the library takes here; null: it takes none, or cannot read it. */
  readonly metadata: KernelMetadata | null;
  readonly here: WorksHere;
}

/** Judges the builds by their names, and the one that is taken by its metadata. Throws what `files` throws. */
export async function lookAtBuilds(
  files: BuildFiles,
  system: PythonSystem,
  signal: AbortSignal,
): Promise<LookedBuilds> {
  const variants = await files.variants(signal);
  const { chosen } = resolveVariants(variants, system);
  const bytes = chosen === null ? null : await files.metadata(chosen, signal);
  const metadata = bytes === null ? null : readMetadata(bytes);
  const read = chosen === null || metadata === null ? {} : { [chosen]: metadata };
  return { variants, metadata, here: judgePythonBuilds({ variants, metadata: read }, system) };
}

/** A kernel that another one loads. */
export interface NeededKernel {
  readonly id: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
}

export interface NeededKernels {
  /** Each once. */
  readonly kernels: readonly NeededKernel[];
  /** Why one of them does not run here, in the library's words where it has any; null: as far as can be told, all do. */
  readonly problem: string | null;
}

export interface NeedParts {
  readonly system: PythonSystem;
  /** Throws HubError, and HubKernelError for a version that is not there. */
  readonly find: (request: KernelRequest, signal: AbortSignal) => Promise<FoundCommit & { readonly files: BuildFiles }>;
}

/** Kernels that need kernels that need kernels: more is a mistake of theirs. */
const MOST_NEEDED = 16;

/** Everything that a build loads, and what that loads. Throws what `find` throws. */
export async function neededKernels(
  parts: NeedParts,
  root: { readonly id: string; readonly metadata: KernelMetadata | null },
  signal: AbortSignal,
): Promise<NeededKernels> {
  const kernels = new Map<string, NeededKernel>();
  const visit = async (metadata: KernelMetadata | null, above: readonly string[]): Promise<string | null> => {
    for (const { id, version, revision } of metadata?.kernelDepends ?? []) {
      if (above.includes(id)) return `Cyclic kernel dependency detected: ${id}`;
      if (kernels.size >= MOST_NEEDED) return `It loads more than ${MOST_NEEDED} other kernels.`;
      const { commit, files } = await parts.find({ id, version, revision }, signal);
      if (kernels.has(`${id}@${commit}`)) continue;
      kernels.set(`${id}@${commit}`, { id, commit });
      const build = await lookAtBuilds(files, parts.system, signal);
      if (build.here.state === 'fails') return `It loads ${id}: ${build.here.reason}`;
      const problem = await visit(build.metadata, [...above, id]);
      if (problem !== null) return problem;
    }
    return null;
  };
  const problem = await visit(root.metadata, [root.id]);
  return { kernels: [...kernels.values()], problem };
}
