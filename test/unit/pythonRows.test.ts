// Rows of a case in Python: what is timed, what is wrong, and what is said of it.
import { expect, test } from 'vitest';
import type { PythonProfileOptions } from '../../src/profile/python/pythonOptions';
import {
  beginning,
  CASE,
  checked,
  KERNEL,
  limits,
  OPTIONS,
  output,
  plan,
  problem,
  RELU,
  result,
  row,
  type Told,
} from './harnessStories';
import { reportOf, caseOf, rowOf } from './storyReports';

test('the pairing of blocks is kept: what slows both down says nothing about their ratio', () => {
  const drift = Array.from({ length: 40 }, (_, at) => 1 + Math.floor(at / 2) / 10);
  const timed = (ns: number): Record<string, unknown> => ({
    timing: { samplesNs: drift.map((factor) => ns * factor), runs: 1, stoppedBy: 'time limit' },
  });
  const item = caseOf([row('eager', 0, timed(1000)), row(KERNEL, 0, timed(1000))]);
  expect(rowOf(item, KERNEL).speedup).toEqual({ ratio: 1, low: 1, high: 1, verdict: 'SAME' });
  expect(rowOf(item, KERNEL).flags.map(({ id }) => id)).toEqual(['noisy']);
});

test.each<[string, Record<string, unknown>, string, RegExp]>([
  [
    'wrong values',
    { status: 'wrong', problem: problem('wrong-values'), accuracy: checked([output(0.5, { wrong: 3 })]) },
    'wrong',
    /It went wrong\. Do it right\./,
  ],
  [
    'nothing written',
    {
      status: 'wrong',
      problem: problem('wrong-values'),
      accuracy: checked([output(null, { wrong: 9, unwritten: 9 })]),
    },
    'wrong',
    /It went wrong/,
  ],
  [
    'another shape',
    {
      status: 'wrong',
      problem: problem('wrong-output'),
      accuracy: { oracle: true, inputsUnchanged: true, before: [{ form: 'random', seed: 0, outputs: [] }], after: [] },
    },
    'wrong',
    /It went wrong/,
  ],
  [
    'changed inputs',
    {
      status: 'wrong',
      problem: problem('changed-inputs'),
      accuracy: { ...checked([output(1e-4)]), inputsUnchanged: false },
    },
    'wrong',
    /It went wrong/,
  ],
  ['a broken guard', { status: 'wrong', problem: problem('other-stream') }, 'wrong', /It went wrong/],
  [
    'a broken guard that nobody drew a conclusion from',
    { guards: [{ id: 'device-clock', passed: false, text: 'the clocks differ' }] },
    'wrong',
    /cannot be trusted: the clocks differ.*Run again/,
  ],
  [
    'an error that nobody drew a conclusion from',
    { accuracy: checked([output(0.5, { wrong: 3 })]) },
    'wrong',
    /3 of 32 elements wrong.*Do not use it/,
  ],
  [
    'a crash',
    {
      status: 'failed',
      problem: problem('crash', { cause: 'The process crashed (SIGSEGV).', detail: 'one\nthe last words\n' }),
    },
    'failed',
    /^The process crashed \(SIGSEGV\) \(the last words\)\. Do it right\.$/,
  ],
  [
    'an error of its own',
    {
      status: 'failed',
      problem: problem('failed', { cause: 'The code raised an error.', detail: 'ValueError: odd\nand more' }),
    },
    'failed',
    /^The code raised an error: ValueError: odd\. Do it right\.$/,
  ],
  ['no time', { timing: null }, 'failed', /No time was taken/],
])('%s: no time and no speed-up, and a reason', (_name, more, status, reason) => {
  const item = caseOf([row('eager', 4000), row(KERNEL, 2000, more)]);
  const found = rowOf(item, KERNEL);
  expect(found).toMatchObject({ status, timing: null, speedup: null, bytesPerSecond: null, flopsPerSecond: null });
  expect(found.reason).toMatch(reason);
  expect(rowOf(item, 'eager').status).toBe('timed');
});

test.each<[string, Record<string, unknown>, boolean | null, string]>([
  [
    'within the tolerance',
    checked([output(1e-3)], [output(2e-3)]),
    true,
    "max error 2e-3, tolerance 4e-3; PyTorch's own is 2e-4",
  ],
  ['as exact as PyTorch', checked([output(2e-4)]), true, 'max error 2e-4, tolerance 4e-3'],
  [
    'no oracle',
    { ...checked([]), oracle: false, before: [{ form: 'random', seed: 0, outputs: [] }] },
    null,
    'ran, no oracle',
  ],
])('accuracy %s', (_name, accuracy, passed, summary) => {
  const found = rowOf(caseOf([row('eager', 4000), row(KERNEL, 2000, { accuracy })]), KERNEL);
  expect(found).toMatchObject({ status: 'timed', accuracy: { passed, summary } });
});

test('PyTorch beyond the tolerance is what others are held against; within twice its error is right', () => {
  const eager = row('eager', 4000, { accuracy: checked([output(0.01, { wrong: 2 })]) });
  const item = caseOf([eager, row(KERNEL, 2000, { accuracy: checked([output(0.015, { wrong: 3 })]) })]);
  expect(rowOf(item, 'eager')).toMatchObject({ status: 'timed', accuracy: { passed: true } });
  expect(rowOf(item, 'eager').accuracy?.summary).toMatch(/beyond the tolerance, and what all are held against/);
  expect(rowOf(item, KERNEL)).toMatchObject({ status: 'timed', accuracy: { passed: true } });
  expect(rowOf(item, KERNEL).accuracy?.summary).toBe(
    "max error 0.015, within 2 times the baseline's own; PyTorch's own is 0.01",
  );
  const worse = caseOf([eager, row(KERNEL, 2000, { accuracy: checked([output(0.021, { wrong: 3 })]) })]);
  expect(rowOf(worse, KERNEL).status).toBe('wrong');
});

test('a clock that the measuring process had changed takes all times of its case', () => {
  const guard = {
    type: 'guard',
    id: 'clock',
    case: CASE,
    passed: false,
    text: "the child's clock says 1.000 s, ours 2.000 s",
  };
  const [item] = reportOf([...beginning(), guard, result([row('eager', 4000), row(KERNEL, 2000)])]).cases;
  expect(item?.rows.map(({ status, timing }) => [status, timing])).toEqual([
    ['wrong', null],
    ['wrong', null],
  ]);
  expect(item?.rows[0]?.reason).toMatch(/the child's clock says/);
});

test('a contender that the case is not for is left out with its reason; the next one is the baseline', () => {
  const refused = {
    status: 'failed',
    problem: problem('not-applicable', { cause: 'The script has no verify_large.' }),
    timing: null,
  };
  const kernels = [RELU, { ...RELU, version: 2, commit: 'b'.repeat(40) }];
  const rows = [row('eager', null, refused), row(KERNEL, 4000), row('kernels-community/relu@v2', 2000)];
  const report = reportOf([...beginning(), result(rows)], {
    ...OPTIONS,
    kernels: kernels,
  });
  const [item] = report.cases;
  expect(item?.rejected).toEqual([{ variant: 'PyTorch', reason: 'The script has no verify_large.' }]);
  expect(item?.rows.map(({ contender, speedup }) => [contender.id, contender.baseline, speedup?.verdict])).toEqual([
    [KERNEL, true, undefined],
    ['kernels-community/relu@v2', false, 'FASTER'],
  ]);
  expect(report.kernels.map(({ id }) => id)).toEqual(['kernels-community/relu', 'kernels-community/relu@v2']);
});

test('rows come in the order of the contenders, whatever the order they are told in', () => {
  const options: PythonProfileOptions = { ...OPTIONS, references: ['eager', 'compile'] };
  const rows = [row('compile', 3000, { compileMs: 1200 }), row('eager', 4000), row(KERNEL, 2000)];
  const [item] = reportOf([...beginning(), result(rows)], options).cases;
  expect(item?.rows.map(({ contender }) => contender.id)).toEqual(['eager', KERNEL, 'compile']);
  expect(item?.rows[2]).toMatchObject({ compileMs: 1200, contender: { label: 'torch.compile' } });
});

test.each<[string, Record<string, unknown>, Told, string[]]>([
  ['more bytes a second than a copy', { leastBytes: 1e7 }, limits(), ['above-limit']],
  ['more operations a second than a product', { flops: 1e13 }, limits(), ['above-product-limit']],
  ['operations of a dtype that no product was measured of', { flops: 1e13, dtype: 'int8' }, limits(), []],
])('%s', (_name, more, reference, flags) => {
  const [item] = reportOf([
    ...beginning().slice(0, -1),
    reference,
    plan(),
    result([row('eager', 4000), row(KERNEL, 2000)], more),
  ]).cases;
  expect(item?.rows[1]?.flags.map(({ id }) => id)).toEqual(flags);
});

test('float32 is held against products in float32, not in TF32, which is named', () => {
  const product = (rate: number): Record<string, unknown> => ({ flops: rate, size: 4096, samplesNs: [1e9] });
  const reference = limits({ float32: product(5e13), tf32: product(4e14) });
  const [item] = reportOf([
    ...beginning().slice(0, -1),
    reference,
    plan(),
    result([row('eager', 4000), row(KERNEL, 2000)], { dtype: 'float32', flops: 2e8 }),
  ]).cases;
  const found = item?.rows[1];
  expect(found?.shareOfProduct).toBeCloseTo(2e8 / (2000.2 * 1e-9) / 5e13, 6);
  expect(found?.flags[0]?.text).toMatch(/may have calculated in TF32/);
});

test('a script sets its own dtype: that of its largest input', () => {
  const inputs = {
    ids: { dtype: 'int64', shape: [1000], bytes: 8000 },
    x: { dtype: 'bfloat16', shape: [8], bytes: 16 },
  };
  const item = caseOf([row('eager', 4000)], {
    dtype: 'as in the script',
    label: 'A.large',
    inputs,
    oracle: { text: 'verify_large', dtype: 'float32' },
  });
  expect(item).toMatchObject({ dtype: 'bfloat16', label: 'A.large bf16', oracle: { kind: 'reference' } });
  expect(caseOf([row('eager', 4000)], { dtype: 'as in the script', label: 'A.large', inputs: {} }).label).toBe(
    'A.large',
  );
});
