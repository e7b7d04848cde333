// The npm client `@huggingface/hub` against the Hub of the tests.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  checkRepoAccess,
  downloadFile,
  downloadFileToCacheDir,
  fileDownloadInfo,
  listCommits,
  listFiles,
  pathsInfo,
  repoExists,
  snapshotDownload,
  whoAmI,
} from '@huggingface/hub';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { startHub } from './hub';
import type { TestHub } from './hubTypes';
import { askPython } from './pythonClient';
import { temporaryFolders } from './temporaryFolders';

const folders = temporaryFolders();
const repo = 'kernels/kernels-community/activation';
const table = 'build/torch-universal/tanh.bin';
let hub: TestHub;

beforeAll(async () => {
  hub = await startHub({ prefix: '/hf', treePageSize: 3 });
});
afterEach(() => {
  hub.clearRequests();
  hub.faults.clear();
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const commit = (branch: string): string => hub.commitOf('kernels-community/activation', branch);

test('lists folders page by page', async () => {
  const builds = await all(listFiles({ repo, revision: 'v2', path: 'build', hubUrl: hub.endpoint }));
  expect(builds).toHaveLength(11);
  expect(new Set(builds.map(({ type }) => type))).toEqual(new Set(['directory']));
  expect(hub.requests).toHaveLength(4);
  const files = await all(listFiles({ repo, revision: 'v2', recursive: true, hubUrl: hub.endpoint }));
  expect(files.find(({ path: name }) => name === table)).toMatchObject({ size: 2052, lfs: { size: 2052 } });
});

test('reads paths, commits and who asks', async () => {
  const hubUrl = hub.endpoint;
  const accessToken = 'hf_reader';
  const [info] = await pathsInfo({ repo, paths: [table, 'missing'], revision: 'v2', expand: true, hubUrl });
  expect(info).toMatchObject({ path: table, lastCommit: { id: commit('v2') } });
  const commits = await all(listCommits({ repo, revision: 'v1', hubUrl }));
  expect(commits.map(({ oid }) => oid)).toEqual([commit('v1')]);
  expect(await whoAmI({ accessToken, hubUrl })).toMatchObject({ name: 'reader' });
  expect(await repoExists({ repo, hubUrl })).toBe(true);
  expect(await repoExists({ repo: 'kernels/kernels-community/private-attention', hubUrl })).toBe(false);
  await checkRepoAccess({ repo: 'kernels/kernels-community/private-attention', accessToken, hubUrl });
  await expect(checkRepoAccess({ repo: 'kernels/kernels-community/nothing', hubUrl })).rejects.toThrow(
    'Invalid username or password.',
  );
});

test('a large file comes from the second origin, without the token', async () => {
  const access = { accessToken: 'hf_reader', hubUrl: hub.endpoint };
  const info = await fileDownloadInfo({ repo, path: table, revision: 'v2', ...access });
  expect(info).toMatchObject({ size: 2052 });
  const blob = await downloadFile({ repo, path: table, revision: 'v2', ...access });
  expect((await blob?.arrayBuffer())?.byteLength).toBe(2052);
  const large = hub.requests.filter(({ origin }) => origin === 'files');
  expect(large.length).toBeGreaterThan(0);
  expect(new Set(large.map(({ authorization }) => authorization))).toEqual(new Set([null]));
  const rest = hub.requests.filter(({ origin }) => origin === 'hub');
  expect(new Set(rest.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer hf_reader']));
});

test('a small file comes after a redirect within the Hub', async () => {
  const blob = await downloadFile({ repo, path: 'README.md', hubUrl: hub.endpoint });
  expect(await blob?.text()).toContain('# activation');
  expect(hub.requests.some(({ path: asked }) => asked.startsWith('/hf/api/resolve-cache/'))).toBe(true);
  expect(await fileDownloadInfo({ repo, path: 'nothing', hubUrl: hub.endpoint })).toBeNull();
});

test('a gated file opens for those who were let in', async () => {
  const file = { repo: 'kernels/kernels-community/gated-attention', path: 'README.md', hubUrl: hub.endpoint } as const;
  await expect(downloadFile(file)).rejects.toThrow('restricted');
  await expect(downloadFile({ ...file, accessToken: 'hf_visitor' })).rejects.toThrow('authorized list');
  const blob = await downloadFile({ ...file, accessToken: 'hf_reader' });
  expect(await blob?.text()).toContain('gated-attention');
});

test('what it puts into the cache, the Python client finds there', async () => {
  const home = await folders.make();
  const cacheDir = path.join(home, 'hub');
  const revision = commit('v2');
  // It says of each file that it downloads it.
  vi.spyOn(console, 'debug').mockReturnValue();
  const names = ['__init__.py', 'layers.py', 'metadata.json', 'tanh.bin'].map(
    (name) => `build/torch-universal/${name}`,
  );
  for (const name of names) {
    const file = await downloadFileToCacheDir({ repo, path: name, revision, cacheDir, hubUrl: hub.endpoint });
    expect((await readFile(file)).length).toBeGreaterThan(0);
  }
  hub.clearRequests();
  const result = await askPython(
    { python: inject('python'), hub, home, env: { HF_HUB_OFFLINE: '1' } },
    `
from kernels import get_kernel
result = get_kernel("kernels-community/activation", revision="${revision}", backend="cpu").__all__
`,
  );
  expect(result).toContain('gelu_tanh');
  expect(hub.requests).toEqual([]);
});

test('it takes no snapshots of kernels', async () => {
  const cacheDir = await folders.make();
  await expect(snapshotDownload({ repo, revision: 'v2', cacheDir, hubUrl: hub.endpoint })).rejects.toThrow(
    'Unsupported repository type: kernel',
  );
});
