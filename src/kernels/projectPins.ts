// What a project has pinned and locked, as code of it is judged.
import { parseLockFile, type LockFile } from './lockFile';
import { PinProblem } from './pinProblem';
import { lockedCommit, readPins } from './pins';
import type { PinTexts } from './pinTexts';

export interface ProjectPins {
  /** There is a kernels.lock that can be read. */
  readonly hasLockFile: boolean;
  /** Null: kernels.lock has nothing for it, or cannot be read. @param version null: whichever is locked */
  commit(id: string, version: number | null): string | null;
  has(id: string): boolean;
}

export const NO_PINS: ProjectPins = { hasLockFile: false, commit: () => null, has: () => false };

/** Never throws: what a file does not say is not known. */
export function projectPins(texts: PinTexts): ProjectPins {
  const lock = lockFile(texts.lock);
  const pinned = new Set(readPins(texts).pins.map(({ id }) => id));
  return {
    hasLockFile: lock !== null,
    commit: (id, version) => (version === null ? anyCommit(lock, id) : lockedCommit(lock, { id, version })),
    has: (id) => pinned.has(id),
  };
}

function anyCommit(lock: LockFile | null, id: string): string | null {
  if (lock === null) return null;
  if (lock.form === 'older') return lock.locks.find((one) => one.id === id)?.commit ?? null;
  return lock.locks.find(({ dependency }) => dependency.id === id)?.commit ?? null;
}

function lockFile(text: string | null): LockFile | null {
  try {
    return text === null ? null : parseLockFile(text);
  } catch (error) {
    if (error instanceof PinProblem) return null;
    throw error;
  }
}
