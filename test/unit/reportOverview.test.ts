import { describe, expect, test } from 'vitest';
import { reportMarkdown } from '../../src/profile/reportMarkdown';
import { overviewCells, reportOverview } from '../../src/profile/reportOverview';
import { namedMarks, roofline } from '../../src/profile/reportRoofline';
import { reportTable } from '../../src/profile/reportTable';
import { only, sampleReport, withRows } from './sampleReports';

const suite = sampleReport('suite');
const RMS = 'ai.onnx.RMSNormalization/16384x4096/float32';
const SOFTMAX = 'ai.onnx.Softmax/vocabulary-16x128256/float32';
const ATTENTION = 'ai.onnx.Attention/prefill-1x32x2048x128/float16';
const three = only(suite, RMS, SOFTMAX, ATTENTION);

describe('one line a kernel', () => {
  test('says how it came out, over its baseline and over each other runtime', () => {
    const overview = reportOverview(three);
    expect(overview?.peers).toEqual(['ONNX Runtime']);
    const line = (name: string) => overview?.lines.find((one) => one.name === name);
    expect(line('RMSNormalization')).toMatchObject({
      kernel: 'ai.onnx.RMSNormalization',
      ...{ cases: '1', speedup: '3.4× FASTER', trouble: '' },
      peers: { 'ONNX Runtime': '4.9× FASTER' },
    });
    expect(line('RMSNormalization')?.limit).toMatch(/^\d+% copy$/);
    expect(line('Softmax')?.peers).toEqual({ 'ONNX Runtime': '1.1× SLOWER' });
    // There it is wrong: nothing to hold against it.
    expect(line('Attention')?.peers).toEqual({ 'ONNX Runtime': '–' });
    expect(line('Attention')?.limit).toMatch(/ product$/);
  });

  test('says what to look at, of the kernel alone', () => {
    const cases = three.cases.map((item) =>
      withRows(item, (row) => (row.contender.baseline ? { ...row, status: 'wrong' as const } : row)),
    );
    expect(reportOverview({ ...three, cases })?.lines.map(({ trouble }) => trouble)).toEqual([
      'WRONG in 1',
      'WRONG in 1',
      'WRONG in 1',
    ]);
    const failed = three.cases.map((item, index) => (index === 0 ? { ...item, status: 'failed' as const } : item));
    expect(reportOverview({ ...three, cases: failed })?.lines.map(({ trouble }) => trouble)).toContain('FAILED in 1');
  });

  test('there is none for one kernel, in Python, or of contenders against themselves', () => {
    expect(reportOverview(only(suite, RMS))).toBeNull();
    expect(reportOverview(sampleReport('python-h100'))).toBeNull();
    expect(reportOverview({ ...three, mode: 'aa' })).toBeNull();
  });

  test('a terminal has it last, Markdown first', () => {
    const lines = reportTable(three, { width: undefined, colour: false }).split('\n');
    const at = lines.indexOf('All kernels');
    expect(lines[at + 1]).toMatch(/^kernel +cases +over baseline +over ONNX Runtime +best limit +look at$/);
    expect(lines.slice(at + 2, at + 5).some((line) => /^RMSNormalization +1 +3\.4× FASTER/.test(line))).toBe(true);
    expect(lines.length - at).toBeLessThan(9);
    const markdown = reportMarkdown(three);
    expect(markdown.indexOf('| kernel | cases |')).toBeLessThan(markdown.indexOf('### '));
    const overview = reportOverview(three);
    expect(overview && overviewCells(overview).every((cells) => cells.length === 6)).toBe(true);
  });
});

test('a roofline names the fastest mark of each kernel, never a baseline or another runtime', () => {
  const named = namedMarks(roofline(suite).marks);
  expect(named.map(({ item }) => item.kernel).sort()).toEqual(
    [...new Set(roofline(suite).marks.map(({ item }) => item.kernel))].sort(),
  );
  for (const { item, row, flopsPerSecond } of named) {
    expect(row.contender.baseline || row.contender.id === 'onnxruntime-webgpu').toBe(false);
    for (const other of roofline(suite).marks) {
      const own = other.item.kernel === item.kernel && other.row.contender.kind === 'variant';
      if (own && !other.row.contender.baseline && other.row.contender.id !== 'onnxruntime-webgpu')
        expect(other.flopsPerSecond).toBeLessThanOrEqual(flopsPerSecond);
    }
  }
});
