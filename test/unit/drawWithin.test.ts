import { describe, expect, test } from 'vitest';
import { drawWithin } from '../../src/profile/webgpu/drawWithin';
import { decodeStorage } from '../../src/profile/webgpu/storage';
import { makeTensor } from '../../src/profile/webgpu/tensor';

function drawn(
  dtype: 'int64' | 'int32' | 'uint8' | 'float32' | 'float16',
  range: { from: number; below: number },
  seed: number,
  kind: 'random' | 'zeros' | 'large',
): number[] {
  const tensor = makeTensor('p', dtype, [501], 'plain');
  return [...decodeStorage(tensor, drawWithin(tensor, range, seed, kind), 501)].map(Number);
}

describe('numbers within a range', () => {
  test.each(['int64', 'int32', 'uint8'] as const)('%s: every whole number of it and no other', (dtype) => {
    for (const kind of ['random', 'large'] as const) {
      expect([...new Set(drawn(dtype, { from: 3, below: 8 }, 1, kind))].toSorted()).toEqual([3, 4, 5, 6, 7]);
    }
  });

  test.each(['float32', 'float16'] as const)('%s: any number of it', (dtype) => {
    const numbers = drawn(dtype, { from: -1, below: 1 }, 1, 'random');
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(1);
    expect(new Set(numbers).size).toBeGreaterThan(200);
  });

  test('the same again for the same seed only', () => {
    const range = { from: 0, below: 1000 };
    expect(drawn('int32', range, 5, 'random')).toEqual(drawn('int32', range, 5, 'random'));
    expect(drawn('int32', range, 6, 'random')).not.toEqual(drawn('int32', range, 5, 'random'));
  });

  test.each([
    [{ from: -5, below: 5 }, 0],
    [{ from: 3, below: 8 }, 3],
    [{ from: -8, below: -2 }, -3],
  ])('a fill with zeros takes what lies nearest to zero in %j', (range, want) => {
    expect(new Set(drawn('int32', range, 1, 'zeros'))).toEqual(new Set([want]));
  });
});
