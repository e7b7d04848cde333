import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareOutput } from '../../src/profile/webgpu/compareOutput';
import type { LogicalDtype } from '../../src/profile/webgpu/program';
import { encodeStorage, valuesFromNumbers } from '../../src/profile/webgpu/storage';
import { STORAGE_OF } from '../../src/profile/webgpu/tensor';
import { check, FLOAT_POISON, HALF_POISON, type Numbers } from './outputCheck';

describe('comparing floats', () => {
  test.each<[string, Numbers, Numbers, number]>([
    ['equal', [1, -2, 3], [1, -2, 3], 0],
    ['within', [1.00001, -2, 3], [1, -2, 3], 0],
    ['beyond', [1.001, -2, 3], [1, -2, 3], 1],
    ['all beyond', [5, 5, 5], [1, -2, 3], 3],
    ['NaN where NaN is wanted', [NaN, 1], [NaN, 1], 0],
    ['NaN where it is not', [NaN, 1], [1, 1], 1],
    ['a number where NaN is wanted', [1, 1], [NaN, 1], 1],
    ['the same infinity', [Infinity, -Infinity], [Infinity, -Infinity], 0],
    ['the other infinity', [-Infinity, 1], [Infinity, 1], 1],
    ['infinity for a number', [Infinity, 1], [1e30, 1], 1],
    ['a number for infinity', [3e38, 1], [Infinity, 1], 1],
    ['zeros of either sign', [0, -0], [-0, 0], 0],
  ])('%s', (_, got, want, wrong) => {
    expect(check('float32', got, want).wrong).toBe(wrong);
  });

  test('float16 may give infinity for what it cannot hold, and only then', () => {
    expect(check('float16', [Infinity, -Infinity, 1], [70_000, -1e6, 1]).wrong).toBe(0);
    expect(check('float16', [Infinity, 1], [-70_000, 1]).wrong).toBe(1);
    expect(check('float16', [Infinity, 1], [60_000, 1]).wrong).toBe(1);
  });

  test('names the largest errors and where they are', () => {
    const result = check('float32', [1, 2, 3.3, 4, 5, 6], [1, 2, 3, 4, 5, 6.1], { shape: [2, 3] });
    expect(result.maxAbs).toBeCloseTo(0.3, 6);
    expect(result.worst).toMatchObject({ index: 2, coordinates: [0, 2], want: '3' });
    expect(result.wrong).toBe(2);
    expect(result.worstShare).toBeGreaterThan(1);
  });

  test('counts exactly the elements beyond the tolerance, wherever chunks and repeats end', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 20_000 }));
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.nat(49_999), { maxLength: 20 }),
        fc.constantFrom('float32', 'float16'),
        ([elements, period], places, dtype) => {
          const repeat = Math.min(period, elements);
          const want = Float32Array.from({ length: repeat }, (_, i) => (i % 64) / 8 - 4);
          const got = Float32Array.from({ length: elements }, (_, i) => want[i % repeat] ?? NaN);
          const changed = new Set(places.filter((place) => place < elements));
          for (const place of changed) got[place] = (got[place] ?? 0) + 1;
          const storage = STORAGE_OF[dtype];
          const tensor = { port: 'y', dtype, storage, layout: 'plain', shape: [elements], elements } as const;
          const result = compareOutput({
            tensor,
            got: encodeStorage(tensor, got),
            want,
            poison: null,
          });
          expect(result.wrong).toBe(changed.size);
          expect(result.maxAbs).toBe(changed.size > 0 ? 1 : 0);
          if (result.worst !== null) expect(changed).toContain(result.worst.index);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('maxRel is right as long as it is not above the tolerance', () => {
    const value = fc.float({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, fc.double({ min: -4e-5, max: 4e-5, noNaN: true })), { minLength: 1 }),
        (pairs) => {
          const want = pairs.map(([number]) => number);
          const result = check(
            'float32',
            pairs.map(([number, error]) => Math.fround(number * (1 + error))),
            want,
          );
          expect(result.wrong > 0).toBe((result.maxRel ?? NaN) > result.tolerance.rel);
          expect(result.worstShare > 1).toBe(result.wrong > 0);
        },
      ),
    );
  });
});

describe('comparing whole numbers', () => {
  test.each<[LogicalDtype, Numbers, Numbers, number, number]>([
    ['int32', [1, -2, 3], [1, -2, 3], 0, 0],
    ['int32', [1, -2, 3], [1, 2, 3], 1, 4],
    ['int8', [-128, 127], [-128, 126], 1, 1],
    ['uint32', [4294967295, 0], [4294967295, 1], 1, 1],
    ['bool', [1, 0], [1, 1], 1, 1],
    ['int64', [-1n, 2n ** 40n, 5n], [-1n, 2n ** 40n, 5n], 0, 0],
    ['int64', [-1n, 2n ** 40n, 5n], [-1n, 2n ** 40n + 2n ** 33n, 5n], 1, 2 ** 33],
  ])('%s %s against %s', (dtype, got, want, wrong, maxAbs) => {
    expect(check(dtype, got, want)).toMatchObject({ wrong, maxAbs });
  });

  test('four to a word', () => {
    const tensor = { port: 'y', dtype: 'uint8', storage: 'u32', layout: 'packed', shape: [5], elements: 5 } as const;
    const comparison = {
      tensor,
      got: Uint8Array.of(1, 2, 3, 4, 9, 0, 0, 0),
      want: Uint32Array.of(1, 2, 3, 4, 5),
      poison: null,
    };
    expect(compareOutput(comparison)).toMatchObject({ wrong: 1, maxAbs: 4, worst: { index: 4 } });
  });

  test('a stored tolerance allows a difference', () => {
    expect(check('int32', [5, 7], [6, 7], { stored: 1 })).toMatchObject({ wrong: 0, maxAbs: 1 });
    expect(check('int32', [50, 7], [500, 7], { stored: 0.5 }).wrong).toBe(1);
  });
});

describe('what was never written', () => {
  test.each<[LogicalDtype, number, Numbers]>([
    ['float32', FLOAT_POISON, [1, 2, 3]],
    ['float16', HALF_POISON, [1, 2, 3]],
    ['int32', 0x5eadbeef, [1, 2, 3]],
    ['uint8', 0xa1b2c3d4, [1, 2, 3]],
    ['int64', 0x5eadbeef, [1n, 2n, 3n]],
  ])('%s', (dtype, poison, want) => {
    const storage = STORAGE_OF[dtype];
    const tensor = { port: 'y', dtype, storage, layout: 'plain', shape: [3], elements: 3 } as const;
    const got = encodeStorage(tensor, valuesFromNumbers(dtype, want));
    const element = got.length / (storage === 'f16' ? 4 : 3);
    const poisoned = new Uint8Array(Uint32Array.from({ length: got.length / 4 }, () => poison).buffer);
    got.set(poisoned.subarray(element, 2 * element), element);
    const values = valuesFromNumbers(dtype === 'float16' ? 'float32' : dtype, want);
    const result = compareOutput({ tensor, got, want: values, poison });
    expect(result).toMatchObject({ unwritten: 1, wrong: 1, worst: { index: 1, coordinates: [1], got: 'poison' } });
    const unknowing = compareOutput({
      tensor,
      got,
      want: values,
      poison: null,
    });
    expect(unknowing).toMatchObject({ unwritten: 0, wrong: 1 });
  });

  test('a right value that happens to be the poison is right', () => {
    expect(check('uint32', [0x5eadbeef], [0x5eadbeef], { poison: 0x5eadbeef })).toMatchObject({
      wrong: 0,
      unwritten: 0,
    });
  });

  test('without an oracle, floats are still looked through', () => {
    const got = new Uint8Array(Uint32Array.of(0x3f800000, FLOAT_POISON).buffer);
    const result = check('float32', [1, 1], null, { got, poison: FLOAT_POISON });
    expect(result).toMatchObject({ unwritten: 1, wrong: 0, maxAbs: null });
  });

  test.each([
    ['any number', Uint32Array.of(0x40a00000), 0, 0],
    ['infinity', Uint32Array.of(0x7f800000), 0, 0],
    ['nothing', Uint32Array.of(FLOAT_POISON), 1, 1],
  ])('where NaN is open, writing %s counts accordingly', (_, words, wrong, unwritten) => {
    const got = new Uint8Array(words.buffer);
    const result = check('float32', [1], [NaN], { got, poison: FLOAT_POISON, openNonFinite: true });
    expect(result).toMatchObject({ wrong, unwritten });
  });

  test('a NaN that a kernel made is wrong, not unwritten', () => {
    const got = new Uint8Array(Uint32Array.of(0x7fc00000).buffer);
    expect(check('float32', [1], [1], { got, poison: FLOAT_POISON })).toMatchObject({
      unwritten: 0,
      wrong: 1,
      maxAbs: null,
    });
  });
});

test('sizes that do not fit are refused', () => {
  expect(() => check('float32', [1, 2], [1, 2, 3])).toThrow(/3 wanted values do not fit 2 elements/);
  expect(() => check('float32', [1, 2], [])).toThrow(/0 wanted values/);
  expect(() => check('float32', [1, 2], [1, 2], { got: new Uint8Array(4) })).toThrow(/4 bytes hold no 2 elements/);
  expect(check('float32', [], [])).toMatchObject({ elements: 0, wrong: 0, worst: null });
});
