import { describe, expect, test } from 'vitest';
import { comparePin } from '../../src/hub/pinState';
import type { PythonSystem } from '../../src/kernels/system';
import { PinProblem } from '../../src/kernels/pinProblem';
import type { Pin } from '../../src/kernels/pins';
import { comparisonText, pinFacts, pinRow, problemRow, type PinNews } from '../../src/sidebar/pinRows';
import { build, commit, kernelHub } from './kernelHub';

const A = commit('a');
const B = commit('b');
const pin: Pin = { id: 'org/name', place: 'pyproject', version: 1, written: '1', commit: A };

function known(branchCommit: string | null, newest: number): PinNews {
  return { kind: 'known', state: { branchCommit, newest: { version: newest, branch: `v${newest}`, commit: B } } };
}

describe('the row of a pin', () => {
  test.each<[string, Pin, PinNews, string, string, boolean]>([
    ['that is current', pin, known(A, 1), 'v1 @ aaaaaaa', 'pinned', false],
    ['with a newer build', pin, known(B, 1), 'v1 @ aaaaaaa · newer build available', 'arrow-circle-up', true],
    ['with a newer version', pin, known(A, 3), 'v1 @ aaaaaaa · v3 available', 'arrow-circle-up', true],
    ['with both', pin, known(B, 2), 'v1 @ aaaaaaa · newer build available · v2 available', 'arrow-circle-up', true],
    ['that is not locked', { ...pin, commit: null }, known(A, 1), 'v1 · not locked', 'warning', false],
    ['whose branch is gone', pin, known(null, 1), 'v1 @ aaaaaaa · version is gone', 'warning', false],
    ['that is being asked about', pin, { kind: 'loading' }, 'v1 @ aaaaaaa', 'pinned', false],
    ['without the Hub', pin, { kind: 'failed', problem: 'No connection.' }, 'v1 @ aaaaaaa', 'pinned', false],
    [
      'with a specifier',
      { ...pin, version: null, written: '>=0.1\u202e', commit: null },
      known(A, 1),
      '>=0.1� · no version',
      'warning',
      false,
    ],
  ])('%s', (_, of, news, description, icon, outdated) => {
    const row = pinRow(of, news);
    expect(row).toMatchObject({ label: 'name', description, icon, outdated });
    expect(row.spoken).toBe(`name, ${description.replaceAll(' · ', ', ')}`);
  });
});

test('the rows below a pin say what is locked, what the branch has and where it stands', () => {
  const words = (news: PinNews, of = pin): string[] => {
    return pinFacts(of, news).map(({ label, description }) => `${label} ${description}`.trim());
  };
  expect(words(known(B, 2))).toEqual([
    `Locked ${A}`,
    `v1 has now ${B}`,
    `v2 is available ${B}`,
    'Pinned in pyproject.toml',
  ]);
  expect(words(known(A, 1))).toContain('v1 has no newer build');
  expect(words(known(null, 1))).toContain('v1 is gone the Hub has no such branch');
  expect(words({ kind: 'failed', problem: 'No connection.' })).toContain('Not known to be current No connection.');
  expect(words({ kind: 'loading' }, { ...pin, commit: null, place: 'pins' })).toEqual([
    'Not locked locking the pins writes its commit down',
    'Asking the Hub…',
    'Pinned in kernel-lens.pins.json',
  ]);
});

test('a file that cannot be read is a row with its problem', () => {
  const row = problemRow(new PinProblem('kernels.lock', 'kernels.lock is empty.'));
  expect(row).toMatchObject({ label: 'kernels.lock', description: 'kernels.lock is empty.', icon: 'error' });
});

const system: PythonSystem = {
  backend: { name: 'cuda', version: '12.8' },
  cpu: 'x86_64',
  os: 'linux',
  torch: '2.10',
  torchCxx11Abi: true,
  tvmFfi: null,
  macos: null,
  freeThreadedWithoutAbi: false,
  architecture: '9.0',
  kernelsVersion: '0.17.2',
  modules: {},
};

describe('what an update would change', () => {
  const old = 'torch210-cxx11-cu126-x86_64-linux';
  const better = 'torch210-cxx11-cu128-x86_64-linux';
  const other = 'torch211-cxx11-cu128-x86_64-linux';
  test.each<[string, readonly string[], readonly string[], PythonSystem | null, string]>([
    ['nothing for this machine', [old], [old, other], system, 'No build for this machine gained or lost'],
    ['a better build', [old], [old, better], system, `Gains ${better} for this machine; takes it`],
    ['another build', [old], [better], system, `Gains ${better}; loses ${old} for this machine; takes it`],
    ['no build any more', [old], [other], system, `No build for this machine any more: loses ${old}`],
    ['a first build', [other], [old], system, `Gains ${old} for this machine; takes it`],
    ['a build for WebGPU', [old], [old, 'webgpu'], system, 'Gains webgpu for this machine'],
    ['on a machine that is not known', [old], [other], null, `Gains ${other}; loses ${old}`],
    ['nothing on a machine that is not known', [old], [old], null, 'No build gained or lost'],
  ])('%s', async (_, before, after, machine, text) => {
    const files = (variants: readonly string[]): Record<string, string> => {
      return Object.assign({}, ...variants.map((variant) => build(variant))) as Record<string, string>;
    };
    const hub = kernelHub({ 'org/name': { branches: {}, commits: { [A]: files(before), [B]: files(after) } } });
    const comparison = await comparePin(hub, 'org/name', [A, B], machine, new AbortController().signal);
    expect(comparisonText(comparison, machine !== null)).toBe(text);
    expect(hub.asked).toHaveLength(2);
  });
});
