// The files of a WebGPU build that an adapter can use: fetched, and each held against its digest.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { METADATA_FILE, VerifiedFiles } from '../profile/webgpu/digest';
import { folderFiles, kernelPathProblem } from '../profile/webgpu/kernelFolder';
import { decodeText, parseKernelJson } from '../profile/webgpu/kernelJson';
import { MANIFEST_FILE, manifestSpecOf, parseManifest } from '../profile/webgpu/manifest';
import { neededTemplates, type NeededTemplates } from '../profile/webgpu/neededTemplates';
import { KernelError } from '../profile/webgpu/program';
import type { Abilities } from '../profile/webgpu/requirements';
import { includesOf } from '../profile/webgpu/template';

/** Where the files of a WebGPU build lie in a repository. */
export const WEBGPU_BUILD = 'build/webgpu';
/** Files that a kernel runs without, but is measured and checked by. */
const SIDE_FILES: readonly string[] = ['bench.json', 'test.json'];
/** More templates than any kernel has; a manifest that names more has gone astray. */
const MOST_FILES = 2000;

export interface BuildSource {
  /** Names of the build's files, relative to its folder; null: the Hub could not be asked, what is in the cache counts. */
  readonly listed: ReadonlySet<string> | null;
  /** Brings files of the repository, such as `build/webgpu/manifest.json`, into the folder that it answers. */
  readonly download: (paths: readonly string[]) => Promise<string>;
}

export interface FetchedBuild extends NeededTemplates {
  /** It holds `build/webgpu/manifest.json`. */
  readonly folder: string;
}

/**
 * Brings manifest, metadata, tests and benches, and those templates that `abilities` can use, with what they include.
 * Throws what `download` throws, and KernelError, with the name of the file, for one that is missing or wrong.
 */
export async function fetchBuild({ listed, download }: BuildSource, abilities: Abilities): Promise<FetchedBuild> {
  const bring = (files: readonly string[]): Promise<string> => download(files.map((file) => `${WEBGPU_BUILD}/${file}`));
  if (listed?.has(MANIFEST_FILE) === false) throw new KernelError(MANIFEST_FILE, '', 'there is no such file');
  const folder = await bring(
    [MANIFEST_FILE, METADATA_FILE].filter((file) => listed?.has(file) ?? file === MANIFEST_FILE),
  );
  const there = listed ?? (await filesBelow(path.join(folder, WEBGPU_BUILD)));
  const files = await VerifiedFiles.open(await folderFiles(folder));
  const json = parseKernelJson(await files.need(MANIFEST_FILE), MANIFEST_FILE);
  const manifest = parseManifest(json, manifestSpecOf(files.metadata?.webgpu?.manifestSpec, json, METADATA_FILE));
  const needed = neededTemplates(manifest, abilities);

  const sides = SIDE_FILES.filter((file) => there.has(file));
  if (sides.length > 0) await bring(sides);
  for (const file of sides) await files.readIfListed(file);

  const fetched = new Set<string>();
  let next: readonly string[] = needed.templates;
  while (next.length > 0) {
    for (const file of next) {
      const problem = kernelPathProblem(file) ?? (there.has(file) ? undefined : 'there is no such file');
      if (problem !== undefined) throw new KernelError(file, '', problem);
      fetched.add(file);
    }
    if (fetched.size > MOST_FILES)
      throw new KernelError(MANIFEST_FILE, '', `it needs more than ${MOST_FILES} templates`);
    await bring(next);
    const included = new Set<string>();
    for (const file of next) {
      for (const candidates of includesOf(decodeText(await files.need(file), file), file)) {
        // One that is not there is the loader's to complain about: it says which line wants it.
        const found = candidates.find((candidate) => there.has(candidate));
        if (found !== undefined && !fetched.has(found)) included.add(found);
      }
    }
    next = [...included];
  }
  return { folder, ...needed };
}

async function filesBelow(folder: string): Promise<ReadonlySet<string>> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return new Set(names.map((name) => name.split(path.sep).join('/')));
}
