// The kernels.lock of the project that a file belongs to.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseLockFile, type LockFile } from '../kernels/lockFile';
import { PinProblem } from '../kernels/pinProblem';
import { LOCK_FILE, PYPROJECT } from '../kernels/pinTexts';

export interface ProjectLock {
  /** There is a kernels.lock, whatever it says. */
  readonly present: boolean;
  /** Null: it has none for the kernel. */
  commitOf(id: string): string | null;
}

export const NO_LOCK: ProjectLock = { present: false, commitOf: () => null };

/** Looks from a file's folder upwards, to the root of its project. Reads each file once; never throws. */
export class ProjectLocks {
  private readonly known = new Map<string, ProjectLock>();

  lockOf(file: string): ProjectLock {
    return this.inFolder(path.dirname(file));
  }

  private inFolder(folder: string): ProjectLock {
    const before = this.known.get(folder);
    if (before !== undefined) return before;
    const own = readLock(path.join(folder, LOCK_FILE));
    const above = path.dirname(folder);
    const isRoot = above === folder || [PYPROJECT, '.git'].some((name) => existsSync(path.join(folder, name)));
    const found = own ?? (isRoot ? NO_LOCK : this.inFolder(above));
    this.known.set(folder, found);
    return found;
  }
}

/** Null: there is no such file, or it says nothing that can be read. */
function readLock(file: string): ProjectLock | null {
  try {
    return lockOf(parseLockFile(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof PinProblem || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}

function lockOf(file: LockFile): ProjectLock {
  const commits = new Map<string, string>();
  // The library takes the first that is for the kernel.
  const keep = (id: string, commit: string): void => {
    if (!commits.has(id)) commits.set(id, commit);
  };
  if (file.form === 'older') for (const { id, commit } of file.locks) keep(id, commit);
  else for (const { dependency, commit } of file.locks) keep(dependency.id, commit);
  return { present: true, commitOf: (id) => commits.get(id) ?? null };
}
