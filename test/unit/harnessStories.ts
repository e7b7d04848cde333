// Events of a harness as tests have it tell them, of one case in the simplest form; what matters to a test is put on top.
import { readEvent, type HarnessEvent } from '../../src/profile/python/harnessEvents';
import {
  DEFAULT_PYTHON_OPTIONS,
  type PythonKernelRef,
  type PythonProfileOptions,
} from '../../src/profile/python/pythonOptions';

type Fields = Readonly<Record<string, unknown>>;
/** An event as it is on the channel. */
export type Told = Fields & { readonly type: string };

export const COMMIT = 'a'.repeat(40);
export const RELU: PythonKernelRef = {
  ...{ kind: 'hub', id: 'kernels-community/relu', version: 1, commit: COMMIT, trust: false },
  ...{ license: 'Apache-2.0', scripts: [] },
};
export const KERNEL = 'kernels-community/relu@v1';
export const CASE = 'activation.relu/4×8/float16';
export const OPTIONS: PythonProfileOptions = { ...DEFAULT_PYTHON_OPTIONS, kernels: [RELU], references: ['eager'] };

export const opened = (device: Fields = {}, more: Fields = {}): Told => ({
  type: 'opened',
  ...{ torch: '2.11.0+cu130', cuda: '13.0', hip: null, kernels: '0.17.2', triton: '3.6.0', python: '3.12.3' },
  device: {
    ...{ kind: 'cuda', name: 'NVIDIA H100', torchDevice: 'cuda:0', capability: '9.0', multiprocessors: 132 },
    ...{ memoryBytes: 8e10, lastLevelCacheBytes: 5e7, uuid: 'GPU-1' },
    ...device,
  },
  timer: { kind: 'cuda-events', resolutionNs: 32, overheadNs: 2000 },
  cache: '256 MiB are overwritten before each run, and inputs take turns',
  ...more,
});

export const reading = (at: 'before' | 'after', more: Fields = {}): Told => ({
  type: 'machine',
  at,
  reading: {
    ...{ gpuClockMhz: 1980, maxClockMhz: 1980, throttled: [], temperatureC: 40, otherProcesses: 0, driver: '580.1' },
    ...more,
  },
});

/** A copy of 2 GB/ms and products of 1e15 a second. */
export const limits = (products: Fields = {}): Told => ({
  ...{ type: 'limits', copyBytes: 2e9, copySamplesNs: [1e6, 1e6, 1.2e6] },
  products: { float16: { flops: 1e12, size: 8192, samplesNs: [1.1e6, 1e6] }, ...products },
});

export const kernel = (contender = KERNEL, more: Fields = {}): Told => ({
  ...{ type: 'kernel', contender, commit: COMMIT, variant: 'torch-universal', license: 'Apache-2.0', digest: null },
  ...{ problem: null, flags: [], functions: [], layers: [] },
  ...more,
});

const FACTS = {
  id: CASE,
  workload: 'activation.relu',
  label: 'relu 4×8',
  dtype: 'float16',
  shape: { tokens: 4, inner: 8 },
};

export const plan = (cases: readonly Fields[] = [{}], left: readonly Fields[] = []): Told => ({
  type: 'plan',
  cases: cases.map((one) => ({ ...FACTS, ...one })),
  left,
});

export const problem = (kind: string, more: Fields = {}): Fields => ({
  ...{ kind, cause: 'It went wrong.', advice: 'Do it right.', detail: null },
  ...more,
});

export const output = (maxRel: number | null, more: Fields = {}): Fields => ({
  ...{ output: 'out', maxAbs: maxRel, maxRel, wrong: 0, unwritten: 0, elements: 32, rms: 1e-5 },
  tolerance: { abs: 4e-3, rel: 4e-3, rule: 'of a test' },
  worst: { index: 0, coordinates: [0, 0], got: '1.0', want: '1.001' },
  worstShare: maxRel === null ? null : maxRel / 4e-3,
  ...more,
});

/** Samples of one row: blocks of two. */
export const samples = (ns: number, blocks = 12): number[] =>
  Array.from({ length: 2 * blocks }, (_, at) => ns * (1 + 1e-4 * (at % 3)));

export const row = (id: string, ns: number | null, more: Fields = {}): Fields => ({
  contender: { id, kind: id === 'eager' || id === 'compile' ? id : 'kernel', label: id, baseline: id === 'eager' },
  status: 'timed',
  problem: null,
  accuracy: {
    ...{ oracle: true, inputsUnchanged: true },
    before: [0, 1, 2].map((seed) => ({ form: 'random', seed, outputs: [output(1e-4)] })),
    after: [{ form: 'random', seed: -1, outputs: [output(2e-4)] }],
  },
  timing: ns === null ? null : { samplesNs: samples(ns), runs: 5, stoppedBy: 'precision' },
  ...{
    compileMs: null,
    launches: { count: 1, names: ['relu'], deviceNs: 900, otherStreams: 0 },
    peakBytes: 64,
    hostNs: 5e3,
  },
  guards: [{ id: 'other-stream', passed: true, text: '1 launch' }],
  flags: [],
  ...more,
});

export const checked = (before: readonly Fields[], after: readonly Fields[] = []): Fields => ({
  ...{ oracle: true, inputsUnchanged: true },
  before: before.map((one, seed) => ({ form: 'random', seed, outputs: [one] })),
  after: after.map((one) => ({ form: 'random', seed: -1, outputs: [one] })),
});

export const result = (rows: readonly Fields[], more: Fields = {}): Told => ({
  type: 'case',
  ...FACTS,
  ...{ status: 'done', problem: null, oracle: { text: 'the reference in float64', dtype: 'float64' }, tolerance: null },
  ...{ flops: 1e9, leastBytes: 1e6, inputs: { x: { dtype: 'float16', shape: [4, 8], bytes: 64 } } },
  ...{ cache: 'kept cold', inputSets: 3, flags: [], durationMs: 12.5 },
  rows,
  ...more,
});

export const end = (status = 'complete', reason: string | null = null): Told => ({ type: 'end', status, reason });

/** From the start to the plan. */
export const beginning = (cases: readonly Fields[] = [{}]): Told[] => [
  { type: 'hello', python: '3.12.3', executable: '/python', pid: 1 },
  opened(),
  reading('before'),
  limits(),
  kernel(),
  plan(cases),
];

/** The event as it is read from the channel. */
export function heard({ type, ...fields }: Told): HarnessEvent {
  const event = readEvent(JSON.stringify({ v: 1, type, ...fields }));
  if (event === null) throw new Error(`no event: ${type}`);
  return event;
}
