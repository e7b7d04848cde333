import { expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { pythonUses } from '../../src/code/pythonUses';
import { kernelKnowledge } from '../../src/hub/kernelKnowledge';
import { NO_PINS, projectPins } from '../../src/kernels/projectPins';
import { wantedKernels } from '../../src/editor/wantedKernels';
import type { Knowledge } from '../../src/findings/knowledge';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import type { System } from '../../src/kernels/system';
import { pythonSystem } from '../../src/machine/pythonSystem';
import { summary } from './kernelSummaries';
import { probeFacts, TORCH } from './probeFacts';

const cpu: System = {
  python: pythonSystem(
    probeFacts({
      torch: { ...TORCH, version: '2.10.0+cpu', cuda: null },
      gpus: { ...probeFacts({}).gpus, devices: [], driver: null, driverCuda: null, hardware: [] },
    }),
  ),
  webgpu: { missing: 'none' },
};
const COMMIT = 'c'.repeat(40);

function details(version: number, versions: readonly number[], variants: readonly string[]): KernelDetails {
  const branch = (one: number): KernelDetails['versions'][number] => ({
    version: one,
    branch: `v${one}`,
    commit: COMMIT,
  });
  const metadata = Object.fromEntries(
    variants.map((name) => [
      name,
      {
        ...{ id: '_a', name: 'a', version, license: 'MIT', upstream: null, source: null, kernelsMinver: null },
        ...{ pythonDepends: [], kernelDepends: [], backendType: 'cpu', archs: null },
      },
    ]),
  );
  return {
    ...{ id: 'org/a', versions: versions.map(branch), version: branch(version), commit: COMMIT, variants, metadata },
    ...{ webgpu: null, card: null, functions: [], layers: [], benchmarks: [], license: null, trusted: true },
    ...{ gated: false, private: false, redirect: null },
  };
}

/** @param seen by version; `newest` is what a look at the newest has shown */
function knowledge(
  rows: readonly KernelSummary[],
  seen: Readonly<Record<string, KernelDetails>> = {},
  pins = NO_PINS,
): Knowledge {
  return kernelKnowledge({
    catalogue: {
      state: { kernels: rows, source: 'live', at: '', loading: false, problem: null, waiting: null, dropped: 0 },
      seen: (id, version) => {
        const value = id === 'org/a' ? seen[version ?? 'newest'] : undefined;
        return value === undefined ? null : { value, at: '', problem: null };
      },
    },
    system: cpu,
    pins,
    isMissing: (id) => id === 'org/gone',
  });
}

const row = summary({ id: 'org/a', version: 2, backends: [{ platform: 'cpu', hardware: [] }], trusted: false });
const newest = details(2, [1, 2], ['torch-universal']);

test('what nobody has looked into is judged by its row', () => {
  const { works, details: known, versions, trusted, missing } = knowledge([row]).kernel('org/a', null);
  expect([works.state, known, versions, trusted, missing]).toEqual(['likely', null, null, false, false]);
});

test('what was looked into is judged by its builds, the newest version under its number too', () => {
  const known = knowledge([row], { newest });
  for (const version of [null, 2]) {
    expect(known.kernel('org/a', version)).toMatchObject({
      works: { state: 'works', variant: 'torch-universal' },
      versions: [1, 2],
      trusted: true,
    });
  }
  // Another version may have other builds.
  expect(known.kernel('org/a', 1)).toMatchObject({ details: null, works: { state: 'likely' }, versions: [1, 2] });
});

test('the newest version that works is one that was looked into', () => {
  const cuda = details(2, [1, 2], ['torch210-cxx11-cu128-x86_64-linux']);
  const seen = { newest: cuda, 2: cuda };
  expect(knowledge([row], seen).kernel('org/a', 2)).toMatchObject({ works: { state: 'fails' }, workingVersion: null });
  const both = { ...seen, 1: details(1, [1, 2], ['torch-universal']) };
  expect(knowledge([row], both).kernel('org/a', 2).workingVersion).toBe(1);
});

test('a kernel that is not there is missing, and one that nobody knows is not', () => {
  expect(knowledge([]).kernel('org/gone', null)).toMatchObject({ missing: true, works: { state: 'unknown' } });
  expect(knowledge([]).kernel('org/new', null)).toMatchObject({ missing: false, works: { state: 'unknown' } });
});

test('pins and locks are those of the project', () => {
  const lock = JSON.stringify([{ dependency: { 'repo-id': 'org/a', version: 1 }, lock: { commit: COMMIT } }]);
  const pins = projectPins({ pyproject: '[tool.kernels.dependencies]\n"org/a" = 1\n', lock, pins: null });
  const known = knowledge([row], {}, pins);
  expect(known.hasLockFile).toBe(true);
  expect([1, 2, null].map((version) => known.kernel('org/a', version).lockedCommit)).toEqual([COMMIT, null, COMMIT]);
  expect(known.kernel('org/a', 1).pinned).toBe(true);
  expect(known.kernel('org/b', 1)).toMatchObject({ pinned: false, lockedCommit: null });
  const broken = projectPins({ pyproject: '[[', lock: '{', pins: '3' });
  expect([broken.hasLockFile, broken.commit('org/a', 1), broken.has('org/a')]).toEqual([false, null, false]);
});

function wanted(call: string, known: Knowledge): readonly unknown[] {
  const source = parseWhole(`from kernels import get_kernel, use_kernel_forward_from_hub\nk = ${call}\n`, 'python');
  const uses = pythonUses(source, readPythonNames(source));
  expect(uses).toHaveLength(1);
  return wantedKernels(source, uses, known).map(({ id, version }) => `${id} ${version ?? 'newest'}`);
}

const failing = details(2, [1, 2, 3, 4, 5, 6], ['torch210-cxx11-cu128-x86_64-linux']);

test.each([
  ['get_kernel("org/a", version=2)', {}, ['org/a newest']],
  ['get_kernel("org/a", version=1)', { newest }, ['org/a newest', 'org/a 1']],
  ['get_kernel("org/a", version=2)', { newest }, ['org/a newest']],
  ['get_kernel("org/a", version=9)', { newest }, ['org/a newest']],
  ['get_kernel("org/a", version=2)', { newest: failing }, ['org/a newest', 'org/a 6', 'org/a 5', 'org/a 4']],
  ['get_kernel(name, version=2)', {}, []],
  ['get_kernel("not an id")', {}, []],
  ['get_kernel("../../etc")', {}, []],
  ['get_kernel("org/a\\n")', {}, []],
  ['use_kernel_forward_from_hub("org/a")', {}, []],
] as const)('for %s the Hub is asked for what stands there and is not known', (call, seen, asked) => {
  expect(wanted(call, knowledge([row], seen))).toEqual(asked);
});
