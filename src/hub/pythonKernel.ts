// A Python kernel of the Hub, looked at before it is profiled: which commit, whether it runs here, who agreed, its benchmark scripts.
import type { KernelSummary } from '../kernels/kernelSummary';
import { shownText } from '../kernels/shownText';
import type { PythonSystem, System } from '../kernels/system';
import type { PythonFacts } from '../machine/machineTypes';
import type { BenchmarkScript, HubPythonKernelRef } from '../profile/python/pythonOptions';
import { cachedScripts, hubScripts } from './benchmarkScripts';
import { cachedBuilds, hubBuilds, type BuildFiles } from './buildFiles';
import { HubError } from './hubError';
import { HubKernelError } from './hubKernelError';
import type { HubSettings } from './hubSettings';
import type { Hub } from './hubTypes';
import { findCommit, isNoAnswer, type FoundCommit, type KernelRequest } from './kernelCommit';
import { kernelRemedies } from './kernelRemedies';
import { requireStayed } from './movedKernel';
import { whoAllows, type AskedKernel, type ConsentParts } from './publisherConsent';
import { publisherTrusted } from './publisherTrust';
import { lookAtBuilds, neededKernels, type LookedBuilds } from './pythonBuilds';
import { readyPython, type ReadyPython } from './pythonLack';
import { isRevision } from './repositoryNames';
import { SnapshotFolder } from './snapshotFolder';

/** What would help where a kernel does not run here. */
export type KernelRemedy =
  /** Another version of it runs here. */
  | { readonly kind: 'version'; readonly id: string; readonly version: number; readonly text: string }
  /** Another kernel for the same operation runs here. */
  | { readonly kind: 'kernel'; readonly id: string; readonly version: number | null; readonly text: string }
  /** A package is missing: the command of this environment's own installer. Shown and copied; run only when asked. */
  | { readonly kind: 'command'; readonly command: string; readonly text: string };

/** A kernel that cannot be profiled here: why, in the library's words where it has any, and what would help, best first. */
export class PythonKernelUnfit extends Error {
  override readonly name = 'PythonKernelUnfit';
  constructor(
    message: string,
    readonly remedies: readonly KernelRemedy[],
    /** `python`: no kernel at all can be loaded here, since Python, torch or the library is missing. */
    readonly lacking: 'build' | 'python' = 'build',
  ) {
    super(message);
  }
}

export interface PythonKernelParts {
  readonly hub: Hub;
  readonly settings: HubSettings;
  readonly consent: ConsentParts;
  readonly system: System['python'];
  /** null: no interpreter could be asked. */
  readonly python: PythonFacts | null;
  /** What the catalogue lists, in which another kernel for the same operation is looked for; left out: none is offered. */
  readonly kernels?: readonly KernelSummary[] | undefined;
  readonly onPhase: (text: string) => void;
}

export type FoundPythonKernel = HubPythonKernelRef & {
  /** The Hub gave no answer, so the library is to look into the cache alone: see `harnessEnvironment`. */
  readonly fromCache: boolean;
};

interface LookedKernel {
  readonly id: string;
  readonly found: FoundCommit;
  readonly builds: LookedBuilds;
}

/**
 * Which commit is meant, whether it runs here as the `kernels` library decides it, and the scripts that it brings. What an
 * untrusted publisher wrote is agreed to first, also where another kernel loads it. Nothing of a build is fetched.
 * Throws HubError, HubKernelError (`refused`: nobody agreed; `moved`; `no-such-version`), PythonKernelUnfit.
 */
export async function findPythonKernel(
  parts: PythonKernelParts,
  request: KernelRequest,
  signal: AbortSignal,
): Promise<FoundPythonKernel> {
  const { settings, onPhase } = parts;
  const { id } = request;
  onPhase(`asking the Hub about ${id}`);
  const here = readyPython(parts.system, parts.python, { kernels: true });
  const { found, builds, trusted } = await look(parts, request, 'message' in here ? null : here, signal);
  if ('message' in here) throw new PythonKernelUnfit(here.message, here.remedies, 'python');
  if (builds === null) throw new Error('Builds are looked at wherever there is a Python.');
  const { commit, version, fromCache } = found;
  await runsHere(parts, here, { id, found, builds }, signal);
  const needed = await needs(parts, { id, found, builds }, here.system, signal);
  const trust = await allowed(parts, [{ id, commit, trusted }, ...needed], signal);
  const scripts = await scriptsOf(parts, id, found, signal);
  // For whoever asks for the version without the Hub: the library fetches by commit and notes no branch.
  if (isRevision(found.revision)) {
    await new SnapshotFolder(settings.cacheFolder, id, commit).note(found.revision).catch(() => undefined);
  }
  const license = builds.metadata?.license ?? null;
  return { kind: 'hub', id, version, commit, trust, license, scripts: [...scripts], fromCache };
}

interface Look {
  readonly found: FoundCommit;
  /** null: there is no Python to judge them for. */
  readonly builds: LookedBuilds | null;
  /** null: the Hub could not be asked. */
  readonly trusted: boolean | null;
}

/** What is known before anybody is asked for consent. Where the Hub falls silent, what was fetched decides. */
async function look(
  parts: PythonKernelParts,
  request: KernelRequest,
  here: ReadyPython | null,
  signal: AbortSignal,
): Promise<Look> {
  const { hub, settings } = parts;
  const { id } = request;
  const first = await findCommit(hub, settings, request, signal);
  const lookAt = async (found: FoundCommit): Promise<Look> => {
    const { fromCache } = found;
    const [builds, trusted] = await Promise.all([
      here === null ? null : lookAtBuilds(filesOf(parts, id, found), here.system, signal),
      fromCache ? null : publisherTrusted(hub, id, signal),
      fromCache ? null : requireStayed(hub, id, found.commit, signal),
    ]);
    return { found, builds, trusted };
  };
  return lookAt(first).catch((error: unknown) => {
    if (first.fromCache || !isNoAnswer(error)) throw error;
    return lookAt({ ...first, fromCache: true });
  });
}

function filesOf({ hub, settings }: PythonKernelParts, id: string, { commit, fromCache }: FoundCommit): BuildFiles {
  return fromCache ? cachedBuilds(settings, id, commit) : hubBuilds(hub, id, commit);
}

/** Throws PythonKernelUnfit where the library takes none of the builds. */
async function runsHere(
  { hub, settings, kernels = [] }: PythonKernelParts,
  here: ReadyPython,
  { id, found, builds }: LookedKernel,
  signal: AbortSignal,
): Promise<void> {
  const name = named(id, found);
  if (builds.variants.length === 0 && found.fromCache) {
    const kind = settings.offline ? 'offline' : 'unreachable';
    throw new HubError(kind, `The Hub gave no answer, and the cache has no build of ${name}. Fetch it once online.`);
  }
  if (builds.here.state !== 'fails') return;
  const reason = sentence(builds.here.reason);
  const unfit = { id, version: found.version, builds };
  const asked = found.fromCache ? null : hub;
  const remedies = await kernelRemedies({ hub: asked, kernels, ...here }, unfit, signal);
  throw new PythonKernelUnfit(`${name} does not run here: ${reason}`, remedies);
}

/** What the build that is taken loads itself. Throws PythonKernelUnfit where that does not run here. */
async function needs(
  parts: PythonKernelParts,
  { id, found, builds }: LookedKernel,
  system: PythonSystem,
  signal: AbortSignal,
): Promise<readonly AskedKernel[]> {
  const find = async (request: KernelRequest): Promise<FoundCommit & { readonly files: BuildFiles }> => {
    const needed = await findCommit(parts.hub, parts.settings, request, signal);
    return { ...needed, files: filesOf(parts, request.id, needed) };
  };
  const { kernels, problem } = await neededKernels({ system, find }, { id, metadata: builds.metadata }, signal);
  if (problem !== null) throw new PythonKernelUnfit(`${named(id, found)} does not run here: ${sentence(problem)}`, []);
  return Promise.all(
    kernels.map(async (one) => {
      return { ...one, trusted: found.fromCache ? null : await publisherTrusted(parts.hub, one.id, signal) };
    }),
  );
}

/** Whether a person agreed to any of it. Throws HubKernelError where nobody allows one of them to run. */
async function allowed(
  { consent }: PythonKernelParts,
  kernels: readonly AskedKernel[],
  signal: AbortSignal,
): Promise<boolean> {
  let byPerson = false;
  for (const kernel of kernels) {
    const by = await whoAllows(kernel, consent, signal);
    if (by === null) {
      throw new HubKernelError('refused', `${kernel.id} was not run: nobody agreed to run what its publisher wrote.`);
    }
    byPerson ||= by === 'person';
  }
  return byPerson;
}

/** From the Hub, or what the cache has of them where it gives no answer. */
async function scriptsOf(
  { hub, settings, consent }: PythonKernelParts,
  id: string,
  { commit, fromCache }: FoundCommit,
  signal: AbortSignal,
): Promise<readonly BenchmarkScript[]> {
  const place = { hub, cacheFolder: settings.cacheFolder, id, commit, onNote: consent.onNote };
  if (fromCache) return cachedScripts(place);
  return hubScripts(place, signal).catch((error: unknown) => {
    if (!isNoAnswer(error)) throw error;
    consent.onNote(`The benchmark scripts of ${id} could not be fetched. ${error.message}`);
    return cachedScripts(place);
  });
}

/** `org/name@v1`. */
function named(id: string, { version, revision }: FoundCommit): string {
  return `${id}@${version === null ? revision : `v${version}`}`;
}

/** The library's reason without its advice, which is for another installer than this environment may have. */
function sentence(reason: string): string {
  const bare = reason.replace(/\. (?:Please install|Upgrade) with: .*$/s, '').replace(/\.$/, '');
  return `${shownText(bare, 500)}.`;
}
