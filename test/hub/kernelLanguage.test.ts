// What measures a kernel: told by its builds, on the Hub, in the cache, or in a folder.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { folderKernel } from '../../src/hub/benchmarkScripts';
import { folderLanguage, kernelLanguage, type KernelLanguage } from '../../src/hub/kernelLanguage';
import { parseKernelReference } from '../../src/kernels/kernelId';
import { buildFiles, KernelFinder } from './kernelFinder';
import { sharedHub } from './sharedHub';
import { temporaryFolders } from './temporaryFolders';

const RELU = 'kernels-community/relu';
const ADD = 'webgpu-kernels/ai.onnx.Add';

const folders = temporaryFolders();
const at = sharedHub({});
let home: string;

beforeEach(async () => {
  home = await folders.make();
});
afterAll(() => folders.remove());

function languageOf(reference: string, offline = false): Promise<KernelLanguage> {
  const { id, version, revision } = parseKernelReference(reference);
  const parts = new KernelFinder({ endpoint: at.hub.endpoint, home, offline });
  return kernelLanguage(parts, { id, version, revision }, new AbortController().signal);
}

describe('of the Hub', () => {
  test.each<[string, KernelLanguage]>([
    [`${RELU}@v1`, 'python'],
    [ADD, 'javascript'],
    [`${ADD}@main`, 'javascript'],
  ])('%s', async (reference, language) => {
    expect(await languageOf(reference)).toBe(language);
  });

  test('what has moved has none', async () => {
    await expect(languageOf('kernels-community/old-relu')).rejects.toMatchObject({ kind: 'moved' });
  });

  test('with builds for both it is called from Python', async () => {
    (await at.own()).publish(ADD, 'v2', buildFiles('torch-cuda'));
    expect(await languageOf(ADD)).toBe('python');
    expect(await languageOf(`${ADD}@v1`)).toBe('javascript');
  });

  test('without it, what was fetched tells', async () => {
    for (const [id, variant] of [
      [RELU, 'torch-cpu'],
      [ADD, 'webgpu'],
    ] as const) {
      const commit = at.hub.commitOf(id, 'v1');
      const storage = path.join(home, 'hub', `kernels--${id.replace('/', '--')}`);
      await mkdir(path.join(storage, 'refs'), { recursive: true });
      await writeFile(path.join(storage, 'refs', 'v1'), commit);
      await mkdir(path.join(storage, 'snapshots', commit, 'build', variant), { recursive: true });
    }
    expect(await languageOf(RELU, true)).toBe('python');
    expect(await languageOf(`${ADD}@v1`, true)).toBe('javascript');
    expect(await languageOf(`${ADD}@${at.hub.commitOf(ADD, 'v1')}`, true)).toBe('javascript');
  });

  test.each([
    ['a/never-seen', 'offline'],
    [`${RELU}@${'a'.repeat(40)}`, 'offline'],
  ])('without it, nothing tells of %s', async (reference, kind) => {
    await expect(languageOf(reference, true)).rejects.toMatchObject({ name: 'HubError', kind });
  });
});

describe('of a folder', () => {
  test.each<[readonly string[], KernelLanguage | null]>([
    [['build/webgpu/manifest.json'], 'javascript'],
    [['manifest.json'], 'javascript'],
    [['build/torch-cpu/__init__.py'], 'python'],
    [['build/webgpu/manifest.json', 'build/torch-cpu/__init__.py'], 'python'],
    [['README.md'], null],
    [['build/README.md'], null],
  ])('%j', async (files, language) => {
    await lay(files);
    expect(await folderLanguage(home)).toBe(language);
  });

  test('a folder that is not there has none', async () => {
    expect(await folderLanguage(path.join(home, 'nowhere'))).toBeNull();
  });

  test('its scripts are read, and may import what lies beside them', async () => {
    const benchmarks = ['benchmarks/benchmark_b.py', 'benchmarks/benchmark.py', 'benchmarks/shapes.py'];
    await lay(['build/torch-cpu/__init__.py', ...benchmarks]);
    await writeFile(path.join(home, 'benchmarks', 'benchmark_large.py'), '#'.repeat(300_000));
    const notes: string[] = [];
    const kernel = await folderKernel(home, (note) => notes.push(note));
    const folder = path.join(home, 'benchmarks');
    expect(kernel).toEqual({
      kind: 'folder',
      path: home,
      scripts: [
        { name: 'benchmarks/benchmark.py', source: 'x = 1', folder },
        { name: 'benchmarks/benchmark_b.py', source: 'x = 1', folder },
      ],
    });
    expect(notes).toEqual([expect.stringContaining('benchmark_large.py')]);
  });
});

async function lay(files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), 'x = 1');
  }
}
