// The files of a kernel on this disk.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { KernelError } from './program';

/** Where a kernel's files come from. */
export interface KernelFiles {
  /** What a person calls the place, e.g. the folder's path. */
  readonly origin: string;
  /** Templates may be missing: of the Hub's only those are fetched that the adapter can use. Left out: all are there. */
  readonly partial?: boolean;
  /**
   * The bytes of a file, `path` being relative to the folder of manifest.json, with `/`; null when there is none.
   * Throws KernelError for a path that leaves the folder, and for a file that cannot be read.
   */
  read(path: string): Promise<Uint8Array | null>;
}

/** No file of a kernel comes near this; a larger one is a mistake. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Why a path inside a kernel's folder is not acceptable; undefined when it is. */
export function kernelPathProblem(file: string): string | undefined {
  const segments = file.split('/');
  const leaves = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  return leaves || /[\\:\0]/.test(file) ? 'the path must stay inside the kernel, written with `/`' : undefined;
}

/**
 * A path as seen from a folder of the kernel (`''` or ending in `/`), `.` and `..` resolved; undefined when it leaves
 * the kernel or is no path.
 */
export function resolveKernelPath(folder: string, file: string): string | undefined {
  const segments: string[] = [];
  for (const segment of (folder + file).split('/')) {
    if (segment === '..' && segments.pop() === undefined) return undefined;
    if (segment !== '.' && segment !== '..') segments.push(segment);
  }
  const resolved = segments.join('/');
  return kernelPathProblem(resolved) === undefined ? resolved : undefined;
}

async function isFile(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() ?? false;
}

/**
 * The files of a kernel folder: `folder` holds manifest.json itself or in build/webgpu.
 * Throws KernelError when it is in neither.
 */
export async function folderFiles(folder: string): Promise<KernelFiles> {
  const roots = [path.join(folder, 'build', 'webgpu'), folder];
  for (const root of roots) {
    if (!(await isFile(path.join(root, 'manifest.json')))) continue;
    return { origin: folder, read: (file) => readKernelFile(root, file) };
  }
  throw new KernelError('manifest.json', '', `there is none in ${roots.join(' or ')}: name the folder of a kernel`);
}

async function readKernelFile(root: string, file: string): Promise<Uint8Array | null> {
  const problem = kernelPathProblem(file);
  if (problem !== undefined) throw new KernelError(file, '', problem);
  const place = path.join(root, ...file.split('/'));
  const found = await stat(place).catch(() => null);
  if (found === null) return null;
  if (!found.isFile()) throw new KernelError(file, '', 'it is not a file');
  if (found.size > MAX_FILE_BYTES)
    throw new KernelError(file, '', `it has ${found.size} bytes, at most 64 MiB are read`);
  try {
    return await readFile(place);
  } catch (error) {
    throw new KernelError(file, '', `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
