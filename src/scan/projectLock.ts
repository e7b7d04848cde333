// The pins of the project that a file belongs to.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LOCK_FILE, PYPROJECT } from '../kernels/pinTexts';
import { NO_PINS, projectPins, type ProjectPins } from '../kernels/projectPins';

/** Looks from a file's folder upwards, to the root of its project. Reads each file once; never throws. */
export class ProjectLocks {
  private readonly known = new Map<string, ProjectPins>();

  lockOf(file: string): ProjectPins {
    return this.inFolder(path.dirname(file));
  }

  private inFolder(folder: string): ProjectPins {
    const before = this.known.get(folder);
    if (before !== undefined) return before;
    const own = projectPins({ pyproject: null, lock: textOf(path.join(folder, LOCK_FILE)), pins: null });
    const above = path.dirname(folder);
    const isRoot = above === folder || [PYPROJECT, '.git'].some((name) => existsSync(path.join(folder, name)));
    const found = own.hasLockFile ? own : isRoot ? NO_PINS : this.inFolder(above);
    this.known.set(folder, found);
    return found;
  }
}

/** Null: there is no such file, or it cannot be read. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
