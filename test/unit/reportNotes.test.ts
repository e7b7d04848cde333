// What stands below a row or a case in words, where numbers alone would leave a reader to wonder.
import { describe, expect, test } from 'vitest';
import type { ReportCase } from '../../src/profile/report';
import { rowCells } from '../../src/profile/reportCells';
import { rulesOf } from '../../webview/accuracyView';
import { sampleCase, sampleReport, sampleRow, withRows } from './sampleReports';

const RMS = sampleCase(sampleReport('suite'), 'ai.onnx.RMSNormalization/16384x4096/float32');

describe('a row without a speed-up', () => {
  const beside = (status: 'wrong' | 'failed'): string => {
    const item = withRows(RMS, (row) =>
      row.contender.baseline ? { ...row, status, timing: null } : { ...row, speedup: null },
    );
    return rowCells(item, sampleRow(item, 'fused_vec4')).note;
  };

  test('says that its baseline is to blame', () => {
    expect(beside('wrong')).toBe('no speed-up, as unfused is wrong');
    expect(beside('failed')).toBe('no speed-up, as unfused did not finish');
  });

  test('has nothing to say where it is the baseline, or has one', () => {
    expect(RMS.rows.map((row) => rowCells(RMS, row).note)).toEqual(RMS.rows.map(() => ''));
  });
});

describe('the rules of a case', () => {
  /** The case with these rules, by contender and output. */
  const ruled = (...rules: readonly (readonly [output: string, rule: string])[]): ReportCase => {
    const outputs = rules.map(([output, rule]) => {
      const [first] = RMS.rows[0]?.accuracy?.outputs ?? [];
      if (first === undefined) throw new Error('The sample has no output.');
      return { ...first, output, tolerance: { ...first.tolerance, rule } };
    });
    return withRows(RMS, (row) => ({ ...row, accuracy: row.accuracy && { ...row.accuracy, outputs } }));
  };
  const rule = (scale: string): string => `|got − want| ≤ 4e-3 × max(|want|, ${scale}), as it is`;

  test('that differ by the scale of each check are one', () => {
    expect(rulesOf(ruled(['y', rule('0.092')], ['y', rule('1e-3')], ['y', rule('0.091')]))).toEqual([
      rule('1e-3 to 0.092'),
    ]);
    expect(rulesOf(ruled(['y', rule('0.092')]))).toEqual([rule('0.092')]);
  });

  test('have the name of their output where outputs differ', () => {
    expect(rulesOf(ruled(['y', rule('1')], ['mean', rule('2')], ['mean', rule('3')]))).toEqual([
      `y: ${rule('1')}`,
      `mean: ${rule('2 to 3')}`,
    ]);
    expect(rulesOf(ruled(['y', 'equal'], ['mean', 'equal']))).toEqual(['equal']);
    expect(rulesOf(ruled(['y', 'equal'], ['y', rule('2')]))).toEqual(['equal', rule('2')]);
  });
});
