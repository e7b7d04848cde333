// Whether a kernel runs here, and if not, why, in the words of the `kernels` library.
import type { KernelDetails } from './kernelDetails';
import type { KernelSummary } from './kernelSummary';
import type { System } from './system';

export type WorksHere =
  /** Decided from the builds themselves; `variant`: the one that the library takes. */
  | { readonly state: 'works'; readonly variant: string }
  /** What the catalogue says fits this machine; the builds have not been looked at. */
  | { readonly state: 'likely'; readonly because: string }
  /** It does not run here. `reason`: the library's own words where it has any. */
  | { readonly state: 'fails'; readonly reason: string }
  /** It cannot be told, and `reason` says why: no Python found, say. */
  | { readonly state: 'unknown'; readonly reason: string };

/** From a row of the catalogue alone: never `works`, because nobody has looked at the builds. */
export function judgeSummary(summary: KernelSummary, system: System): WorksHere {
  throw new Error(`not written: ${summary.id} ${typeof system}`);
}

/** From the builds of one version. */
export function judgeDetails(details: KernelDetails, system: System): WorksHere {
  throw new Error(`not written: ${details.id} ${typeof system}`);
}
