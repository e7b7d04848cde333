import { describe, expect, test } from 'vitest';
import { COMMIT, failure, json, never, refused, type Asked } from './answeringFetch';
import { memory, startCatalogue } from './catalogueRig';

describe('details', () => {
  const folder = (path: string): unknown => ({ type: 'directory', path, size: 0, oid: COMMIT });
  let down = false;
  const repository = ({ place }: Asked): Response => {
    if (down) return refused(500);
    if (place.endsWith('/refs'))
      return json({
        branches: [
          { name: 'v1', targetCommit: COMMIT },
          { name: 'main', targetCommit: COMMIT },
        ],
      });
    if (place.includes('/overview')) return json({ trustedKernelPublisher: true });
    if (place.endsWith(`/tree/${COMMIT}`)) return json([folder('build')]);
    if (place.endsWith('/tree/' + COMMIT + '/build'))
      return json([folder('build/torch-cpu'), folder('build/torch-universal')]);
    if (place.endsWith('/metadata.json')) return json({ name: 'activation', license: 'mit' });
    if (place.startsWith('/kernels/')) return refused(404, { 'x-error-code': 'EntryNotFound' });
    return place.startsWith('/api/kernels/kernels-community/activation')
      ? json({ id: 'kernels-community/activation' })
      : refused(404, { 'x-error-code': 'RepoNotFound' });
  };
  const id = 'kernels-community/activation';

  test('are looked up once, kept, and shown at once the next time', async () => {
    down = false;
    const cache = memory();
    const first = startCatalogue(repository, { cache });
    expect(first.catalogue.seen(id, null)).toBeNull();
    const looked = await first.catalogue.details(id, null, never);
    expect(looked).toMatchObject({
      problem: null,
      value: { commit: COMMIT, version: { version: 1 }, license: 'mit', trusted: true },
    });
    const asked = first.fake.asked.length;
    expect(asked).toBeLessThanOrEqual(9);
    await first.catalogue.details(id, 1, never);
    await first.catalogue.details(id, null, never);
    expect(first.fake.asked).toHaveLength(asked);
    expect(first.catalogue.state.kernels.map(({ trusted }) => trusted)).toEqual([true, true]);
    const second = startCatalogue(repository, { cache });
    expect(second.catalogue.seen(id, null)?.value).toEqual(looked.value);
    expect(second.catalogue.seen(id, 1)?.value).toEqual(looked.value);
    expect(second.catalogue.seen(id, 2)).toBeNull();
    expect(second.fake.asked).toHaveLength(0);
  });

  test('that are old are asked for again, and stand where nobody answers', async () => {
    down = false;
    const { catalogue, fake } = startCatalogue(repository);
    const looked = await catalogue.details(id, null, never);
    await fake.clock.sleep(10 * 60_000, never);
    const asked = fake.asked.length;
    await catalogue.details(id, null, never);
    // The commit is the same: its files are not asked for again.
    expect(fake.asked.slice(asked).filter(({ place }) => place.includes(COMMIT))).toEqual([]);
    await fake.clock.sleep(10 * 60_000, never);
    down = true;
    const stale = await catalogue.details(id, null, never);
    expect(stale.value).toEqual(looked.value);
    expect(stale.problem).toMatchObject({ kind: 'server' });
    expect((await failure(catalogue.details('solo/other', null, never))).kind).toBe('server');
  });

  test('of another build, for another machine, are asked for', async () => {
    down = false;
    let taken = 'torch-cpu';
    const { catalogue, fake } = startCatalogue(repository, { takenHere: () => taken });
    expect(Object.keys((await catalogue.details(id, null, never)).value.metadata)).toEqual(['torch-cpu']);
    taken = 'torch-universal';
    const asked = fake.asked.length;
    expect(Object.keys((await catalogue.details(id, null, never)).value.metadata)).toEqual([
      'torch-cpu',
      'torch-universal',
    ]);
    expect(fake.asked.length).toBeGreaterThan(asked);
  });

  test.each([
    [id, 4, /Version 4 of kernels-community\/activation not found, available versions: 1\./],
    ['solo/missing', null, /does not exist on hub\.example/],
    ['../../etc', null, /is not a kernel/],
  ])('%s@%j: told what is missing', async (name, version, message) => {
    down = false;
    expect((await failure(startCatalogue(repository).catalogue.details(name, version, never))).message).toMatch(
      message,
    );
  });

  test('a cache that holds something else is none', () => {
    const cache = memory();
    cache.write(`details ${id} newest`, { value: { id, commit: '../../x' }, at: '2026-01-01T00:00:00.000Z' });
    expect(startCatalogue(repository, { cache }).catalogue.seen(id, null)).toBeNull();
  });
});
