// This program's client of the Hub against the Hub of the tests, over real connections.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHub } from '../../src/hub/hubClient';
import { HubError } from '../../src/hub/hubError';
import { hubSettings } from '../../src/hub/hubSettings';
import type { Hub, HubPage, HubQuery } from '../../src/hub/hubTypes';
import { startHub } from './hub';
import type { Fault, TestHub } from './hubTypes';

const never = new AbortController().signal;
const EVERYTHING: HubQuery = { search: '', author: null, sort: 'trendingScore' };
const activation = 'kernels-community/activation';
let hub: TestHub;
let waits: [number, string][] = [];

beforeAll(async () => {
  hub = await startHub({ prefix: '/company/hf', generated: 1000, hostile: true, treePageSize: 4 });
});
afterEach(() => {
  hub.clearRequests();
  hub.faults.clear();
  waits = [];
});
afterAll(async () => {
  await hub.close();
});

function client(token?: string): Hub {
  const settings = hubSettings({ endpoint: hub.endpoint, token, env: { HF_TOKEN_PATH: '/nowhere' }, home: '/nowhere' });
  return createHub(settings, {
    fetch,
    onWait: (ms, why) => {
      waits.push([ms, why]);
    },
    // Nobody waits for real.
    clock: { now: Date.now, random: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    stallMs: 2000,
  });
}

async function all(pages: AsyncIterable<HubPage>): Promise<{ readonly ids: string[]; readonly dropped: number }> {
  const ids: string[] = [];
  let dropped = 0;
  for await (const page of pages) {
    ids.push(...page.kernels.map(({ id }) => id));
    dropped += page.dropped;
  }
  return { ids, dropped };
}

async function failure(work: Promise<unknown>): Promise<HubError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
}

test('a thousand kernels of a mirror with a path come with at most three requests, and the hostile ones are left out', async () => {
  const { ids, dropped } = await all(client().list(EVERYTHING, never));
  expect(ids.length).toBeGreaterThan(1000);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain(activation);
  expect(ids).not.toContain('kernels-community/private-attention');
  expect(ids.every((id) => /^[\w.-]{1,96}\/[\w.-]{1,96}$/.test(id))).toBe(true);
  expect(dropped).toBeGreaterThanOrEqual(11);
  expect(hub.requests.length).toBeLessThanOrEqual(3);
  expect(hub.requests.every(({ path }) => path.startsWith('/company/hf/api/kernels?'))).toBe(true);
});

test('a search asks the Hub', async () => {
  expect((await all(client().list({ ...EVERYTHING, search: 'triton-layer' }, never))).ids).toEqual([
    'kernels-community/triton-layer-norm',
  ]);
  const { ids } = await all(client().list({ ...EVERYTHING, author: 'solo' }, never));
  expect(ids).toEqual(['solo/softcap']);
});

test('a row says what a kernel is for', async () => {
  for await (const { kernels } of client().list({ ...EVERYTHING, search: 'activation' }, never)) {
    expect(kernels.find(({ id }) => id === activation)).toMatchObject({
      language: 'python',
      group: 'activation',
      license: 'apache-2.0',
      downloads: 48211,
      backends: expect.arrayContaining([
        { platform: 'cuda', hardware: expect.arrayContaining(['9.0a']) as string[] },
        { platform: 'cpu', hardware: [] },
      ]) as unknown[],
    });
  }
});

test('versions, variants and files', async () => {
  const asked = client();
  const versions = await asked.versions(activation, never);
  expect(versions).toEqual([
    { version: 1, branch: 'v1', commit: hub.commitOf(activation, 'v1') },
    { version: 2, branch: 'v2', commit: hub.commitOf(activation, 'v2') },
  ]);
  const builds = await asked.tree(activation, 'v2', 'build', { recursive: false }, never);
  expect(builds).toHaveLength(11);
  expect(await asked.tree(activation, 'v2', 'missing', { recursive: false }, never)).toEqual([]);
  const everything = await asked.tree(activation, versions[1]?.commit ?? '', '', { recursive: true }, never);
  const large = everything.find(({ path }) => path === 'build/torch-universal/tanh.bin');
  expect(large).toMatchObject({ size: 2052, lfsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  const card = await asked.file(activation, 'main', 'README.md', 100_000, never);
  expect(new TextDecoder().decode(card ?? undefined)).toContain('activation');
  expect(await asked.file(activation, 'main', 'missing.md', 100, never)).toBeNull();
  expect((await failure(asked.file(activation, 'v9', 'README.md', 100, never))).message).toContain('no such version');
});

test('paths that lead out of a repository are not in its tree', async () => {
  const entries = await client().tree('stranger/hostile-paths', 'v1', '', { recursive: true }, never);
  for (const { path } of entries) expect(path).not.toMatch(/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^C:|\/nul$/);
});

test('the token goes to the Hub and not to where large files lie', async () => {
  const bytes = await client('hf_reader').file(activation, 'v2', 'build/torch-universal/tanh.bin', 10_000, never);
  expect(bytes).toHaveLength(2052);
  expect(hub.requests.map(({ origin, authorization, status }) => [origin, authorization, status])).toEqual([
    ['hub', 'Bearer hf_reader', 302],
    ['files', null, 200],
  ]);
});

describe('what not everybody may see', () => {
  const secret = 'kernels-community/private-attention';
  const gated = 'kernels-community/gated-attention';

  test.each<[string, string | undefined, HubError['kind'], RegExp]>([
    ['anonymous', undefined, 'unauthorized', /or it is private\. Check the name, or set a token/],
    ['with a token that opens it not', 'hf_visitor', 'not-found', /or it is private and the token may not read it/],
    ['with a token that is none', 'hf_wrong', 'unauthorized', /does not accept the token/],
  ])('private, %s', async (_, token, kind, message) => {
    const error = await failure(client(token).kernel(secret, never));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('hf_');
  });

  test('private, with the token that opens it', async () => {
    expect(await client('hf_reader').kernel(secret, never)).toMatchObject({ id: secret, private: true });
  });

  test.each([undefined, 'hf_visitor'])('gated, with the token %s: told where to ask', async (token) => {
    expect(await client(token).kernel(gated, never)).toMatchObject({ gated: true });
    const error = await failure(client(token).file(gated, 'v1', 'build/torch-universal/__init__.py', 9999, never));
    expect(error.kind).toBe('forbidden');
    expect(error.message).toContain(`${hub.endpoint}/kernels/${gated}`);
  });

  test('gated, granted', async () => {
    const builds = await client('hf_reader').tree(gated, 'v1', 'build', { recursive: false }, never);
    const file = await client('hf_reader').file(gated, 'v1', `${builds[0]?.path ?? ''}/metadata.json`, 99_999, never);
    expect(file).not.toBeNull();
  });
});

test('who is trusted, and who asks', async () => {
  expect(await client().trusted('kernels-community', never)).toBe(true);
  expect(await client().trusted('stranger', never)).toBe(false);
  expect(await client().trusted('nobody-at-all', never)).toBe(false);
  expect(await client('hf_reader').whoAmI(never)).toBe('reader');
  expect(await client().whoAmI(never)).toBeNull();
});

const once: [string, Omit<Fault, 'match'>][] = [
  ['reset', { kind: 'reset' }],
  ['cut off', { kind: 'cut' }],
  ['longer than it says', { kind: 'wrong-length', lengthBy: 400 }],
  ['500', { kind: 'status', status: 500 }],
  ['503', { kind: 'status', status: 503, headers: { 'retry-after': '1' } }],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
];
test.each(once)('an answer that is %s once is asked for again, and the wait announced', async (_, fault) => {
  hub.faults.add({ match: /refs/, times: 1, ...fault });
  expect(await client().versions(activation, never)).toHaveLength(2);
  expect(hub.requests).toHaveLength(2);
  expect(waits).toHaveLength(1);
});

const ever: [string, Omit<Fault, 'match'>, HubError['kind']][] = [
  ['a reset', { kind: 'reset' }, 'unreachable'],
  ['cut off', { kind: 'cut' }, 'unreachable'],
  ['garbage', { kind: 'garbage' }, 'bad-answer'],
  ['corrupt', { kind: 'corrupt' }, 'bad-answer'],
  ['shorter than it was', { kind: 'wrong-length', lengthBy: -20 }, 'bad-answer'],
  ['500', { kind: 'status', status: 500 }, 'server'],
  [
    'a redirect in a circle',
    {
      kind: 'status',
      status: 302,
      headers: { location: '/company/hf/again' },
    },
    'bad-answer',
  ],
];
test.each(ever)('an answer that is ever %s comes to a clear word', async (_, fault, expected) => {
  hub.faults.add({ match: /refs|again/, ...fault });
  expect((await failure(client().versions(activation, never))).kind).toBe(expected);
  expect(hub.requests.length).toBeLessThanOrEqual(6);
});

test('a storm of refusals lets few of a hundred questions out', async () => {
  hub.faults.add({ match: /./, kind: 'status', status: 429, headers: { 'retry-after': '240' } });
  const asked = client();
  const errors = await Promise.all(Array.from({ length: 100 }, () => failure(asked.versions(activation, never))));
  expect(errors.every(({ kind, retryAfterMs }) => kind === 'rate-limited' && (retryAfterMs ?? 0) > 200_000)).toBe(true);
  expect(hub.requests.length).toBeLessThanOrEqual(6);
});

test('a search that is called off ends its request', async () => {
  hub.faults.add({ match: /search/, kind: 'delay', ms: 60_000 });
  const stop = new AbortController();
  const search = failure(all(client().list({ ...EVERYTHING, search: 'relu' }, stop.signal)));
  await expect.poll(() => hub.requests.length).toBe(1);
  stop.abort();
  expect((await search).kind).toBe('cancelled');
  await expect.poll(() => hub.requests[0]?.aborted).toBe(true);
});
