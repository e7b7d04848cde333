// The benchmark scripts of a kernel for Python: small files in `benchmarks/`, of the Hub or of a folder of this machine.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { BenchmarkScript, PythonKernelRef } from '../profile/python/pythonOptions';
import { readSmallFile } from './buildFiles';
import { HubError } from './hubError';
import type { Hub, HubEntry } from './hubTypes';
import { isInsidePath } from './repositoryNames';
import { SnapshotFolder } from './snapshotFolder';

/** Those that the `kernels` library runs. */
const SCRIPT = /^benchmarks\/benchmark[^/]*\.py$/;
const MOST_SCRIPTS = 16;
/** Bytes of one. */
const LARGEST_SCRIPT = 256 * 1024;

/** A kernel of the Hub at one commit. */
export interface ScriptPlace {
  readonly hub: Hub;
  readonly cacheFolder: string;
  /** `org/name`, checked. */
  readonly id: string;
  /** 40 hexadecimal digits, checked. */
  readonly commit: string;
  /** Told what is left out. */
  readonly onNote: (note: string) => void;
}

/** The scripts of a commit, kept in the cache for the time without the Hub. Throws HubError. */
export async function hubScripts(
  { hub, cacheFolder, id, commit, onNote }: ScriptPlace,
  signal: AbortSignal,
): Promise<readonly BenchmarkScript[]> {
  const entries = await hub.tree(id, commit, 'benchmarks', { recursive: false }, signal);
  const found = entries.filter(({ type, path: name }) => type === 'file' && SCRIPT.test(name) && isInsidePath(name));
  const taken = limited(found, ({ path: name }) => name, id, onNote).filter(({ path: name, size }) => {
    if (size > LARGEST_SCRIPT) onNote(`${name} of ${id} is too large for a benchmark script, and is left out.`);
    return size <= LARGEST_SCRIPT;
  });
  const snapshot = new SnapshotFolder(cacheFolder, id, commit);
  const scripts = taken.map(async (entry) => {
    const kept = (await snapshot.holds(entry.path)) ? await snapshot.read(entry.path) : null;
    const bytes = kept ?? (await hub.file(id, commit, entry.path, LARGEST_SCRIPT, signal));
    if (bytes === null) return [];
    if (kept === null && !(await keep(snapshot, entry, bytes))) {
      throw new HubError('bad-answer', `${entry.path} of ${id} arrived damaged. Try again.`);
    }
    return [script(entry.path, bytes, null)];
  });
  return (await Promise.all(scripts)).flat();
}

/** What the cache has of them. Asks nobody and never throws. */
export async function cachedScripts({
  cacheFolder,
  id,
  commit,
  onNote,
}: Omit<ScriptPlace, 'hub'>): Promise<readonly BenchmarkScript[]> {
  const { folder } = new SnapshotFolder(cacheFolder, id, commit);
  return scriptsBelow(folder, id, onNote, null);
}

/** A folder in the Hub's layout as a profile takes it, its scripts read. Never throws. @param folder an absolute path */
export async function folderKernel(
  folder: string,
  onNote: (note: string) => void,
): Promise<Extract<PythonKernelRef, { kind: 'folder' }>> {
  // What a person's own script imports may lie beside it.
  const scripts = await scriptsBelow(folder, folder, onNote, path.join(folder, 'benchmarks'));
  return { kind: 'folder', path: folder, scripts: [...scripts] };
}

async function scriptsBelow(
  folder: string,
  kernel: string,
  onNote: (note: string) => void,
  importsFrom: string | null,
): Promise<readonly BenchmarkScript[]> {
  const entries = await readdir(path.join(folder, 'benchmarks')).catch(() => []);
  const names = entries.map((name) => `benchmarks/${name}`).filter((name) => SCRIPT.test(name));
  const scripts = limited(names, (name) => name, kernel, onNote).map(async (name) => {
    const bytes = await readSmallFile(path.join(folder, name), LARGEST_SCRIPT);
    if (bytes === null) onNote(`${name} of ${kernel} cannot be read, or is too large, and is left out.`);
    return bytes === null ? [] : [script(name, bytes, importsFrom)];
  });
  return (await Promise.all(scripts)).flat();
}

function limited<T>(
  found: readonly T[],
  nameOf: (one: T) => string,
  kernel: string,
  onNote: (note: string) => void,
): readonly T[] {
  const sorted = found.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  if (sorted.length > MOST_SCRIPTS) {
    onNote(`${kernel} has ${sorted.length} benchmark scripts; the first ${MOST_SCRIPTS} by name are used.`);
  }
  return sorted.slice(0, MOST_SCRIPTS);
}

function script(name: string, bytes: Uint8Array, folder: string | null): BenchmarkScript {
  return { name, source: new TextDecoder().decode(bytes), folder };
}

/** False: they are not the bytes that the repository has. */
async function keep(snapshot: SnapshotFolder, entry: HubEntry, bytes: Uint8Array): Promise<boolean> {
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  };
  // A cache that cannot be written costs the next download, and nothing now.
  return snapshot.receive(entry, whole()).catch(() => true);
}
