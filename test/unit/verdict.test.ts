import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RowSpeedup } from '../../src/profile/report';
import { compareTimes, verdictOf } from '../../src/profile/verdict';
import { interleaved, NOISES } from './simulatedTimes';

describe('the verdict on an interval', () => {
  test.each<[number, number, RowSpeedup['verdict']]>([
    [1.02, 1.5, 'FASTER'],
    [1.0101, 1.012, 'FASTER'],
    [1.005, 1.5, 'UNCLEAR'],
    [0.5, 0.9, 'SLOWER'],
    [0.989, 0.99, 'SLOWER'],
    [0.9902, 1.01, 'SAME'],
    [1, 1, 'SAME'],
    [0.981, 1.02, 'SAME'],
    [0.97, 1.01, 'UNCLEAR'],
    [0.5, 2, 'UNCLEAR'],
  ])('[%d, %d] is %s', (low, high, verdict) => {
    expect(verdictOf(low, high)).toBe(verdict);
  });

  test('swapping the contenders swaps FASTER and SLOWER and nothing else', () => {
    const swapped = { FASTER: 'SLOWER', SLOWER: 'FASTER', SAME: 'SAME', UNCLEAR: 'UNCLEAR' };
    const bound = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(bound, bound, (x, y) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        // On a threshold itself, 1 ÷ x may round to either side of it.
        const thresholds = [1.01, 1.02, 1 / 1.01, 1 / 1.02];
        fc.pre(thresholds.every((edge) => Math.abs(low / edge - 1) > 1e-9 && Math.abs(high / edge - 1) > 1e-9));
        expect(verdictOf(1 / high, 1 / low)).toBe(swapped[verdictOf(low, high)]);
      }),
    );
  });
});

describe('comparing times', () => {
  test('the ratio is the baseline over the contender, inside its interval', () => {
    const { a, b } = interleaved(() => 1, 10, 3000, 1000);
    expect(compareTimes(a, b, 1)).toEqual({ ratio: 3, low: 3, high: 3, verdict: 'FASTER' });
    expect(compareTimes(b, a, 1)?.verdict).toBe('SLOWER');
    expect(compareTimes(a, a, 1)).toEqual({ ratio: 1, low: 1, high: 1, verdict: 'SAME' });
  });

  test('times that cannot be compared give no ratio', () => {
    expect(compareTimes([], [], 1)).toBeNull();
    expect(compareTimes([1], [1], 1)).toBeNull();
    expect(compareTimes([1, 2], [0, 1], 1)).toBeNull();
    expect(compareTimes([1, NaN], [1, 1], 1)).toBeNull();
  });

  test('only whole blocks that both have are used', () => {
    expect(compareTimes([2, 2, 2, 2, 900], [1, 1, 1, 1], 1)?.ratio).toBe(2);
  });

  test('scaling all times changes nothing', () => {
    const noise = NOISES['independent, 0.5%']?.(1, 80) ?? (() => 1);
    const { a, b } = interleaved(noise, 20, 1000, 800);
    const once = compareTimes(a, b, 4);
    const scaled = compareTimes(
      a.map((x) => x * 1024),
      b.map((x) => x * 1024),
      4,
    );
    expect(scaled).toEqual(once);
  });
});

/** What a run takes at least, and what a long one takes. */
describe.each([10, 40])('a contender against itself, %i blocks', (blocks) => {
  test.each(Object.entries(NOISES))('%s: no false verdict beyond what the interval allows', (_, makeNoise) => {
    const runs = 100;
    const verdicts = Array.from({ length: runs }, (__, run) => {
      const { a, b } = interleaved(makeNoise(17 * run + 1, 4 * blocks), blocks, 100_000, 100_000);
      return compareTimes(a, b, run);
    });
    const covered = verdicts.filter((result) => result !== null && result.low <= 1 && 1 <= result.high).length;
    const different = verdicts.filter((result) => result?.verdict === 'FASTER' || result?.verdict === 'SLOWER').length;
    expect(covered / runs).toBeGreaterThanOrEqual(0.9);
    // A false verdict needs the interval to miss 1 by a percent as well.
    expect(different / runs).toBeLessThanOrEqual(0.05);
  });
});

test.each(Object.entries(NOISES).filter(([name]) => name !== 'independent, 5%'))(
  'a contender against itself comes out SAME under noise a machine should have: %s',
  (_, makeNoise) => {
    const runs = 60;
    let same = 0;
    for (let run = 0; run < runs; run++) {
      const { a, b } = interleaved(makeNoise(run + 1, 200), 50, 100_000, 100_000);
      if (compareTimes(a, b, run)?.verdict === 'SAME') same++;
    }
    expect(same / runs).toBeGreaterThanOrEqual(0.95);
  },
);

test.each(Object.entries(NOISES).filter(([name]) => name !== 'independent, 5%'))(
  'a difference of a twentieth is found: %s',
  (_, makeNoise) => {
    const runs = 40;
    let found = 0;
    for (let run = 0; run < runs; run++) {
      const { a, b } = interleaved(makeNoise(run + 1, 200), 50, 105_000, 100_000);
      const result = compareTimes(a, b, run);
      expect(result?.verdict).not.toBe('SLOWER');
      if (result?.verdict === 'FASTER') found++;
    }
    expect(found / runs).toBeGreaterThanOrEqual(0.95);
  },
);
