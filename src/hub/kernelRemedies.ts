// What would help where a kernel for Python does not run here: asked of the Hub with few questions, and only what is known.
import { computedKinds } from '../insert/knownFunctions';
import { minimumVersionProblem, missingPackages } from '../kernels/kernelRequirements';
import type { KernelSummary } from '../kernels/kernelSummary';
import { kernelVersions } from '../kernels/kernelVersions';
import type { PythonSystem } from '../kernels/system';
import { resolveVariants } from '../kernels/variantResolution';
import { parseVariantName } from '../kernels/variantName';
import { judgeSummary, type WorksHere } from '../kernels/worksHere';
import { installCommand } from '../machine/installCommand';
import type { PythonFacts } from '../machine/machineTypes';
import { hubBuilds } from './buildFiles';
import { HubError } from './hubError';
import type { Hub } from './hubTypes';
import { lookAtBuilds, type LookedBuilds } from './pythonBuilds';
import type { KernelRemedy } from './pythonKernel';

export interface RemedyParts {
  /** null: it is not to be asked. */
  readonly hub: Hub | null;
  readonly system: PythonSystem;
  readonly python: PythonFacts;
  /** What the catalogue lists; empty: no other kernel is known. */
  readonly kernels: readonly KernelSummary[];
}

/** The version that does not run here. */
export interface UnfitKernel {
  readonly id: string;
  /** null: it was not asked for by one. */
  readonly version: number | null;
  readonly builds: LookedBuilds;
}

/** Other versions, and other kernels, whose builds are looked at: each costs two questions or three. */
const MOST_VERSIONS = 4;
const MOST_KERNELS = 3;

/** Best first; empty: nothing is known to help. A Hub that does not answer costs remedies only. Throws HubError when cancelled. */
export async function kernelRemedies(
  parts: RemedyParts,
  unfit: UnfitKernel,
  signal: AbortSignal,
): Promise<readonly KernelRemedy[]> {
  const packages = packageRemedies(parts, unfit);
  // With it the very kernel runs that was asked for.
  if (packages.length > 0) return packages;
  const torch = torchRemedies(parts, unfit);
  const { hub } = parts;
  if (hub === null) return torch;
  const asked = await Promise.all([
    quietly(otherVersion(hub, parts, unfit, signal)),
    quietly(otherKernel(hub, parts, unfit, signal)),
  ]);
  return [...torch, ...asked.filter((remedy) => remedy !== null)];
}

/** What the build that is taken needs and does not find. */
function packageRemedies({ system, python }: RemedyParts, { builds }: UnfitKernel): readonly KernelRemedy[] {
  const { metadata, variants } = builds;
  if (metadata === null) return [];
  const missing = missingPackages(metadata.pythonDepends, system).map((name): KernelRemedy => {
    const command = installCommand({ name, version: '', again: false }, python.installing);
    return { kind: 'command', command, text: `Install ${name}, which it needs.` };
  });
  const { chosen } = resolveVariants(variants, system);
  // Only numbers with dots between are called too new.
  if (minimumVersionProblem(metadata, chosen ?? '', system) === null) return missing;
  const least = metadata.kernelsMinver ?? '';
  const command = installCommand({ name: 'kernels', version: `>=${least}`, again: false }, python.installing);
  return [...missing, { kind: 'command', command, text: `Install kernels ${least} or newer, which it needs.` }];
}

/** A torch for the processor alone, though there is a GPU and a build for it. */
function torchRemedies({ system, python }: RemedyParts, { builds }: UnfitKernel): readonly KernelRemedy[] {
  const forCuda = builds.variants.some((name) => {
    const variant = parseVariantName(name);
    return (variant?.kind === 'arch' ? variant.backend.name : variant?.backend) === 'cuda';
  });
  if (system.backend.name !== 'cpu' || !forCuda) return [];
  return python.missing.flatMap(({ what, command }) =>
    command === null ? [] : [{ kind: 'command' as const, command, text: `${what}.` }],
  );
}

async function otherVersion(
  hub: Hub,
  { system }: RemedyParts,
  { id, version }: UnfitKernel,
  signal: AbortSignal,
): Promise<KernelRemedy | null> {
  const others = kernelVersions(await hub.branches(id, signal)).filter((one) => one.version !== version);
  for (const other of others.toReversed().slice(0, MOST_VERSIONS)) {
    const { here } = await lookAtBuilds(hubBuilds(hub, id, other.commit), system, signal);
    if (mayRunHere(here)) {
      return { kind: 'version', id, version: other.version, text: `Version ${other.version} of it runs here.` };
    }
  }
  return null;
}

async function otherKernel(
  hub: Hub,
  parts: RemedyParts,
  { id }: UnfitKernel,
  signal: AbortSignal,
): Promise<KernelRemedy | null> {
  for (const { row, kind } of candidates(parts, id)) {
    const newest = kernelVersions(await hub.branches(row.id, signal)).at(-1);
    if (newest === undefined) continue;
    const { here } = await lookAtBuilds(hubBuilds(hub, row.id, newest.commit), parts.system, signal);
    if (mayRunHere(here)) {
      const text = `${row.id} computes ${kind} as well, and runs here.`;
      return { kind: 'kernel', id: row.id, version: newest.version, text };
    }
  }
  return null;
}

/** Kernels with a function or layer for what this one computes: of trusted publishers, those downloaded most first. */
function candidates(
  { kernels, system }: RemedyParts,
  id: string,
): readonly { readonly row: KernelSummary; readonly kind: string }[] {
  const own = kernels.find((row) => row.id === id);
  if (own === undefined) return [];
  const wanted = computedKinds(own);
  const here = { python: { system }, webgpu: { missing: '' } };
  return kernels
    .flatMap((row) => {
      if (row.id === id || row.language !== 'python' || row.trusted !== true) return [];
      const kind = [...computedKinds(row)].find((one) => wanted.has(one));
      return kind === undefined || judgeSummary(row, here).state === 'fails' ? [] : [{ row, kind }];
    })
    .toSorted((a, b) => (b.row.downloads ?? 0) - (a.row.downloads ?? 0))
    .slice(0, MOST_KERNELS);
}

function mayRunHere({ state }: WorksHere): boolean {
  return state === 'works' || state === 'likely';
}

/** Null in place of what the Hub does not tell. Throws HubError when cancelled. */
async function quietly<T>(question: Promise<T>): Promise<T | null> {
  return question.catch((error: unknown) => {
    if (error instanceof HubError && error.kind !== 'cancelled') return null;
    throw error;
  });
}
