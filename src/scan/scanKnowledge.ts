// What the catalogue and the Hub say of the kernels that a scan met: each is asked about once.
import type { KernelUse } from '../code/kernelUse';
import { judgedUse } from '../findings/judgedUse';
import type { KernelKnowledge, Knowledge } from '../findings/knowledge';
import type { Catalogue } from '../hub/catalogueTypes';
import { HubError } from '../hub/hubError';
import type { ParsedSource } from '../code/parsedSource';
import type { KernelDetails } from '../kernels/kernelDetails';
import type { System } from '../kernels/system';
import { judgeDetails, judgeSummary, type WorksHere } from '../kernels/worksHere';
import type { ProjectLock } from './projectLock';

/** A kernel and the version that code asks for; null: the newest. */
export interface WantedKernel {
  readonly id: string;
  readonly version: number | null;
}

export interface ScanKnowledgeParts {
  readonly catalogue: Catalogue;
  /** Null: nothing is said of this machine. */
  readonly system: System | null;
  /** Whether a missing kernel is told from a private one: without a token the Hub answers both alike. */
  readonly hasToken: boolean;
}

/** Everything that was learnt, without asking again. */
export interface LearntKernels {
  /** For the files of one project. */
  knowledge(lock: ProjectLock): Knowledge;
  /** Why some of it is not known, each reason once. */
  readonly problems: readonly HubError[];
}

interface Learnt {
  readonly missing: boolean;
  readonly byVersion: Map<number | null, KernelDetails>;
}

/** What the uses of a file ask about. */
export function wantedKernels(source: ParsedSource, uses: readonly KernelUse[]): readonly WantedKernel[] {
  return uses.flatMap((use) => {
    const { id, version } = judgedUse(source, use, uses, NOTHING_KNOWN);
    return id === null ? [] : [{ id, version }];
  });
}

const NOT_ASKED: WorksHere = { state: 'unknown', reason: 'Nobody has asked about this machine.' };
const NOTHING: KernelKnowledge = {
  summary: null,
  versions: null,
  details: null,
  missing: false,
  works: NOT_ASKED,
  workingVersion: null,
  trusted: null,
  lockedCommit: null,
  pinned: false,
};
const NOTHING_KNOWN: Knowledge = { kernelsVersion: null, hasLockFile: false, kernels: [], kernel: () => NOTHING };

/** Throws only when cancelled. */
export async function learnKernels(
  parts: ScanKnowledgeParts,
  wanted: readonly WantedKernel[],
  signal: AbortSignal,
): Promise<LearntKernels> {
  const learnt = new Map<string, Learnt>();
  const problems = new Map<string, HubError>();
  const asked = new Map<string, Set<number>>();
  for (const { id, version } of wanted) {
    const versions = asked.get(id) ?? new Set();
    if (version !== null) versions.add(version);
    asked.set(id, versions);
  }
  const look = async (id: string, version: number | null): Promise<KernelDetails | HubError> => {
    try {
      const { value, problem } = await parts.catalogue.details(id, version, signal);
      if (problem !== null) problems.set(problem.kind, problem);
      return value;
    } catch (error) {
      if (!(error instanceof HubError) || error.kind === 'cancelled') throw error;
      return error;
    }
  };
  for (const [id, versions] of asked) {
    const newest = await look(id, null);
    if (newest instanceof HubError) {
      const missing = newest.kind === 'not-found' || (newest.kind === 'unauthorized' && !parts.hasToken);
      if (!missing) problems.set(newest.kind, newest);
      learnt.set(id, { missing, byVersion: new Map() });
      continue;
    }
    const byVersion = new Map<number | null, KernelDetails>([[null, newest]]);
    for (const version of versions) {
      const known = newest.versions.some((one) => one.version === version);
      const details = !known ? null : version === newest.version?.version ? newest : await look(id, version);
      if (details instanceof HubError) problems.set(details.kind, details);
      else if (details !== null) byVersion.set(version, details);
    }
    learnt.set(id, { missing: false, byVersion });
  }
  return { problems: [...problems.values()], knowledge: (lock) => knowledgeOf(parts, learnt, lock) };
}

function knowledgeOf(
  { catalogue, system }: ScanKnowledgeParts,
  learnt: ReadonlyMap<string, Learnt>,
  lock: ProjectLock,
): Knowledge {
  const { kernels } = catalogue.state;
  const rows = new Map(kernels.map((row) => [row.id, row]));
  return {
    kernels,
    hasLockFile: lock.present,
    kernelsVersion: system !== null && 'system' in system.python ? system.python.system.kernelsVersion : null,
    kernel: (id, version) => {
      const { missing = false, byVersion } = learnt.get(id) ?? {};
      const summary = rows.get(id) ?? null;
      const newest = byVersion?.get(null) ?? null;
      const details = byVersion?.get(version) ?? null;
      const works = (one: KernelDetails | null): WorksHere => {
        if (system === null) return NOT_ASKED;
        return one === null
          ? summary === null
            ? NOT_ASKED
            : judgeSummary(summary, system)
          : judgeDetails(one, system);
      };
      const looked = [...(byVersion?.values() ?? [])].filter((one) => works(one).state === 'works');
      const working = looked.map((one) => one.version?.version ?? -1).filter((one) => one >= 0);
      return {
        summary,
        versions: newest?.versions.map((one) => one.version) ?? null,
        details,
        missing,
        works: works(details),
        workingVersion: working.length === 0 ? null : Math.max(...working),
        trusted: newest?.trusted ?? summary?.trusted ?? null,
        lockedCommit: lock.commitOf(id),
        pinned: lock.commitOf(id) !== null,
      };
    },
  };
}
