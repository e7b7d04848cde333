import { describe, expect, test } from 'vitest';
import type { Report, ReportRow } from '../../src/profile/report';
import { caseDifference, kernelSentence, reportSentence } from '../../src/profile/reportSentence';
import { only, sampleCase, sampleReport, withRows } from './sampleReports';

const h100 = sampleReport('h100');
const software = sampleReport('software');
const RMS = 'ai.onnx.RMSNormalization/large/float32';
const RMS_HALF = 'ai.onnx.RMSNormalization/large/float16';
const GELU_SAME = 'ai.onnx.Gelu/medium/float32';
const GELU_UNCLEAR = 'ai.onnx.Gelu/small/float32';
const SOFTMAX_SLOWER = 'ai.onnx.Softmax/long-rows/float32';
const SOFTMAX_WRONG = 'ai.onnx.Softmax/large/float32';
const FAILED = 'ai.onnx.LayerNormalization/huge/float32';

describe('the sentence', () => {
  test.each<[string, Report, string]>([
    ['faster', only(h100, RMS), 'fused is 3.5× faster than unfused here, and exact to 3e-7'],
    [
      'two cases',
      only(h100, RMS, RMS_HALF),
      'fused is 4.1× faster than unfused here (geometric mean of 2 cases), and exact to 5e-4',
    ],
    ['the same', only(h100, GELU_SAME), 'fused takes the same time as unfused here, and exact to 2e-7'],
    [
      'unclear',
      only(h100, GELU_UNCLEAR),
      'no clear difference between fused and unfused here: the times vary too much, and exact to 2e-7',
    ],
    [
      'slower',
      only(h100, SOFTMAX_SLOWER),
      'fused is 1.2× slower than unfused here, and exact to 4e-7; 1 contender failed',
    ],
    [
      'wrong',
      only(h100, SOFTMAX_WRONG),
      'fused_vec4 is wrong for Softmax 16384×4096 f32 (max error 0.31 at [16383, 17], 4,096 of 134,217,728 elements wrong); fused is 2.4× faster than unfused here, and exact to 4e-7 where it is right',
    ],
    ['a failed case', only(h100, FAILED), '1 case failed'],
    [
      'mixed',
      only(h100, RMS, SOFTMAX_SLOWER, GELU_SAME),
      'fused is 1.4× faster than unfused here (geometric mean of 3 cases of 3 kernels; SLOWER in 1, SAME in 1), and exact to 4e-7; 1 contender failed',
    ],
    [
      'software',
      software,
      'fused is 2.0× faster than unfused in software, which says nothing about a GPU (geometric mean of 2 cases of 2 kernels), and exact to 3e-7',
    ],
    [
      'cancelled',
      { ...only(h100, RMS), status: 'cancelled' },
      'cancelled early; until then, fused is 3.5× faster than unfused here, and exact to 3e-7',
    ],
    ['running', { ...h100, status: 'running', cases: [], kernels: [] }, 'so far, nothing was measured'],
    [
      'a kernel that cannot be used, beside one that can',
      { ...only(h100, RMS), kernels: h100.kernels },
      'fused is 3.5× faster than unfused here, and exact to 3e-7; 1 kernel could not be used',
    ],
    [
      'a kernel that cannot be used',
      { ...h100, cases: [], kernels: h100.kernels.slice(-1) },
      'Broken could not be used: manifest.json: variants[0].passes[1]: unknown key "dispach". Correct the manifest.',
    ],
  ])('%s', (_, report, sentence) => {
    expect(reportSentence(report)).toBe(sentence);
  });

  test('names differ between kernels: what most are called is said, or which there are', () => {
    const named = (...labels: readonly (readonly [baseline: string, fused: string])[]): string => {
      const cases = labels.map(([baseline, fused], index) => {
        const item = withRows(sampleCase(h100, RMS), (row) => ({
          ...row,
          contender: { ...row.contender, label: row.contender.baseline ? baseline : fused },
        }));
        return { ...item, id: String(index) };
      });
      return reportSentence({ ...only(h100, RMS), cases }).replace(/ here.*/, '');
    };
    expect(named(['unfused', 'fused'], ['unfused', 'fused'], ['plain', 'tiled'])).toBe(
      'the variant chosen for each case (mostly fused) is 3.5× faster than its baseline (mostly unfused)',
    );
    expect(named(['plain', 'tiled'], ['plain', 'matrix'], ['plain', 'row'])).toBe(
      'the variant chosen for each case (tiled, matrix or row) is 3.5× faster than plain',
    );
    expect(named(['a', 'b'], ['c', 'd'], ['e', 'f'], ['g', 'h'], ['i', 'j'])).toBe(
      'the variant chosen for each case is 3.5× faster than its baseline',
    );
  });

  test('several wrong rows are counted, by contender', () => {
    const report = only(h100, RMS, RMS_HALF, SOFTMAX_SLOWER);
    const wrong = (row: ReportRow): ReportRow =>
      row.contender.baseline ? row : { ...row, status: 'wrong', timing: null, speedup: null };
    const cases = report.cases.map((item) => (item.id === RMS_HALF ? item : withRows(item, wrong)));
    expect(reportSentence({ ...report, cases })).toMatch(
      /^fused is wrong in 2 cases of RMSNormalization and Softmax; fused is 4\.8× faster/,
    );
    const all = report.cases.map((item) => withRows(item, (row) => ({ ...row, status: 'wrong', speedup: null })));
    expect(reportSentence({ ...report, cases: all })).toBe(
      'unfused is wrong in 3 cases and fused in 3 of RMSNormalization and Softmax',
    );
  });

  test('no oracle is said, and never taken for right', () => {
    const report = only(h100, RMS);
    const unchecked = (row: ReportRow): ReportRow => ({
      ...row,
      accuracy: row.accuracy && { ...row.accuracy, passed: null, outputs: [], summary: 'ran, no oracle' },
    });
    const cases = report.cases.map((item) => withRows(item, unchecked));
    expect(reportSentence({ ...report, cases })).toBe(
      'fused is 3.5× faster than unfused here, with no oracle to check it',
    );
  });

  test('a contender alone has nothing to be compared with', () => {
    const report = only(h100, RMS);
    const cases = report.cases.map((item) => ({ ...item, rows: item.rows.slice(0, 1) }));
    expect(reportSentence({ ...report, cases })).toBe('nothing to compare: there was one contender only');
  });

  test('contenders against themselves', () => {
    const report = { ...only(h100, GELU_SAME, RMS), mode: 'aa' as const };
    const doubled = report.cases.map((item) => ({ ...item, rows: [...item.rows, ...item.rows] }));
    expect(reportSentence({ ...report, cases: doubled })).toMatch(/^2 of 4 comparisons /);
    expect(doubled.map(caseDifference)).toEqual([null, null]);
    expect(reportSentence(report)).toBe(
      '1 of 2 comparisons of a contender with itself came out SAME, and 1 (50%) FASTER or SLOWER: do not trust small differences here',
    );
  });

  test('a kernel has its own', () => {
    expect(kernelSentence(h100, 'ai.onnx.RMSNormalization')).toMatch(/^fused is 4\.1× faster/);
    expect(kernelSentence(h100, 'com.example.Broken')).toMatch(/^Broken could not be used: manifest\.json/);
  });

  test('what fusing saves', () => {
    expect(caseDifference(sampleCase(h100, RMS))).toBe(
      '5 launches → 1 · 1.88 GB → 537 MB moved · 537 MB → 0 B scratch',
    );
    expect(caseDifference(sampleCase(h100, FAILED))).toBeNull();
  });
});
