import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, medianInterval, quantile, relativeHalfWidth, summarise } from '../../src/profile/statistics';
import { normals } from './simulatedTimes';

const times = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('quantile', () => {
  test.each([
    [[7], 0.5, 7],
    [[1, 2], 0.5, 1.5],
    [[1, 2, 3], 0.5, 2],
    [[1, 2, 3, 4, 5], 0.25, 2],
    [[0, 10], 0.3, 3],
    [[1, 2, 3], 0, 1],
    [[1, 2, 3], 1, 3],
  ])('of %j at %d is %d', (sorted, p, want) => {
    expect(quantile(sorted, p)).toBeCloseTo(want, 12);
  });

  test('of nothing is an error', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => summarise([], { batch: 1, stoppedBy: 'precision', seed: 1 })).toThrow(RangeError);
  });

  test('never leaves the samples and never falls as p rises', () => {
    fc.assert(
      fc.property(
        times,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, p, q) => {
          const sorted = list.toSorted((x, y) => x - y);
          const low = quantile(sorted, Math.min(p, q));
          const high = quantile(sorted, Math.max(p, q));
          expect(low).toBeGreaterThanOrEqual(sorted[0] ?? NaN);
          expect(high).toBeLessThanOrEqual((sorted.at(-1) ?? NaN) * (1 + 1e-12));
          expect(high).toBeGreaterThanOrEqual(low * (1 - 1e-12));
        },
      ),
    );
  });
});

describe('the interval of a median', () => {
  test('holds the median, whatever the samples', () => {
    fc.assert(
      fc.property(times, fc.integer(), (list, seed) => {
        const { low, high } = medianInterval(list, seed, 100);
        expect(low).toBeLessThanOrEqual(median(list));
        expect(high).toBeGreaterThanOrEqual(median(list));
      }),
    );
  });

  test('is the same again for the same seed, and scales with the samples', () => {
    const normal = normals(3);
    const samples = Array.from({ length: 41 }, () => 1000 + 10 * normal());
    const once = medianInterval(samples, 9);
    expect(medianInterval(samples, 9)).toEqual(once);
    const doubled = medianInterval(
      samples.map((sample) => 2 * sample),
      9,
    );
    expect(doubled.low).toBeCloseTo(2 * once.low, 6);
    expect(doubled.high).toBeCloseTo(2 * once.high, 6);
  });

  test.each([20, 50, 100])('covers the true median in about 19 runs of 20: %i samples', (count) => {
    let covered = 0;
    const runs = 300;
    for (let run = 0; run < runs; run++) {
      const normal = normals(1000 * count + run);
      const { low, high } = medianInterval(
        Array.from({ length: count }, () => 1000 + 10 * normal()),
        run,
        400,
      );
      if (low <= 1000 && 1000 <= high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.9);
    expect(covered / runs).toBeLessThan(0.995);
  });

  test('of samples that are all alike has no width', () => {
    expect(medianInterval(new Array<number>(30).fill(5), 1)).toEqual({ low: 5, high: 5 });
  });
});

describe('relative half-width', () => {
  test('is infinite while an interval would say nothing', () => {
    expect(relativeHalfWidth([], 1)).toBe(Infinity);
    expect(relativeHalfWidth([5, 5], 1)).toBe(Infinity);
  });

  test('falls as samples come in', () => {
    const normal = normals(5);
    const samples = Array.from({ length: 400 }, () => 1000 + 10 * normal());
    const few = relativeHalfWidth(samples.slice(0, 20), 1);
    expect(relativeHalfWidth(samples, 1)).toBeLessThan(few / 2);
    expect(few).toBeLessThan(0.02);
  });
});

test('a summary keeps every sample in order and puts its quartiles in order', () => {
  fc.assert(
    fc.property(times, (samplesNs) => {
      const timing = summarise(samplesNs, { batch: 4, stoppedBy: 'time limit', seed: 1 });
      expect(timing.samplesNs).toEqual(samplesNs);
      expect(timing.q1Ns).toBeLessThanOrEqual(timing.medianNs * (1 + 1e-12));
      expect(timing.q3Ns).toBeGreaterThanOrEqual(timing.medianNs * (1 - 1e-12));
      expect(timing.relativeHalfWidth).toBeCloseTo((timing.highNs - timing.lowNs) / 2 / timing.medianNs, 12);
      expect(timing).toMatchObject({ batch: 4, stoppedBy: 'time limit' });
    }),
    { numRuns: 30 },
  );
});
