// The program that runs the GPU worker. Desktop VS Code runs extensions in Electron, whose V8 refuses memory that a
// native addon owns, and that is how Dawn hands results back: there a Node.js of the machine's own is needed.
import { execFile } from 'node:child_process';
import { access, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** What the search depends on; a parameter so that tests can search a machine that is not this one. */
export interface NodeSearch {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly execPath: string;
  /** This process is Electron, whatever it is told to look like. */
  readonly electron: boolean;
  /** A path that the user has set; it goes before every other and must work. */
  readonly chosen: string | null;
}

export const OLDEST_NODE = 20;

const run = promisify(execFile);

/** Answers a program's Node.js version, e.g. `20.11.1`; null where it is none. Takes two seconds at most. */
export async function nodeVersion(program: string): Promise<string | null> {
  try {
    const script = "process.stdout.write(process.versions.electron ? '' : process.versions.node)";
    const { stdout } = await run(program, ['-e', script], { timeout: 2000, windowsHide: true });
    return /^\d+\.\d+\.\d+/.test(stdout) ? stdout : null;
  } catch {
    return null;
  }
}

/**
 * Finds a Node.js, version 20 or newer, that can load Dawn: this process's own when it is not Electron.
 * Throws with what to do when there is none.
 */
export async function findNode(
  search: NodeSearch,
  version: (program: string) => Promise<string | null> = nodeVersion,
): Promise<string> {
  if (search.chosen !== null) {
    const found = await version(search.chosen);
    if (found !== null && major(found) >= OLDEST_NODE) return search.chosen;
    const is = found === null ? 'is no Node.js that starts' : `is Node.js ${found}`;
    throw new Error(
      `${search.chosen} ${is}. Name a Node.js ${OLDEST_NODE} or newer in kernelLens.nodePath (or KERNEL_LENS_NODE), or clear it.`,
    );
  }
  if (!search.electron) return search.execPath;
  for (const program of await candidates(search)) {
    const found = await version(program);
    if (found !== null && major(found) >= OLDEST_NODE) return program;
  }
  throw new Error(
    `Measuring needs Node.js ${OLDEST_NODE} or newer on the PATH: the editor's own runtime cannot read GPU memory. ` +
      'Install it, or name one in the setting kernelLens.nodePath, then run again.',
  );
}

function major(version: string): number {
  return Number.parseInt(version, 10);
}

async function candidates(search: NodeSearch): Promise<string[]> {
  const { env, platform } = search;
  const name = platform === 'win32' ? 'node.exe' : 'node';
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  const path = Object.entries(env).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  // An editor started from a desktop has not read the shell's start files, so version managers are looked at as well.
  const folders = [
    ...path.split(delimiter).filter((folder) => folder !== ''),
    ...(platform === 'win32'
      ? [join(env['ProgramFiles'] ?? 'C:\\Program Files', 'nodejs')]
      : ['/usr/local/bin', '/usr/bin', '/opt/homebrew/bin']),
    ...(home === '' ? [] : [join(home, '.volta', 'bin'), join(home, '.local', 'bin')]),
    ...(home === '' ? [] : await newestFirst(join(home, '.nvm', 'versions', 'node'), 'bin')),
    ...(home === ''
      ? []
      : await newestFirst(join(home, '.local', 'share', 'fnm', 'node-versions'), 'installation', 'bin')),
  ];
  const programs = [...new Set(folders)].map((folder) => join(folder, name));
  const there = await Promise.all(
    programs.map((program) =>
      access(program).then(
        () => true,
        () => false,
      ),
    ),
  );
  return programs.filter((_, index) => there[index]);
}

async function newestFirst(folder: string, ...below: string[]): Promise<string[]> {
  const versions = await readdir(folder).catch(() => []);
  return versions
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((version) => join(folder, version, ...below));
}
