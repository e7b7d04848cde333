// Events of the harness, and the report that comes of them.
import { expect, test } from 'vitest';
import type { PythonProfileOptions } from '../../src/profile/python/pythonOptions';
import {
  beginning,
  CASE,
  COMMIT,
  kernel,
  KERNEL,
  opened,
  OPTIONS,
  plan,
  problem,
  reading,
  result,
  row,
  samples,
  type Told,
} from './harnessStories';
import { growthOf, reportOf, rowOf } from './storyReports';

test('a run that went well, number by number', () => {
  const report = reportOf([...beginning(), result([row('eager', 4000), row(KERNEL, 2000)])]);
  expect(report).toMatchObject({
    status: 'complete',
    mode: 'compare',
    tool: { version: '1.2.3', dawn: '' },
    flags: [],
  });
  expect(report.machine).toMatchObject({
    runtime: 'Python 3.12.3',
    python: { torch: '2.11.0+cu130', kernels: '0.17.2', triton: '3.6.0', platform: 'CUDA 13.0', capability: '9.0' },
    adapter: {
      name: 'NVIDIA H100',
      vendor: 'nvidia',
      architecture: 'sm_90',
      device: 'cuda:0',
      backend: 'cuda',
      software: false,
    },
    timer: { kind: 'cuda-events', resolutionNs: 32 },
    // 2e9 bytes in the median of a millisecond; the fastest product.
    reference: { copyBytesPerSecond: 2e12, products: { float16: { flopsPerSecond: 1e15, size: 8192 } } },
    before: { gpuClockMhz: 1980, otherProcesses: 0, driver: '580.1' },
  });
  expect(report.kernels).toMatchObject([
    { id: 'kernels-community/relu', commit: COMMIT, version: 1, variant: 'torch-universal', digest: '', problem: null },
  ]);
  const [item] = report.cases;
  expect(item).toMatchObject({
    ...{
      id: `kernels-community/relu/${CASE}`,
      kernel: 'kernels-community/relu',
      name: 'activation.relu',
      label: 'relu 4×8 f16',
    },
    ...{
      attributes: { tokens: 4, inner: 8 },
      oracle: { kind: 'float64' },
      cache: 'kept cold (3 sets)',
      durationMs: 12.5,
    },
  });
  if (item === undefined) return;
  const eager = rowOf(item, 'eager');
  expect(eager).toMatchObject({
    status: 'timed',
    speedup: null,
    contender: { baseline: true, kernel: null, label: 'PyTorch' },
  });
  const fast = rowOf(item, KERNEL);
  expect(fast).toMatchObject({
    ...{ status: 'timed', reason: null, compileMs: null, peakBytes: 64, hostNs: 5000, flags: [] },
    contender: { kind: 'kernel', kernel: 'kernels-community/relu', label: 'relu v1', variant: 'torch-universal' },
    launches: { count: 1, names: ['relu'], deviceNs: 900 },
    accuracy: { passed: true, checksBefore: 3, checksAfter: 1, outputs: [{ maxRel: 2e-4, elements: 128 }] },
    timing: { batch: 5, stoppedBy: 'precision', samplesNs: samples(2000) },
  });
  const median = 2000 * 1.0001;
  expect(fast.timing?.medianNs).toBeCloseTo(median, 6);
  expect(fast.bytesPerSecond).toBeCloseTo(1e6 / (median * 1e-9), -3);
  expect(fast.shareOfLimit).toBeCloseTo(1e6 / (median * 1e-9) / 2e12, 9);
  expect(fast.flopsPerSecond).toBeCloseTo(1e9 / (median * 1e-9), -6);
  expect(fast.shareOfProduct).toBeCloseTo(1e9 / (median * 1e-9) / 1e15, 9);
  expect(fast.speedup).toMatchObject({ verdict: 'FASTER' });
  expect(fast.speedup?.ratio).toBeCloseTo(2, 9);
});

test.each<[string, Told[], string[]]>([
  [
    'the CPU',
    [
      opened(
        { kind: 'cpu', name: 'CPU', capability: null },
        { cuda: null, timer: { kind: 'cpu-clock', resolutionNs: 30 } },
      ),
    ],
    ['software-adapter'],
  ],
  [
    'a GPU without a timer of its own',
    [opened({ kind: 'mps', capability: null }, { cuda: null, timer: { kind: 'host-clock', resolutionNs: 30 } })],
    ['host-timer'],
  ],
  ['a throttled GPU', [reading('after', { throttled: ['power limit'], gpuClockMhz: 900 })], ['throttled']],
  ['a low clock that nobody gives a reason for', [reading('after', { gpuClockMhz: 900 })], ['low-clock']],
  ['a GPU with other users', [reading('before', { otherProcesses: 2 })], ['shared-gpu']],
  ['a flag of the harness', [{ type: 'flag', id: 'unlocked', severity: 'info', text: 'no lock' }], ['unlocked']],
  [
    'a flag of a kernel',
    [kernel(KERNEL, { flags: [{ id: 'redirected', severity: 'info', text: 'elsewhere' }] })],
    ['redirected'],
  ],
  [
    'a source that failed',
    [{ type: 'error', ...problem('failed'), fatal: false, source: 'benchmarks' }],
    ['source-problem'],
  ],
  [
    'cases left out',
    [
      plan(
        [{}],
        [
          { id: 'a', reason: 'Too many.' },
          { id: 'b', reason: 'Too many.' },
        ],
      ),
    ],
    ['left-out'],
  ],
])('%s is flagged', (_name, events, flags) => {
  const told = [
    ...beginning().slice(0, -1),
    ...events.filter(({ type }) => type !== 'plan'),
    events.find(({ type }) => type === 'plan') ?? plan(),
  ];
  const report = reportOf(told);
  expect(report.flags.map(({ id }) => id)).toEqual(flags);
});

test('readings of a GPU say nothing about a run on the CPU', () => {
  const cpu = opened(
    { kind: 'cpu', name: 'CPU', capability: null },
    { cuda: null, timer: { kind: 'cpu-clock', resolutionNs: 30 } },
  );
  const report = reportOf([cpu, reading('before', { otherProcesses: 3 }), plan()]);
  expect(report.machine.before).toMatchObject({ otherProcesses: null, driver: null });
  expect(report.machine.adapter).toMatchObject({ software: true, backend: 'cpu' });
  expect(report.machine.adapter.name).not.toBe('CPU');
});

test('a kernel that could not be loaded has its problem, and nothing is left to run where it was the only one', () => {
  const broken = kernel(KERNEL, {
    problem: problem('no-variant', { detail: 'FileNotFoundError: Cannot find a build variant for this system' }),
    variant: null,
    commit: null,
  });
  const growth = growthOf([opened(), broken, plan()]);
  expect(growth.nothingLoads).toBe(true);
  expect(growth.report?.kernels[0]).toMatchObject({
    commit: COMMIT,
    problem: 'It went wrong (FileNotFoundError: Cannot find a build variant for this system). Do it right.',
  });
  expect(growthOf([opened(), kernel(), plan()]).nothingLoads).toBe(false);
});

test('a function of the user against another', () => {
  const options: PythonProfileOptions = {
    ...OPTIONS,
    kernels: [],
    references: ['eager', 'compile'],
    work: {
      ...{
        kind: 'function',
        file: '/home/me/ops.py',
        function: 'mine',
        against: 'torch.nn.functional.gelu',
        tolerance: null,
      },
      inputs: [{ tensors: [{ name: 'x', shape: [4, 8], dtype: null, values: 'normal' }], arguments: {}, outputs: [] }],
    },
  };
  const facts = { id: 'mine/4×8/float32', workload: 'mine', label: 'mine 4×8', dtype: 'float32', shape: {} };
  const mine = {
    ...row('function', 2000),
    contender: { id: 'function', kind: 'function', label: 'mine', baseline: false },
  };
  const report = reportOf([opened(), plan([facts]), result([row('eager', 4000), mine], facts)], options);
  expect(report.kernels).toMatchObject([
    { id: 'ops.py:mine', source: 'function', language: 'python', digest: 'f'.repeat(64) },
  ]);
  expect(report.cases[0]?.rows.map(({ contender }) => [contender.kind, contender.label, contender.kernel])).toEqual([
    ['eager', 'torch.nn.functional.gelu', null],
    ['function', 'mine', 'ops.py:mine'],
  ]);
  expect(report.cases[0]?.id).toBe('ops.py:mine/mine/4×8/float32');
});

test('a test of the measurement holds a kernel against itself', () => {
  const rows = [row(KERNEL, 2000), row(`${KERNEL}#2`, 2000)].map((one, at) => ({
    ...one,
    contender: { id: at === 0 ? KERNEL : `${KERNEL}#2`, kind: 'kernel', label: '', baseline: at === 0 },
  }));
  const report = reportOf([...beginning(), result(rows)], { ...OPTIONS, aa: true });
  expect(report.mode).toBe('aa');
  expect(
    report.cases[0]?.rows.map(({ contender, speedup }) => [contender.label, contender.kernel, speedup?.verdict]),
  ).toEqual([
    ['relu v1', 'kernels-community/relu', undefined],
    ['relu v1, again', 'kernels-community/relu', 'SAME'],
  ]);
});

test('the first case is told before all of its rows are there, and again with the limits known', () => {
  const [limits, others] = [isLimits(true), isLimits(false)];
  const events = [...others, result([row('eager', 4000), row(KERNEL, 2000)], { partial: true })];
  const early = growthOf(events);
  expect(early.report?.cases).toMatchObject([{ flags: [{ id: 'more-to-come' }], rows: [{}, {}] }]);
  expect(early.report?.machine.reference.copyBytesPerSecond).toBeNull();
  early.end(true, null);
  expect(early.report?.reason).toBe('Cancelled after 0 of 1 cases.');

  const report = reportOf([...events, ...limits, result([row('eager', 4000), row(KERNEL, 1000)])]);
  expect(report).toMatchObject({ status: 'complete', cases: [{ flags: [] }] });
  expect(report.machine.reference.copyBytesPerSecond).toBe(2e12);
  const [item] = report.cases;
  expect(item === undefined ? null : rowOf(item, KERNEL).shareOfLimit).not.toBeNull();
});

function isLimits(wanted: boolean): readonly Told[] {
  return beginning().filter(({ type }) => (type === 'limits') === wanted);
}
