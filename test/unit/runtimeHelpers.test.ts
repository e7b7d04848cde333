import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expressionHelpers } from '../../src/profile/webgpu/expressionHelpers';

const helpers = expressionHelpers(false);

function call(name: string, ...values: readonly unknown[]): unknown {
  const helper = helpers.get(name);
  if (helper === undefined) throw new Error(`no helper ${name}`);
  return helper(...values);
}

describe('helpers of expressions', () => {
  test.each<[string, readonly unknown[], unknown]>([
    ['ceil', [2.1], 3],
    ['floor', [-2.1], -3],
    ['min', [3, 1, 2], 1],
    ['min', [[3, 1, 2]], 1],
    ['max', [3, 1], 3],
    ['pow', [2, 10], 1024],
    ['ceilDiv', [9, 4], 3],
    ['ceilDiv', [8, 4], 2],
    ['ceilDiv', [0, 4], 0],
    ['pow2ceil', [0], 1],
    ['pow2ceil', [5], 8],
    ['pow2ceil', [8], 8],
    ['log2ceil', [1], 0],
    ['log2ceil', [5], 3],
    ['numel', [[]], 1],
    ['numel', [[2, 0, 3]], 0],
    ['dim', [[2, 3, 4], -1], 4],
    ['dim', [[2, 3, 4], 4], 3],
    ['rows', [[2, 3, 4], -1], 6],
    ['rows', [[2, 3, 4], 1], 8],
    ['outer', [[2, 3, 4], 2], 6],
    ['outer', [[2, 3, 4], 0], 1],
    ['inner', [[2, 3, 4], 0], 12],
    ['inner', [[2, 3, 4], -1], 1],
    ['prefix', [[2, 3, 4], 2], [2, 3]],
    ['prefix', [[2, 3, 4], -1], [2, 3]],
    ['suffix', [[2, 3, 4], 1], [3, 4]],
    ['fill', [3, 1], [1, 1, 1]],
    ['moveAxis', [[2, 3, 4], 0, -1], [3, 4, 2]],
    ['moveAxis', [[2, 3, 4], 2, 0], [4, 2, 3]],
    [
      'permuteShape',
      [
        [2, 3, 4],
        [2, 0, 1],
      ],
      [4, 2, 3],
    ],
    ['reversedAxes', [3], [2, 1, 0]],
    ['reversedAxes', [[5, 6]], [1, 0]],
    ['broadcastShape', [[3, 1], [4]], [3, 4]],
    ['broadcastShape', [[], [2], [1, 1]], [1, 2]],
    [
      'broadcastShape',
      [
        [3, 1],
        [3, 0],
      ],
      [3, 0],
    ],
    [
      'matmulShape',
      [
        [2, 3],
        [3, 4],
      ],
      [2, 4],
    ],
    [
      'matmulShape',
      [
        [7, 1, 2, 3],
        [5, 3, 4],
      ],
      [7, 5, 2, 4],
    ],
    ['matmulShape', [[3], [3, 4]], [4]],
    ['matmulShape', [[2, 3], [3]], [2]],
    ['broadcastable', [[4], [3, 4]], true],
    ['broadcastable', [[3, 4], [4]], false],
    [
      'broadcastable',
      [
        [1, 4],
        [3, 4],
      ],
      true,
    ],
    ['broadcastable', [[3], [3, 4]], false],
    [
      'sameShape',
      [
        [1, 2],
        [1, 2],
      ],
      true,
    ],
    [
      'sameShape',
      [
        [1, 2],
        [2, 1],
      ],
      false,
    ],
    ['sameShape', [[2], [2, 1]], false],
    ['hasAxis', [[0, -1], 2, 3], true],
    ['hasAxis', [[0, -1], 1, 3], false],
    ['axisValue', [[10, 20], [0, -1], 2, 3, 7], 20],
    ['axisValue', [[10, 20], [0, -1], 1, 3, 7], 7],
    ['isUniqueIntList', [[1, 2, 3]], true],
    ['isUniqueIntList', [[1, 1]], false],
    ['isUniqueIntList', [[1.5]], false],
    ['isUniqueIntList', ['12'], false],
    ['has', [{ a: 1 }, 'a'], true],
    ['has', [{ a: 1 }, 'toString'], false],
    ['dtypeBytes', ['float16'], 2],
    ['dtypeBytes', ['f32'], 4],
    ['dtypeBytes', ['int8'], 4],
    ['dtypeBytes', ['int64'], 8],
    ['onnxDtypeCode', ['float32'], 1],
    ['onnxDtypeCode', ['uint8'], 2],
    ['onnxDtypeCode', ['int8'], 3],
    ['onnxDtypeCode', ['int16'], 5],
    ['onnxDtypeCode', ['int32'], 6],
    ['onnxDtypeCode', ['int64'], 7],
    ['onnxDtypeCode', ['bool'], 9],
    ['onnxDtypeCode', ['float16'], 10],
    ['onnxDtypeCode', ['uint32'], 12],
    [
      'pick',
      [
        [
          [false, 1],
          [true, 2],
          [true, 3],
        ],
        4,
      ],
      2,
    ],
    ['pick', [[[false, 1]], 4], 4],
    ['f16Ok', ['f16'], false],
    ['f16Ok', ['float32'], true],
    ['range', [3], [0, 1, 2]],
    ['range', [1, 7, 3], [1, 4]],
    ['range', [2, -1, -1], [2, 1, 0]],
  ])('%s(%j) is %j', (name, values, wanted) => {
    expect(call(name, ...values)).toEqual(wanted);
  });

  test('f16Ok holds for float16 where the device has it', () => {
    expect(expressionHelpers(true).get('f16Ok')?.('float16')).toBe(true);
  });

  test.each<[string, readonly unknown[], RegExp]>([
    ['broadcastShape', [[3], [4]], /^broadcastShape: the shapes \[3\] and \[4\] do not broadcast$/],
    ['broadcastShape', [[0], [2]], /do not broadcast/],
    [
      'matmulShape',
      [
        [2, 3],
        [4, 5],
      ],
      /^matmulShape: .*do not fit/,
    ],
    ['numel', [undefined], /^numel: expected a list, got an undefined value$/],
    ['numel', [['a']], /expected a number, got "a"/],
    ['dim', [[], 0], /rank 0/],
    ['dim', [[1], 0.5], /whole number, got 0\.5/],
    ['ceilDiv', [1, 0], /division by 0/],
    ['dtypeBytes', ['float64'], /unknown dtype "float64"/],
    ['onnxDtypeCode', ['toString'], /unknown dtype/],
    [
      'permuteShape',
      [
        [1, 2],
        [0, 0],
      ],
      /no permutation/,
    ],
    ['pick', [[[1, 2]], 3], /expected true or false, got 1/],
    ['range', [1e9], /more than 65536/],
    ['range', [1, 2, 0], /must not be 0/],
    ['fill', [1e9, 0], /cannot be made/],
    ['max', [], /at least one number/],
  ])('%s(%j) is an error', (name, values, wanted) => {
    expect(() => call(name, ...values)).toThrow(wanted);
  });

  const shape = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 });

  test('outer, dim and inner of an axis make up the whole, and rows is the whole without the axis', () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: -20, max: 20 }), (extents, axis) => {
        const [outer, dim, inner] = ['outer', 'dim', 'inner'].map((name) => Number(call(name, extents, axis)));
        expect(Number(outer) * Number(dim) * Number(inner)).toBe(call('numel', extents));
        expect(call('rows', extents, axis)).toBe(Number(outer) * Number(inner));
      }),
    );
  });

  test('prefix and suffix split a shape anywhere', () => {
    fc.assert(
      fc.property(shape, fc.nat(8), (extents, at) => {
        expect([call('prefix', extents, at), call('suffix', extents, at)].flat()).toEqual(extents);
      }),
    );
  });

  test('two shapes broadcast into a third that both are broadcastable into', () => {
    const mask = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean(), fc.boolean()), { maxLength: 5 });
    fc.assert(
      fc.property(mask, fc.nat(5), (axes, dropped) => {
        const a = axes.map(([extent, one]) => (one ? 1 : extent)).slice(Math.min(dropped, axes.length));
        const b = axes.map(([extent, , one]) => (one ? 1 : extent));
        const both = call('broadcastShape', a, b);
        expect(call('broadcastable', a, both)).toBe(true);
        expect(call('broadcastable', b, both)).toBe(true);
        expect(call('broadcastShape', b, a)).toEqual(both);
      }),
    );
  });

  test('moving an axis there and back changes nothing', () => {
    fc.assert(
      fc.property(shape, fc.nat(5), fc.nat(5), (extents, from, to) => {
        expect(call('moveAxis', call('moveAxis', extents, from, to), to, from)).toEqual(extents);
      }),
    );
  });
});
