import { describe, expect, test } from 'vitest';
import { filteredReport, isFiltered, NO_FILTER, type CaseFilter } from '../../webview/caseFilter';
import { sampleReport, withRows } from './sampleReports';

const report = sampleReport('suite');

function left(filter: Partial<CaseFilter>, of = report): string[] {
  return filteredReport(of, { ...NO_FILTER, ...filter }).cases.map(({ id }) => id);
}
const all = report.cases.map(({ id }) => id);

describe('the cases of a long report', () => {
  test('are all there at first', () => {
    expect(isFiltered(report)).toBe(true);
    expect(left({})).toEqual(all);
  });

  test('are found by their kernel, and by all words that are typed', () => {
    expect(left({ kernel: 'ai.onnx.MatMul' })).toEqual(all.filter((id) => id.startsWith('ai.onnx.MatMul/')));
    expect(left({ words: 'Attention  DECODE' })).toEqual(all.filter((id) => id.startsWith('ai.onnx.Attention/decode')));
    expect(left({ words: 'attention nothing' })).toEqual([]);
  });

  test('a kernel of another report does not hide this one', () => {
    expect(left({ kernel: 'org/other' })).toEqual(all);
  });

  test('are found by what they came to', () => {
    const [first, second] = report.cases;
    const cases = report.cases.map((item) =>
      withRows(item, (row) => {
        if (row.contender.baseline) return row;
        if (item === first) return { ...row, status: 'wrong' as const, speedup: null };
        return item === second && row.speedup !== null
          ? { ...row, speedup: { ratio: 0.5, low: 0.49, high: 0.51, verdict: 'SLOWER' as const } }
          : row;
      }),
    );
    const changed = { ...report, cases };
    expect(left({ outcome: 'WRONG' }, changed)).toContain(first?.id);
    expect(left({ outcome: 'WRONG' }, changed)).not.toContain(second?.id);
    expect(left({ outcome: 'SLOWER' }, changed)).toContain(second?.id);
    expect(left({ outcome: 'SLOWER' }, changed)).not.toContain(first?.id);
    expect(left({ outcome: 'FAILED' }, changed)).toEqual(left({ outcome: 'FAILED' }));
  });

  test('few cases are left as they are, and so are those of a run that goes on', () => {
    const few = { ...report, cases: report.cases.slice(0, 3) };
    expect(isFiltered(few)).toBe(false);
    expect(left({ words: 'nothing' }, few)).toHaveLength(3);
    expect(left({ words: 'nothing' }, { ...report, status: 'running' })).toEqual(all);
  });
});
