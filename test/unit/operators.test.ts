import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erf, erfc } from '../../src/profile/operators/erf';
import { float64Outputs } from '../../src/profile/operators/operators';
import type { OracleCall } from '../../src/profile/webgpu/oracleCall';

describe('the error function', () => {
  // Abramowitz and Stegun, table 7.1, and the first digits of the asymptotic series beyond it.
  test.each([
    [0, 0],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [6, 1],
    [Infinity, 1],
  ])('erf(%d) is %d', (x, want) => {
    expect(Math.abs(erf(x) - want)).toBeLessThanOrEqual(2e-16 + 2e-15 * want);
    expect(erf(-x) + erf(x)).toBe(0);
  });

  test.each([
    [0, 1],
    [2.5, 4.069520174449589e-4],
    [5, 1.5374597944280349e-12],
    [10, 2.088487583762545e-45],
    [26, 5.663192408856143e-296],
    [40, 0],
    [-5, 1.9999999999984626],
  ])('erfc(%d) is %d, also where erf is 1', (x, want) => {
    expect(Math.abs(erfc(x) - want)).toBeLessThanOrEqual(1e-13 * want);
  });

  test('NaN stays NaN, and erf never falls', () => {
    expect(erf(NaN)).toBeNaN();
    fc.assert(
      fc.property(
        fc.double({ min: -7, max: 7, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x, step) => {
          expect(erf(x + step)).toBeGreaterThanOrEqual(erf(x) - 1e-15);
        },
      ),
    );
  });
});

const VALUE = fc.double({ min: -50, max: 50, noNaN: true });
const SHAPE = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });

function call(
  name: string,
  shape: readonly number[],
  values: readonly number[],
  change: Partial<OracleCall> = {},
): OracleCall {
  return {
    domain: 'ai.onnx',
    name,
    sinceVersion: 23,
    attributes: {},
    inputs: [{ name: 'X', dtype: 'float32', shape, values: Float32Array.from(values) }],
    outputs: [{ name: 'Y', dtype: 'float32', shape }],
    ...change,
  };
}

/** A tensor's shape and as many values. */
const TENSOR = SHAPE.chain((shape) => {
  const elements = shape.reduce((all, size) => all * size, 1);
  return fc.tuple(fc.constant(shape), fc.array(VALUE, { minLength: elements, maxLength: elements }));
});

describe('float64 references', () => {
  test('Gelu lies between 0 and x above zero, and vanishes below without a jump', () => {
    for (const attributes of [{}, { approximate: 'tanh' }]) {
      const [y] = float64Outputs(call('Gelu', [7], [-Infinity, -30, -5, 0, 1, 30, Infinity], { attributes })) ?? [];
      expect(y?.[0]).toBe(0);
      expect(Math.abs(y?.[1] ?? NaN)).toBeLessThan(1e-100);
      expect(y?.[2]).toBeLessThan(0);
      expect(y?.[3]).toBe(0);
      expect(y?.[4]).toBeCloseTo(0.841, 3);
      expect(y?.[5]).toBe(30);
      expect(y?.[6]).toBe(Infinity);
    }
  });

  test('Softmax sums to one along its axis and does not change when all values move', () => {
    fc.assert(
      fc.property(TENSOR, fc.nat(), ([shape, values], pick) => {
        const axis = pick % shape.length;
        const whole = values.map(Math.round);
        const [y = new Float64Array()] = float64Outputs(call('Softmax', shape, whole, { attributes: { axis } })) ?? [];
        const size = shape[axis] ?? 1;
        const sum = y.reduce((all, value) => all + value, 0);
        expect(sum).toBeCloseTo(values.length / size, 9);
        const moved = whole.map((value) => value + 1000);
        const negative = { attributes: { axis: axis - shape.length } };
        expect(float64Outputs(call('Softmax', shape, moved, negative))?.[0]).toEqual(y);
      }),
    );
  });

  test('LayerNormalization has mean 0 and deviation 1, and gives both on request', () => {
    fc.assert(
      fc.property(fc.array(VALUE, { minLength: 8, maxLength: 8 }), (values) => {
        const spread = values.map((value, i) => Math.fround(value + 100 * i));
        const attributes = { epsilon: 0 };
        const [y, mean, inverse] = float64Outputs(call('LayerNormalization', [2, 4], spread, { attributes })) ?? [];
        for (const row of [0, 1]) {
          const part = [...(y?.subarray(4 * row, 4 * row + 4) ?? [])];
          expect(part.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
          expect(part.reduce((sum, value) => sum + value * value, 0) / 4).toBeCloseTo(1, 9);
          const back = (part[3] ?? NaN) / (inverse?.[row] ?? NaN) + (mean?.[row] ?? NaN);
          expect(back).toBeCloseTo(spread[4 * row + 3] ?? NaN, 6);
        }
      }),
    );
  });

  test('RMSNormalization of equal values gives the scale, which may be stretched', () => {
    const scale = { name: 'S', dtype: 'float32', shape: [2, 1], values: Float32Array.of(3, -5) } as const;
    const x = { name: 'X', dtype: 'float32', shape: [2, 2, 3], values: new Float32Array(12).fill(7) } as const;
    const asked = call('RMSNormalization', [2, 2, 3], [], { inputs: [x, scale], attributes: { axis: 1, epsilon: 0 } });
    const [y = []] = float64Outputs(asked) ?? [];
    [3, 3, 3, -5, -5, -5, 3, 3, 3, -5, -5, -5].forEach((want, i) => {
      expect(y[i]).toBeCloseTo(want, 12);
    });
  });

  test.each<[string, OracleCall]>([
    ['another operator', call('Relu', [1], [1])],
    ['another domain', call('Gelu', [1], [1], { domain: 'com.example' })],
    ['no input', call('Gelu', [1], [1], { inputs: [null] })],
    ['an axis out of range', call('Softmax', [2], [1, 2], { attributes: { axis: 1 } })],
    ['an axis of another kind', call('Softmax', [2], [1, 2], { attributes: { axis: 'last' } })],
    ['the old softmax', call('Softmax', [2], [1, 2], { sinceVersion: 11 })],
    [
      'a scale that does not fit',
      call('RMSNormalization', [4], [1, 2, 3, 4], {
        inputs: [
          { name: 'X', dtype: 'float32', shape: [4], values: new Float32Array(4) },
          { name: 'S', dtype: 'float32', shape: [3], values: new Float32Array(3) },
        ],
      }),
    ],
  ])('none for %s', (_, asked) => {
    expect(float64Outputs(asked)).toBeNull();
  });
});
