// What is known, at the moment and without asking anybody, when code is judged.
import type { KernelDetails } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';
import type { WorksHere } from '../kernels/worksHere';

/** Of one kernel at one version. */
export interface KernelKnowledge {
  /** The row of the catalogue; null: it has none. */
  readonly summary: KernelSummary | null;
  /** `vN` branches, oldest first; null: not known. */
  readonly versions: readonly number[] | null;
  /** Of the version asked for; null: not looked into. */
  readonly details: KernelDetails | null;
  /** True: the Hub says that there is no such repository, or none that this token may see. */
  readonly missing: boolean;
  readonly works: WorksHere;
  /** The newest version known to have a build for this machine; null: not known, or none. */
  readonly workingVersion: number | null;
  /** What the Hub says of the publisher; null: not asked, or no answer. */
  readonly trusted: boolean | null;
  /** What kernels.lock of the project has for it; null: nothing. */
  readonly lockedCommit: string | null;
  /** Whether pyproject.toml or kernel-lens.pins.json names it. */
  readonly pinned: boolean;
}

export interface Knowledge {
  /** The installed `kernels` library, `0.17.2`; null: none, or not known. Its rules are then those of the newest known release. */
  readonly kernelsVersion: string | null;
  /** Whether the project has a kernels.lock. */
  readonly hasLockFile: boolean;
  /** @param version null: the newest, or `main` */
  kernel(id: string, version: number | null): KernelKnowledge;
  /** Every kernel of the catalogue. */
  readonly kernels: readonly KernelSummary[];
}
