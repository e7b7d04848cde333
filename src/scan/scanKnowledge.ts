// What the catalogue and the Hub say of the kernels that a scan met: each is asked about once.
import type { KernelUse } from '../code/kernelUse';
import { judgedUse } from '../findings/judgedUse';
import type { Knowledge } from '../findings/knowledge';
import type { Catalogue } from '../hub/catalogueTypes';
import { HubError } from '../hub/hubError';
import { kernelKnowledge, NO_KNOWLEDGE } from '../hub/kernelKnowledge';
import type { ParsedSource } from '../code/parsedSource';
import type { KernelDetails } from '../kernels/kernelDetails';
import type { ProjectPins } from '../kernels/projectPins';
import type { System } from '../kernels/system';

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
  knowledge(pins: ProjectPins): Knowledge;
  /** Why some of it is not known, each reason once. */
  readonly problems: readonly HubError[];
}

/** What the uses of a file ask about. */
export function wantedKernels(source: ParsedSource, uses: readonly KernelUse[]): readonly WantedKernel[] {
  return uses.flatMap((use) => {
    const { id, version } = judgedUse(source, use, uses, NO_KNOWLEDGE);
    return id === null ? [] : [{ id, version }];
  });
}

/** Throws only when cancelled. */
export async function learnKernels(
  parts: ScanKnowledgeParts,
  wanted: readonly WantedKernel[],
  signal: AbortSignal,
): Promise<LearntKernels> {
  const { catalogue, system, hasToken } = parts;
  const missing = new Set<string>();
  const problems = new Map<string, HubError>();
  const look = async (id: string, version: number | null): Promise<KernelDetails | HubError> => {
    try {
      const { value, problem } = await catalogue.details(id, version, signal);
      if (problem !== null) problems.set(problem.kind, problem);
      return value;
    } catch (error) {
      if (!(error instanceof HubError) || error.kind === 'cancelled') throw error;
      return error;
    }
  };
  for (const [id, versions] of versionsById(wanted)) {
    const newest = await look(id, null);
    if (newest instanceof HubError) {
      if (newest.kind === 'not-found' || (newest.kind === 'unauthorized' && !hasToken)) missing.add(id);
      else problems.set(newest.kind, newest);
      continue;
    }
    for (const version of versions) {
      const isOther = version !== newest.version?.version && newest.versions.some((one) => one.version === version);
      const details = isOther ? await look(id, version) : newest;
      if (details instanceof HubError) problems.set(details.kind, details);
    }
  }
  return {
    problems: [...problems.values()],
    knowledge: (pins) => kernelKnowledge({ catalogue, system, pins, isMissing: (id) => missing.has(id) }),
  };
}

function versionsById(wanted: readonly WantedKernel[]): ReadonlyMap<string, ReadonlySet<number>> {
  const asked = new Map<string, Set<number>>();
  for (const { id, version } of wanted) {
    const versions = asked.get(id) ?? new Set();
    if (version !== null) versions.add(version);
    asked.set(id, versions);
  }
  return asked;
}
