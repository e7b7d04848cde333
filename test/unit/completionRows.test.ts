import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argumentRows, idRows, memberRows, versionRows, type IdQuestion } from '../../src/editor/completionRows';
import type { WorksHere } from '../../src/kernels/worksHere';
import { summary } from './kernelSummaries';

const WORKS: WorksHere = { state: 'works', variant: 'a' };
const LIKELY: WorksHere = { state: 'likely', because: 'a' };
const FAILS: WorksHere = {
  state: 'fails',
  reason: 'backend (cuda) does not match system backend (cpu) and is not universal',
};
const UNKNOWN: WorksHere = { state: 'unknown', reason: 'No Python.' };
const VERDICTS = new Map<string, WorksHere>([
  ['org/fails', FAILS],
  ['org/works', WORKS],
  ['org/likely', LIKELY],
]);
const KERNELS = [
  summary({ id: 'org/fails', downloads: 9000, backends: [{ platform: 'cuda', hardware: [] }] }),
  summary({ id: 'org/unknown', downloads: 8000 }),
  summary({ id: 'org/likely', downloads: 1 }),
  summary({
    id: 'org/works',
    downloads: null,
    summary: 'Does it.',
    backends: [
      { platform: 'cpu', hardware: [] },
      { platform: 'cuda', hardware: [] },
    ],
  }),
  summary({ id: 'webgpu-kernels/ai.onnx.Gelu', language: 'javascript' }),
];

function ids(change: Partial<IdQuestion>): readonly string[] {
  return idRows(question(change)).rows.map(({ label }) => label);
}

function question(change: Partial<IdQuestion>): IdQuestion {
  return {
    kernels: KERNELS,
    works: ({ id }) => VERDICTS.get(id) ?? UNKNOWN,
    language: 'python',
    typed: '',
    most: 50,
    ...change,
  };
}

test('what works here comes first, whatever is downloaded more', () => {
  const { rows, complete } = idRows(question({}));
  expect(rows.map(({ label }) => label)).toEqual(['org/works', 'org/likely', 'org/unknown', 'org/fails']);
  expect(rows.map(({ sortText }) => sortText)).toEqual(rows.map(({ sortText }) => sortText).toSorted());
  expect(complete).toBe(true);
  expect(rows[0]).toMatchObject({ detail: 'runs here · CUDA CPU', documentation: 'Does it.', filterText: 'org/works' });
  expect(rows.at(-1)?.detail).toBe('needs CUDA, not CPU · CUDA');
  expect(rows.map(({ detail }) => detail)[1]).toBe('should run here');
});

test.each([
  [{ language: 'javascript' as const }, ['webgpu-kernels/ai.onnx.Gelu']],
  [{ typed: 'wor' }, ['org/works']],
  [{ typed: 'ORG/WOR' }, ['org/works']],
  [{ typed: 'ok' }, ['org/works', 'org/likely', 'org/unknown']],
  [{ typed: 'zzz' }, []],
  [{ typed: 'l' }, ['org/likely', 'org/fails']],
])('for %j there is %j', (change, expected) => {
  expect(ids(change)).toEqual(expected);
});

test('a long list is cut, and says so', () => {
  expect(idRows(question({ most: 2 }))).toMatchObject({ complete: false, rows: [{ label: 'org/works' }, {}] });
});

test('what is no id is never offered, and what is shown of the Hub is one line', () => {
  const hostile = [`a/b", evil("`, 'a/b\nc', 'a', 'a/b/c', "a/'"].map((id) => summary({ id }));
  expect(ids({ kernels: hostile })).toEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const kernels = [summary({ id: 'a/b', summary: text })];
      const { rows } = idRows(question({ kernels, works: () => ({ state: 'fails', reason: text }) }));
      expect(`${rows[0]?.detail ?? ''}${rows[0]?.documentation ?? ''}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
});

test('versions come newest first; the newest that runs here is taken', () => {
  const rows = versionRows([1, 3, 2, 2], (version) => (version === 3 ? FAILS : version === 2 ? WORKS : null));
  expect(rows.map(({ label, detail, preselect }) => [label, detail, preselect])).toEqual([
    ['3', 'newest · needs CUDA, not CPU', false],
    ['2', 'runs here', true],
    ['1', '', false],
  ]);
  expect(versionRows([1, 2], () => null).map(({ preselect }) => preselect)).toEqual([true, false]);
  expect(versionRows([1], () => FAILS).map(({ preselect }) => preselect)).toEqual([false]);
  expect(versionRows([], () => null)).toEqual([]);
});

test('a kernel has functions with signatures, and layers in a module of their own', () => {
  const api = {
    functions: [
      { name: 'gelu', signature: '(out, x)', docstring: 'Computes\nit.' },
      { name: 'not a name', signature: '()' },
    ],
    layers: ['Gelu', 'Silu', 'a-b'],
  };
  expect(memberRows(api, [])).toMatchObject([
    { kind: 'function', label: 'gelu', detail: '(out, x)', documentation: 'Computes it.' },
    { kind: 'module', label: 'layers', detail: 'Gelu, Silu' },
  ]);
  expect(memberRows(api, ['layers']).map(({ kind, label }) => [kind, label])).toEqual([
    ['layer', 'Gelu'],
    ['layer', 'Silu'],
  ]);
  expect(memberRows(api, ['other'])).toEqual([]);
  expect(memberRows({ ...api, layers: [] }, []).map(({ label }) => label)).toEqual(['gelu']);
});

test.each([
  ['python', [], 3, false, ['version=${1:3}', 'revision="${1:main}"']],
  ['python', [], null, false, ['version=${1:1}', 'revision="${1:main}"']],
  ['javascript', [], 3, false, ['version: ${1:3}', "revision: '${1:main}'"]],
  ['javascript', [], 3, true, ['{ version: ${1:3} }', "{ revision: '${1:main}' }"]],
  ['python', ['version'], 3, false, []],
  ['python', ['revision'], 3, false, []],
  ['python', ['trust_remote_code'], 3, false, ['version=${1:3}', 'revision="${1:main}"']],
] as const)('arguments of %s with %j given, newest %s, bare %s', (language, given, newest, bare, expected) => {
  expect(argumentRows(language, given, newest, bare).map(({ snippet }) => snippet)).toEqual(expected);
});
