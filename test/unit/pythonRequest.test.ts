// What a person asks for, as the harness is asked it, and as the command line that asks it again.
import { expect, test } from 'vitest';
import { ProfileError } from '../../src/profile/profile';
import { enteredContenders, plannedContenders, plannedKernels } from '../../src/profile/python/contenderPlan';
import { casePattern } from '../../src/profile/python/harnessCases';
import { harnessRequest, sourceTries } from '../../src/profile/python/harnessRequest';
import { pythonCommand } from '../../src/profile/python/pythonCommand';
import type { PythonKernelRef, PythonProfileOptions } from '../../src/profile/python/pythonOptions';
import { COMMIT, KERNEL, OPTIONS, RELU } from './harnessStories';

const SCRIPTS = [{ name: 'benchmarks/benchmark.py', source: 'class Relu(Benchmark):\n  pass\n', folder: null }];
const WITH_SCRIPTS: PythonKernelRef = { ...RELU, scripts: SCRIPTS };
const FOLDER: PythonKernelRef = { kind: 'folder', path: '/home/me/relu', scripts: [] };
const hub = (id: string, version: number | null, commit: string | null = null): PythonKernelRef =>
  ({ ...RELU, id, version, commit }) as PythonKernelRef;
const FUNCTION: PythonProfileOptions = {
  ...OPTIONS,
  kernels: [],
  references: ['eager', 'compile'],
  work: {
    ...{
      kind: 'function',
      file: '/home/me/ops.py',
      function: 'mine',
      against: 'torch.nn.functional.gelu',
      tolerance: 0.01,
    },
    inputs: [
      { tensors: [{ name: 'x', shape: [4, 8], dtype: null, values: 'normal' }], arguments: { eps: 1e-6 }, outputs: [] },
    ],
  },
};

function requestOf(options: PythonProfileOptions): Record<string, unknown> {
  const contenders = plannedContenders(options);
  const { sources } = sourceTries(options)[0] ?? { sources: [] };
  const text = harnessRequest({ options, contenders, sources, lockFolder: '/tmp', only: null, planOnly: false });
  expect(text).not.toContain('\n');
  return JSON.parse(text) as Record<string, unknown>;
}

test('contenders in their order, a commit where it is known, consent only where given', () => {
  const kernels = [RELU, { ...RELU, version: 2, commit: null, trust: true } as PythonKernelRef, FOLDER];
  const more = { dtypes: ['float16'], backward: true, size: 'full', device: 'cuda:1', seed: 5 } as const;
  const request = requestOf({ ...OPTIONS, kernels, references: ['eager', 'compile'], ...more, dtypes: ['float16'] });
  expect(request).toMatchObject({
    ...{
      v: 1,
      device: 'cuda:1',
      mode: 'compare',
      size: 'full',
      lockFolder: '/tmp',
      gpu: '1',
      only: null,
      planOnly: false,
    },
    method: { seed: 5, limits: true },
    sources: [{ kind: 'builtin', size: 'full', backward: true, dtypes: ['float16'] }],
  });
  expect(request['contenders']).toEqual([
    { id: 'eager', kind: 'eager', label: 'PyTorch' },
    { id: KERNEL, kind: 'kernel', label: 'relu v1', repo: 'kernels-community/relu', revision: COMMIT, trust: false },
    {
      ...{ id: 'kernels-community/relu@v2', kind: 'kernel', label: 'relu v2', repo: 'kernels-community/relu' },
      ...{ version: 2, trust: true },
    },
    { id: 'relu', kind: 'kernel', label: 'relu', folder: '/home/me/relu' },
    { id: 'compile', kind: 'compile', label: 'torch.compile' },
  ]);
});

test('a function is asked for with its inputs', () => {
  const request = requestOf({ ...FUNCTION, dtypes: ['float16'] });
  expect(request['sources']).toEqual([
    {
      kind: 'function',
      python: { file: '/home/me/ops.py', function: 'mine', against: 'torch.nn.functional.gelu' },
      inputs: FUNCTION.work.kind === 'function' ? FUNCTION.work.inputs : [],
      ...{ tolerance: 0.01, dtypes: ['float16'] },
    },
  ]);
});

test.each<[string, Partial<PythonProfileOptions>, readonly string[]]>([
  ['nothing chosen: both, for the harness to choose among', {}, ['scripts+builtin']],
  ['a full run', { size: 'full' }, ['scripts+builtin']],
  ['a class of its scripts', { work: { kind: 'kernels', workloads: ['Relu'], shapes: [] } }, ['scripts']],
  ['a built-in workload', { work: { kind: 'kernels', workloads: ['activation.relu'], shapes: [] } }, ['builtin']],
  [
    'one of each',
    { work: { kind: 'kernels', workloads: ['Relu.large', 'activation.relu'], shapes: [] } },
    ['scripts+builtin'],
  ],
  ['shapes', { work: { kind: 'kernels', workloads: [], shapes: [{ tokens: 4 }] } }, ['builtin', 'scripts']],
  ['a dtype', { dtypes: ['float16'] }, ['builtin', 'scripts']],
  ['backward', { backward: true }, ['builtin', 'scripts']],
  ['no scripts', { kernels: [RELU, WITH_SCRIPTS] }, ['builtin']],
])('where workloads of a kernel with scripts come from, with %s', (_name, more, tries) => {
  const found = sourceTries({ ...OPTIONS, kernels: [WITH_SCRIPTS], ...more });
  expect(found.map(({ sources }) => sources.map(({ kind }) => kind).join('+'))).toEqual(tries);
});

test.each<[string, readonly PythonKernelRef[], readonly (readonly [string, string, string | null])[]]>([
  ['a version', [RELU], [[KERNEL, 'relu v1', 'kernels-community/relu']]],
  ['a commit alone', [hub('a/relu', null, COMMIT)], [['a/relu@aaaaaaa', 'relu aaaaaaa', 'a/relu']]],
  [
    'two versions',
    [hub('a/relu', 1), hub('a/relu', 2)],
    [
      ['a/relu@v1', 'relu v1', 'a/relu'],
      ['a/relu@v2', 'relu v2', 'a/relu@v2'],
    ],
  ],
  [
    'two publishers',
    [hub('a/relu', 1), hub('b/relu', 1)],
    [
      ['a/relu@v1', 'a/relu v1', 'a/relu'],
      ['b/relu@v1', 'b/relu v1', 'b/relu'],
    ],
  ],
  [
    'two folders of one name',
    [FOLDER, { ...FOLDER, path: 'C:\\work\\relu' }],
    [
      ['relu', 'relu', 'relu'],
      ['work/relu', 'work/relu', 'work/relu'],
    ],
  ],
])('ids and labels of %s', (_name, kernels, expected) => {
  const contenders = plannedContenders({ ...OPTIONS, kernels: [...kernels], references: [] });
  expect(contenders.map(({ id, label, kernel }) => [id, label, kernel])).toEqual(expected);
  expect(plannedKernels(contenders).map(({ id }) => id)).toEqual(expected.map(([, , kernel]) => kernel));
});

test.each<[string, PythonProfileOptions, readonly string[]]>([
  ['a kernel', { ...OPTIONS, references: ['eager', 'compile'] }, ['eager', KERNEL, 'compile']],
  ['a kernel without compile', OPTIONS, ['eager', KERNEL]],
  ['a function', FUNCTION, ['eager', 'function', 'compile']],
  [
    'a function alone',
    { ...FUNCTION, work: { ...FUNCTION.work, against: null } as PythonProfileOptions['work'] },
    ['function'],
  ],
  ['a kernel against itself', { ...OPTIONS, aa: true }, [KERNEL, `${KERNEL}#2`]],
  ['a function against itself', { ...FUNCTION, aa: true }, ['function', 'function#2']],
])('who takes part with %s', (_name, options, ids) => {
  const planned = plannedContenders(options);
  expect(enteredContenders(planned, options.aa).map(({ id }) => id)).toEqual(ids);
});

test.each<[string, Partial<PythonProfileOptions>, RegExp]>([
  ['no kernel', { kernels: [] }, /No kernel is named: name one/],
  ['the same kernel twice', { kernels: [RELU, RELU] }, /relu@v1 is named twice/],
  [
    'a kernel by nothing',
    { kernels: [hub('a/relu', null)] },
    /neither a version nor a commit: name one, such as a\/relu@v1/,
  ],
  ['no regular expression', { cases: '(' }, /“\(”, which is no regular expression: .*Unterminated group/],
])('options with %s are refused', (_name, more, message) => {
  const options = { ...OPTIONS, ...more };
  try {
    plannedContenders(options);
    casePattern(options);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    expect(error.kind).toBe('usage');
    expect(error.message).toMatch(message);
    return;
  }
  expect.unreachable();
});

test('the command line says all that was asked', () => {
  const kernels = [RELU, hub('a/relu', 2), FOLDER];
  const work = {
    kind: 'kernels' as const,
    workloads: ['activation.relu', 'Relu'],
    shapes: [{ tokens: 1 }, { tokens: 2 }],
  };
  const more = {
    dtypes: ['float16', 'bfloat16'],
    backward: true,
    size: 'full',
    device: 'cuda:1',
    cases: 'relu',
    aa: true,
  } as const;
  const options = { ...OPTIONS, kernels, work, ...more, dtypes: ['float16', 'bfloat16'], seed: 9 };
  expect(pythonCommand(options, '/env/bin/python')).toEqual([
    ...['kernel-lens', 'profile', `kernels-community/relu@${COMMIT}`, '--against', 'a/relu@v2,/home/me/relu'],
    ...['--workload', 'activation.relu,Relu', '--shapes', 'tokens=1; tokens=2', '--backward'],
    ...['--python', '/env/bin/python'],
    ...['--dtype', 'float16,bfloat16', '--full', '--device', 'cuda:1', '--no-compile'],
    ...['--cases', 'relu', '--aa', '--seed', '9'],
  ]);
  expect(pythonCommand(FUNCTION, '/env/bin/python')).toEqual([
    ...['kernel-lens', 'profile', '/home/me/ops.py:mine', '--against', 'torch.nn.functional.gelu'],
    ...['--inputs', 'x=4x8; eps=0.000001', '--tolerance', '0.01', '--python', '/env/bin/python', '--seed', '1'],
  ]);
});
