// Another runtime that is less exact than it should be: its time is shown, and nothing is made of it.
import { describe, expect, test } from 'vitest';
import type { Report, ReportRow } from '../../src/profile/report';
import { rowCells } from '../../src/profile/reportCells';
import { isPeerRow } from '../../src/profile/reportComparison';
import { reportCsv } from '../../src/profile/reportCsv';
import { readReport, serialiseReport } from '../../src/profile/reportFile';
import { reportMarkdown } from '../../src/profile/reportMarkdown';
import { roofline } from '../../src/profile/reportRoofline';
import { caseSavings } from '../../src/profile/reportSavings';
import { reportSentence } from '../../src/profile/reportSentence';
import { reportTable } from '../../src/profile/reportTable';
import { ratioScale } from '../../webview/ratioScale';
import { sortCases } from '../../webview/caseOrder';
import { only, sampleCase, sampleReport, sampleRow, withRows } from './sampleReports';

const RMS = 'ai.onnx.RMSNormalization/16384x4096/float32';
const REASON = 'max error 0.031 where 0.004 is allowed';
const right = only(sampleReport('suite'), RMS);

/** As right as it is in the sample, but for its values: what a run then says of it. */
const inexact = (row: ReportRow): ReportRow => ({
  ...row,
  status: 'wrong',
  reason: REASON,
  accuracy: row.accuracy && { ...row.accuracy, passed: false, summary: REASON },
  ...{ speedup: null, bytesPerSecond: null, shareOfLimit: null, flopsPerSecond: null, shareOfProduct: null },
});
const report: Report = {
  ...right,
  cases: right.cases.map((item) => withRows(item, (row) => (isPeerRow(row) ? inexact(row) : row))),
};
const item = sampleCase(report, RMS);
const peer = sampleRow(item, 'onnxruntime-webgpu');
const table = (width?: number): string => reportTable(report, { width, colour: false });

test('its cells hold the time, and that it is wrong beside it', () => {
  expect(rowCells(item, peer)).toMatchObject({
    ...{ time: '910 µs, wrong', spread: '0.2%', speedup: '–', verdict: 'WRONG', limit: '–', bandwidth: '–' },
    note: REASON,
  });
});

test.each([undefined, 200, 100, 60, 40])('a table %s wide never shows the time alone', (width) => {
  expect(table(width)).toMatch(/ONNX Runtime +910 µs, wrong/);
  expect(table(width)).toContain(`ONNX Runtime: ${REASON}`);
});

test('nor does Markdown', () => {
  const markdown = reportMarkdown(report);
  expect(markdown).toMatch(/\| ONNX Runtime \| 910 µs, wrong \|/);
  expect(markdown).not.toMatch(/910 µs(?!, wrong| for a wrong)/);
});

test('a line of CSV has its time and its status, and no ratio', () => {
  const [head = '', , , line = ''] = reportCsv(report).split('\r\n');
  const cell = (name: string) => line.split(',')[head.split(',').indexOf(name)];
  expect([cell('contender'), cell('status'), Number(cell('median_ns'))]).toEqual([
    'onnxruntime-webgpu',
    'wrong',
    peer.timing?.medianNs,
  ]);
  expect(['speedup_ratio', 'verdict', 'share_of_limit_ratio', 'bytes_per_s', 'flops_per_s'].map(cell)).toEqual([
    ...['', '', '', '', ''],
  ]);
});

test('a file keeps all of it', () => {
  expect(readReport(serialiseReport(report), 'report')).toEqual(report);
});

test('the sentence compares with nobody who is wrong', () => {
  expect(reportSentence(report)).toBe(
    'fused is 3.4× faster than unfused here, and exact to 1e-6; ONNX Runtime is wrong',
  );
});

test('what fusing saves has its time, as that of a wrong answer', () => {
  const [other = ''] = caseSavings(report, item)?.others ?? [];
  expect(other).toMatch(/^ONNX Runtime took 910 µs for a wrong answer; its \d+ kernels? moves? .*B\.$/u);
});

test('the roofline leaves it out without a word on its operations', () => {
  const { marks, strip, notes } = roofline(report);
  expect([...marks, ...strip].some(({ row }) => isPeerRow(row))).toBe(false);
  expect(notes.join(' ')).not.toContain('left out');
});

describe('in the panel', () => {
  test('it makes no scale and is the first of the wrong ones', () => {
    expect(ratioScale(report.cases).place(1)).toBeLessThan(1);
    const [first] = sortCases(report.cases, { column: 'verdict', direction: 'ascending' });
    expect(first?.rows[0]).toBe(peer);
  });

  test('cases are not sorted by a time that does not count', () => {
    const [first] = sortCases(report.cases, { column: 'time', direction: 'ascending' });
    expect(first?.rows.at(-1)).toBe(peer);
  });
});
