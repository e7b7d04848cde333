// Whole profiles with a harness that plays: what it is asked, and what becomes of what it tells.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProfileError } from '../../src/profile/profile';
import type { ProfileProgress } from '../../src/profile/profileOptions';
import type { PythonKernelRef, PythonProfileOptions } from '../../src/profile/python/pythonOptions';
import { profilePython } from '../../src/profile/python/profilePython';
import type { Report } from '../../src/profile/report';
import { AdapterLock } from '../../src/profile/webgpu/adapterLock';
import { fakeHarness, type FakeHarness } from './fakeHarness';
import {
  beginning,
  CASE,
  end,
  kernel,
  KERNEL,
  opened,
  OPTIONS,
  plan,
  problem,
  RELU,
  result,
  row,
  type Told,
} from './harnessStories';

const SCRIPTS = [{ name: 'benchmarks/benchmark.py', source: 'class Relu(Benchmark):\n  pass\n', folder: null }];
const WITH_SCRIPTS: PythonKernelRef = { ...RELU, scripts: SCRIPTS };
const ROWS = [row('eager', 4000), row(KERNEL, 2000)];

let folder: string;
let fake: FakeHarness;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-fake-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly report: Report;
  readonly grown: readonly Report[];
  readonly progress: readonly ProfileProgress[];
}

interface Hooks {
  readonly signal?: AbortSignal;
  readonly gpuName?: string;
  onReport?(report: Report): void;
}

/** @param body what the harness does: lines of JavaScript, or events */
async function run(options: PythonProfileOptions, body: string | readonly Told[], hooks: Hooks = {}): Promise<Ran> {
  fake = await fakeHarness(folder, typeof body === 'string' ? body : `play(${JSON.stringify(body)});`);
  const [grown, progress]: [Report[], ProfileProgress[]] = [[], []];
  const environment = {
    ...{ python: fake.python, harnessPath: fake.harnessPath, workingFolder: folder, env: process.env },
    ...{ lockFolder: folder, gpuName: hooks.gpuName ?? null, toolVersion: '1.2.3' },
  };
  const report = await profilePython(options, environment, {
    signal: hooks.signal ?? new AbortController().signal,
    onReport: (one) => {
      grown.push(one);
      hooks.onReport?.(one);
    },
    onProgress: (one) => progress.push(one),
  });
  return { report, grown, progress };
}

async function failure(promise: Promise<unknown>): Promise<ProfileError> {
  const error: unknown = await promise.catch((one: unknown) => one);
  if (error instanceof ProfileError) return error;
  throw error instanceof Error ? error : new Error('it went well');
}

test('the report grows after each case, and the progress says how far it is', async () => {
  const second = { id: 'two', label: 'relu 8×8' };
  const story = [...beginning([{}, second]), result(ROWS), result(ROWS, second), end()];
  const { report, grown, progress } = await run(OPTIONS, story);
  expect(grown.map(({ cases, status }) => [cases.length, status])).toEqual([
    [0, 'running'],
    [1, 'running'],
    [2, 'running'],
    [2, 'complete'],
  ]);
  expect(new Set(grown.map(({ id }) => id)).size).toBe(1);
  expect(grown.at(-1)).toEqual(report);
  expect(report.durationMs).toBeGreaterThan(0);
  expect(progress.map(({ done, total, label }) => [done, total, label])).toEqual([
    [0, 0, ''],
    [0, 2, 'relu 4×8'],
    [1, 2, 'relu 8×8'],
    [2, 2, ''],
  ]);
  expect(progress.map(({ secondsLeft }) => secondsLeft === null)).toEqual([true, true, false, false]);
});

test('shapes for a kernel that no workload is known of: its scripts run, and the report says so', async () => {
  const story = `play(${JSON.stringify(beginning().slice(0, -1))});
    play(request.sources[0].kind === 'builtin' ? ${JSON.stringify([plan([])])} : ${JSON.stringify([plan(), result(ROWS)])});
    play(${JSON.stringify([end()])});`;
  const { report, grown } = await run({ ...OPTIONS, kernels: [WITH_SCRIPTS], dtypes: ['float16'] }, story);
  expect(report.flags.map(({ id }) => id)).toEqual(['other-workloads']);
  expect(grown.map(({ cases }) => cases.length)).toEqual([0, 1, 1]);
});

test('cases are chosen by the ids that the report has, also among those that a short run leaves out', async () => {
  const story = `play(${JSON.stringify(beginning([{}, { id: 'other' }]).slice(0, -1))});
    const cases = ${JSON.stringify([CASE, 'other', 'left'])}.filter((id) => request.only === null || request.only.includes(id));
    const facts = ${JSON.stringify(plan()['cases'])}[0];
    send('plan', { cases: cases.map((id) => ({ ...facts, id })), left: request.only === null ? [{ id: 'left/out', reason: 'x' }] : [] });
    if (!request.planOnly) for (const id of cases) send('case', { ...${JSON.stringify(result(ROWS))}, type: 'case', id });
    play(${JSON.stringify([end()])});`;
  const { report } = await run({ ...OPTIONS, cases: '^kernels-community/relu/(other|left/out)$' }, story);
  expect(report.cases.map(({ id }) => id)).toEqual(['kernels-community/relu/other']);
  const requests = await fake.requests();
  expect(requests.map(({ planOnly, only }) => [planOnly, only])).toEqual([
    [true, null],
    [false, ['other', 'left/out']],
  ]);
  const none = await failure(run({ ...OPTIONS, cases: 'gelu' }, story));
  expect([none.kind, none.message]).toEqual([
    'usage',
    `No case matches “gelu”. There are kernels-community/relu/${CASE}, kernels-community/relu/other, kernels-community/relu/left, kernels-community/relu/left/out.`,
  ]);
});

const failed = (kind: string): Told[] => [
  { type: 'hello', python: '3.12', executable: '', pid: 1 },
  { type: 'error', ...problem(kind), fatal: true },
  end('failed', 'open'),
];
test.each<[string, readonly Told[] | string, ProfileError['kind'], RegExp]>([
  ['no torch', failed('no-torch'), 'no-python', /^It went wrong\. Do it right\.$/],
  ['kernels too old', failed('kernels-too-old'), 'no-python', /It went wrong/],
  ['no GPU', failed('no-gpu'), 'no-adapter', /It went wrong/],
  ['a driver too old', failed('driver-too-old'), 'no-adapter', /It went wrong/],
  ['a busy GPU', failed('busy'), 'busy', /It went wrong/],
  ['a refused request', failed('bad-request'), 'internal', /It went wrong/],
  ['no Python', `process.exit(1)`, 'no-python', /before it could measure/],
  [
    'an early death',
    `play(${JSON.stringify(beginning().slice(0, 2))}); process.exit(1)`,
    'internal',
    /ended with code 1/,
  ],
  ['an end without a plan', [opened(), end()], 'internal', /The harness ended/],
  ['no cases', [...beginning([]), end()], 'usage', /No workload is known for what relu v1 computes/],
  [
    'a source that fails',
    [...beginning([]), end()].toSpliced(5, 0, {
      type: 'error',
      ...problem('failed', { detail: 'SyntaxError: x' }),
      fatal: false,
      source: 'benchmarks',
    }),
    'usage',
    /Of the source benchmarks: .*SyntaxError: x/,
  ],
])('with %s there is no report, but a reason', async (_name, story, kind, message) => {
  const error = await failure(run(OPTIONS, story));
  expect(error.message).toMatch(message);
  expect(error.kind).toBe(kind);
});

test('a workload that nobody has is named', async () => {
  const options: PythonProfileOptions = {
    ...OPTIONS,
    work: { kind: 'kernels', workloads: ['activation.rely'], shapes: [] },
  };
  expect((await failure(run(options, [...beginning([]), end()]))).message).toMatch(/called “activation.rely” here/);
});

test.each<[string, string, Report['status'], RegExp]>([
  [
    'dies',
    `process.stderr.write('boom\\n'); process.exit(9);`,
    'failed',
    /^Stopped after 1 of 2 cases: The measuring process ended with code 9.*boom/,
  ],
  [
    'is malformed',
    `send('case', {}); await cancelled();`,
    'failed',
    /^Stopped after 1 of 2 cases: The harness sent a malformed event case/,
  ],
  [
    'gives up',
    `play(${JSON.stringify([{ type: 'error', ...problem('no-torch'), fatal: true }, end('failed', 'open')])});`,
    'failed',
    /^Stopped after 1 of 2 cases: It went wrong/,
  ],
])('when the harness %s in the middle, finished cases stand', async (_name, rest, status, reason) => {
  const { report } = await run(
    OPTIONS,
    `play(${JSON.stringify([...beginning([{}, { id: 'b' }]), result(ROWS)])}); ${rest}`,
  );
  expect(report.status).toBe(status);
  expect(report.reason).toMatch(reason);
  expect(report.cases[0]?.rows[1]?.speedup?.verdict).toBe('FASTER');
});

test('a cancelled run keeps what is finished; one without a case is an error', async () => {
  const cancel = new AbortController();
  const story = `play(${JSON.stringify([...beginning([{}, { id: 'b' }]), result(ROWS)])}); await cancelled(); play(${JSON.stringify([end('cancelled', 'cancelled')])});`;
  const { report } = await run(OPTIONS, story, {
    signal: cancel.signal,
    onReport: ({ cases }) => {
      if (cases.length === 1) cancel.abort();
    },
  });
  expect(report).toMatchObject({ status: 'cancelled', reason: 'Cancelled after 1 of 2 cases.' });
  expect((await failure(run(OPTIONS, story, { signal: cancel.signal }))).kind).toBe('cancelled');
  const early = new AbortController();
  setTimeout(() => {
    early.abort();
  }, 50);
  expect((await failure(run(OPTIONS, `await cancelled(); process.exit(1);`, { signal: early.signal }))).kind).toBe(
    'cancelled',
  );
});

test('a run whose kernels do not load ends at once, with a report', async () => {
  const story = [opened(), kernel(KERNEL, { problem: problem('no-variant') }), plan()];
  const { report } = await run(
    OPTIONS,
    `play(${JSON.stringify(story)}); await cancelled(); play(${JSON.stringify([end('cancelled')])});`,
  );
  expect(report).toMatchObject({
    status: 'complete',
    reason: null,
    cases: [],
    kernels: [{ problem: 'It went wrong. Do it right.' }],
  });
});

test('the GPU is locked while a run goes on, also for profiles of WebGPU', async () => {
  const held = AdapterLock.take(folder, 'NVIDIA H100');
  const busy = await failure(run(OPTIONS, [], { gpuName: 'NVIDIA H100' }));
  expect(busy.kind).toBe('busy');
  expect(busy.message).toMatch(/is measuring on NVIDIA H100/);
  held.release();
  await run(OPTIONS, [...beginning(), result(ROWS), end()], {
    gpuName: 'NVIDIA H100',
    onReport: () => {
      expect(() => AdapterLock.take(folder, 'NVIDIA H100')).toThrow(/is measuring on/);
    },
  });
  AdapterLock.take(folder, 'NVIDIA H100').release();
  // The CPU is not the GPU.
  const other = AdapterLock.take(folder, 'NVIDIA H100');
  await run({ ...OPTIONS, device: 'cpu' }, [...beginning(), result(ROWS), end()], { gpuName: 'NVIDIA H100' });
  other.release();
});

test('the digest of a function is that of its file', async () => {
  const file = path.join(folder, 'ops.py');
  await writeFile(file, 'def mine(x): return x\n');
  const inputs = [
    { tensors: [{ name: 'x', shape: [4], dtype: null, values: 'normal' as const }], arguments: {}, outputs: [] },
  ];
  const work = { kind: 'function' as const, file, function: 'mine', against: null, inputs, tolerance: null };
  const mine = {
    ...row('function', 2000),
    contender: { id: 'function', kind: 'function', label: 'mine', baseline: true },
  };
  const { report } = await run({ ...OPTIONS, kernels: [], work }, [opened(), plan(), result([mine]), end()]);
  expect(report.kernels[0]?.digest).toBe('b5704b7f5395319f4aa16a79bc07d6526761209b4de50bc244d0abdf03b331bd');
  expect(report.cases[0]?.rows.map(({ contender }) => contender.id)).toEqual(['function']);
});
