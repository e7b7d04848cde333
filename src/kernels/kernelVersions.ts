// A kernel's versions are its branches `vN`, N read as Python reads integers.
import type { KernelVersion } from './kernelDetails';
import { pythonInteger } from './pythonInteger';

/**
 * The versions that the library finds among a repository's branches, oldest first. Of two branches with the same
 * number (`v1` and `v01`) the later one in the list counts. Numbers too large for a double are left out.
 */
export function kernelVersions(
  branches: readonly { readonly name: string; readonly commit: string }[],
): readonly KernelVersion[] {
  const versions = new Map<number, KernelVersion>();
  for (const { name, commit } of branches) {
    const number = name.startsWith('v') ? pythonInteger(name.slice(1)) : null;
    const version = Number(number ?? Number.NaN);
    if (Number.isSafeInteger(version)) versions.set(version, { version, branch: name, commit });
  }
  return [...versions.values()].toSorted((a, b) => a.version - b.version);
}
