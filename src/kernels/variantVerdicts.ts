// Every build of a version with its verdict, as the details page and the command line list them.
import { architectureReason, architectureProblem } from './deviceArchitecture';
import type { KernelDetails, KernelMetadata } from './kernelDetails';
import { dependencyProblem, minimumVersionProblem } from './kernelRequirements';
import type { PythonSystem } from './system';
import { resolveVariants, type VariantDecision, type VariantResolution } from './variantResolution';

export interface VariantVerdict {
  /** The folder's name. */
  readonly variant: string;
  readonly state:
    /** The library takes this one. */
    | 'taken'
    /** It would run too, but another one is preferred. */
    | 'fits'
    /** It does not run here. */
    | 'rejected'
    /** The library does not know such names, and passes over the folder. */
    | 'skipped';
  /** Why it is rejected or skipped, in the library's words where it has any; null: it is neither. */
  readonly reason: string | null;
}

/** What stands in the library's code for the builds that it silently leaves out. */
export const FREE_THREADED = 'arch kernel not supported on free-threaded Python <3.15';

/** The metadata of a variant; null: it was not read. */
export function metadataOf(details: Pick<KernelDetails, 'metadata'>, variant: string): KernelMetadata | null {
  return Object.hasOwn(details.metadata, variant) ? (details.metadata[variant] ?? null) : null;
}

/**
 * Why the library refuses to load a build that its name lets through: dependencies, its own age, the GPU, in that
 * order. `text` is the library's error; `reason` the part of it that fits a row. Null: it loads it, as far as known.
 */
export function loadProblem(
  details: Pick<KernelDetails, 'variants' | 'metadata'>,
  decision: Pick<VariantDecision, 'folder' | 'name'>,
  system: PythonSystem,
): { readonly reason: string; readonly text: string } | null {
  const { folder, name } = decision;
  if (!details.variants.includes(name)) {
    const text = `The library looks for ${folder} as ${name}, and there is no such folder.`;
    return { reason: text, text };
  }
  const metadata = metadataOf(details, name);
  if (metadata === null) return null;
  const text = dependencyProblem(metadata, system) ?? minimumVersionProblem(metadata, name, system);
  if (text !== null) return { reason: text, text };
  const reason = architectureReason(metadata, system);
  return reason === null ? null : { reason, text: architectureProblem(metadata, name, system) ?? reason };
}

/** The builds for Python in the library's order, then those that it does not judge. */
export function pythonVerdicts(
  details: KernelDetails,
  system: PythonSystem,
  resolution: VariantResolution = resolveVariants(details.variants, system),
): readonly VariantVerdict[] {
  const judged = resolution.decisions.map((decision): VariantVerdict => {
    const { folder: variant, accepted } = decision;
    if (!accepted) return { variant, state: 'rejected', reason: decision.reason };
    const problem = loadProblem(details, decision, system);
    const chosen = variant === resolution.chosen;
    if (problem === null) return { variant, state: chosen ? 'taken' : 'fits', reason: null };
    // The library raises the whole text for the build that it takes; for the others the reason is enough.
    return { variant, state: 'rejected', reason: chosen ? problem.text : problem.reason };
  });
  return [
    ...judged,
    ...resolution.dropped.map((variant): VariantVerdict => ({ variant, state: 'rejected', reason: FREE_THREADED })),
    ...resolution.skipped.map((variant): VariantVerdict => ({
      variant,
      state: 'skipped',
      reason: 'not a name of a build for Python',
    })),
  ];
}
