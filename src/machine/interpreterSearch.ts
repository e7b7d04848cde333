// Which Python is meant, where no extension says it: a setting, the environment that is active, the workspace's, the PATH.
import { access, constants, realpath } from 'node:fs/promises';
import path from 'node:path';
import { shownText } from '../kernels/shownText';
import type { PythonEnvironment } from './machineTypes';

/** What the search depends on; values, so that tests can search a machine that is not this one. */
export interface InterpreterSearch {
  /** What somebody has named: it goes first and is not second-guessed. Null: nobody has. */
  readonly named: Pick<PythonEnvironment, 'path' | 'source'> | null;
  /** Folders whose `.venv` counts. */
  readonly workspaceFolders: readonly string[];
  readonly workspaceTrusted: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** Characters of a path in a sentence. */
const LONGEST_PATH = 300;

/** Why there is no interpreter, in words for people. */
export interface NoInterpreter {
  readonly missing: string;
}

/** The first interpreter that is there. Nothing is run; never throws. */
export async function findInterpreter(search: InterpreterSearch): Promise<PythonEnvironment | NoInterpreter> {
  const { named } = search;
  if (named !== null) return allowed({ ...named, path: fullPath(named.path, search) }, search);
  const active = search.env['VIRTUAL_ENV'] ?? '';
  if (path.isAbsolute(active)) {
    const own = path.join(active, ...interpreterBelow(search.platform));
    if (await canRun(own)) return allowed({ path: own, source: 'activated environment' }, search);
  }
  for (const folder of search.workspaceFolders) {
    const own = path.join(folder, '.venv', ...interpreterBelow(search.platform));
    if (await canRun(own)) return allowed({ path: own, source: 'workspace folder' }, search);
  }
  for (const candidate of pathCandidates(search)) {
    if (!(await canRun(candidate))) continue;
    const found = await allowed({ path: candidate, source: 'PATH' }, search);
    // A PATH that leads into an untrusted workspace is passed over, not obeyed.
    if ('path' in found) return found;
  }
  return {
    missing:
      'No Python was found. Install Python 3.10 or newer, or name one: kernelLens.python.path in the editor, --python on the command line.',
  };
}

/**
 * The interpreter itself, or why it is not run: in a workspace that is not trusted, programs inside it, and programs on
 * other machines, stay where they are.
 */
export async function allowed(
  found: PythonEnvironment,
  search: Pick<InterpreterSearch, 'workspaceFolders' | 'workspaceTrusted' | 'platform'>,
): Promise<PythonEnvironment | NoInterpreter> {
  if (search.workspaceTrusted) return found;
  const shown = shownText(found.path, LONGEST_PATH);
  if (search.platform === 'win32' && /^[\\/]{2}/.test(found.path)) {
    return {
      missing: `${shown} is on another machine and this workspace is not trusted, so it is not run. Trust the workspace to use it.`,
    };
  }
  // A link inside leads out, and a link outside leads in: an environment's own files count as well as its program.
  const places = [found.path, await realpath(found.path).catch(() => found.path)];
  const folders = await Promise.all(
    search.workspaceFolders.map(async (folder) => [folder, await realpath(folder).catch(() => folder)]),
  );
  if (!folders.flat().some((folder) => places.some((place) => isInside(place, folder, search.platform)))) return found;
  return {
    missing: `${shown} is in this workspace, which is not trusted, so it is not run. Trust the workspace to use it.`,
  };
}

function isInside(file: string, folder: string, platform: NodeJS.Platform): boolean {
  const fold = (text: string): string => (platform === 'linux' ? text : text.toLowerCase());
  const relative = path.relative(fold(folder), fold(file));
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}

/** Below an environment's folder. */
export function interpreterBelow(platform: NodeJS.Platform): readonly string[] {
  return platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
}

function fullPath(named: string, { home, workspaceFolders }: InterpreterSearch): string {
  const expanded = /^~(?=[\\/]|$)/.test(named) ? home + named.slice(1) : named;
  return path.resolve(workspaceFolders[0] ?? home, expanded);
}

function pathCandidates({ env, platform }: InterpreterSearch): string[] {
  const windows = platform === 'win32';
  const value = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  // A relative folder would mean another one in each working folder.
  const folders = [...new Set(value.split(path.delimiter))].filter((folder) => path.isAbsolute(folder));
  // Windows puts stand-ins there that lead to its store where Python is not installed.
  const last = folders.filter((folder) => windows && /[\\/]WindowsApps[\\/]*$/i.test(folder));
  const names = windows ? ['python.exe', 'py.exe'] : ['python3', 'python'];
  return [...folders.filter((folder) => !last.includes(folder)), ...last].flatMap((folder) =>
    names.map((name) => path.join(folder, name)),
  );
}

async function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
