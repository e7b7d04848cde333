// What a project has pinned, read from its three files.
import { parseLockFile, type LockFile } from './lockFile';
import { readPinFile } from './pinFile';
import { PinProblem } from './pinProblem';
import type { PinTexts } from './pinTexts';
import { readPyprojectPins } from './pyproject';

export interface Pin {
  /** `org/name`. */
  readonly id: string;
  /** Where it stands; the commit of one in pyproject.toml stands in kernels.lock. */
  readonly place: 'pyproject' | 'pins';
  /** Null: what stands there is no version. */
  readonly version: number | null;
  /** What stands there, as it is written where it is no version. */
  readonly written: string;
  /** Null: not locked. */
  readonly commit: string | null;
}

export interface ProjectPins {
  /** Those of pyproject.toml first, each in the order of its file. */
  readonly pins: readonly Pin[];
  /** The files that cannot be read; the pins are those of the others. */
  readonly problems: readonly PinProblem[];
}

/** Never throws: what cannot be read is in `problems`. */
export function readPins(texts: PinTexts): ProjectPins {
  const problems: PinProblem[] = [];
  const read = <T>(text: string | null, parse: (text: string) => T, otherwise: T): T => {
    try {
      return text === null ? otherwise : parse(text);
    } catch (error) {
      if (!(error instanceof PinProblem)) throw error;
      problems.push(error);
      return otherwise;
    }
  };
  const wanted = read(texts.pyproject, readPyprojectPins, []);
  // Without a pin, what else a lock file says concerns nobody here.
  const lock = wanted.length === 0 ? null : read<LockFile | null>(texts.lock, parseLockFile, null);
  const own = read(texts.pins, readPinFile, []);
  return {
    pins: [
      ...wanted.map((pin): Pin => ({ ...pin, place: 'pyproject', commit: lockedCommit(lock, pin) })),
      ...own.map((pin): Pin => ({ ...pin, place: 'pins', written: String(pin.version) })),
    ],
    problems,
  };
}

/** The older form does not say for which version it locks. */
export function lockedCommit(
  lock: LockFile | null,
  { id, version }: { readonly id: string; readonly version: number | null },
): string | null {
  if (lock === null) return null;
  if (lock.form === 'older') return lock.locks.find((one) => one.id === id)?.commit ?? null;
  const found = lock.locks.find(({ dependency }) => dependency.id === id && dependency.version === version);
  return version === null ? null : (found?.commit ?? null);
}
