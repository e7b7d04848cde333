import { describe, expect, test } from 'vitest';
import { suitedCases, type TimedGuess } from '../../src/profile/webgpu/suitedCases';

interface Guess extends TimedGuess {
  readonly name: string;
}

/** A case that takes twenty runs and a second. */
function one(name: string, dtype: string, runMs: number): Guess {
  return { name, runMs, runnable: { planned: { dtype, estimatedMs: 1000 + 20 * runMs } } };
}

const KERNEL = [
  one('tiny', 'float32', 1),
  one('tiny half', 'float16', 1),
  one('small', 'float32', 20),
  one('small half', 'float16', 20),
  one('medium', 'float32', 300),
  one('large', 'float32', 5000),
  one('large half', 'float16', 4000),
];
const names = (kept: readonly Guess[]): string[] => kept.map(({ name }) => name);
const total = (kept: readonly Guess[]): number =>
  kept.reduce((sum, { runnable }) => sum + runnable.planned.estimatedMs, 0);

describe('the cases that a profile takes by itself', () => {
  test('on a GPU all of them, or the longest and a middle one of each dtype when quick', () => {
    expect(suitedCases(false, [KERNEL], false)).toEqual(KERNEL);
    expect(names(suitedCases(false, [KERNEL], true))).toEqual(['small', 'small half', 'large', 'large half']);
  });

  test('in software none that takes long', () => {
    expect(names(suitedCases(true, [KERNEL], false))).toEqual(['tiny', 'tiny half', 'small', 'small half', 'medium']);
  });

  test.each([2, 5, 13, 20])('in software %d kernels have a case each and stay near the time there is', (count) => {
    const kept = suitedCases(
      true,
      Array.from({ length: count }, () => KERNEL),
      false,
    );
    expect(kept.length).toBeGreaterThanOrEqual(count);
    expect(total(kept)).toBeLessThanOrEqual(Math.max(35_000, count * 1100));
  });

  test('where every case takes long, the shortest of the kernel is run, of whatever dtype', () => {
    const long = [one('long', 'float32', 900), one('shorter', 'float16', 800)];
    expect(names(suitedCases(true, [long, KERNEL.slice(0, 1), []], false))).toEqual(['shorter', 'tiny']);
  });
});
