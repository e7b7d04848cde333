import { describe, expect, test } from 'vitest';
import { createCatalogue } from '../../src/hub/catalogue';
import type { CatalogueState } from '../../src/hub/catalogueTypes';
import { createHub } from '../../src/hub/hubClient';
import type { HubError } from '../../src/hub/hubError';
import { answeringFetch, failure, json, never, refused, settingsOf } from './answeringFetch';
import { BUILT_IN, BUILT_IN_AT, memory, row, startCatalogue } from './catalogueRig';

const ids = ({ kernels }: CatalogueState): string[] => kernels.map(({ id }) => id);
const LIST = [{ id: 'kernels-community/activation', downloads: 7 }, { id: 'solo/relu' }, { id: '../evil' }];

describe('the list', () => {
  test('is there at once, from what ships, with its date', () => {
    const { catalogue, fake } = startCatalogue(() => refused(500));
    expect(catalogue.state).toEqual({
      kernels: BUILT_IN,
      source: 'built in',
      at: BUILT_IN_AT,
      loading: false,
      problem: null,
      waiting: null,
      dropped: 0,
    });
    expect(fake.asked).toHaveLength(0);
  });

  test('becomes the Hub’s, with what the snapshot knows beyond it', async () => {
    const { catalogue, states, fake } = startCatalogue(() => json(LIST));
    await catalogue.refresh(never);
    expect(states.map(({ loading, source }) => [loading, source])).toEqual([
      [true, 'built in'],
      [false, 'live'],
    ]);
    expect(ids(catalogue.state)).toEqual(['kernels-community/activation', 'solo/relu']);
    expect(catalogue.state).toMatchObject({ dropped: 1, problem: null, at: '2026-01-01T00:00:00.000Z' });
    expect(catalogue.state.kernels[0]).toMatchObject({
      downloads: 7,
      version: 1,
      summary: 'Activations',
      functions: [{ name: 'silu' }],
      backends: [{ platform: 'cuda' }],
      benchmarks: ['benchmarks/benchmark.py'],
    });
    expect(fake.asked).toHaveLength(1);
  });

  test('is there after a restart as it was, until the Hub answers', async () => {
    const cache = memory();
    await startCatalogue(() => json(LIST), { cache }).catalogue.refresh(never);
    const { catalogue, states } = startCatalogue(() => json([{ id: 'solo/new' }]), { cache });
    expect(catalogue.state).toMatchObject({ source: 'cached', at: '2026-01-01T00:00:00.000Z', dropped: 1 });
    expect(ids(catalogue.state)).toEqual(['kernels-community/activation', 'solo/relu']);
    await catalogue.refresh(never);
    expect(ids(catalogue.state)).toEqual(['solo/new']);
    expect(states.at(-1)?.source).toBe('live');
  });

  test.each([7, null, {}, { kernels: [{}], dropped: 0 }, { kernels: [{ ...row('a/b'), id: '../x' }], dropped: 0 }])(
    'a cache that holds %j is none',
    (value) => {
      const cache = memory();
      cache.write('list', { value, at: '2026-01-01T00:00:00.000Z' });
      expect(startCatalogue(() => json([]), { cache }).catalogue.state).toMatchObject({
        source: 'built in',
        kernels: BUILT_IN,
      });
    },
  );

  test.each<[string, () => Response, HubError['kind']]>([
    ['trouble', () => refused(500), 'server'],
    ['a storm', () => refused(429, { 'retry-after': '200' }), 'rate-limited'],
    ['no list', () => json({ kernels: [] }), 'bad-answer'],
    ['a mirror without lists', () => refused(404), 'not-found'],
  ])('stands as it was after %s, which is told', async (_, reply, kind) => {
    const { catalogue } = startCatalogue(reply);
    await catalogue.refresh(never);
    expect(catalogue.state).toMatchObject({ kernels: BUILT_IN, source: 'built in', loading: false, problem: { kind } });
  });

  test('offline: what ships, and why no more', async () => {
    const { catalogue, fake } = startCatalogue(() => json([]), { offline: true });
    await catalogue.refresh(never);
    expect(catalogue.state).toMatchObject({ kernels: BUILT_IN, problem: { kind: 'offline' } });
    expect(fake.asked).toHaveLength(0);
  });

  test('an empty list takes nothing away', async () => {
    const { catalogue } = startCatalogue(() => json([]));
    await catalogue.refresh(never);
    expect(catalogue.state).toMatchObject({ kernels: BUILT_IN, source: 'live' });
  });

  test('a list that breaks off adds what came', async () => {
    const { catalogue } = startCatalogue(({ number }) =>
      number === 1 ? json([{ id: 'solo/relu' }], { headers: { link: '<?cursor=2>; rel="next"' } }) : refused(404),
    );
    await catalogue.refresh(never);
    expect(ids(catalogue.state)).toEqual([...BUILT_IN.map(({ id }) => id), 'solo/relu']);
    expect(catalogue.state).toMatchObject({ source: 'built in', problem: { kind: 'not-found' } });
  });

  test('asked for twice at a time, it is asked for once', async () => {
    const { catalogue, fake } = startCatalogue(() => json(LIST));
    await Promise.all([catalogue.refresh(never), catalogue.refresh(never)]);
    expect(fake.asked).toHaveLength(1);
  });

  test('called off by one of two, it comes; by both, it does not', async () => {
    const hang = startCatalogue(() => new Promise<Response>(() => undefined));
    const [a, b] = [new AbortController(), new AbortController()];
    const both = [hang.catalogue.refresh(a.signal), hang.catalogue.refresh(b.signal)];
    a.abort();
    await both[0];
    expect(hang.catalogue.state.loading).toBe(true);
    b.abort();
    await both[1];
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(hang.catalogue.state).toMatchObject({ loading: false, problem: null, kernels: BUILT_IN });
  });

  test('what waits can be seen while it waits', async () => {
    const { catalogue, states } = startCatalogue(({ number }) =>
      number === 1 ? refused(429, { 'retry-after': '9' }) : json(LIST),
    );
    await catalogue.refresh(never);
    const waiting = states.find((state) => state.waiting !== null);
    expect(waiting).toMatchObject({ loading: true, waiting: { until: '2026-01-01T00:00:09.000Z' } });
    expect(waiting?.waiting?.why).toContain('limits how often');
    expect(catalogue.state).toMatchObject({ waiting: null, source: 'live' });
  });
});

describe('a search', () => {
  test('asks for one page, and what it finds stays', async () => {
    const { catalogue, fake } = startCatalogue(({ url }) =>
      url.includes('search=')
        ? json([{ id: 'mina/secret', private: true }], { headers: { link: '<?cursor=2>; rel="next"' } })
        : json(LIST),
    );
    const found = await catalogue.search({ search: 'secret', author: null, sort: 'likes' }, never);
    expect(found).toMatchObject([{ id: 'mina/secret', private: true }]);
    expect(fake.asked).toHaveLength(1);
    await catalogue.refresh(never);
    expect(ids(catalogue.state)).toContain('mina/secret');
  });

  test('called off, its request ends', async () => {
    const signals: AbortSignal[] = [];
    const fake = answeringFetch(() => new Promise<Response>(() => undefined));
    const spy: typeof fetch = (input, init) => {
      if (init?.signal instanceof AbortSignal) signals.push(init.signal);
      return fake.fetch(input, init);
    };
    const hub = createHub(settingsOf(), { ...fake, fetch: spy });
    const catalogue = createCatalogue({ hub, builtIn: BUILT_IN, builtInAt: BUILT_IN_AT, cache: memory() });
    const stop = new AbortController();
    const search = failure(catalogue.search({ search: 'x', author: null, sort: 'likes' }, stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect((await search).kind).toBe('cancelled');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
