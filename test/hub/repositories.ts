// Reads the kernels that the Hub of the tests serves: those below kernels/, and the WebGPU kernels that ship.
//   kernels/<org>/<name>/kernel.json     what the Hub says of it
//   kernels/<org>/<name>/<branch>/…      what a branch holds, but for
//     builds.json and package/           what its build folders are made from
// A folder of somebody else's has the same layout; it needs no kernel.json, and holds its build folders as they are.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { BuildList, digestOf, familyOf, makeBuilds } from './builds';
import { Repository, storeFile } from './repository';
import type { RepositoryFacts, StoredFile } from './repository';

const here = path.join(import.meta.dirname, 'kernels');
const root = path.resolve(import.meta.dirname, '../..');

const Facts = v.strictObject({
  downloads: v.optional(v.number(), 0),
  likes: v.optional(v.number(), 0),
  trendingScore: v.optional(v.number(), 0),
  createdAt: v.optional(v.string(), '2026-03-02T09:00:00.000Z'),
  private: v.optional(v.boolean(), false),
  gated: v.optional(v.union([v.literal(false), v.picklist(['auto', 'manual'])]), false),
});

/** Every repository that does not depend on the options of the Hub. */
export function readRepositories(): readonly Repository[] {
  const python = repositoriesBelow(here);
  const shipped = ['media/kernels', 'test/fixtures/kernels'].flatMap((folder) =>
    foldersOf(path.join(root, folder)).map((name) =>
      webgpuRepository(`webgpu-kernels/${name}`, path.join(root, folder, name)),
    ),
  );
  const copied = webgpuRepository('stranger/ai.onnx.Softmax', path.join(root, 'media/kernels/ai.onnx.Softmax'));
  return [...python, ...shipped, copied];
}

/** @param folder holds `<org>/<name>/<branch>/…` */
export function repositoriesBelow(folder: string): readonly Repository[] {
  return foldersOf(folder).flatMap((organisation) =>
    foldersOf(path.join(folder, organisation)).map((name) => readRepository(folder, `${organisation}/${name}`)),
  );
}

function readRepository(base: string, id: string): Repository {
  const folder = path.join(base, id);
  const described = path.join(folder, 'kernel.json');
  const facts = v.parse(Facts, existsSync(described) ? JSON.parse(readFileSync(described, 'utf8')) : {});
  const lists: BuildList[] = [];
  const branches = new Map(
    foldersOf(folder).map((branch) => {
      const files = filesBelow(path.join(folder, branch));
      const served = new Map([...files].filter(([name]) => name !== 'builds.json' && !name.startsWith('package/')));
      const described = files.get('builds.json');
      if (described) {
        const list = v.parse(BuildList, JSON.parse(described.toString()));
        lists.push(list);
        const pack = [...files].filter(([name]) => name.startsWith('package/'));
        const stripped = new Map(pack.map(([name, bytes]) => [name.slice('package/'.length), bytes]));
        for (const [name, bytes] of makeBuilds(list, stripped)) served.set(name, Buffer.from(bytes));
      }
      return [branch, stored(served)];
    }),
  );
  const builds = lists.flatMap((list) => Object.entries(list.builds));
  const families = [...new Set(builds.flatMap(([build]) => familyOf(build) ?? []))];
  const license = lists[0]?.license.toLowerCase();
  const tags = ['kernel', ...(license === undefined ? [] : [`license:${license}`]), 'region:us'];
  return new Repository({ id, ...facts, tags, families, buildMetadata: buildMetadata(builds) }, branches);
}

/** The Hub's digest of what the builds of a kernel are for. */
function buildMetadata(builds: readonly (readonly [string, readonly string[]])[]): RepositoryFacts['buildMetadata'] {
  if (builds.length === 0) return null;
  const names = builds.map(([name]) => name);
  const found = (pattern: RegExp): string[] => [...new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? []))];
  const types = [...new Set(names.flatMap((name) => familyOf(name) ?? []))];
  return {
    compatibility: {
      torch: found(/^torch(?:-stable-abi)?(\d+)-/).map((digits) => `${digits.slice(0, 1)}.${digits.slice(1)}`),
      os: found(/-(linux|darwin|windows)$/).map((os) => (os === 'darwin' ? 'macos' : os)),
      arch: found(/-(x86_64|aarch64)-/),
    },
    backends: types.map((type) => ({
      type,
      hardwareTypes: [...new Set(builds.flatMap(([name, archs]) => (familyOf(name) === type ? archs : [])))],
    })),
    builder: { version: '0.17.2', dirty: false },
  };
}

/** A repository around the build folder of a WebGPU kernel. */
function webgpuRepository(id: string, folder: string): Repository {
  const name = path.basename(folder);
  const build = filesBelow(path.join(folder, 'build/webgpu'));
  if (!build.has('metadata.json')) build.set('metadata.json', webgpuMetadata(name, build));
  const files = new Map([...build].map(([file, bytes]) => [`build/webgpu/${file}`, bytes]));
  const card = `---\nlicense: apache-2.0\nlibrary_name: kernels\ntags:\n- kernel\n- webgpu\n---\n# ${name}\n`;
  files.set('README.md', Buffer.from(`${card}\nThe ONNX operator \`${name}\` as WGSL templates.\n`));
  const facts: RepositoryFacts = {
    id,
    downloads: 0,
    likes: 0,
    trendingScore: 0,
    createdAt: '2026-08-31T07:14:37.000Z',
    private: false,
    gated: false,
    tags: ['kernel', 'webgpu', 'wgsl', 'license:apache-2.0', 'region:us'],
    families: ['webgpu'],
    buildMetadata: null,
  };
  return new Repository(facts, new Map(['main', 'v1'].map((branch) => [branch, stored(files)])));
}

function webgpuMetadata(name: string, build: ReadonlyMap<string, Uint8Array>): Buffer {
  const digest = digestOf(build);
  const rest = { version: 1, license: 'Apache-2.0', backend: { type: 'webgpu' }, digest };
  return Buffer.from(JSON.stringify({ name, id: name, ...rest, webgpu: { manifestSpec: '2.1' } }, null, 2));
}

function stored(files: ReadonlyMap<string, Uint8Array>): Map<string, StoredFile> {
  return new Map([...files].map(([name, bytes]) => [name, storeFile(name, bytes)]));
}

function foldersOf(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Path below the folder, with forward slashes, to contents. */
function filesBelow(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const absolute = entries.map(({ parentPath, name }) => path.join(parentPath, name)).sort();
  return new Map(
    absolute.map((file) => [path.relative(folder, file).split(path.sep).join('/'), readFileSync(file)] as const),
  );
}
