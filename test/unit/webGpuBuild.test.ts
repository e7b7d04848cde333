// Which files of a WebGPU build are fetched: those that the adapter can use, each as its digest says.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchBuild, WEBGPU_BUILD, type FetchedBuild } from '../../src/hub/webGpuBuild';
import { KernelError } from '../../src/profile/webgpu/program';
import { loadKernel } from '../../src/profile/webgpu/kernel';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import { rankVariants } from '../../src/profile/webgpu/selection';
import type { Abilities } from '../../src/profile/webgpu/requirements';
import { callOf, device, manifest, metadataOf, pass, TRIVIAL_SHADER, type Json } from './kernelFixture';

const ADAPTER: Abilities = { features: new Set(['shader-f16']), limits: { maxBufferSize: 1000 } };

function variant(id: string, changes: Json = {}): Json {
  return { id, passes: [pass({ shader: `${id}.wgsl.jinja` })], ...changes };
}

/** Templates of three variants, one of which includes others, and what lies beside them. */
const FILES: Readonly<Record<string, string>> = {
  'manifest.json': JSON.stringify(
    manifest({
      variants: [
        variant('plain'),
        variant('half', { requires: { features: ['shader-f16'] } }),
        variant('groups', { requires: { features: ['subgroups'] } }),
        variant('huge', { requires: { limits: { maxBufferSize: 1001 } } }),
      ],
    }),
  ),
  'plain.wgsl.jinja': `{% include "parts/head.wgsl.jinja" %}\n${TRIVIAL_SHADER}`,
  'parts/head.wgsl.jinja': '{% include "tail.wgsl.jinja" %}\n// head\n',
  'parts/tail.wgsl.jinja': '// tail\n',
  'half.wgsl.jinja': TRIVIAL_SHADER,
  'groups.wgsl.jinja': `{% include "only-groups.wgsl.jinja" %}\n${TRIVIAL_SHADER}`,
  'only-groups.wgsl.jinja': '// groups\n',
  'huge.wgsl.jinja': TRIVIAL_SHADER,
  'unused.wgsl.jinja': TRIVIAL_SHADER,
  'test.json': '{"cases":[]}',
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'webgpu-build-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Repository {
  readonly files: Readonly<Record<string, string>>;
  /** Left out: the digests of `files`; null: there is no metadata.json. */
  readonly metadata?: string | null;
  /** Names that the Hub does not list, or null where it gives no answer. */
  readonly unlisted?: readonly string[] | null;
}

/** Fetches from a repository in memory into `folder`, and tells which files came. */
async function fetchFrom(
  { files, metadata = metadataOf(files), unlisted = [] }: Repository,
  abilities = ADAPTER,
): Promise<{ build: FetchedBuild; fetched: string[] }> {
  const all: Readonly<Record<string, string>> = metadata === null ? files : { ...files, 'metadata.json': metadata };
  const fetched: string[] = [];
  const listed = unlisted === null ? null : new Set(Object.keys(all).filter((name) => !unlisted.includes(name)));
  const download = async (paths: readonly string[]): Promise<string> => {
    for (const whole of paths) {
      const name = path.posix.relative(WEBGPU_BUILD, whole);
      const content = all[name];
      if (content === undefined) throw new Error(`the repository has no ${whole}`);
      fetched.push(name);
      const place = path.join(folder, WEBGPU_BUILD, ...name.split('/'));
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, content);
    }
    return folder;
  };
  return { build: await fetchBuild({ listed, download }, abilities), fetched };
}

test('templates of variants that the adapter cannot run stay on the Hub, with what only they include', async () => {
  const { build, fetched } = await fetchFrom({ files: FILES });
  expect(fetched.sort()).toEqual([
    'half.wgsl.jinja',
    'manifest.json',
    'metadata.json',
    'parts/head.wgsl.jinja',
    'parts/tail.wgsl.jinja',
    'plain.wgsl.jinja',
    'test.json',
  ]);
  expect(build.rejected).toEqual([
    { variant: 'groups', reason: 'the device has no subgroups' },
    { variant: 'huge', reason: 'it needs maxBufferSize of 1001, the device has 1000' },
  ]);
});

test('an adapter with everything gets everything that is used', async () => {
  const all = { features: new Set(['shader-f16', 'subgroups']), limits: { maxBufferSize: 2000 } };
  const { build, fetched } = await fetchFrom({ files: FILES }, all);
  expect(build.rejected).toEqual([]);
  expect(fetched).toContain('only-groups.wgsl.jinja');
  expect(fetched).not.toContain('unused.wgsl.jinja');
  expect(new Set(fetched).size).toBe(fetched.length);
});

test('a kernel that asks for too much as a whole needs no template', async () => {
  const greedy = { ...manifest(), requires: { features: ['subgroups'] } };
  const files = { 'manifest.json': JSON.stringify(greedy), 'main.wgsl.jinja': TRIVIAL_SHADER };
  const { build, fetched } = await fetchFrom({ files });
  expect(build.templates).toEqual([]);
  expect(build.rejected).toEqual([{ variant: 'only', reason: 'the device has no subgroups' }]);
  expect(fetched.sort()).toEqual(['manifest.json', 'metadata.json']);
});

test('a template that includes itself is fetched once; the loader has the complaint', async () => {
  const files = {
    'manifest.json': JSON.stringify(manifest()),
    'main.wgsl.jinja': '{% include "other.wgsl.jinja" %}\n',
    'other.wgsl.jinja': '{% include "main.wgsl.jinja" %}\n',
  };
  const { fetched } = await fetchFrom({ files });
  expect(fetched.filter((name) => name.endsWith('.jinja')).sort()).toEqual(['main.wgsl.jinja', 'other.wgsl.jinja']);
});

test('without the Hub what is in the cache does', async () => {
  await fetchFrom({ files: FILES });
  const { build } = await fetchFrom({ files: FILES, unlisted: null });
  expect(build.folder).toBe(folder);
  expect(build.templates).toEqual(['plain.wgsl.jinja', 'half.wgsl.jinja']);
});

test('a kernel without metadata.json can be fetched: its report says that nothing was compared', async () => {
  const { fetched } = await fetchFrom({ files: FILES, metadata: null });
  expect(fetched).not.toContain('metadata.json');
  expect(fetched).toContain('plain.wgsl.jinja');
});

describe('nothing runs', () => {
  async function complaint(repository: Repository): Promise<KernelError> {
    const error: unknown = await fetchFrom(repository).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof KernelError) return error;
    throw new Error(`no KernelError but ${String(error)}`);
  }

  test.each(['manifest.json', 'plain.wgsl.jinja', 'parts/tail.wgsl.jinja', 'test.json'])(
    'where %s is not what its digest says',
    async (name) => {
      const files = { ...FILES, [name]: `${FILES[name] ?? ''} ` };
      const error = await complaint({ files, metadata: metadataOf(FILES) });
      expect(error.file).toBe(name);
      const found = createHash('sha256')
        .update(files[name] ?? '')
        .digest('base64');
      expect(error.message).toContain(found);
    },
  );

  test('where a template has no digest', async () => {
    const digests = Object.fromEntries(Object.entries(FILES).filter(([name]) => name !== 'half.wgsl.jinja'));
    const error = await complaint({ files: FILES, metadata: metadataOf(digests) });
    expect(error).toMatchObject({ file: 'half.wgsl.jinja', reason: expect.stringContaining('no digest') as string });
  });

  test('where there is no manifest', async () => {
    expect(await complaint({ files: FILES, unlisted: ['manifest.json'] })).toMatchObject({ file: 'manifest.json' });
  });

  test('where a template is missing', async () => {
    expect(await complaint({ files: FILES, unlisted: ['half.wgsl.jinja'] })).toMatchObject({
      file: 'half.wgsl.jinja',
      reason: 'there is no such file',
    });
  });

  test.each(['../../../secret', '/etc/passwd', 'a/../../b', 'C:\\x', 'a//b', '..'])(
    'where a template is called %s, and nothing of that name is asked for',
    async (shader) => {
      const json = manifest({}, { passes: [pass({ shader })] });
      const error = await complaint({ files: { 'manifest.json': JSON.stringify(json) } });
      expect(error).toMatchObject({ file: shader, reason: expect.stringContaining('stay inside') as string });
    },
  );
});

test('what was not fetched is rejected with a reason, and the rest runs', async () => {
  await fetchFrom({ files: FILES });
  const kernel = await loadKernel({ ...(await folderFiles(folder)), partial: true });
  expect([...kernel.unfetched]).toEqual(['groups', 'huge']);
  const able = device({ features: new Set(['shader-f16', 'subgroups']) });
  const verdicts = rankVariants(kernel, callOf([8]), able).map(({ id, status, reason }) => [id, status, reason]);
  expect(verdicts).toEqual([
    ['plain', 'eligible', ''],
    ['half', 'eligible', ''],
    ['groups', 'rejected', expect.stringContaining('not fetched for this adapter') as string],
    ['huge', 'rejected', expect.stringContaining('not fetched for this adapter') as string],
  ]);
});

test('a folder of somebody who writes kernels must be whole', async () => {
  await fetchFrom({ files: FILES });
  await expect(loadKernel(await folderFiles(folder))).rejects.toThrow('groups.wgsl.jinja: there is no such file');
});
