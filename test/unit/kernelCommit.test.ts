import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HubError } from '../../src/hub/hubError';
import { findCommit } from '../../src/hub/kernelCommit';
import { fakeHub, NEVER } from './hubStub';

const commit = (digit: string): string => digit.repeat(40);
const BRANCHES = [
  { name: 'main', commit: commit('a') },
  { name: 'v2', commit: commit('2') },
  { name: 'v10', commit: commit('b') },
  { name: 'v1', commit: commit('1') },
  { name: 'vnext', commit: commit('c') },
];
const ID = 'org/name';

let cacheFolder = '';
beforeAll(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), 'kernel-commit-'));
  const refs = path.join(cacheFolder, 'kernels--org--cached', 'refs');
  await mkdir(refs, { recursive: true });
  await writeFile(path.join(refs, 'v1'), commit('1'));
  await writeFile(path.join(refs, 'v3'), `${commit('3')}\n`);
  await writeFile(path.join(refs, 'v4'), 'garbage');
  await mkdir(path.join(refs, 'v5'));
});
afterAll(async () => {
  await rm(cacheFolder, { recursive: true, force: true });
});

const hub = fakeHub({ branches: () => Promise.resolve(BRANCHES) });

describe('the commit of a kernel', () => {
  test.each([
    [{ version: null, revision: null }, 10, 'v10', 'b'],
    [{ version: 2, revision: null }, 2, 'v2', '2'],
    [{ version: null, revision: 'main' }, null, 'main', 'a'],
    [{ version: null, revision: 'vnext' }, null, 'vnext', 'c'],
    [{ version: null, revision: commit('f') }, null, commit('f'), 'f'],
  ])('%j', async (asked, version, revision, digit) => {
    expect(await findCommit(hub, { cacheFolder }, { id: ID, ...asked }, NEVER)).toEqual({
      version,
      revision,
      commit: commit(digit),
      fromCache: false,
    });
  });

  test.each([
    [{ version: 3, revision: null }, BRANCHES, 'Version 3 not found, available versions: 1, 2, 10'],
    [{ version: null, revision: 'dev' }, BRANCHES, /has no branch dev\. There are: main, v2/],
    [
      { version: null, revision: 'dev' },
      [{ name: 'a\u001b[2J\u202eb', commit: commit('a') }],
      /There are: a \[2J\ufffdb\.$/,
    ],
    [{ version: null, revision: null }, BRANCHES.slice(0, 1), /has no versions.*org\/name@main/],
  ])('%j is not there', async (asked, branches, message) => {
    const poor = fakeHub({ branches: () => Promise.resolve(branches) });
    const found = findCommit(poor, { cacheFolder }, { id: ID, ...asked }, NEVER);
    await expect(found).rejects.toThrow(message);
    await expect(found).rejects.toMatchObject({ name: 'HubKernelError', kind: 'no-such-version' });
  });
});

describe('where the Hub gives no answer', () => {
  const failing = (kind: HubError['kind']) =>
    fakeHub({ branches: () => Promise.reject(new HubError(kind, 'no answer')) });

  test.each(['offline', 'unreachable', 'rate-limited', 'server'] as const)('%s: the cache does', async (kind) => {
    const asked = { id: 'org/cached', version: null, revision: null };
    expect(await findCommit(failing(kind), { cacheFolder }, asked, NEVER)).toEqual({
      version: 3,
      revision: 'v3',
      commit: commit('3'),
      fromCache: true,
    });
  });

  test('what was never fetched is not known', async () => {
    const asked = { id: 'org/other', version: null, revision: null };
    await expect(findCommit(failing('offline'), { cacheFolder }, asked, NEVER)).rejects.toMatchObject({
      name: 'HubError',
      kind: 'offline',
    });
  });

  test.each(['unauthorized', 'forbidden', 'not-found', 'bad-answer', 'cancelled'] as const)(
    '%s is an answer',
    async (kind) => {
      const asked = { id: 'org/cached', version: null, revision: null };
      await expect(findCommit(failing(kind), { cacheFolder }, asked, NEVER)).rejects.toMatchObject({ kind });
    },
  );
});
