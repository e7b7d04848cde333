import { describe, expect, test } from 'vitest';
import type { ReportRow } from '../../src/profile/report';
import { errorRatio, exactnessNote, exactnessNotes } from '../../src/profile/reportExactness';
import { sampleCase, sampleReport, sampleRow, withRows } from './sampleReports';

const gpu = sampleReport('python-h100');
const KERNEL = 'example-org/activation';
const LARGE = `${KERNEL}/activation.silu_and_mul/4096×14336/bfloat16`;
const MLP = `${KERNEL}/mlp.swiglu/4096×4096×14336/bfloat16`;
const V1 = 'example-org/activation@v1';

describe('how exact it is beside PyTorch', () => {
  const item = sampleCase(gpu, LARGE);
  const note = (kernel: number, eager: number, more: Partial<NonNullable<ReportRow['accuracy']>> = {}) => {
    const changed = withRows(item, (row) => {
      const maxRel = row.contender.baseline ? eager : kernel;
      const accuracy = row.accuracy && {
        ...row.accuracy,
        outputs: row.accuracy.outputs.map((one) => ({ ...one, maxRel })),
      };
      return { ...row, accuracy: accuracy && row.contender.baseline ? accuracy : accuracy && { ...accuracy, ...more } };
    });
    return exactnessNote(changed, sampleRow(changed, V1));
  };
  const beyond = {
    outputs: (sampleRow(item, V1).accuracy?.outputs ?? []).map((one) => ({ ...one, wrong: 3, maxRel: 0.02 })),
  };

  test.each<[string, string | null, string | null]>([
    ['clearly more exact', note(2e-3, 4e-3), 'less exact than the oracle (2e-3), but more exact than PyTorch (4e-3)'],
    ['equal to the oracle', note(0, 4e-3), 'equal to the oracle, and more exact than PyTorch (4e-3)'],
    ['a little more exact', note(3.6e-3, 4e-3), null],
    ['more exact, but not by a digit that is shown', note(2.6e-3, 3.4e-3), null],
    ['less exact', note(4e-3, 2e-3), null],
    ['wrong', note(2e-3, 4e-3, { passed: false }), null],
    ['without an oracle', note(2e-3, 4e-3, { passed: null }), null],
    [
      'beyond the tolerance and yet more exact',
      note(0, 0.04, beyond),
      'beyond the tolerance (0.02), but more exact than PyTorch (0.04)',
    ],
    ['right by the error of PyTorch only', note(0, 0.015, { ...beyond, summary: 'within 2 times' }), 'within 2 times'],
  ])('%s', (_, got, want) => {
    expect(got).toBe(want);
  });

  test('the same words are said once, of kernels only', () => {
    expect(exactnessNotes(item)).toEqual([
      'activation v1, activation v2: less exact than the oracle (2e-3), but more exact than PyTorch (4e-3)',
    ]);
    expect(exactnessNotes(sampleCase(gpu, MLP))).toEqual([]);
  });
});

describe("an output's error as a multiple of PyTorch's own", () => {
  const item = sampleCase(gpu, LARGE);
  const ratio = (contender: string, output = 'out', unchecked = false) => {
    const shown = withRows(item, (row) =>
      unchecked ? { ...row, accuracy: row.accuracy && { ...row.accuracy, passed: null } } : row,
    );
    const row = sampleRow(shown, contender);
    const [first] = row.accuracy?.outputs ?? [];
    if (first === undefined) throw new Error('The sample has no output.');
    return errorRatio(shown, row, { ...first, output });
  };

  test('is known of the same output, where both were held against an oracle', () => {
    expect(ratio(V1)).toBeCloseTo(1.9 / 4.2);
    expect(ratio(V1, 'another')).toBeNull();
    expect(ratio(V1, 'out', true)).toBeNull();
    expect(ratio('eager')).toBeNull();
  });
});
