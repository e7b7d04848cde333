// What is known of kernels when code is judged, without asking anybody.
import type { Catalogue } from './catalogueTypes';
import type { KernelKnowledge, Knowledge } from '../findings/knowledge';
import type { KernelDetails } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';
import type { System } from '../kernels/system';
import { judgeDetails, judgeSummary, type WorksHere } from '../kernels/worksHere';
import type { ProjectPins } from '../kernels/projectPins';

export interface KnowledgeParts {
  readonly catalogue: Pick<Catalogue, 'state' | 'seen'>;
  /** Null: nothing is said of this machine. */
  readonly system: System | null;
  readonly pins: ProjectPins;
  readonly isMissing: (id: string) => boolean;
}

/** Before anything is known. */
export const NO_KNOWLEDGE: Knowledge = {
  kernelsVersion: null,
  hasLockFile: false,
  kernels: [],
  kernel: () => ({
    summary: null,
    versions: null,
    details: null,
    missing: false,
    works: { state: 'unknown', reason: 'The catalogue has not been read yet.' },
    workingVersion: null,
    trusted: null,
    lockedCommit: null,
    pinned: false,
  }),
};

/** As things stand now: what it answers does not change, so that a document is judged by one state of affairs. */
export function kernelKnowledge({ catalogue, system, pins, isMissing }: KnowledgeParts): Knowledge {
  const { kernels } = catalogue.state;
  const rows = new Map(kernels.map((row) => [row.id, row]));
  const known = new Map<string, KernelKnowledge>();
  const look = (id: string, version: number | null): KernelKnowledge => {
    const summary = rows.get(id) ?? null;
    const newest = catalogue.seen(id, null)?.value ?? null;
    const details = detailsOf(catalogue, id, version, newest);
    const versions = (newest ?? details)?.versions.map((one) => one.version) ?? null;
    return {
      summary,
      versions,
      details,
      missing: details === null && isMissing(id),
      works: verdict(summary, details, system),
      workingVersion: workingVersion(catalogue, id, versions ?? [], system),
      trusted: details?.trusted ?? summary?.trusted ?? null,
      lockedCommit: pins.commit(id, version),
      pinned: pins.has(id),
    };
  };
  return {
    kernelsVersion: system !== null && 'system' in system.python ? system.python.system.kernelsVersion : null,
    hasLockFile: pins.hasLockFile,
    kernels,
    kernel: (id, version) => {
      const key = `${id}@${version ?? ''}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const now = look(id, version);
      known.set(key, now);
      return now;
    },
  };
}

function detailsOf(
  catalogue: Pick<Catalogue, 'seen'>,
  id: string,
  version: number | null,
  newest: KernelDetails | null,
): KernelDetails | null {
  if (version === null || newest?.version?.version === version) return newest;
  return catalogue.seen(id, version)?.value ?? null;
}

function verdict(summary: KernelSummary | null, details: KernelDetails | null, system: System | null): WorksHere {
  if (system === null) return { state: 'unknown', reason: 'Nobody has asked about this machine.' };
  if (details !== null) return judgeDetails(details, system);
  if (summary !== null) return judgeSummary(summary, system);
  return { state: 'unknown', reason: 'The catalogue does not have it, and its builds have not been looked at.' };
}

/** Newest first, and of those only that have been looked at. */
function workingVersion(
  catalogue: Pick<Catalogue, 'seen'>,
  id: string,
  versions: readonly number[],
  system: System | null,
): number | null {
  if (system === null) return null;
  const works = [...versions].reverse().find((version) => {
    const details = catalogue.seen(id, version)?.value;
    return details !== undefined && judgeDetails(details, system).state === 'works';
  });
  return works ?? null;
}
