// Files of a kernel, brought into the official clients' cache: they have to find them there, and damage must not stay.
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { createHub } from '../../src/hub/hubClient';
import { HubError } from '../../src/hub/hubError';
import { hubSettings, type HubSettings } from '../../src/hub/hubSettings';
import { downloadKernel, type KernelDownload } from '../../src/hub/kernelDownload';
import { startHub } from './hub';
import type { Fault, TestHub } from './hubTypes';
import { askPython } from './pythonClient';
import { temporaryFolders } from './temporaryFolders';

const folders = temporaryFolders();
const never = new AbortController().signal;
const id = 'kernels-community/activation';
const BUILD = 'build/torch-universal';
const TABLE = `${BUILD}/tanh.bin`;
const FILES = ['__init__.py', 'layers.py', 'metadata.json', 'tanh.bin'].map((name) => `${BUILD}/${name}`);
let hub: TestHub;
let home: string;

beforeAll(async () => {
  hub = await startHub({ prefix: '/hf' });
});
afterEach(() => {
  hub.clearRequests();
  hub.faults.clear();
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

function settings(more: { readonly env?: Record<string, string>; readonly token?: string } = {}): HubSettings {
  return hubSettings({ endpoint: hub.endpoint, token: more.token, env: { HF_HOME: home, ...more.env }, home });
}

async function buildFiles(): Promise<string[]> {
  const entries = await createHub(settings(), { fetch }).tree(id, 'v2', BUILD, { recursive: true }, never);
  hub.clearRequests();
  return entries.filter(({ type }) => type === 'file').map((entry) => entry.path);
}

async function fetchFiles(more: Partial<KernelDownload> = {}, signal = never): Promise<string> {
  const { folder } = await downloadKernel(
    {
      settings: settings(),
      fetch,
      clock: { now: Date.now, random: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
      id,
      revision: 'v2',
      commit: hub.commitOf(id, 'v2'),
      paths: FILES,
      ...more,
    },
    signal,
  );
  return folder;
}

async function failure(work: Promise<unknown>): Promise<HubError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function freshHome(): Promise<void> {
  home = await folders.make();
}

describe('the official clients', () => {
  test('find what was fetched, without a Hub, and load it', async () => {
    await freshHome();
    const progress: number[] = [];
    const folder = await fetchFiles({
      paths: await buildFiles(),
      onProgress: ({ bytes, ofBytes }) => progress.push(bytes / ofBytes),
    });
    expect(progress.at(-1)).toBe(1);
    const result = await askPython(
      { python: inject('python'), hub: { endpoint: 'http://127.0.0.1:9' }, home, env: { HF_HUB_OFFLINE: '1' } },
      `
from huggingface_hub import hf_hub_download, scan_cache_dir, snapshot_download
from kernels import get_kernel
where = dict(repo_id="${id}", repo_type="kernel", local_files_only=True)
cache = scan_cache_dir()
kernel = get_kernel("${id}", version=2, backend="cpu")
result = {
    "file": hf_hub_download(filename="${TABLE}", revision="v2", **where),
    "folder": snapshot_download(revision="v2", **where),
    "warnings": [str(one) for one in cache.warnings],
    "repos": [[one.repo_id, one.repo_type, sorted(r.commit_hash for r in one.revisions)] for one in cache.repos],
    "module": kernel.__file__,
}
`,
    );
    expect(result).toEqual({
      file: path.join(folder, TABLE),
      folder,
      warnings: [],
      repos: [[id, 'kernel', [hub.commitOf(id, 'v2')]]],
      module: path.join(folder, BUILD, '__init__.py'),
    });
  });

  test('have fetched it: nothing is asked', async () => {
    await freshHome();
    const paths = await buildFiles();
    await askPython(
      { python: inject('python'), hub, home },
      `from huggingface_hub import snapshot_download
result = snapshot_download("${id}", repo_type="kernel", revision="v2", allow_patterns="${BUILD}/*")`,
    );
    hub.clearRequests();
    const folder = await fetchFiles({ paths });
    expect(hub.requests).toEqual([]);
    expect(await readFile(path.join(folder, TABLE))).toHaveLength(2052);
  });
});

test('only what is wanted is fetched, and only once', async () => {
  await freshHome();
  const folder = await fetchFiles({ paths: [TABLE, `${BUILD}/metadata.json`, TABLE] });
  expect((await filesBelow(folder)).map((file) => path.basename(file)).sort()).toEqual(['metadata.json', 'tanh.bin']);
  expect(hub.requests.filter(({ path: asked }) => asked.includes('/resolve/'))).toHaveLength(2);
  hub.clearRequests();
  expect(await fetchFiles({ paths: [TABLE, `${BUILD}/metadata.json`] })).toBe(folder);
  expect(hub.requests).toEqual([]);
  expect(await readFile(path.join(folder, '../../refs/v2'), 'utf8')).toBe(hub.commitOf(id, 'v2'));
});

test('offline: what is there is enough, what is not is told', async () => {
  await freshHome();
  const offline = settings({ env: { HF_HUB_OFFLINE: '1' } });
  expect((await failure(fetchFiles({ settings: offline }))).kind).toBe('offline');
  const folder = await fetchFiles({ paths: [TABLE] });
  hub.clearRequests();
  expect(await fetchFiles({ settings: offline, paths: [TABLE] })).toBe(folder);
  expect(hub.requests).toEqual([]);
});

test('the token stays with the Hub', async () => {
  await freshHome();
  await fetchFiles({ settings: settings({ token: 'hf_reader' }), paths: [TABLE] });
  expect(hub.requests.map(({ origin, authorization }) => [origin, authorization])).toEqual([
    ['hub', 'Bearer hf_reader'],
    ['hub', 'Bearer hf_reader'],
    ['files', null],
  ]);
  for (const file of await filesBelow(home)) expect(await readFile(file, 'latin1')).not.toContain('hf_reader');
});

describe('damage', () => {
  test.each<[string, Omit<Fault, 'match'>]>([
    ['cut off', { kind: 'cut' }],
    ['other bytes', { kind: 'corrupt' }],
    ['garbage', { kind: 'garbage' }],
    ['shorter', { kind: 'wrong-length', lengthBy: -100 }],
    ['longer', { kind: 'wrong-length', lengthBy: 100 }],
  ])('on the way, %s: told, and nothing of it stays', async (_, fault) => {
    await freshHome();
    hub.faults.add({ match: ({ origin }) => origin === 'files', ...fault });
    const error = await failure(fetchFiles());
    expect(['bad-answer', 'unreachable']).toContain(error.kind);
    const names = (await filesBelow(home)).map((file) => path.basename(file));
    expect(names).not.toContain('tanh.bin');
    expect(names.filter((name) => /incomplete|tmp/.test(name))).toEqual([]);
    hub.faults.clear();
    expect(await readFile(path.join(await fetchFiles(), TABLE))).toHaveLength(2052);
  });

  test('on the way, of a file that no metadata.json vouches for', async () => {
    await freshHome();
    hub.faults.add({ match: /metadata\.json/, kind: 'corrupt' });
    expect((await failure(fetchFiles())).message).toContain('arrived damaged');
    expect((await filesBelow(home)).map((file) => path.basename(file))).not.toContain('metadata.json');
  });

  test('on the way once: fetched again', async () => {
    await freshHome();
    hub.faults.add({ match: ({ origin }) => origin === 'files', kind: 'cut', times: 1 });
    expect(await readFile(path.join(await fetchFiles(), TABLE))).toHaveLength(2052);
  });

  test('on this disk: fetched again, and told where nobody can be asked', async () => {
    await freshHome();
    const folder = await fetchFiles();
    await writeFile(path.join(folder, TABLE), 'not what it was');
    expect(await readFile(path.join(await fetchFiles(), TABLE))).toHaveLength(2052);
    await writeFile(path.join(folder, TABLE), 'not what it was');
    const offline = settings({ env: { HF_HUB_OFFLINE: '1' } });
    expect((await failure(fetchFiles({ settings: offline }))).kind).toBe('offline');
    await expect(stat(path.join(folder, TABLE))).rejects.toThrow();
  });

  test('on a disk without links, where only metadata.json can tell', async () => {
    await freshHome();
    const folder = await fetchFiles();
    const file = path.join(folder, TABLE);
    await rm(file);
    await writeFile(file, 'not what it was');
    expect(await readFile(path.join(await fetchFiles(), TABLE))).toHaveLength(2052);
    expect((await lstat(file)).isSymbolicLink()).toBe(process.platform !== 'win32');
  });

  test('by the publisher: a file that its metadata.json disowns does not stay', async () => {
    await freshHome();
    const commit = hub.publish('solo/softcap', 'v1', { 'build/torch-universal/__init__.py': 'import os\n' });
    const paths = ['build/torch-universal/__init__.py', 'build/torch-universal/metadata.json'];
    const error = await failure(fetchFiles({ id: 'solo/softcap', revision: 'v1', commit, paths }));
    expect(error.message).toContain('is not what its metadata.json says');
    expect((await filesBelow(home)).map((file) => path.basename(file))).not.toContain('__init__.py');
  });
});

test.each([
  { paths: ['../../../owned'] },
  { paths: ['/etc/owned'] },
  { paths: ['build/..\\..\\owned'] },
  { id: '../../owned' },
  { id: 'a/../../owned' },
  { commit: '../../../../owned' },
  { commit: 'v2' },
  { revision: '../../../owned' },
])('%j leads nowhere', async (more) => {
  await freshHome();
  expect((await failure(fetchFiles(more))).kind).toBe('not-found');
  expect(hub.requests).toEqual([]);
  expect(await filesBelow(home)).toEqual([]);
});

test('a file that the repository does not have', async () => {
  await freshHome();
  const error = await failure(fetchFiles({ paths: [TABLE, `${BUILD}/missing.py`] }));
  expect(error.message).toBe(`${id} has no file ${BUILD}/missing.py in v2.`);
  expect(await filesBelow(home)).toEqual([]);
});

test('a cache folder that cannot be used is told, and what is in its place stays', async () => {
  await freshHome();
  const place = path.join(home, 'place');
  if (process.getuid?.() === 0) await writeFile(place, 'mine');
  else {
    await mkdir(place);
    await chmod(place, 0o500);
  }
  const error = await failure(fetchFiles({ settings: settings({ env: { HF_HUB_CACHE: place } }) }));
  expect(error.kind).toBe('disk');
  expect(error.message).toContain(place);
  if (process.getuid?.() === 0) expect(await readFile(place, 'utf8')).toBe('mine');
});

test('called off, it ends, and leaves nothing half done', async () => {
  await freshHome();
  hub.faults.add({ match: ({ origin }) => origin === 'files', kind: 'delay', ms: 60_000 });
  const stop = new AbortController();
  const work = failure(fetchFiles({}, stop.signal));
  await expect.poll(() => hub.requests.some(({ origin }) => origin === 'files')).toBe(true);
  stop.abort();
  expect((await work).kind).toBe('cancelled');
  expect((await filesBelow(home)).filter((file) => /incomplete|tmp$/.test(file))).toEqual([]);
});
