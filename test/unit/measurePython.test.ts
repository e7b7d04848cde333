// What the measurement of Python kernels reads out of another tool's table, and what it makes of numbers.
import { expect, test } from 'vitest';
import { peerRows } from '../../scripts/measure-python/peer.mjs';
import { compared, halfWidth, median, spread } from '../../scripts/measure-python/statistics.mjs';

const TABLE = `
Running benchmark.py...
┌────────────┬──────────┬─────┬─────────┬──────────┬─────────┬─────────┬─────────┬─────────┬──────────┬─────────┬───────┐
│ Benchmark  │ Workload │   N │ Speedup │ Mean(ms) │ Std(ms) │ Min(ms) │ Max(ms) │ IQR(ms) │ Outliers │ Ref(ms) │ Match │
├────────────┼──────────┼─────┼─────────┼──────────┼─────────┼─────────┼─────────┼─────────┼──────────┼─────────┼───────┤
│ SiluAndMul │ large    │ 100 │ 2.00x   │   0.1000 │  0.0100 │  0.0900 │  0.2000 │  0.0010 │        3 │  0.2000 │ ✓     │
│ SiluAndMul │ small    │ 100 │ 1.00x   │   0.0200 │  0.0040 │  0.0190 │  0.0300 │  0.0010 │        3 │  0.0201 │ ✓     │
│ SiluAndMul │ unsure   │ 100 │         │   0.0200 │  0.0040 │  0.0190 │  0.0300 │  0.0010 │        3 │         │ ·     │
└────────────┴──────────┴─────┴─────────┴──────────┴─────────┴─────────┴─────────┴─────────┴──────────┴─────────┴───────┘
`;
const WITHOUT = `
│ Benchmark  │ Workload │   N │ Mean(ms) │ Std(ms) │ Min(ms) │ Max(ms) │ IQR(ms) │ Outliers │ Match │
│ SiluAndMul │ only     │ 100 │   0.0200 │  0.0040 │  0.0190 │  0.0300 │  0.0010 │        3 │ ·     │
`;

test('rows of the other tool, and what it calls significant', () => {
  const rows = peerRows(TABLE);
  expect(rows.map(({ workload, speedup, significant, matches }) => [workload, speedup, significant, matches])).toEqual([
    ['SiluAndMul.large', 2, true, true],
    // The interval of the mean reaches the reference.
    ['SiluAndMul.small', 1, false, true],
    ['SiluAndMul.unsure', null, false, null],
  ]);
  expect(rows[0]).toMatchObject({ meanNs: 100_000, referenceNs: 200_000 });
  expect(rows[0]?.deviation).toBeCloseTo(0.1);
  expect(peerRows(WITHOUT)).toMatchObject([{ workload: 'SiluAndMul.only', meanNs: 20_000, referenceNs: null }]);
  expect(peerRows('Verification failed for one')).toEqual([]);
});

test('spread, median and interval', () => {
  expect(median([3, 1, 2, 10])).toBe(2.5);
  expect(spread([100, 110]).range).toBeCloseTo(0.1);
  expect(spread([100, 110]).deviation).toBeCloseTo((Math.SQRT1_2 * 10) / 105);
  expect(halfWidth(Array<number>(20).fill(7))).toBe(0);
});

test.each([
  [1, 'SAME'],
  [1.5, 'FASTER'],
  [0.5, 'SLOWER'],
])('a ratio of %d is %s', (ratio, verdict) => {
  const samples = Array.from({ length: 40 }, (_, at) => 1000 + (at % 7));
  const got = compared(
    samples.map((ns) => ns * ratio),
    samples,
  );
  expect(got.verdict).toBe(verdict);
  expect(got.low).toBeLessThanOrEqual(got.ratio);
  expect(got.high).toBeGreaterThanOrEqual(got.ratio);
});
