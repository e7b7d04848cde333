import { expect, test } from 'vitest';
import { kernelOutcomes, kernelSpeedup, type KernelSpeedup } from '../../src/profile/kernelSpeedup';
import type { Report, ReportKernel } from '../../src/profile/report';
import { readReport, serialiseReport } from '../../src/profile/reportFile';
import { overallSpeedup } from '../../src/profile/reportSentence';
import { measuredCase, measuredReport, pythonKernel } from './measuredReports';
import { only, sampleReport } from './sampleReports';

const A = 'kernels-community/activation';
const B = 'kernels-community/activation@v2';
const KERNELS = [pythonKernel(A), pythonKernel(B, { version: 2 })];

function of(report: Report, kernel: ReportKernel | undefined = KERNELS[0]): KernelSpeedup | null {
  if (kernel === undefined) throw new Error('There is no such kernel.');
  return kernelSpeedup(kernelOutcomes(report, kernel));
}

const TWO = measuredReport(KERNELS, [
  measuredCase('activation.silu', { [A]: 2, [B]: 3 }),
  measuredCase('activation.gelu', { [A]: 8, [B]: 3 }),
]);

test('is the geometric mean of its own rows against PyTorch, whatever else the cases compare', () => {
  expect(of(TWO)).toMatchObject({ against: 'PyTorch', cases: 2, wrong: 0, speedup: { verdict: 'FASTER' } });
  expect(of(TWO)?.speedup?.ratio).toBeCloseTo(4);
  expect(of(TWO, KERNELS[1])?.speedup?.ratio).toBeCloseTo(3);
  expect(of(TWO, pythonKernel('kernels-community/other'))).toBeNull();
});

test('agrees with the answer of the report where that is about one kernel', () => {
  const one = measuredReport(KERNELS.slice(0, 1), [measuredCase('a', { [A]: 2 }), measuredCase('b', { [A]: 3 })]);
  expect(of(one)?.speedup).toEqual(overallSpeedup(one));
  const webgpu = only(sampleReport('h100'), 'ai.onnx.RMSNormalization/large/float32');
  expect(of(webgpu, webgpu.kernels[0])).toMatchObject({
    speedup: overallSpeedup(webgpu),
    against: 'unfused',
    cases: 1,
  });
});

test('a wrong answer leaves no number, and a failure leaves its case out', () => {
  const cases = [measuredCase('a', { [A]: 2, [B]: 'failed' }), measuredCase('b', { [A]: 'wrong', [B]: 3 })];
  const report = measuredReport(KERNELS, cases);
  expect(of(report)).toEqual({ speedup: null, against: 'PyTorch', cases: 2, wrong: 1 });
  expect(of(report, KERNELS[1])).toMatchObject({ cases: 1, wrong: 0, speedup: { verdict: 'FASTER' } });
  expect(of(measuredReport(KERNELS, [measuredCase('a', { [A]: 'failed' })]))).toBeNull();
});

test('a time that a guard has found to be none counts for nothing', () => {
  expect(of(measuredReport(KERNELS, [measuredCase('a', { [A]: 'fooled' })]))).toBeNull();
  expect(
    of(measuredReport(KERNELS, [measuredCase('a', { [A]: 'fooled' }), measuredCase('b', { [A]: 2 })])),
  ).toMatchObject({
    cases: 1,
    speedup: { ratio: 2 },
  });
});

test('a wrong variant of a WebGPU kernel is a wrong answer, as in the list of results', () => {
  const report = only(sampleReport('h100'), 'ai.onnx.Softmax/large/float32');
  expect(of(report, report.kernels[0])).toMatchObject({ speedup: null, cases: 1, wrong: 1 });
});

test('a kernel against itself says nothing of its speed', () => {
  expect(of({ ...TWO, mode: 'aa' })).toBeNull();
});

test('what the tests make is a report', () => {
  expect(readReport(serialiseReport(TWO), 'a')).toEqual(TWO);
});
