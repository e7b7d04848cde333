// What the Hub of the tests does itself: lists, ranges, faults, its log.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startHub } from './hub';
import type { Fault, TestHub } from './hubTypes';

const readme = '/kernels/kernels-community/relu/resolve/main/README.md';
const table = '/kernels/kernels-community/activation/resolve/v2/build/torch-universal/tanh.bin';
let hub: TestHub;

beforeAll(async () => {
  hub = await startHub({ generated: 2_500, hostile: true });
});
afterEach(() => {
  hub.clearRequests();
  hub.faults.clear();
});
afterAll(() => hub.close());

interface Row {
  readonly id: string;
  readonly downloads: number;
}

async function list(query: string): Promise<{ rows: Row[]; next: string | null }> {
  const response = await fetch(`${hub.endpoint}/api/kernels${query}`);
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
  return { rows: (await response.json()) as Row[], next };
}

test('every kernel is listed once, in the order asked for', async () => {
  const rows: Row[] = [];
  for (let at: string | null = '?sort=downloads&limit=1000'; at !== null;) {
    const page: { rows: Row[]; next: string | null } = await list(at);
    rows.push(...page.rows);
    at = page.next === null ? null : new URL(page.next).search;
  }
  expect(hub.requests).toHaveLength(3);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(2_500);
  const downloads = rows.map((row) => row.downloads);
  expect(downloads).toEqual([...downloads].sort((a, b) => b - a));
});

test('searches, filters, and answers with the fields asked for', async () => {
  const ids = async (query: string): Promise<string[]> => (await list(query)).rows.map(({ id }) => id);
  expect(await ids('?search=GATED&author=kernels-community')).toEqual([
    'kernels-community/gated-mlp',
    'kernels-community/gated-attention',
  ]);
  const folders = ['media/kernels', 'test/fixtures/kernels'].flatMap((folder) => readdirSync(path.resolve(folder)));
  const shipped = folders.map((name) => `webgpu-kernels/${name}`);
  expect((await ids('?author=webgpu-kernels&filter=wgsl')).sort()).toEqual(shipped.sort());
  const [row] = (await list('?id=kernels-community/relu&expand=buildMetadata&expand=gated')).rows;
  expect(row).toEqual({
    _id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
    id: 'kernels-community/relu',
    gated: false,
    buildMetadata: {
      compatibility: { torch: ['2.10'], os: ['linux', 'macos'], arch: ['x86_64', 'aarch64'] },
      backends: [
        { type: 'cpu', hardwareTypes: [] },
        { type: 'cuda', hardwareTypes: ['8.0', '9.0'] },
        { type: 'metal', hardwareTypes: [] },
      ],
      builder: { version: '0.17.2', dirty: false },
    },
  });
});

test('a private kernel is listed to those who may see it', async () => {
  const query = `${hub.endpoint}/api/kernels?search=private-attention`;
  expect(await (await fetch(query)).json()).toEqual([]);
  const insider = await fetch(query, { headers: { authorization: 'Bearer hf_reader' } });
  expect(await insider.json()).toHaveLength(1);
});

test('an answer that has not changed is not sent again', async () => {
  const url = `${hub.endpoint}/api/kernels/kernels-community/relu/refs`;
  const etag = (await fetch(url)).headers.get('etag') ?? '';
  const again = await fetch(url, { headers: { 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  const own = await startHub();
  own.publish('kernels-community/relu', 'v1', { 'note.txt': 'more' });
  const moved = await fetch(url.replace(hub.endpoint, own.endpoint), { headers: { 'if-none-match': etag } });
  expect(moved.status).toBe(200);
  await own.close();
});

test('commits are the same in every run', async () => {
  const other = await startHub();
  const names = ['kernels-community/activation', 'webgpu-kernels/ai.onnx.Add', 'stranger/relu'];
  const commits = (one: TestHub): string[] => names.map((id) => one.commitOf(id, 'v1'));
  expect(commits(other)).toEqual(commits(hub));
  for (const commit of commits(hub)) expect(commit).toMatch(/^[0-9a-f]{40}$/);
  await other.close();
});

test.each([
  ['bytes=0-0', 'bytes 0-0/2052', 1],
  ['bytes=2000-', 'bytes 2000-2051/2052', 52],
  ['bytes=2000-9999', 'bytes 2000-2051/2052', 52],
])('gives the range %s of a large file', async (range, stated, length) => {
  const response = await fetch(hub.endpoint + table, { headers: { range } });
  expect([response.status, response.headers.get('content-range')]).toEqual([206, stated]);
  expect((await response.arrayBuffer()).byteLength).toBe(length);
});

test('the second origin turns away a token, and an address that was not signed', async () => {
  const redirect = await fetch(hub.endpoint + table, { redirect: 'manual' });
  const location = redirect.headers.get('location') ?? '';
  expect(new URL(location).origin).toBe(hub.secondOrigin);
  const withToken = await fetch(location, { headers: { authorization: 'Bearer hf_reader' } });
  expect(withToken.status).toBe(400);
  expect((await fetch(location.replace(/signature=\w/, 'signature=x'))).status).toBe(403);
});

test('hostile names are listed as they are', async () => {
  const tree = await fetch(`${hub.endpoint}/api/kernels/stranger/hostile-paths/tree/v1?recursive=true`);
  const entries = (await tree.json()) as { path: string; type: string }[];
  expect(entries.map(({ path }) => path)).toContain('../owned');
});

async function outcome(path: string): Promise<string> {
  try {
    const response = await fetch(hub.endpoint + path);
    return `${response.status} ${(await response.text()).length}`;
  } catch {
    return 'broken';
  }
}

const whole = '200 43';
const faults: readonly [Omit<Fault, 'match'>, string][] = [
  [{ kind: 'status', status: 503, body: 'down' }, '503 4'],
  [{ kind: 'headers', headers: { 'x-repo-commit': 'none' } }, whole],
  [{ kind: 'delay', ms: 1 }, whole],
  [{ kind: 'cut' }, 'broken'],
  [{ kind: 'reset' }, 'broken'],
  [{ kind: 'wrong-length' }, 'broken'],
  [{ kind: 'wrong-length', lengthBy: -5 }, '200 38'],
  [{ kind: 'garbage', body: 'sign in' }, '200 7'],
  [{ kind: 'corrupt' }, whole],
];
test.each(faults)('the fault %j strikes as often as ordered', async (fault, expected) => {
  hub.faults.add({ ...fault, match: /resolve-cache/, times: 1 });
  expect(await outcome(readme)).toBe(expected);
  expect(await outcome(readme)).toBe(whole);
});

test('a corrupted file has its length and other contents', async () => {
  const text = async (): Promise<string> => (await fetch(hub.endpoint + readme)).text();
  const before = await text();
  const remove = hub.faults.add({ match: /resolve-cache/, kind: 'corrupt' });
  expect(await text()).not.toBe(before);
  remove();
  expect(await text()).toBe(before);
});

test('a request that its client gives up is logged as such', async () => {
  hub.faults.add({ match: /api\/kernels\?/, kind: 'delay', ms: 60_000 });
  const giveUp = new AbortController();
  const asked = fetch(`${hub.endpoint}/api/kernels?search=slow`, { signal: giveUp.signal });
  await expect.poll(() => hub.requests.length).toBe(1);
  expect(hub.requests[0]?.aborted).toBe(false);
  giveUp.abort();
  await expect(asked).rejects.toThrow();
  await expect.poll(() => hub.requests[0]?.aborted).toBe(true);
});

test('closing ends the requests that wait', async () => {
  const own = await startHub();
  own.faults.add({ match: /./, kind: 'delay', ms: 60_000 });
  const asked = fetch(`${own.endpoint}/api/kernels`);
  const ended = expect(asked).rejects.toThrow();
  await expect.poll(() => own.requests.length).toBe(1);
  await own.close();
  await ended;
});

test('runs by hand until it is stopped', async () => {
  const script = path.resolve(import.meta.dirname, '../../scripts/test-hub.mjs');
  const child = spawn(process.execPath, [script, '--prefix', '/hf', '--generated', '3'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  const response = await fetch(`${printed.toString().trim()}/api/kernels?author=generated`);
  expect(await response.json()).toHaveLength(3);
  child.kill('SIGTERM');
  await ended;
});

test('of a mirror, nothing lies outside its path', async () => {
  const mirror = await startHub({ prefix: '/mirror/hf' });
  const { origin } = new URL(mirror.endpoint);
  expect((await fetch(`${origin}/api/kernels`)).status).toBe(404);
  const { url } = await fetch(`${mirror.endpoint}${readme}`);
  expect(url).toContain('/mirror/hf/api/resolve-cache/');
  await mirror.close();
});
