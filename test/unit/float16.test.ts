import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHalves, encodeHalves, HALF_VALUES, halfBits, roundToHalf } from '../../src/profile/webgpu/float16';

test('every half comes back as itself', () => {
  const bits = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
  const values = new Float32Array(bits.length);
  decodeHalves(bits, values);
  const back = new Uint16Array(bits.length);
  encodeHalves(values, back);
  const changed = [...bits].filter((half, i) => back[i] !== half && !Number.isNaN(values[i]));
  expect(changed).toEqual([]);
  expect([...bits].filter((half) => Number.isNaN(HALF_VALUES[half]))).toHaveLength(2 * 1023);
});

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519.99, 0x7bff],
  [65520, 0x7c00],
  [1e30, 0x7c00],
  [-Infinity, 0xfc00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.001, 0x0001],
  [3 * 2 ** -25, 0x0002],
  [1e-40, 0x0000],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
])('%d is written as %i', (value, bits) => {
  expect(halfBits(value)).toBe(bits);
});

test('NaN stays NaN, whatever its payload', () => {
  expect(roundToHalf(NaN)).toBeNaN();
  const words = Uint32Array.of(0x7f800001, 0xffffffff, 0x7fc0dead);
  const bits = new Uint16Array(3);
  encodeHalves(new Float32Array(words.buffer), bits);
  for (const half of bits) expect(HALF_VALUES[half]).toBeNaN();
});

test('a value is rounded to the nearer of its two neighbours, and to the even one in the middle', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0x7bfe }), fc.double({ min: 0, max: 1, noNaN: true }), (half, part) => {
      const low = HALF_VALUES[half] ?? NaN;
      const high = HALF_VALUES[half + 1] ?? NaN;
      const value = Math.fround(low + (high - low) * part);
      const rounded = roundToHalf(value);
      const middle = (low + high) / 2;
      const want = value === middle ? (half % 2 === 0 ? low : high) : value < middle ? low : high;
      expect(rounded).toBe(want);
      expect(roundToHalf(-value)).toBe(-want);
    }),
    { numRuns: 2000 },
  );
});
