// Makes the build folders of a Python kernel, as kernel-builder lays them out, from one Python package and a list.
import { createHash } from 'node:crypto';
import * as v from 'valibot';

/** builds.json of a version: what each build is. Not served. */
export const BuildList = v.strictObject({
  name: v.string(),
  version: v.number(),
  license: v.string(),
  minver: v.optional(v.string()),
  upstream: v.optional(v.string()),
  pythonDepends: v.optional(v.array(v.string()), []),
  kernelDepends: v.optional(v.array(v.strictObject({ 'repo-id': v.string(), version: v.number() })), []),
  /** Folder name to the architectures that it is compiled for; empty: it states none. */
  builds: v.record(v.string(), v.array(v.string())),
});
export type BuildList = v.InferOutput<typeof BuildList>;

/** The hardware family in a build's name, as metadata.json has it; null: the name has none. */
export function familyOf(build: string): string | null {
  const [, word = ''] = /-(cpu|cuda|cu\d|rocm|metal|xpu|cann|npu|neuron|tpu|universal)/.exec(build) ?? [];
  if (word === 'universal') return 'cpu';
  if (word === 'npu') return 'cann';
  return word.startsWith('cu') ? 'cuda' : word || null;
}

/** Digests of a build's files as metadata.json lists them. */
export function digestOf(files: ReadonlyMap<string, Uint8Array>): Record<string, unknown> {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const digests = sorted.map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('base64')]);
  return { algorithm: 'sha256', files: Object.fromEntries(digests) };
}

/** @returns path below the repository to contents, of every build in the list */
export function makeBuilds(list: BuildList, pack: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [build, archs] of Object.entries(list.builds)) {
    const family = familyOf(build);
    const id = `_${list.name.replaceAll('-', '_')}_${family ?? 'none'}_${hash(`${list.name} ${list.version}`)}`;
    const own = new Map(pack);
    // Names with an architecture are of compiled builds.
    if (/-(linux|darwin|windows)$/.test(build)) {
      own.set('_ops.py', Buffer.from(operators(id)));
      own.set(`${id}${build.endsWith('windows') ? '.pyd' : '.abi3.so'}`, library(`${id} ${build}`));
    }
    const metadata = {
      id,
      name: list.name,
      version: list.version,
      ...(list.minver === undefined ? {} : { 'kernels-minver': list.minver }),
      license: list.license,
      ...(list.upstream === undefined ? {} : { upstream: list.upstream }),
      'python-depends': list.pythonDepends,
      'kernel-depends': list.kernelDepends,
      backend: { type: family, ...(archs.length > 0 ? { archs } : {}) },
      digest: digestOf(own),
    };
    own.set('metadata.json', Buffer.from(`${JSON.stringify(metadata, null, 2)}\n`));
    for (const [name, bytes] of own) files.set(`build/${build}/${name}`, bytes);
  }
  return files;
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 7);
}

function operators(id: string): string {
  return `import torch\nfrom . import ${id}\n\nops = torch.ops.${id}\n`;
}

/** Bytes that begin as a shared library does and are none: nothing may load them. 20,000 of them, the same each time. */
function library(seed: string): Buffer {
  const blocks = Array.from({ length: 625 }, (_, at) => createHash('sha256').update(`${seed} ${at}`).digest());
  return Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'), ...blocks]).subarray(0, 20_000);
}
