import { describe, expect, test } from 'vitest';
import type { Report, ReportCase, ReportRow } from '../../src/profile/report';
import { caseDifference, kernelSentence, overallSpeedup, reportSentence } from '../../src/profile/reportSentence';
import { only, sampleCase, sampleReport, sampleRow, withRows } from './sampleReports';

const gpu = sampleReport('python-h100');
const KERNEL = 'example-org/activation';
const [LARGE, SMALL, GELU, FAST, MLP] = [
  `${KERNEL}/activation.silu_and_mul/4096×14336/bfloat16`,
  `${KERNEL}/activation.silu_and_mul/256×14336/bfloat16`,
  `${KERNEL}/activation.gelu_and_mul/4096×14336/bfloat16`,
  `${KERNEL}/activation.gelu_fast/4096×14336/bfloat16`,
  `${KERNEL}/mlp.swiglu/4096×4096×14336/bfloat16`,
];
const V1 = 'example-org/activation@v1';
const V2 = 'example-org/activation@v2';

/** Cases of the sample with these contenders only. */
function among(contenders: readonly string[], ...ids: readonly string[]): Report {
  const report = only(gpu, ...ids);
  const cases = report.cases.map((item) => ({
    ...item,
    rows: item.rows.filter((row) => contenders.includes(row.contender.id)),
  }));
  return { ...report, kernels: gpu.kernels.slice(0, contenders.includes(V2) ? 2 : 1), cases };
}

/** In all cases, or only in one. */
function changed(report: Report, contender: string, change: (row: ReportRow) => ReportRow, id?: string): Report {
  const cases = report.cases.map((item) =>
    withRows(item, (row) => (row.contender.id === contender && item.id === (id ?? item.id) ? change(row) : row)),
  );
  return { ...report, cases };
}

const wrong = (row: ReportRow): ReportRow => ({
  ...row,
  status: 'wrong',
  reason: 'out: 3 of 9 elements wrong. Do not use it.',
  accuracy: row.accuracy && { ...row.accuracy, passed: false, summary: 'max error 0.31 at [0, 17]' },
  timing: null,
  speedup: null,
});
const failed = (row: ReportRow): ReportRow => ({
  ...row,
  status: 'failed',
  reason: 'CUDA ran out of memory in torch 2.11. Choose smaller shapes.',
  accuracy: null,
  timing: null,
  speedup: null,
});
const alone = ['eager', V1];
const all = ['eager', V1, V2, 'compile'];

describe('the sentence', () => {
  test.each<[string, Report, string]>([
    [
      'one kernel, one case',
      among(alone, LARGE),
      'activation v1 is 1.8× faster than PyTorch here; its largest error is 2e-3, that of PyTorch 4e-3',
    ],
    [
      'beside torch.compile',
      among(['eager', V1, 'compile'], LARGE, SMALL),
      'activation v1 is 1.9× faster than PyTorch here (geometric mean of 2 cases), and 1.03× faster than torch.compile; its largest error is 2e-3, that of PyTorch 4e-3',
    ],
    [
      'torch.compile in some of the cases only',
      among(['eager', V1, 'compile'], LARGE, GELU),
      'activation v1 is 1.8× faster than PyTorch here (geometric mean of 2 cases), and 1.04× faster than torch.compile in 1 case; its largest error is 2e-3, that of PyTorch 6e-3; torch.compile failed in some cases',
    ],
    [
      'a rival that is faster',
      changed(among(['eager', V1, V2], LARGE), V2, (row) => ({
        ...row,
        speedup: { ratio: 3.64, low: 3.6, high: 3.68, verdict: 'FASTER' },
      })),
      'activation v1 is 1.8× faster than PyTorch here; its largest error is 2e-3, that of PyTorch 4e-3; the fastest is activation v2, 2.0× faster than activation v1',
    ],
    [
      'a rival that is slower',
      among(['eager', V1, V2], SMALL),
      'activation v1 is 2.1× faster than PyTorch here; its largest error is 2e-3, that of PyTorch 4e-3; activation v1 is the fastest of 2',
    ],
    [
      'no difference',
      among(['eager', V1, 'compile'], FAST),
      'activation v1 takes the same time as PyTorch here, and is as fast as torch.compile; its largest error is 4e-3, like that of PyTorch',
    ],
    [
      'wrong in one of two cases',
      changed(among(alone, LARGE, SMALL), V1, wrong, SMALL),
      'activation v1 is wrong for silu_and_mul 256×14336 bf16 (max error 0.31 at [0, 17]); activation v1 is 1.8× faster than PyTorch here, where it is right; its largest error is 2e-3, that of PyTorch 4e-3',
    ],
    [
      'wrong in all',
      changed(among(['eager', V1, 'compile'], LARGE, SMALL), V1, wrong),
      'activation v1 is wrong for silu_and_mul 4096×14336 bf16 (max error 0.31 at [0, 17]), and 1 more row is wrong',
    ],
    [
      'a time that cannot be trusted',
      changed(among(alone, FAST), V1, (row) => ({
        ...sampleRow(sampleCase(gpu, FAST), V2),
        contender: row.contender,
      })),
      'the time of activation v1 cannot be trusted for gelu_fast 4096×14336 bf16 (1 of 1 launches ran on another stream that the current one does not wait for, first act_vec8)',
    ],
    [
      'failed, with the reason',
      changed(among(['eager', V1, 'compile'], LARGE, SMALL), V1, failed),
      'activation v1 failed: CUDA ran out of memory in torch 2.11',
    ],
    [
      'torch.compile that failed, whose row has the reason',
      changed(among(['eager', V1, 'compile'], LARGE, SMALL), 'compile', failed),
      'activation v1 is 1.9× faster than PyTorch here (geometric mean of 2 cases); its largest error is 2e-3, that of PyTorch 4e-3; torch.compile failed',
    ],
    [
      'a rival that is wrong, and others that failed',
      among(all, LARGE, SMALL, GELU, FAST, MLP),
      'activation v1 is 1.5× faster than PyTorch here (geometric mean of 5 cases; SAME in 1), and 1.02× faster than torch.compile in 4 cases; its largest error is 8e-3, like that of PyTorch; activation v1 is the fastest of 2; activation v2 is wrong in 2 of 4 cases; torch.compile failed in some cases',
    ],
    [
      'nothing to check it with',
      changed(among(alone, LARGE), V1, (row) => ({
        ...row,
        accuracy: row.accuracy && { ...row.accuracy, passed: null, outputs: [] },
      })),
      'activation v1 is 1.8× faster than PyTorch here, with no oracle to check it',
    ],
    [
      'no kernel',
      among(['eager', 'compile'], LARGE),
      'torch.compile is 1.8× faster than PyTorch here; its largest error is 2e-3, that of PyTorch 4e-3',
    ],
    ['the baseline alone', among(['eager'], LARGE), 'nothing to compare: there was one contender only'],
  ])('%s', (_, report, sentence) => {
    expect(reportSentence(report)).toBe(sentence);
  });

  test('of a CPU says so', () => {
    expect(reportSentence(sampleReport('python-cpu'))).toBe(
      'activation v1 is 1.2× faster than PyTorch on the CPU, which says nothing about a GPU (geometric mean of 2 cases), and 1.7× slower than torch.compile; its largest error is 2e-7, like that of PyTorch',
    );
  });

  test('where the times do not decide it, torch.compile has a sentence of its own', () => {
    const unclear = { ratio: 1.02, low: 0.9, high: 1.1, verdict: 'UNCLEAR' } as const;
    const report = changed(among(['eager', V1, 'compile'], LARGE), V1, (row) => ({ ...row, speedup: unclear }));
    expect(reportSentence(report)).toMatch(
      /^no clear difference between activation v1 and PyTorch here: the times vary too much; activation v1 is 1\.7× slower than torch\.compile;/,
    );
  });

  test('names a rival that could not be used at all, and says why of the kernel that was asked about', () => {
    const report = { ...among(alone, LARGE), kernels: gpu.kernels };
    expect(reportSentence(report)).toMatch(/; fast-activation could not be used$/);
    const [first, ...others] = gpu.kernels;
    if (first === undefined) throw new Error('The sample has no kernel.');
    const unusable = { ...first, problem: 'It has no build for this machine. Take version 3.' };
    const rows = changed(among(['eager', V1, V2], LARGE), V1, failed);
    expect(reportSentence({ ...rows, kernels: [unusable, ...others.slice(0, 1)] })).toMatch(
      /^activation could not be used: It has no build for this machine\. Take version 3\.; activation v2 is 1\.8×/,
    );
    const nothingElse = changed(among(['eager', V1, 'compile'], LARGE), V1, failed);
    expect(reportSentence({ ...nothingElse, kernels: [unusable] })).toBe(
      'activation could not be used: It has no build for this machine. Take version 3.',
    );
  });

  test('a kernel against itself', () => {
    const report = among(['eager', V1], LARGE, FAST);
    expect(reportSentence({ ...report, mode: 'aa' })).toBe(
      '1 of 2 comparisons of a contender with itself came out SAME, and 1 (50%) FASTER or SLOWER: do not trust small differences here',
    );
  });

  test('a function against another', () => {
    const report = among(['eager', V1], LARGE);
    const cases = report.cases.map((item) =>
      withRows({ ...item, kernel: 'model.py:mine' }, (row) => ({
        ...row,
        contender: row.contender.baseline
          ? { ...row.contender, label: 'plain' }
          : { ...row.contender, id: 'function', kind: 'function', kernel: 'model.py:mine', label: 'mine' },
      })),
    );
    const kernels = report.kernels.map((kernel) => ({ ...kernel, id: 'model.py:mine', source: 'function' as const }));
    expect(reportSentence({ ...report, kernels, cases })).toBe(
      'mine is 1.8× faster than plain here; its largest error is 2e-3, that of plain 4e-3',
    );
  });

  test('a kernel is asked about in all cases, even where another has the first word', () => {
    const report = changed(among(['eager', V1, V2], LARGE, SMALL), V1, failed, LARGE);
    expect(reportSentence(report)).toMatch(
      /^activation v1 is 2\.1× faster than PyTorch here;.*activation v1 failed in some/,
    );
    expect(overallSpeedup(report)?.ratio).toBe(sampleRow(sampleCase(gpu, SMALL), V1).speedup?.ratio);
  });

  test('a kernel has its own', () => {
    expect(kernelSentence(gpu, 'someone/fast-activation')).toMatch(
      /^fast-activation could not be used: It has no build/,
    );
    expect(kernelSentence(gpu, KERNEL)).toMatch(/^activation v1 is 1\.5× faster/);
  });
});

describe('why it is faster', () => {
  const item = sampleCase(gpu, LARGE);
  const without = (part: 'launches' | 'peakBytes'): ReportCase => withRows(item, (row) => ({ ...row, [part]: null }));

  test.each<[string, ReportCase, string | null]>([
    ['launches and memory', item, 'launches 2 → 1 · peak memory 235 MB → 117 MB'],
    ['memory alone', without('launches'), 'peak memory 235 MB → 117 MB'],
    ['launches alone', without('peakBytes'), 'launches 2 → 1'],
    ['of a CPU nothing', sampleReport('python-cpu').cases[0] ?? item, null],
    ['of torch.compile nothing', { ...item, rows: item.rows.filter((row) => row.contender.kind !== 'kernel') }, null],
    ['of a contender against itself nothing', { ...item, rows: [...item.rows, ...item.rows] }, null],
  ])('%s', (_, shown, text) => {
    expect(caseDifference(shown)).toBe(text);
  });

  test('of the first kernel that is right', () => {
    const rows = withRows(item, (row) => (row.contender.id === V1 ? wrong(row) : row));
    const other = withRows(rows, (row) => (row.contender.id === V2 ? { ...row, peakBytes: 1e6 } : row));
    expect(caseDifference(other)).toBe('launches 2 → 1 · peak memory 235 MB → 1.00 MB');
  });
});
