import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillTensor, fillWave, independentBlock, type FillKind } from '../../src/profile/webgpu/fill';
import type { LogicalDtype, StorageDtype } from '../../src/profile/webgpu/program';
import { decodeStorage, encodeStorage, emptyValues, valuesFromNumbers } from '../../src/profile/webgpu/storage';

const LAYOUTS: readonly (readonly [LogicalDtype, StorageDtype, 'plain' | 'packed', number])[] = [
  ['float32', 'f32', 'plain', 4],
  ['float16', 'f16', 'plain', 2],
  ['int8', 'i32', 'plain', 4],
  ['int16', 'i32', 'plain', 4],
  ['int32', 'i32', 'plain', 4],
  ['int64', 'vec2<u32>', 'plain', 8],
  ['uint8', 'u32', 'plain', 4],
  ['uint8', 'u32', 'packed', 1],
  ['uint32', 'u32', 'plain', 4],
  ['bool', 'u32', 'plain', 4],
];

function tensorOf([dtype, storage, layout, size]: (typeof LAYOUTS)[number], elements: number) {
  return { dtype, storage, layout, elements, bytes: Math.max(4, Math.ceil((elements * size) / 4) * 4) };
}

describe.each(LAYOUTS)('%s as %s, %s', (...layout) => {
  test.each([0, 1, 3, 5, 1000])('%i elements fill the buffer and no more', (elements) => {
    const tensor = tensorOf(layout, elements);
    const bytes = fillTensor(tensor, 7);
    expect(bytes).toHaveLength(tensor.bytes);
    const used = elements * layout[3];
    expect([...bytes.subarray(used)].every((byte) => byte === 0)).toBe(true);
  });

  test.each<FillKind>(['random', 'zeros', 'large'])(
    '%s: the same again for the same seed, and what a dtype can hold',
    (kind) => {
      const tensor = tensorOf(layout, 501);
      const bytes = fillTensor(tensor, 7, kind);
      expect(fillTensor(tensor, 7, kind)).toEqual(bytes);
      const values = decodeStorage(tensor, bytes, 501);
      expect(encodeStorage(tensor, values)).toEqual(bytes);
      expect(() => valuesFromNumbers(tensor.dtype, [...values])).not.toThrow();
      if (kind === 'zeros') expect([...values].every((value) => Number(value) === 0)).toBe(true);
      else expect(fillTensor(tensor, 8, kind)).not.toEqual(bytes);
    },
  );

  test('a block is drawn as it would be alone, and then repeated', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }), (elements, block) => {
        const tensor = tensorOf(layout, elements);
        const values = decodeStorage(tensor, fillTensor(tensor, 3, 'random', block), elements);
        const alone = tensorOf(layout, Math.min(block, elements));
        const drawn = decodeStorage(alone, fillTensor(alone, 3), alone.elements);
        values.forEach((value: number | bigint, i: number) => {
          expect(value).toBe(drawn[i % alone.elements]);
        });
      }),
      { numRuns: 15 },
    );
  });
});

test('floats are near normal', () => {
  const tensor = tensorOf(LAYOUTS[0] ?? ['float32', 'f32', 'plain', 4], 200_000);
  const values = [...decodeStorage(tensor, fillTensor(tensor, 1), tensor.elements)].map(Number);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(Math.abs(square - 1)).toBeLessThan(0.02);
  expect(values.every((value) => Math.abs(value) <= 6)).toBe(true);
  expect(values.filter((value) => Math.abs(value) > 2).length / values.length).toBeCloseTo(0.0455, 2);
});

test('values are the same on every machine', () => {
  const hash = createHash('sha256');
  for (const layout of LAYOUTS) hash.update(fillTensor(tensorOf(layout, 1003), 42));
  expect(hash.digest('hex')).toMatchInlineSnapshot(
    `"1e4afbd018d499138004e41582fd96faebb2707a5332855346916f0c821ee557"`,
  );
});

test('a block of independent slices is a prime number of them, or all', () => {
  expect(independentBlock([16384, 4096])).toBe(23);
  expect(independentBlock([20, 4096])).toBe(20);
  expect(independentBlock([64, 131072])).toBe(5);
  expect(independentBlock([1000, 10_000_000])).toBe(3);
  expect(independentBlock([3, 10_000_000])).toBe(3);
  expect(independentBlock([0, 4])).toBe(0);
  expect(independentBlock([])).toBe(1);
  // As many as an oracle can afford.
  expect(independentBlock([4096, 4096], undefined, 17.9)).toBe(17);
  expect(independentBlock([2048, 4096], undefined, 6.6)).toBe(5);
  expect(independentBlock([32, 4096], undefined, 0.3)).toBe(2);
});

test('the wave of a test file', () => {
  const values = new Float32Array(4);
  fillWave(values, { sinStep: 0.5, cosStep: 0.25, scale: 2 });
  expect([...values]).toEqual([0, 1, 2, 3].map((i) => Math.fround(2 * (Math.sin(i * 0.5) + Math.cos(i * 0.25)))));
});

describe('values from numbers', () => {
  test.each<[LogicalDtype, (number | bigint | boolean)[], (number | bigint)[]]>([
    ['float16', [1.0001, 70000, NaN], [1, Infinity, NaN]],
    ['float32', [0.1], [Math.fround(0.1)]],
    ['bool', [true, false, 1], [1, 0, 1]],
    ['int8', [-128, 127], [-128, 127]],
    ['int64', [-3, 2n ** 40n], [-3n, 2n ** 40n]],
    ['uint32', [4294967295], [4294967295]],
  ])('%s %s', (dtype, numbers, want) => {
    expect([...valuesFromNumbers(dtype, numbers)]).toEqual(want);
    expect(emptyValues(dtype, 2)).toHaveLength(2);
  });

  test.each<[LogicalDtype, (number | bigint)[], RegExp]>([
    ['int8', [0, 128], /Element 1 is 128: outside int8/],
    ['uint8', [-1], /outside uint8/],
    ['int32', [1.5], /Element 0 is 1.5: int32 holds whole numbers only/],
    ['bool', [2], /outside bool/],
    ['int64', [NaN], /whole numbers only/],
  ])('%s refuses %s', (dtype, numbers, message) => {
    expect(() => valuesFromNumbers(dtype, numbers)).toThrow(message);
  });
});
