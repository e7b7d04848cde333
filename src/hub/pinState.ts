// What the Hub has for a pin now, and what taking it would change here.
import type { KernelVersion } from '../kernels/kernelDetails';
import type { PythonSystem } from '../kernels/system';
import { parseVariantName } from '../kernels/variantName';
import { resolveVariants } from '../kernels/variantResolution';
import type { Hub } from './hubTypes';

export interface PinState {
  /** What the branch of the pinned version points at; null: there is no such branch any more. */
  readonly branchCommit: string | null;
  /** Null: the kernel has no versions. */
  readonly newest: KernelVersion | null;
}

/** Throws HubError. */
export async function pinState(
  hub: Hub,
  { id, version }: { readonly id: string; readonly version: number | null },
  signal: AbortSignal,
): Promise<PinState> {
  const versions = await hub.versions(id, signal);
  return {
    branchCommit: versions.find((one) => one.version === version)?.commit ?? null,
    newest: versions.at(-1) ?? null,
  };
}

/** Of two commits of a kernel, the builds that run on this machine. */
export interface PinComparison {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** The one that the library takes; null: none runs here, or it is not known what does. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Compares by the names of the builds, with two requests. Throws HubError.
 * @param system null: what runs here is not known, and every build counts.
 */
export async function comparePin(
  hub: Hub,
  id: string,
  [from, to]: readonly [string, string],
  system: PythonSystem | null,
  signal: AbortSignal,
): Promise<PinComparison> {
  const [before, after] = await Promise.all(
    [from, to].map(async (commit) => {
      const entries = await hub.tree(id, commit, 'build', { recursive: false }, signal);
      const names = entries.filter(({ type }) => type === 'directory').map(({ path }) => path.split('/').at(-1) ?? '');
      return buildsHere(names, system);
    }),
  );
  if (before === undefined || after === undefined) throw new RangeError('two commits are compared');
  return {
    gained: after.fit.filter((name) => !before.fit.includes(name)),
    lost: before.fit.filter((name) => !after.fit.includes(name)),
    before: before.chosen,
    after: after.chosen,
  };
}

/** What the library passes over, such as a build for WebGPU, counts: Python says nothing about it. */
function buildsHere(
  names: readonly string[],
  system: PythonSystem | null,
): { readonly fit: readonly string[]; readonly chosen: string | null } {
  if (system === null) return { fit: names, chosen: null };
  const { chosen, decisions } = resolveVariants(names, system);
  const accepted = decisions.filter((decision) => decision.accepted).map(({ folder }) => folder);
  return { fit: [...accepted, ...names.filter((name) => parseVariantName(name) === null)], chosen };
}
