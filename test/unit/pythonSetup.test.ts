// What the page offers of a run in Python, and what becomes of what was chosen.
import { describe, expect, test } from 'vitest';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import type { MachineState } from '../../src/machine/machineTypes';
import type { KnownWorkload } from '../../src/panel/knownWorkloads';
import { callableNames, knownWorkloads, workloadsFor } from '../../src/panel/knownWorkloads';
import type { PythonChoice, PythonSetup } from '../../src/panel/protocol';
import { firstPythonChoice, fittingPythonChoice, pythonOptions, pythonWork } from '../../src/panel/pythonChoice';
import { requestedSubjects, otherVersions } from '../../src/panel/pythonRequests';
import { pythonSetup, typedShapes, type PythonSetupFacts } from '../../src/panel/pythonSetup';
import {
  subjectKey,
  subjectWords,
  withSubjects,
  type HubSubject,
  type PythonSubject,
} from '../../src/panel/pythonSubjects';
import type { PythonWork } from '../../src/profile/python/pythonOptions';
import { withKernel } from '../../webview/pythonKernelChoice';
import { summary } from './kernelSummaries';

type FunctionWork = Extract<PythonWork, { kind: 'function' }>;

const WORK: FunctionWork = {
  kind: 'function',
  file: '/home/me/mine.py',
  function: 'mine',
  against: 'torch.nn.functional.silu',
  inputs: [{ tensors: [{ name: 'x', shape: [4], dtype: null, values: 'normal' }], arguments: {}, outputs: [] }],
  tolerance: null,
};
const ACTIVATION: HubSubject = { kind: 'hub', id: 'kernels-community/activation', version: 2 };
const NORM: HubSubject = { kind: 'hub', id: 'kernels-community/rmsnorm', version: null };
const FOLDER: PythonSubject = { kind: 'folder', uri: 'file:///kernels/my%20kernel' };
const FUNCTION: PythonSubject = { kind: 'function', work: WORK };
const [activation, norm, folder, fn] = [ACTIVATION, NORM, FOLDER, FUNCTION].map(subjectKey) as [
  string,
  string,
  string,
  string,
];

const WORKLOADS: readonly KnownWorkload[] = [
  {
    id: 'activation.silu_and_mul',
    label: 'silu_and_mul',
    functions: ['silu_and_mul', 'layers.SiluAndMul'],
    sizes: { tokens: 256, inner: 14336 },
    dtypes: ['bfloat16', 'float16', 'float32'],
    backward: false,
  },
  {
    id: 'norms.rms_norm',
    label: 'rms_norm',
    functions: ['rms_norm', 'layers.RMSNorm'],
    sizes: { tokens: 256, hidden: 4096 },
    dtypes: ['float16', 'int8'],
    backward: true,
  },
];

const MACHINE: MachineState = {
  system: { python: { missing: 'No Python was found.' }, webgpu: { missing: 'none' } },
  python: null,
  missing: [],
  adapters: [],
  loading: false,
};

function details(numbers: readonly number[]): KernelDetails {
  const versions = numbers.map((version) => ({ version, branch: `v${version}`, commit: String(version).repeat(40) }));
  return { versions, functions: [], layers: [] } as unknown as KernelDetails;
}

function facts(choice: Partial<PythonChoice>, more: Partial<PythonSetupFacts> = {}): PythonSetupFacts {
  const subjects = [ACTIVATION, NORM, FOLDER, FUNCTION];
  return {
    candidates: subjects.map((subject) => ({
      key: subjectKey(subject),
      subject,
      problem: null,
      group: 'Measured before',
    })),
    choice: { ...firstPythonChoice([], 'default'), ...choice },
    known: ({ id }) => ({
      summary: summary({
        id,
        functions:
          id === NORM.id ? [{ name: 'rms_norm', signature: '(x)' }] : [{ name: 'silu_and_mul', signature: '(out, x)' }],
      }),
      details: id === ACTIVATION.id ? details([1, 2, 3]) : null,
      verdict: { state: 'likely', because: '' },
    }),
    workloads: WORKLOADS,
    scripts: { [activation]: ['SiluBenchmark.large'] },
    machine: MACHINE,
    trusted: true,
    ...more,
  };
}

const keysOf = (items: PythonSetup['workloads']): readonly string[] => items.map(({ key }) => key);

describe('the setup', () => {
  test.each([
    [[activation], ['activation.silu_and_mul', 'SiluBenchmark.large']],
    [[norm], ['norms.rms_norm']],
    [
      [norm, activation],
      ['activation.silu_and_mul', 'norms.rms_norm', 'SiluBenchmark.large'],
    ],
    // Nobody knows what a folder has.
    [[folder], ['activation.silu_and_mul', 'norms.rms_norm']],
    [[fn], []],
  ])('for %j offers the workloads %j', (kernels, expected) => {
    expect(keysOf(pythonSetup(facts({ kernels })).workloads)).toEqual(expected);
  });

  test('offers other versions of the first kernel, the newest first', () => {
    const versions = (kernels: string[]): number[] =>
      pythonSetup(facts({ kernels })).versions.map(({ version }) => version);
    expect(versions([activation, norm])).toEqual([3, 1]);
    expect(versions([norm, activation])).toEqual([]);
    expect(versions([])).toEqual([]);
  });

  test('offers the dtypes of what would run, the usual ones first', () => {
    const dtypes = (kernels: string[]): string[] => pythonSetup(facts({ kernels })).dtypes.map(({ key }) => key);
    expect(dtypes([activation])).toEqual(['float32', 'float16', 'bfloat16']);
    expect(dtypes([norm])).toEqual(['float16', 'int8']);
    expect(dtypes([fn])).toEqual(['float32', 'float16', 'bfloat16']);
  });

  test.each([
    ['', true],
    ['tokens=1,inner=2; tokens=3,inner=4', true],
    ['tokens=1,hidden=2', false],
    ['tokens=', false],
    ['tokens=1,inner=2;;', true],
  ])('of shapes %j can be run: %s', (shapes, runnable) => {
    const setup = pythonSetup(facts({ kernels: [activation], shapes }));
    expect(setup.runnable).toBe(runnable);
    expect(setup.shapesProblem === null).toBe(runnable);
  });

  test('takes sizes of the chosen workloads only, and any where none is known', () => {
    const both = { kernels: [activation, norm], shapes: 'hidden=2' };
    expect(typedShapes(facts(both)).shapes).toEqual([{ hidden: 2 }]);
    expect(typedShapes(facts({ ...both, workloads: ['activation.silu_and_mul'] })).problem).toMatch(/hidden/);
    expect(typedShapes(facts({ kernels: [activation], shapes: 'rows=2' }, { workloads: [] })).shapes).toEqual([
      { rows: 2 },
    ]);
  });

  test('shows an example of the shapes that would run', () => {
    expect(pythonSetup(facts({ kernels: [activation] })).shapesExample).toBe('tokens=256,inner=14336');
    expect(pythonSetup(facts({ kernels: [fn] })).shapesExample).toBe('');
  });

  test('says what a function is held against', () => {
    const against = pythonSetup(facts({})).kernels.map((kernel) => kernel.against);
    expect(against).toEqual([null, null, null, 'torch.nn.functional.silu']);
  });

  test('runs nothing in a workspace that is not trusted, and nothing without a kernel', () => {
    const untrusted = pythonSetup(facts({ kernels: [activation] }, { trusted: false }));
    expect(untrusted.runnable).toBe(false);
    expect(untrusted.problem).toMatch(/not trusted/);
    expect(pythonSetup(facts({ kernels: [] })).runnable).toBe(false);
  });

  test.each([
    [MACHINE, 'No Python was found.'],
    [{ ...MACHINE, loading: true }, 'Looking for Python…'],
  ])('says why there is no interpreter', (machine, words) => {
    expect(pythonSetup(facts({ kernels: [activation] }, { machine })).problem).toBe(words);
  });
});

describe('a choice', () => {
  const candidates = facts({}).candidates;
  const chosen = { ...firstPythonChoice([activation, norm], 'full'), versions: [1], workloads: ['norms.rms_norm'] };

  test.each([
    ['as it is', chosen, candidates, [activation, norm], [1], ['norms.rms_norm']],
    ['without its first kernel', chosen, candidates.slice(1), [norm], [], ['norms.rms_norm']],
    ['without any', chosen, candidates.slice(2), [folder], [], []],
    ['of nothing yet', null, candidates, [activation], [], []],
    ['with nothing there', null, [], [], [], []],
  ])('%s fits', (_, choice, there, kernels, versions, workloads) => {
    expect(fittingPythonChoice(choice, there, false)).toMatchObject({ kernels, versions, workloads });
  });

  test('follows the setting until somebody chooses a size', () => {
    expect(fittingPythonChoice(null, candidates, true).size).toBe('quick');
    expect(fittingPythonChoice(chosen, candidates, true).size).toBe('full');
  });

  test.each([
    ['another kernel beside', norm, true, [activation], [activation, norm], [1]],
    ['the first one less', activation, false, [activation, norm], [norm], []],
    ['a function alone', fn, true, [activation, norm], [fn], []],
    ['a kernel instead of a function', norm, true, [fn], [norm], []],
    ['the same again', activation, true, [activation], [activation], [1]],
  ])('becomes %s', (_, key, wanted, before, after, versions) => {
    const { kernels } = pythonSetup(facts({}));
    const choice = { ...chosen, kernels: [...before] };
    expect(withKernel(choice, kernels, key, wanted)).toMatchObject({ kernels: after, versions });
  });
});

describe('the options', () => {
  const choice = { ...firstPythonChoice([activation], 'quick'), dtypes: ['float16'], backward: true };

  test('hold what was chosen', () => {
    const work = pythonWork({ ...choice, workloads: ['norms.rms_norm'] }, [ACTIVATION], [{ tokens: 1 }]);
    expect(work).toEqual({ kind: 'kernels', workloads: ['norms.rms_norm'], shapes: [{ tokens: 1 }] });
    expect(pythonOptions(choice, work, [])).toMatchObject({
      dtypes: ['float16'],
      backward: true,
      size: 'quick',
      references: ['eager', 'compile'],
      device: 'auto',
    });
  });

  test.each([
    [true, WORK, ['eager', 'compile']],
    [false, WORK, ['eager']],
    [true, { ...WORK, against: null }, []],
  ])('with compile %s have the references of a function', (compile, work, references) => {
    expect(pythonWork(choice, [{ kind: 'function', work }], [])).toBe(work);
    expect(pythonOptions({ ...choice, compile }, work, []).references).toEqual(references);
  });
});

describe('a request', () => {
  const request = (kernels: Parameters<typeof requestedSubjects>[0]['kernels']) =>
    requestedSubjects({ kernels, work: { kind: 'kernels', workloads: [], shapes: [] } });

  test('has each kernel once, and further versions of the first', () => {
    const { id } = ACTIVATION;
    expect(
      request([
        { id, version: 2 },
        { id, version: 1 },
        { id: NORM.id, version: 1 },
        { id: NORM.id, version: 2 },
      ]),
    ).toEqual({
      subjects: [ACTIVATION, { ...NORM, version: 1 }],
      versions: [1],
    });
    expect(request([{ folder: FOLDER.uri }]).subjects).toEqual([FOLDER]);
    expect(request([]).subjects).toEqual([]);
  });

  test('of a function is about nothing else', () => {
    expect(requestedSubjects({ kernels: [{ id: NORM.id, version: 1 }], work: WORK }).subjects).toEqual([FUNCTION]);
  });

  test('does not measure a version against itself', () => {
    expect(otherVersions(ACTIVATION, [1, 2])).toEqual([{ ...ACTIVATION, version: 1 }]);
    expect(otherVersions(FOLDER, [1])).toEqual([]);
  });
});

describe('what was measured before', () => {
  test('is kept once, the last first, and not for ever', () => {
    const older: PythonSubject = { ...ACTIVATION, version: 1 };
    expect(withSubjects([older, NORM], [ACTIVATION], 9)).toEqual([ACTIVATION, NORM]);
    expect(withSubjects([NORM, FOLDER], [FUNCTION], 2)).toEqual([FUNCTION, NORM]);
  });

  test.each([
    [ACTIVATION, 'activation', 'kernels-community/activation · v2'],
    [NORM, 'rmsnorm', 'kernels-community/rmsnorm · newest version'],
    [FOLDER, 'my kernel', '/kernels/my kernel'],
    [FUNCTION, 'mine', 'mine.py, against torch.nn.functional.silu'],
  ])('is called %#', (subject, label, detail) => {
    expect(subjectWords(subject)).toEqual({ label, detail });
  });
});

describe('built-in workloads', () => {
  test('are those that ship', () => {
    const known = knownWorkloads();
    expect(known.map(({ id }) => id)).toContain('activation.silu_and_mul');
    expect(new Set(known.map(({ id }) => id)).size).toBe(known.length);
  });

  test('are all offered where the names of one kernel are not known', () => {
    expect(workloadsFor(WORKLOADS, [['rms_norm'], null])).toEqual(WORKLOADS);
    expect(workloadsFor(WORKLOADS, [['layers.RMSNorm']])).toEqual([WORKLOADS[1]]);
    expect(callableNames({ functions: [], layers: [] })).toBeNull();
    expect(callableNames({ functions: [{ name: 'f', signature: '()' }], layers: ['L'] })).toEqual(['f', 'layers.L']);
  });
});
