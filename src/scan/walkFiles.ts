// The files that a scan reads.
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { languageOfFile } from '../code/parseSource';

/** What a build or an installer wrote, whatever else is in it. A folder that is named on the command line is read all the same. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'node_modules',
  '__pycache__',
  'site-packages',
  'dist-packages',
  'build',
  'dist',
  'coverage',
]);
/** The mark of a virtual environment. */
const ENVIRONMENT = 'pyvenv.cfg';

/** A file or folder that is not read, and why in a few words. */
export interface Unread {
  readonly path: string;
  readonly why: string;
}

export interface WalkedFiles {
  /** Absolute, each once, in order. */
  readonly files: readonly string[];
  readonly unread: readonly Unread[];
}

/**
 * Everything below the roots that may hold code. Links within them are not followed, so that no loop is walked.
 * @param roots absolute. Throws for one that is not there.
 */
export async function walkFiles(roots: readonly string[], signal: AbortSignal): Promise<WalkedFiles> {
  const files = new Set<string>();
  const unread: Unread[] = [];
  for (const root of roots) {
    const real = await realpath(root);
    const found = await stat(real);
    if (found.isDirectory()) await walk(real, { files, unread, signal }, true);
    else if (!found.isFile()) unread.push({ path: root, why: 'neither a file nor a folder' });
    else if (isCode(root)) files.add(real);
    else unread.push({ path: root, why: 'not Python, JavaScript, TypeScript or a notebook, by its name' });
  }
  return { files: [...files], unread };
}

/** By the end of its name. */
export function isCode(file: string): boolean {
  return isNotebook(file) || languageOfFile(file) !== null;
}

export function isNotebook(file: string): boolean {
  return file.toLowerCase().endsWith('.ipynb');
}

interface Walking {
  readonly files: Set<string>;
  readonly unread: Unread[];
  readonly signal: AbortSignal;
}

async function walk(folder: string, walking: Walking, isRoot: boolean): Promise<void> {
  walking.signal.throwIfAborted();
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    walking.unread.push({ path: folder, why: whyNot(error) });
    return [];
  });
  if (!isRoot && entries.some(({ name }) => name === ENVIRONMENT)) return;
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry;
    const place = path.join(folder, name);
    if (entry.isDirectory()) {
      if (!isPassedOver(name)) await walk(place, walking, false);
    } else if (isCode(name) && (entry.isFile() || (await isPlainFile(place, entry.isSymbolicLink())))) {
      walking.files.add(place);
    }
  }
}

function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name.endsWith('.egg-info') || PASSED_OVER.has(name);
}

/** Some file systems do not say what an entry is. */
async function isPlainFile(place: string, isLink: boolean): Promise<boolean> {
  if (isLink) return false;
  return lstat(place).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** What the system said, without a path. */
export function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  if (code === 'ENOENT') return 'is gone';
  return code === '' ? 'cannot be read' : `cannot be read (${code})`;
}
