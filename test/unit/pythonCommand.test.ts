import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cliArguments';
import { pythonCommand } from '../../src/profile/python/pythonCommand';
import {
  DEFAULT_PYTHON_OPTIONS,
  type BenchmarkScript,
  type FunctionInputs,
  type PythonKernelRef,
  type PythonProfileOptions,
} from '../../src/profile/python/pythonOptions';

const PYTHON = '/home/me/an env/bin/python';
/** One that is there: the command line looks. */
const FILE = path.resolve(import.meta.dirname, '../../src/profile/python/harness.py');
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const hub = fc.record({
  kind: fc.constant('hub' as const),
  id: fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}$/),
  version: fc.nat({ max: 99 }),
  commit: fc.option(fc.stringMatching(/^[0-9a-f]{40}$/)),
  trust: fc.constant<boolean>(false),
  license: fc.constant<string | null>(null),
  scripts: fc.constant<BenchmarkScript[]>([]),
});
const shared = {
  references: fc.constantFrom<PythonProfileOptions['references']>(['eager'], ['eager', 'compile']),
  dtypes: fc.subarray(['float32', 'float16', 'bfloat16']),
  size: fc.constantFrom('quick' as const, 'default' as const, 'full' as const),
  device: fc.constantFrom('auto', 'cpu', 'cuda:1'),
  cases: fc.option(name),
  aa: fc.boolean(),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
};
const ofKernels: fc.Arbitrary<PythonProfileOptions> = fc.record({
  ...shared,
  kernels: fc.array(hub, { minLength: 1, maxLength: 3 }),
  backward: fc.boolean(),
  work: fc.record({
    kind: fc.constant('kernels' as const),
    workloads: fc.array(name, { maxLength: 2 }),
    shapes: fc.array(fc.record({ tokens: fc.integer({ min: 1, max: 9999 }) }), { maxLength: 2 }),
  }),
});
const tensor = fc.record({
  name: fc.constantFrom('x', 'y'),
  shape: fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 3 }),
  dtype: fc.option(fc.constant<string>('float16')),
  values: fc.constantFrom('normal' as const, 'ones' as const),
});
const ofFunctions: fc.Arbitrary<PythonProfileOptions> = fc.record({
  ...shared,
  kernels: fc.constant<PythonKernelRef[]>([]),
  backward: fc.constant<boolean>(false),
  work: fc.record({
    kind: fc.constant('function' as const),
    file: fc.constant(FILE),
    function: name,
    against: fc.constantFrom<(string | null)[]>(null, 'torch.nn.functional.gelu'),
    inputs: fc.array(
      fc.record({
        tensors: fc.array(tensor, { minLength: 1, maxLength: 1 }),
        arguments: fc.constant<FunctionInputs['arguments']>({ eps: 1e-6 }),
        outputs: fc.constant<string[]>([]),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    tolerance: fc.constantFrom<(number | null)[]>(null, 0.01),
  }),
});

/** What is said of a kernel on a command line. */
function said(kernel: PythonKernelRef): unknown {
  if (kernel.kind === 'folder') return kernel;
  const { id, version, commit } = kernel;
  return commit === null ? { kind: 'hub', id, version } : { kind: 'hub', id, version: null, revision: commit };
}

test('the command that a report names asks for the same run of kernels again', () => {
  fc.assert(
    fc.property(ofKernels, (asked) => {
      const [, ...argv] = pythonCommand(asked, PYTHON);
      const [first, ...others] = asked.kernels.map(said);
      const { work, dtypes, cases, aa, seed, device, backward, size } = asked;
      if (work.kind !== 'kernels') throw new Error('of kernels');
      expect(parseCommandLine(argv, [])).toMatchObject({
        ...{ name: 'profile', subjects: [first], dtypes, cases, aa, seed, quick: size === 'quick' },
        python: {
          ...{
            python: PYTHON,
            device,
            backward,
            workloads: work.workloads,
            shapes: work.shapes,
            full: size === 'full',
          },
          ...{ compile: asked.references.includes('compile'), againstKernels: others },
        },
      });
    }),
  );
});

test('the command that a report names asks for the same run of a function again', () => {
  fc.assert(
    fc.property(ofFunctions, (asked) => {
      const [, ...argv] = pythonCommand(asked, PYTHON);
      const { work, dtypes, seed } = asked;
      if (work.kind !== 'function') throw new Error('of functions');
      expect(parseCommandLine(argv, [])).toMatchObject({
        ...{ name: 'profile', subjects: [{ kind: 'function', file: work.file, name: work.function }], dtypes, seed },
        python: { againstFunction: work.against, inputs: work.inputs, tolerance: work.tolerance },
      });
    }),
  );
});

test('what nobody asked for is not on the command line', () => {
  const kernels: PythonKernelRef[] = [
    {
      kind: 'hub',
      id: 'a/relu',
      version: 1,
      commit: null,
      trust: true,
      license: null,
      scripts: [{ name: 'a', source: 'secret', folder: null }],
    },
  ];
  expect(pythonCommand({ ...DEFAULT_PYTHON_OPTIONS, kernels }, '/python')).toEqual([
    'kernel-lens',
    'profile',
    'a/relu@v1',
    '--python',
    '/python',
    '--seed',
    '1',
  ]);
});
