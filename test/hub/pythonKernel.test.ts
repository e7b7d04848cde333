// Kernels of the Hub of the tests, looked at before they are profiled in Python.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { buildFiles, buildMetadata, KernelFinder, type FinderSetting } from './kernelFinder';
import { sharedHub } from './sharedHub';
import { temporaryFolders } from './temporaryFolders';

const ACTIVATION = 'kernels-community/activation';
const GATED = 'kernels-community/gated-mlp';
const STRANGER = 'stranger/relu';

const folders = temporaryFolders();
const at = sharedHub({ hostile: true });
let home: string;

beforeEach(async () => {
  home = await folders.make();
});
afterAll(() => folders.remove());

function finder(change: Partial<FinderSetting> = {}): KernelFinder {
  return new KernelFinder({ endpoint: at.hub.endpoint, home, ...change });
}

/** Files of the Hub that were asked for, by their paths in the repository. */
function fetched(): string[] {
  return at.hub.requests.flatMap(({ path: asked, status }) => {
    const file =
      status === 200 ? /\/resolve-cache\/.*?\/[0-9a-f]{40}\/(.*)$/.exec(decodeURIComponent(asked))?.[1] : undefined;
    return file === undefined ? [] : [file];
  });
}

describe('a kernel that runs here', () => {
  test.each([
    [`${ACTIVATION}@v1`, 1, 'v1'],
    [ACTIVATION, 2, 'v2'],
  ])('%s: its commit, its license and its scripts, and nothing else is fetched', async (reference, version, branch) => {
    const commit = at.hub.commitOf(ACTIVATION, branch);
    const found = await finder().find(reference);
    expect(found).toMatchObject({ kind: 'hub', id: ACTIVATION, version, commit, trust: false, license: 'Apache-2.0' });
    expect(found.fromCache).toBe(false);
    expect(found.scripts).toEqual([
      { name: 'benchmarks/benchmark.py', folder: null, source: expect.stringContaining('Benchmark') as string },
    ]);
    expect(fetched().filter((file) => !file.endsWith('/metadata.json'))).toEqual(['benchmarks/benchmark.py']);
  });

  test('by its commit: no version', async () => {
    const commit = at.hub.commitOf(ACTIVATION, 'v1');
    expect(await finder().find(`${ACTIVATION}@${commit}`)).toMatchObject({ version: null, commit });
  });

  test('its branch and its scripts are noted where the library looks without the Hub', async () => {
    await finder().find(`${ACTIVATION}@v1`);
    const storage = path.join(home, 'hub', 'kernels--kernels-community--activation');
    const commit = at.hub.commitOf(ACTIVATION, 'v1');
    expect(await readFile(path.join(storage, 'refs', 'v1'), 'utf8')).toBe(commit);
    const script = path.join(storage, 'snapshots', commit, 'benchmarks', 'benchmark.py');
    expect(await readFile(script, 'utf8')).toContain('Benchmark');
    at.hub.clearRequests();
    await finder().find(`${ACTIVATION}@v1`);
    expect(fetched()).not.toContain('benchmarks/benchmark.py');
  });
});

describe('benchmark scripts', () => {
  test('too many, too large and misplaced ones are left out, and a person hears of it', async () => {
    const files: Record<string, string | null> = { 'benchmarks/benchmark.py': null, 'benchmarks/helper.py': '' };
    Object.assign(files, { 'benchmarks/old/benchmark.py': '', 'benchmarks/benchmark.txt': '' });
    for (let number = 10; number < 30; number++) files[`benchmarks/benchmark_${number}.py`] = '';
    files['benchmarks/benchmark_13.py'] = '#'.repeat(300_000);
    (await at.own()).publish(ACTIVATION, 'v1', files);
    const one = finder();
    const { scripts } = await one.find(`${ACTIVATION}@v1`);
    const names = scripts.map(({ name }) => name);
    expect(names).toHaveLength(15);
    expect(names).not.toContain('benchmarks/benchmark_13.py');
    expect(names.every((name) => /^benchmarks\/benchmark_\d\d\.py$/.test(name))).toBe(true);
    expect(one.notes).toEqual([
      expect.stringMatching(/has 20 benchmark scripts; the first 16/),
      expect.stringMatching(/benchmark_13\.py .* is too large/),
    ]);
  });

  test('one that arrives damaged is not run', async () => {
    (await at.own()).faults.add({ match: /benchmark\.py/, kind: 'corrupt' });
    await expect(finder().find(`${ACTIVATION}@v1`)).rejects.toMatchObject({ name: 'HubError', kind: 'bad-answer' });
  });

  test('a kernel without any has none', async () => {
    expect((await finder().find('kernels-community/relu@v1')).scripts).toEqual([]);
  });
});

describe('a publisher whom the Hub does not trust', () => {
  test('nobody agrees: refused, and nothing of it is fetched but what it needs', async () => {
    const one = finder();
    await expect(one.find(STRANGER)).rejects.toMatchObject({ name: 'HubKernelError', kind: 'refused' });
    expect(one.asked).toEqual([
      { id: STRANGER, publisher: 'stranger', commit: at.hub.commitOf(STRANGER, 'v1'), trusted: false },
    ]);
    expect(fetched()).toEqual([expect.stringMatching(/metadata\.json$/)]);
  });

  test('somebody agrees: it is trusted, and remembered for this commit alone', async () => {
    expect(await finder({ agrees: true }).find(STRANGER)).toMatchObject({ trust: true });
    const later = finder();
    expect(await later.find(STRANGER)).toMatchObject({ trust: true });
    expect(later.asked).toEqual([]);
    (await at.own()).publish(STRANGER, 'v1', { 'README.md': 'Changed.' });
    await expect(finder().find(STRANGER)).rejects.toMatchObject({ kind: 'refused' });
  });

  test('a Hub that cannot be asked about trust is no trust', async () => {
    (await at.own()).faults.add({ match: /overview/, kind: 'garbage' });
    const one = finder();
    await expect(one.find(ACTIVATION)).rejects.toMatchObject({ kind: 'refused' });
    expect(one.asked).toMatchObject([{ trusted: null }]);
  });

  test('what another kernel loads is asked about as well', async () => {
    (await at.own()).publish(
      GATED,
      'v2',
      buildFiles('torch-universal', { 'kernel-depends': [{ 'repo-id': STRANGER, version: 1 }] }),
    );
    const one = finder();
    await expect(one.find(`${GATED}@v2`)).rejects.toThrow(`${STRANGER} was not run`);
    expect(one.asked).toMatchObject([{ id: STRANGER }]);
    expect(await finder({ agrees: true }).find(`${GATED}@v2`)).toMatchObject({ trust: true });
  });

  test('a trusted one is not asked about, nor are the kernels that it loads', async () => {
    const one = finder();
    expect(await one.find(GATED)).toMatchObject({ trust: false });
    expect(one.asked).toEqual([]);
  });
});

describe('without the Hub', () => {
  test('what was fetched runs, with the scripts that were there', async () => {
    const online = await finder().find(`${ACTIVATION}@v1`);
    const snapshot = path.join(home, 'hub', 'kernels--kernels-community--activation', 'snapshots', online.commit ?? '');
    const build = path.join(snapshot, 'build', 'torch-universal');
    await mkdir(build, { recursive: true });
    await writeFile(path.join(build, 'metadata.json'), buildMetadata());
    at.hub.clearRequests();
    for (const reference of [`${ACTIVATION}@v1`, ACTIVATION, `${ACTIVATION}@${online.commit ?? ''}`]) {
      const found = await finder({ offline: true }).find(reference);
      expect(found).toMatchObject({ commit: online.commit, trust: false, license: 'MIT', fromCache: true });
      expect(found.scripts).toEqual(online.scripts);
    }
    expect(at.hub.requests).toEqual([]);
  });

  test('a build that was not fetched is not there', async () => {
    await finder().find(`${ACTIVATION}@v1`);
    await expect(finder({ offline: true }).find(`${ACTIVATION}@v1`)).rejects.toThrow(/the cache has no build of/);
  });

  test('what nobody has heard of is not known', async () => {
    await expect(finder({ offline: true }).find(ACTIVATION)).rejects.toMatchObject({ kind: 'offline' });
  });
});

describe('nothing is looked for of', () => {
  test.each([
    ['kernels-community/old-relu@v1', 'moved', /has moved to kernels-community\/relu\. Profile .*relu@v1 instead/],
    [`${ACTIVATION}@v7`, 'no-such-version', /Version 7 not found, available versions: 1, 2/],
    ['kernels-community/no-such-kernel', 'unauthorized', /does not exist/],
    ['kernels-community/private-attention', 'unauthorized', /or it is private/],
    ['kernels-community/gated-attention', 'forbidden', /gated/],
  ])('%s', async (reference, kind, message) => {
    const found = finder().find(reference);
    await expect(found).rejects.toMatchObject({ kind });
    await expect(found).rejects.toThrow(message);
  });

  test('a repository that moved is told first, also where there is no Python', async () => {
    const here = { system: { missing: 'No Python was found.' }, python: null };
    await expect(finder({ here }).find('kernels-community/old-relu@v1')).rejects.toMatchObject({ kind: 'moved' });
  });
});

test('paths that lead out of a repository are passed over', async () => {
  const found = await finder({ agrees: true }).find('stranger/hostile-paths');
  expect(found).toMatchObject({ license: null, scripts: [] });
});
