import { describe, expect, test } from 'vitest';
import { kernelOutcomes } from '../../src/profile/kernelSpeedup';
import type { Report, ReportRow } from '../../src/profile/report';
import { kernelOfRow } from '../../src/profile/reportCells';
import { isPeerRow } from '../../src/profile/reportComparison';
import { reportCsv } from '../../src/profile/reportCsv';
import { reportMarkdown } from '../../src/profile/reportMarkdown';
import { reportSentence } from '../../src/profile/reportSentence';
import { reportTable } from '../../src/profile/reportTable';
import { only, sampleCase, sampleReport, withRows } from './sampleReports';

const suite = sampleReport('suite');
const RMS = 'ai.onnx.RMSNormalization/16384x4096/float32';
const GELU = 'ai.onnx.Gelu/512x1024/float32';
const SOFTMAX = 'ai.onnx.Softmax/vocabulary-16x128256/float32';
const ATTENTION = 'ai.onnx.Attention/prefill-1x32x2048x128/float16';
const SILU = 'kernel-lens.SiluMul/prefill-2048x11008/float16';

function changed(report: Report, change: (row: ReportRow) => Partial<ReportRow>): Report {
  return { ...report, cases: report.cases.map((item) => withRows(item, (row) => ({ ...row, ...change(row) }))) };
}
const ended = (status: 'wrong' | 'failed') => ({ status, timing: null, speedup: null });

describe('the sentence beside another runtime', () => {
  test.each<[string, Report, string]>([
    [
      'faster',
      only(suite, RMS),
      'fused is 3.4× faster than unfused here, and 4.9× faster than ONNX Runtime; exact to 1e-6',
    ],
    [
      'slower',
      only(suite, SOFTMAX),
      'fused is 1.8× faster than unfused here, and 1.1× slower than ONNX Runtime; exact to 3e-7',
    ],
    [
      'in some cases',
      only(suite, RMS, SILU),
      'fused is 3.2× faster than unfused here (geometric mean of 2 cases of 2 kernels), and 4.9× faster than ONNX Runtime in 1 case; exact to 9e-4',
    ],
    [
      'that is wrong: nothing that speaks against the kernel',
      only(suite, ATTENTION),
      'fused is 3.5× faster than unfused here, and exact to 9e-4; ONNX Runtime is wrong',
    ],
    [
      'that failed',
      changed(only(suite, RMS, GELU), (row) => (isPeerRow(row) ? ended('failed') : {})),
      'fused is 3.7× faster than unfused here (geometric mean of 2 cases of 2 kernels), and exact to 1e-6; ONNX Runtime failed',
    ],
    [
      'that is all there is to compare: then there is no answer about the kernel',
      changed(only(suite, RMS), (row) => (row.contender.id === 'fused_vec4' ? ended('failed') : {})),
      '1 contender failed',
    ],
  ])('%s', (_, report, sentence) => {
    expect(reportSentence(report)).toBe(sentence);
  });
});

describe('another runtime', () => {
  test('is a row of the tables like any other', () => {
    const table = reportTable(only(suite, RMS), { width: undefined, colour: false });
    expect(table).toMatch(/ONNX Runtime +910 µs +0\.2% +0\.70× \[0\.70, 0\.71\] +SLOWER +20%/);
    expect(reportMarkdown(suite)).toContain(
      '| ONNX Runtime | 4.29 ms | 0.2% | 2.28× \\[2.28, 2.29\\] | FASTER | 10% product | 32.0 TFLOP/s |',
    );
  });

  test('says why it does not take part', () => {
    const note = 'ONNX Runtime does not take part: it has neither this operator nor nodes that compute the same';
    expect(reportTable(only(suite, SILU), { width: undefined, colour: false })).toContain(note);
    expect(reportMarkdown(only(suite, SILU))).toContain(note);
  });

  test('has no kernel, digest or version of ours', () => {
    const item = sampleCase(suite, RMS);
    expect(item.rows.map((row) => kernelOfRow(suite, item, row)?.id)).toEqual([
      'ai.onnx.RMSNormalization',
      'ai.onnx.RMSNormalization',
      undefined,
    ]);
    const [head = '', , , line = ''] = reportCsv(only(suite, RMS)).split('\r\n');
    const cell = (name: string) => line.split(',')[head.split(',').indexOf(name)];
    expect([cell('contender'), cell('kernel_digest'), cell('variant')]).toEqual([
      'onnxruntime-webgpu',
      '',
      'onnxruntime-webgpu',
    ]);
    expect(cell('product_flops_per_s')).toBe('48000000000000');
  });

  test('does not make the kernel wrong', () => {
    const kernel = suite.kernels.find(({ id }) => id === 'ai.onnx.Attention');
    if (kernel === undefined) throw new Error('no such kernel');
    expect(kernelOutcomes(suite, kernel).map(({ speedup }) => speedup?.verdict)).toEqual(['FASTER', 'FASTER']);
  });

  test('its twins in a test of the measurement are both of it', () => {
    const row = sampleCase(suite, RMS).rows[2];
    if (row === undefined) throw new Error('no such row');
    expect(isPeerRow({ ...row, contender: { ...row.contender, id: 'onnxruntime-webgpu-2' } })).toBe(true);
  });
});
