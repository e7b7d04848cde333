import { describe, expect, test } from 'vitest';
import type { ReportCase } from '../../src/profile/report';
import { verdictOf } from '../../src/profile/verdict';
import { ratioScale, speedupBar } from '../../webview/ratioScale';
import { sampleCase, sampleReport, withRows } from './sampleReports';

const RMS = sampleCase(sampleReport('suite'), 'ai.onnx.RMSNormalization/16384x4096/float32');

/** The case with this speed-up in all rows but the baseline's. */
function sped(ratio: number): ReportCase {
  const [low, high] = [ratio * 0.99, ratio * 1.01];
  return withRows(RMS, (row) =>
    row.contender.baseline ? row : { ...row, speedup: { ratio, low, high, verdict: verdictOf(low, high) } },
  );
}

describe('the line of speed-ups', () => {
  test('begins at 0 while all are near 1×', () => {
    const scale = ratioScale([sped(4), sped(0.5)]);
    expect(scale).toMatchObject({ logarithmic: false, ticks: [0, 1, 2, 3, 4] });
    expect(scale.place(0)).toBe(0);
    expect(scale.place(4) / scale.place(1)).toBeCloseTo(4);
    const [baseline, fused] = sped(4).rows.map((row) => speedupBar(row, scale));
    expect(baseline).toEqual({ start: 0, end: scale.place(1), interval: null, kind: 'baseline' });
    expect(fused).toMatchObject({ start: 0, end: scale.place(4), kind: 'faster' });
  });

  test('is logarithmic where one is far away, and slower bars go the other way', () => {
    const scale = ratioScale([sped(41), sped(0.5)]);
    expect(scale).toMatchObject({ logarithmic: true, ticks: [0.5, 1, 2, 5, 10, 20] });
    expect(scale.place(4) - scale.place(2)).toBeCloseTo(scale.place(2) - scale.place(1));
    const [baseline, slower] = sped(0.5).rows.map((row) => speedupBar(row, scale));
    expect(baseline).toMatchObject({ start: scale.place(1), end: scale.place(1) });
    expect(slower?.kind).toBe('slower');
    expect(slower?.end).toBeLessThan(slower?.start ?? 0);
    expect(slower?.end).toBeGreaterThan(0);
  });

  test('so it is where one is far slower', () => {
    expect(ratioScale([sped(0.05)])).toMatchObject({ logarithmic: true, ticks: [0.05, 0.1, 0.2, 0.5, 1] });
  });

  test('has room for 1× where nothing was compared', () => {
    expect(ratioScale([]).place(1)).toBeLessThan(1);
  });
});
