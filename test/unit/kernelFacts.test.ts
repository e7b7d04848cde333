import { describe, expect, test } from 'vitest';
import { HubError } from '../../src/hub/hubError';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import type { PythonSystem, System } from '../../src/kernels/system';
import { kernelFacts, type Fact, type Opened } from '../../src/sidebar/kernelFacts';
import { summary } from './kernelSummaries';

const python: PythonSystem = {
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
const here: System = {
  python: { system: python },
  webgpu: { system: { name: 'GPU', software: false, features: ['subgroups'], limits: {} } },
};
const nowhere: System = { python: { missing: 'No Python was found.' }, webgpu: { missing: 'No adapter.' } };
const kernel = summary({
  id: 'org/name',
  version: 2,
  functions: [{ name: 'gelu', signature: '(out, x)' }],
  layers: ['Gelu'],
  benchmarks: ['benchmarks/a b.py'],
  license: 'mit',
});
const details: KernelDetails = {
  id: 'org/name',
  versions: [1, 2].map((version) => ({ version, branch: `v${version}`, commit: `${version}`.repeat(40) })),
  version: { version: 2, branch: 'v2', commit: '2'.repeat(40) },
  commit: '2'.repeat(40),
  variants: ['torch210-cxx11-cu128-x86_64-linux', 'torch29-cxx11-cu128-x86_64-linux', 'torch-universal', 'notes'],
  metadata: {},
  webgpu: null,
  card: null,
  functions: [],
  layers: [],
  benchmarks: ['benchmarks/benchmark.py'],
  license: 'apache-2.0',
  trusted: false,
  gated: false,
  private: true,
  redirect: { destination: 'org/other', revision: 'main' },
};
const works = { state: 'works', variant: 'torch210-cxx11-cu128-x86_64-linux' } as const;

function open(change: Partial<KernelDetails> = {}, problem: HubError | null = null): Opened {
  return { state: 'open', details: { value: { ...details, ...change }, at: '2026-01-02T12:00:00Z', problem } };
}

function fact(facts: readonly Fact[], key: string): Fact {
  const found = facts.find((one) => one.key === key);
  if (found === undefined) throw new Error(`no ${key}`);
  return found;
}

const lines = (facts: readonly Fact[]): readonly string[] =>
  facts.map(({ label, description }) => (description === '' ? label : `${label}: ${description}`));

test('a kernel that was looked into', () => {
  expect(lines(kernelFacts(kernel, works, open(), here))).toEqual([
    'Runs here: torch210-cxx11-cu128-x86_64-linux',
    'Versions: v2 and 1 older',
    'Builds: 4, 2 for this machine',
    'Functions: 1',
    'Layers: 1',
    'Benchmarks: 1',
    'Publisher: org, not trusted by the Hub: its code runs only with consent',
    'Licence: apache-2.0',
    'Private: seen with your token only',
    'Moved: to org/other (main)',
    'Details: card, builds and benchmarks on a page',
    'Open on the Hub',
  ]);
});

test('while the Hub is asked, and where it does not answer, the rest is there, in the same order', () => {
  const loading = kernelFacts(kernel, works, { state: 'loading' }, here);
  expect(fact(loading, 'versions').description).toBe('loading…');
  expect(fact(loading, 'builds').description).toBe('loading…');
  expect(fact(loading, 'publisher').description).toBe('org, trust not known');
  const failed = kernelFacts(kernel, works, { state: 'failed', problem: 'It is away. Try again.' }, here);
  expect(fact(failed, 'problem')).toMatchObject({ description: 'It is away. Try again.', action: { kind: 'retry' } });
  expect(fact(failed, 'versions').description).toBe('v2');
  const opened = kernelFacts(kernel, works, open(), here).map(({ key }) => key);
  for (const facts of [loading, failed]) {
    const keys = facts.map(({ key }) => key).filter((key) => key !== 'problem');
    expect(opened.filter((key) => keys.includes(key))).toEqual(keys);
  }
});

test('what was seen before says when', () => {
  const facts = kernelFacts(kernel, works, open({}, new HubError('unreachable', 'It is away. Try again.')), here);
  expect(fact(facts, 'problem').label).toMatch(/^As seen 2 Jan/);
  expect(fact(facts, 'problem').description).toBe('It is away. Try again.');
});

describe('builds', () => {
  const builds = (system: System, change: Partial<KernelDetails> = {}): readonly Fact[] =>
    fact(kernelFacts(kernel, works, open(change), system), 'builds').children;

  test('each has its verdict, in short, and in the words of the library', () => {
    expect(builds(here).map(({ label, description, icon }) => [label, description, icon])).toEqual([
      ['torch210-cxx11-cu128-x86_64-linux', 'taken here', 'check'],
      ['torch-universal', 'fits too', 'check'],
      ['torch29-cxx11-cu128-x86_64-linux', 'needs torch 2.9, not 2.10', 'close'],
      ['notes', 'not a name of a build for Python', 'dash'],
    ]);
    const words = 'Torch version (2.9) does not match environment Torch version (2.10)';
    expect(builds(here)[2]?.tooltip.join()).toContain(words);
    expect(builds(here)[2]?.spoken).toContain(words);
  });

  test('without a Python there is none, and why is in the tooltip', () => {
    const [first] = builds(nowhere);
    expect(first).toMatchObject({ icon: 'question', description: '' });
    expect(first?.tooltip).toContain('No Python was found.');
  });

  test('variants of WebGPU against the adapter', () => {
    const webgpu = [
      { variant: 'fast', features: ['shader-f16'], limits: {} },
      { variant: 'plain', features: [], limits: {} },
    ];
    const found = builds(here, { variants: ['webgpu'], webgpu });
    expect(lines(found)).toEqual(['fast: the adapter has no shader-f16', 'plain: fits this adapter']);
    expect(builds(nowhere, { variants: ['webgpu'], webgpu })[0]?.icon).toBe('question');
  });

  test('none', () => {
    expect(fact(kernelFacts(kernel, works, open({ variants: [] }), here), 'builds').description).toBe(
      'none in this version',
    );
  });
});

test('versions come newest first, each with its commit, and stand for themselves in commands', () => {
  const { children } = fact(kernelFacts(kernel, works, open(), here), 'versions');
  expect(lines(children)).toEqual(['v2: 2222222 · newest', 'v1: 1111111']);
  expect(children.map(({ version }) => version)).toEqual([2, 1]);
  const none = kernelFacts(kernel, works, open({ versions: [], version: null }), here);
  expect(fact(none, 'versions').description).toBe('none; only main');
});

test('functions have their signatures, benchmarks lead to their files', () => {
  const facts = kernelFacts(kernel, works, { state: 'loading' }, here);
  expect(lines(fact(facts, 'functions').children)).toEqual(['gelu: (out, x)']);
  expect(fact(facts, 'benchmarks').children[0]?.action).toEqual({
    kind: 'web',
    path: '/kernels/org/name/blob/main/benchmarks/a%20b.py',
  });
});

test.each([
  [works, 'Runs here', 'check'],
  [{ state: 'likely', because: 'why' }, 'Should run here', 'check'],
  [{ state: 'fails', reason: 'why' }, 'Does not run here', 'close'],
  [{ state: 'unknown', reason: 'why' }, 'Not known', 'question'],
] as const)('the verdict %j', (verdict, label, icon) => {
  const [first] = kernelFacts(kernel, verdict, open(), here);
  expect(first).toMatchObject({ label, icon });
  expect(first?.spoken).toMatch(/here/);
});

test('what strangers wrote stays on one line', () => {
  const name = `\u202e${'x'.repeat(5000)}\n`;
  const hostile = summary({
    id: `${name}/${name}`,
    functions: [{ name, signature: name }],
    layers: [name],
    license: name,
  });
  const all = (facts: readonly Fact[]): readonly Fact[] => facts.flatMap((one) => [one, ...all(one.children)]);
  for (const { label, description, spoken, tooltip } of all(
    kernelFacts(hostile, works, { state: 'failed', problem: name }, here),
  )) {
    for (const text of [label, description, spoken, ...tooltip]) {
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(text.length).toBeLessThanOrEqual(600);
    }
  }
});
