import { expect, test } from 'vitest';
import { noisyLine } from '../../src/profile/reportCells';
import { reportMarkdown } from '../../src/profile/reportMarkdown';
import { reportTable } from '../../src/profile/reportTable';
import type { Report } from '../../src/profile/report';
import { sampleReport } from './sampleReports';

const TEXT = 'The median is known to ±12.5% only: the times varied until the limit ended them.';

function withNoise(report: Report, noisy: boolean): Report {
  const cases = report.cases.map((item) => ({
    ...item,
    rows: item.rows.map((row) => ({
      ...row,
      flags: noisy && row.timing !== null ? [{ id: 'noisy', severity: 'warning' as const, text: TEXT }] : [],
    })),
  }));
  return { ...report, cases };
}

test('noise is told once for the whole report, not once a row', () => {
  const report = sampleReport('h100');
  const noisy = withNoise(report, true);
  const timed = report.cases.flatMap(({ rows }) => rows.filter(({ timing }) => timing !== null)).length;
  const line = noisyLine(noisy) ?? '';
  expect(timed).toBeGreaterThan(1);
  expect(line).toContain(`${String(timed)} of ${String(timed)} times`);
  for (const text of [reportTable(noisy, { width: 120, colour: false }), reportMarkdown(noisy)]) {
    expect(text.split(line)).toHaveLength(2);
    expect(text).not.toContain('known to ±12.5%');
  }
});

test('a quiet report says nothing of noise', () => {
  const quiet = withNoise(sampleReport('h100'), false);
  expect(noisyLine(quiet)).toBeNull();
  expect(reportTable(quiet, { width: 120, colour: false })).not.toMatch(/varied/);
});
