// What waits, for how long, and how few requests go out meanwhile.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createHub } from '../../src/hub/hubClient';
import { HubError } from '../../src/hub/hubError';
import { HubGate } from '../../src/hub/hubGate';
import { retryAfter } from '../../src/hub/retryAfter';
import type { Hub } from '../../src/hub/hubTypes';
import { failure, answeringFetch, json, never, refused, settingsOf, type AnsweringFetch } from './answeringFetch';

const REFS = { branches: [] };

function client(fake: AnsweringFetch, token?: string): Hub {
  return createHub(settingsOf(token === undefined ? {} : { token }), fake);
}

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  test.each<[Record<string, string>, number | null]>([
    [{}, null],
    [{ 'retry-after': '12' }, 12_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': ' 1.5 ' }, 1500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:42 GMT' }, 42_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT' }, 0],
    // A clock here that is an hour off does no harm.
    [{ 'retry-after': 'Thu, 01 Jan 2026 01:00:42 GMT', date: 'Thu, 01 Jan 2026 01:00:00 GMT' }, 42_000],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-3' }, null],
    [{ ratelimit: '"api";r=0;t=55' }, 55_000],
    [{ ratelimit: '"api";r=7;t=55' }, null],
    [{ 'retry-after': '3', ratelimit: '"api";r=0;t=55' }, 3000],
  ])('%j → %j', (headers, expected) => {
    expect(retryAfter(new Headers(headers), now)).toBe(expected);
  });
});

test('a short refusal is waited for, announced, and then answered', async () => {
  const fake = answeringFetch(({ number }) => (number === 1 ? refused(429, { 'retry-after': '7' }) : json(REFS)));
  expect(await client(fake).branches('org/name', never)).toEqual([]);
  expect(fake.asked).toHaveLength(2);
  expect(fake.clock.slept).toEqual([7000]);
  expect(fake.waits).toEqual([[7000, expect.stringContaining('limits how often it may be asked (429)')]]);
});

test('a long refusal is not waited for, and nobody is asked until it is over', async () => {
  const fake = answeringFetch(() => refused(429, { 'retry-after': '240' }));
  const hub = client(fake);
  const first = await failure(hub.branches('org/name', never));
  expect(first).toMatchObject({ kind: 'rate-limited', retryAfterMs: 240_000 });
  expect(first.message).toContain('With a token it may be asked more often.');
  for (let times = 0; times < 20; times += 1) {
    expect(await failure(hub.branches('org/name', never))).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 240_000,
    });
  }
  expect(fake.asked).toHaveLength(1);
  expect(fake.waits).toHaveLength(1);
  await fake.clock.sleep(240_000, never);
  await failure(hub.branches('org/name', never));
  expect(fake.asked).toHaveLength(2);
});

test('a Hub that wants to be left alone for a year is asked again within ten minutes', async () => {
  const fake = answeringFetch(() => refused(429, { 'retry-after': '31536000' }));
  expect((await failure(client(fake).branches('org/name', never))).retryAfterMs).toBe(600_000);
});

test.each([
  ['in seconds', { 'retry-after': '1' }],
  ['as a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }],
  ['that is none', { 'retry-after': 'whenever' }],
  ['not at all', {}],
  ['of nothing', { 'retry-after': '0' }],
])('a storm of refusals lets few of a hundred questions out, Retry-After %s', async (_, headers) => {
  const fake = answeringFetch(() => refused(429, headers));
  const hub = client(fake);
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (__, at) => failure(hub.branches(`org/name${at}`, never))),
  );
  expect(outcomes.every(({ kind }) => kind === 'rate-limited')).toBe(true);
  expect(fake.asked.length).toBeLessThanOrEqual(8);
  expect(fake.waits.length).toBeLessThanOrEqual(3);
});

test('after a storm everything is answered, one question going first', async () => {
  let under = 0;
  let most = 0;
  const together: number[] = [];
  const fake = answeringFetch(async ({ number }) => {
    under += 1;
    most = Math.max(most, under);
    together[number] = under;
    await new Promise((resolve) => setImmediate(resolve));
    under -= 1;
    // The first six, all under way before any of them is answered, and the one that tries first.
    return number <= 7 ? refused(429, { 'retry-after': '2' }) : json(REFS);
  });
  const hub = client(fake);
  await Promise.all(Array.from({ length: 50 }, (_, at) => hub.branches(`org/name${at}`, never)));
  expect(fake.asked).toHaveLength(57);
  expect(together.slice(7, 9)).toEqual([1, 1]);
  expect(most).toBe(6);
  expect(fake.waits.map(([ms]) => ms)).toEqual([2000, 2000]);
});

test('a server in trouble is asked a few times, later and later', async () => {
  const fake = answeringFetch(() => refused(500));
  expect(await failure(client(fake).branches('org/name', never))).toMatchObject({ kind: 'server' });
  expect(fake.asked).toHaveLength(4);
  expect(fake.clock.slept).toEqual([500, 1000, 2000]);
  expect(fake.waits.map(([ms]) => ms)).toEqual([500, 1000, 2000]);
});

test('a Hub that is down is not asked a hundred times', async () => {
  const fake = answeringFetch(() => {
    throw Object.assign(new TypeError('fetch failed'), {
      cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }),
    });
  });
  const hub = client(fake);
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, at) => failure(hub.branches(`org/name${at}`, never))),
  );
  expect(outcomes.every(({ kind }) => kind === 'unreachable')).toBe(true);
  expect(outcomes[0]?.message).toContain('hub.example cannot be reached (ECONNREFUSED)');
  expect(fake.asked.length).toBeLessThanOrEqual(14);
});

test.each([
  ['500', () => refused(500)],
  ['502', () => refused(502)],
  ['503 with a time', () => refused(503, { 'retry-after': '1' })],
  [
    'a broken connection',
    () => {
      throw new TypeError('terminated');
    },
  ],
  ['a body that breaks off', () => new Response('[', { headers: { 'content-length': '400' } })],
])('%s once is no failure', async (_, first) => {
  const fake = answeringFetch(({ number }) => (number === 1 ? first() : json(REFS)));
  expect(await client(fake).branches('org/name', never)).toEqual([]);
  expect(fake.asked).toHaveLength(2);
});

test.each([400, 401, 403, 404, 410, 418, 451])('%i is not asked again', async (status) => {
  const fake = answeringFetch(() => refused(status));
  await failure(client(fake).branches('org/name', never));
  expect(fake.asked).toHaveLength(1);
  expect(fake.waits).toEqual([]);
});

describe('called off', () => {
  test('before it is asked: nothing goes out', async () => {
    const fake = answeringFetch(() => json(REFS));
    expect(await failure(client(fake).branches('org/name', AbortSignal.abort()))).toMatchObject({ kind: 'cancelled' });
    expect(fake.asked).toHaveLength(0);
  });

  test('while it is asked, or while it waits its turn', async () => {
    const fake = answeringFetch(() => new Promise<Response>(() => undefined));
    const hub = client(fake);
    const stop = new AbortController();
    const asked = Array.from({ length: 20 }, (_, at) => failure(hub.branches(`org/name${at}`, stop.signal)));
    await vi.waitFor(() => {
      expect(fake.asked).toHaveLength(6);
    });
    stop.abort();
    for (const error of await Promise.all(asked)) expect(error.kind).toBe('cancelled');
    expect(fake.asked).toHaveLength(6);
  });

  test('what waits behind it goes on', async () => {
    const fake = answeringFetch(({ number }) => (number <= 6 ? new Promise<Response>(() => undefined) : json(REFS)));
    const hub = client(fake);
    const stop = new AbortController();
    const stuck = Array.from({ length: 6 }, () => failure(hub.branches('org/stuck', stop.signal)));
    const patient = hub.branches('org/patient', never);
    await vi.waitFor(() => {
      expect(fake.asked).toHaveLength(6);
    });
    stop.abort();
    expect(await patient).toEqual([]);
    await Promise.all(stuck);
  });
});

test('a connection on which nothing comes is given up', async () => {
  const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
  const fake = answeringFetch(({ number }) => (number === 1 ? new Response(silent) : json(REFS)));
  expect(await createHub(settingsOf(), { ...fake, stallMs: 20 }).branches('org/name', never)).toEqual([]);
  expect(fake.asked).toHaveLength(2);
});

test('whatever is answered, the gate lets out at most six at a time and forgets nobody', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(200, 200, 200, 429, 500, 503, 404), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      async (statuses, callers) => {
        let under = 0;
        let most = 0;
        const fake = answeringFetch(async ({ number }) => {
          under += 1;
          most = Math.max(most, under);
          await new Promise((resolve) => setImmediate(resolve));
          under -= 1;
          const status = statuses[number % statuses.length] ?? 200;
          return status === 200 ? json(REFS) : refused(status, { 'retry-after': '1' });
        });
        const gate = new HubGate(fake.clock);
        const hub = createHub(settingsOf(), { ...fake, gate });
        const outcomes = await Promise.allSettled(
          Array.from({ length: callers }, (_, at) => hub.branches(`org/name${at}`, never)),
        );
        expect(most).toBeLessThanOrEqual(6);
        expect(outcomes.every((one) => one.status === 'fulfilled' || one.reason instanceof HubError)).toBe(true);
        expect(fake.asked.length).toBeLessThanOrEqual(4 * callers);
      },
    ),
    { numRuns: 60 },
  );
});
