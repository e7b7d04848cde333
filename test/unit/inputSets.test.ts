import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planCold } from '../../src/profile/webgpu/inputSets';
import { measureLimits } from '../../src/profile/webgpu/measureLimits';

describe('keeping the caches cold', () => {
  const limits = measureLimits(false, false);

  test('sets are even, few enough for memory, and a flush makes up for what they lack', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 2 ** 33 }), (setBytes) => {
        const { sets, flush } = planCold(setBytes, limits);
        expect(sets % 2).toBe(0);
        expect(sets).toBeGreaterThanOrEqual(2);
        expect(sets).toBeLessThanOrEqual(limits.mostSets);
        if (sets > 2) expect((sets - 1) * setBytes).toBeLessThan(4 * 2 ** 30);
        expect(flush).toBe(sets * setBytes < limits.coldBytes);
      }),
    );
  });

  test('the words say what is done', () => {
    expect(planCold(256 << 20, limits).text).toBe('2 input sets in turn, 537 MB in all');
    expect(planCold(16 << 10, limits).text).toBe(
      '64 input sets in turn, 1 MB in all, and 268 MB overwritten before each sample',
    );
    expect(planCold(1 << 20, measureLimits(true, false))).toMatchObject({ sets: 2, flush: false });
  });
});
