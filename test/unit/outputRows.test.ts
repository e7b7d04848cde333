import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check, type Numbers } from './outputCheck';

/** `count` rows of four, all of size 1, but for the first. */
const rows = (first: readonly number[], count = 64): number[] => [
  ...first,
  ...Array.from({ length: 4 * (count - 1) }, (_, i) => (i % 2 === 0 ? 1 : -1)),
];

describe('an element is held against its own row where that is larger than the whole', () => {
  const off = (values: readonly number[], at: number, by: number): number[] =>
    values.with(at, (values[at] ?? NaN) + by);
  const large = rows([100, -100, 100, 0.5]);
  const small = rows([0.01, -0.01, 0.01, 0]);
  const alone = rows([0.5, 1, 1, 1]);

  test.each<[string, number[], number[], number[] | undefined, number]>([
    ['near zero in a large row, within', off(large, 3, 0.3), large, [64, 4], 0],
    ['near zero in a large row, beyond', off(large, 3, 0.5), large, [64, 4], 1],
    ['in the row after it', off(large, 4, 0.3), large, [64, 4], 1],
    ['a large row that no shape tells of', off(large, 3, 0.3), large, undefined, 1],
    ['a row of one element is the element', off(large, 3, 0.3), large, [256, 1], 1],
    ['a small row has the size of the whole', off(small, 3, 0.003), small, [64, 4], 0],
    ['a small row beyond the whole', off(small, 3, 0.006), small, [64, 4], 1],
    ['all alike', off(alone, 0, 0.005), alone, [64, 4], 1],
    ['zeros in a large row', large.with(0, 0), large, [64, 4], 1],
  ])('%s', (_, got, want, shape, wrong) => {
    const result = check('float16', got, want, shape === undefined ? {} : { shape });
    expect(result.wrong).toBe(wrong);
    expect((result.maxRel ?? NaN) > result.tolerance.rel).toBe(wrong > 0);
    expect(result.worstShare > 1).toBe(wrong > 0);
  });

  test('the rule says so, but where there are no rows or the case has a tolerance of its own', () => {
    expect(check('float16', large, large, { shape: [64, 4] }).tolerance.rule).toMatch(/or that of the element's row/u);
    expect(check('float16', large, large).tolerance.rule).not.toContain('row');
    const stored = check('float16', off(large, 3, 0.3), large, { shape: [64, 4], stored: 4e-3 });
    expect(stored).toMatchObject({
      wrong: 1,
      tolerance: { rule: '|got − want| ≤ 0.004 × max(1, |want|), as the case says' },
    });
  });

  test('what is not finite is no part of a row', () => {
    const want = rows([100, NaN, Infinity, 0.5]);
    expect(check('float16', off(want, 3, 0.2), want, { shape: [64, 4] }).wrong).toBe(0);
    expect(check('float16', off(want, 3, 0.5), want, { shape: [64, 4] }).wrong).toBe(1);
  });

  test('is the plain sum over every row, wherever chunks and repeats end', () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 600 }),
      period: fc.integer({ min: 1, max: 9 }),
      turns: fc.integer({ min: 1, max: 60 }),
    });
    const places = fc.array(fc.tuple(fc.nat(200_000), fc.constantFrom(0.002, 0.02, 0.2, 2)), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, places, ({ width, period, turns }, changes) => {
        // Row r is r times as large as the first; each holds a zero.
        const block = Float32Array.from({ length: width * period }, (_, i) =>
          i % width === 0 ? 0 : 1 + Math.floor(i / width),
        );
        const want = Float32Array.from({ length: block.length * turns }, (_, i) => block[i % block.length] ?? NaN);
        const got = Float32Array.from(want);
        for (const [place, by] of changes) got[place % got.length] = (want[place % want.length] ?? NaN) + by;
        const own = Array.from({ length: period }, (_, r) => rms(block.subarray(r * width, (r + 1) * width)));
        const limit = (i: number): number => {
          const row = width > 1 ? (own[Math.floor(i / width) % period] ?? NaN) : 0;
          return Math.max(2e-5 * Math.max(rms(block), row, Math.abs(want[i] ?? NaN)), 2 ** -126);
        };
        const changed = new Set(changes.map(([place]) => place % got.length));
        const wrong = [...changed].filter((i) => Math.abs((got[i] ?? NaN) - (want[i] ?? NaN)) > limit(i)).length;
        const result = check('float32', [...got], [...block], { shape: [period * turns, width] });
        expect(result.wrong).toBe(wrong);
      }),
      { numRuns: 60 },
    );
  });
});

describe('float16 may round over the end of its range', () => {
  const spread = (first: number): Numbers => [first, ...Array.from({ length: 63 }, () => 1)];
  const wide = (first: number): Numbers => [first, ...Array.from({ length: 63 }, (_, i) => (i % 2 === 0 ? 2e7 : -2e7))];
  const overflowing = (first: number): Numbers =>
    wide(first).map((value) => (Math.abs(Number(value)) > 65520 ? Math.sign(Number(value)) * Infinity : value));

  test.each<[string, number, number, (first: number) => Numbers, number]>([
    ['one rounding away', Infinity, 65_500, spread, 0],
    ['one rounding away, below zero', -Infinity, -65_500, spread, 0],
    ['within the tolerance of the end', Infinity, 65_300, spread, 0],
    ['not within it', Infinity, 65_106, spread, 1],
    ['60,000 with a small tolerance', Infinity, 60_000, spread, 1],
    ['the wrong sign', -Infinity, 65_500, spread, 1],
    ['NaN', NaN, 65_500, spread, 1],
    ['within the tolerance of a large output', Infinity, 65_106, wide, 0],
    ['the wrong sign in a large output', -Infinity, 65_106, wide, 1],
    ['NaN in a large output', NaN, 65_106, wide, 1],
    ['infinity where nothing is wanted', Infinity, 0, wide, 1],
  ])('%s', (_, got, want, others, wrong) => {
    const given = others === wide ? overflowing(got) : spread(got);
    expect(check('float16', given, others(want)).wrong).toBe(wrong);
  });

  test('float32 may not', () => {
    expect(check('float32', [Infinity, 1], [65_500, 1]).wrong).toBe(1);
  });
});

function rms(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
