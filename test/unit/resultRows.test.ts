import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/profile/report';
import { overallSpeedup } from '../../src/profile/reportSentence';
import { damagedRow, resultRow } from '../../src/sidebar/resultRows';
import { only, sampleReport, withRows } from './sampleReports';

const now = new Date('2027-01-01T12:00:00');
const h100 = sampleReport('h100');
const [first] = h100.cases;
if (first === undefined) throw new Error('the sample has no cases');
const one = only(h100, first.id);
const [item] = one.cases;
if (item === undefined) throw new Error('the case is gone');

const described = (report: Report): string => resultRow(report, 'x.kernel-lens.json', now).description;

test('one case: what was measured, how it came out, where', () => {
  const row = resultRow(one, 'x.kernel-lens.json', now);
  expect(row.label).toBe(`${first.kernel.slice(first.kernel.lastIndexOf('.') + 1)} ${first.label}`);
  const verdict = overallSpeedup(one)?.verdict ?? '';
  expect(row.description).toMatch(new RegExp(`^[\\d.]+× ${verdict} · ${one.machine.adapter.name} · `));
  expect(row.spoken).toContain(row.label);
  expect(row.spoken).toContain(verdict);
});

test('several kernels are named, many are counted', () => {
  const kernel = h100.kernels[0];
  if (kernel === undefined) throw new Error('the sample has no kernels');
  const named = (...ids: string[]): string =>
    resultRow({ ...h100, kernels: ids.map((id) => ({ ...kernel, id })) }, 'x', now).label;
  expect(named('ai.onnx.A', 'ai.onnx.B', 'ai.onnx.C')).toBe('A, B, C');
  expect(named('ai.onnx.A', 'ai.onnx.B', 'ai.onnx.C', 'ai.onnx.D')).toBe('A, B and 2 more');
});

test('a wrong row comes before any speed-up', () => {
  const cases = [withRows(item, (row) => (row.contender.baseline ? row : { ...row, status: 'wrong', speedup: null }))];
  expect(described({ ...one, cases })).toMatch(/^WRONG/);
  expect(resultRow({ ...one, cases }, 'x', now).icon).toBe('error');
});

describe('of Python', () => {
  const gpu = sampleReport('python-h100');
  const [large, small] = gpu.cases.map(({ id }) => id);
  if (large === undefined || small === undefined) throw new Error('the sample has no cases');
  const asked = (report: Report): Report => ({
    ...report,
    kernels: report.kernels.slice(0, 1),
    cases: report.cases.map((shown) => ({
      ...shown,
      rows: shown.rows.filter(({ contender }) => contender.id !== 'example-org/activation@v2'),
    })),
  });

  test.each<[string, Report, string, RegExp]>([
    ['one case', asked(only(gpu, large)), 'activation v1 silu_and_mul 4096×14336 bf16', /^1\.82× FASTER · NVIDIA H100/],
    ['several', asked(only(gpu, large, small)), 'activation v1', /^1\.93× FASTER · NVIDIA H100/],
    ['several versions', only(gpu, large, small), 'activation v1, activation v2', /^1\.93× FASTER/],
    ['a CPU', sampleReport('python-cpu'), 'activation v1', /^1\.19× FASTER · Example CPU · /],
    ['a rival that is wrong', gpu, 'activation v1, activation v2, fast-activation v1', /^WRONG in 2 rows/],
  ])('%s', (_, report, label, description) => {
    expect(resultRow(report, 'x', now).label).toBe(label);
    expect(described(report)).toMatch(description);
  });

  test('torch.compile that is wrong takes nothing from the kernel, and one that failed neither', () => {
    const report = asked(only(gpu, large));
    for (const status of ['wrong', 'failed'] as const) {
      const cases = report.cases.map((shown) =>
        withRows(shown, (row) => (row.contender.kind === 'compile' ? { ...row, status, speedup: null } : row)),
      );
      expect(described({ ...report, cases })).toMatch(/^1\.82× FASTER/);
    }
  });

  test('a kernel that failed, or that could not be used', () => {
    const report = asked(only(gpu, large));
    const cases = report.cases.map((shown) =>
      withRows(shown, (row) => (row.contender.kind === 'kernel' ? { ...row, status: 'failed', speedup: null } : row)),
    );
    const kernels = report.kernels.map((kernel) => ({ ...kernel, problem: 'There is no build.' }));
    expect(described({ ...report, cases })).toMatch(/^FAILED/);
    expect(described({ ...report, cases, kernels })).toMatch(/^could not be used/);
  });
});

test('a comparison of contenders with themselves, and one of nothing, claim no speed-up', () => {
  expect(described({ ...one, mode: 'aa' })).toMatch(/^against itself/);
  expect(described({ ...one, cases: [] })).toMatch(/^nothing compared/);
});

test('the tooltip is the whole sentence', () => {
  expect(resultRow(one, 'x.kernel-lens.json', now).tooltip.join(' ')).toMatch(/[A-Z].* here.*x\.kernel-lens\.json/);
});

test('a file that is no report says why', () => {
  const row = damagedRow('x.kernel-lens.json', 'x.kernel-lens.json is empty. Profile again, or restore the file.');
  expect(row).toMatchObject({ label: 'x.kernel-lens.json', description: 'cannot be read', icon: 'warning' });
  expect(row.tooltip.join()).toContain('is empty');
});
