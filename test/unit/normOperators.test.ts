// BiasGelu, SkipSimplifiedLayerNormalization and SiluMul: the float64 references against ONNX Runtime and by hand.
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { float64Outputs } from '../../src/profile/operators/operators';
import { Oracle } from '../../src/profile/webgpu/oracle';
import type { OracleCall, OracleInput } from '../../src/profile/webgpu/oracleCall';

const oracle = new Oracle(path.resolve('node_modules/onnxruntime-web/dist'));
afterAll(() => oracle.dispose());

/** A wave of its own for each `phase`, or the values that are given. */
function tensor(shape: readonly number[], filling: number | readonly number[]): OracleInput {
  const count = shape.reduce((all, size) => all * size, 1);
  const values = Float32Array.from({ length: count }, (_, i) =>
    typeof filling === 'number' ? 3 * Math.sin(1.7 * i + filling) : (filling[i] ?? NaN),
  );
  return { name: '', dtype: 'float32', shape, values };
}

const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  'com.microsoft.BiasGelu': ['C'],
  'com.microsoft.SkipSimplifiedLayerNormalization': ['output', 'mean', 'inv_std_var', 'input_skip_bias_sum'],
  'kernel-lens.SiluMul': ['Y'],
};

/** A call with every output named in `wanted`, by position. */
function call(
  id: keyof typeof OUTPUTS,
  inputs: readonly (OracleInput | null)[],
  wanted: readonly number[] = [0],
  attributes: OracleCall['attributes'] = {},
): OracleCall {
  const dot = id.lastIndexOf('.');
  const shape = inputs[0]?.shape ?? [];
  return {
    domain: id.slice(0, dot),
    name: id.slice(dot + 1),
    sinceVersion: 1,
    attributes,
    inputs: inputs.map((input, i) => input && { ...input, name: `input${i}` }),
    outputs: (OUTPUTS[id] ?? []).map((name, i) => (wanted.includes(i) ? { name, dtype: 'float32', shape } : null)),
  };
}

const BIAS_GELU = 'com.microsoft.BiasGelu';
const SKIP = 'com.microsoft.SkipSimplifiedLayerNormalization';
const SILU_MUL = 'kernel-lens.SiluMul';
const BOTH = [0, 3];

const CALLS: Readonly<Record<string, OracleCall>> = {
  'BiasGelu of two axes': call(BIAS_GELU, [tensor([5, 33], 1), tensor([33], 2)]),
  'BiasGelu of one axis': call(BIAS_GELU, [tensor([7], 1), tensor([7], 2)]),
  'BiasGelu of four axes': call(BIAS_GELU, [tensor([2, 3, 1, 4], 1), tensor([4], 2)]),
  'BiasGelu of nothing': call(BIAS_GELU, [tensor([0, 4], 1), tensor([4], 2)]),
  'two axes': call(SKIP, [tensor([5, 12], 1), tensor([5, 12], 2), tensor([12], 3)]),
  'three axes, with the sum': call(SKIP, [tensor([2, 3, 4], 1), tensor([2, 3, 4], 2), tensor([4], 3)], BOTH),
  'a bias, with the sum': call(SKIP, [tensor([5, 12], 1), tensor([5, 12], 2), tensor([12], 3), tensor([12], 4)], BOTH),
  'a skip for each of a batch': call(SKIP, [tensor([3, 4, 8], 1), tensor([1, 4, 8], 2), tensor([8], 3)], BOTH),
  'a skip of two axes': call(SKIP, [tensor([3, 4, 8], 1), tensor([4, 8], 2), tensor([8], 3), tensor([8], 4)], BOTH),
  'a large epsilon': call(SKIP, [tensor([2, 6], 1), tensor([2, 6], 2), tensor([6], 3)], [0], { epsilon: 1 }),
  'no rows': call(SKIP, [tensor([0, 6], 1), tensor([0, 6], 2), tensor([6], 3)], BOTH),
  'SiluMul of two axes': call(SILU_MUL, [tensor([5, 33], 1), tensor([5, 33], 2)]),
  'SiluMul of a scalar': call(SILU_MUL, [tensor([], 1), tensor([], 2)]),
  'SiluMul of nothing': call(SILU_MUL, [tensor([3, 0], 1), tensor([3, 0], 2)]),
};

describe('ONNX Runtime and the float64 references agree', () => {
  test.each(Object.entries(CALLS))('%s', async (_, asked) => {
    const answer = await oracle.compute(asked);
    const references = float64Outputs(asked);
    expect(answer.text).toMatch(/^ONNX Runtime/);
    asked.outputs.forEach((output, place) => {
      if (output === null) return;
      const [got, want] = [answer.outputs?.[place], references?.[place]];
      expect(got).toHaveLength(want?.length ?? -1);
      got?.forEach((value, i) => {
        expect(Math.abs(Number(value) - (want?.[i] ?? NaN))).toBeLessThanOrEqual(5e-6);
      });
    });
  });
});

/** A call whose outputs are checked by hand: one row of each. */
const BY_HAND: Readonly<Record<string, readonly [OracleCall, readonly number[], (readonly number[])?]>> = {
  'gelu of x plus bias': [
    call(BIAS_GELU, [tensor([2, 2], [1, 0, -3, 5]), tensor([2], [0, -1])]),
    [0.8413447, -0.1586553, -0.0040497, 3.9998733],
  ],
  'far below zero nothing is left': [call(BIAS_GELU, [tensor([1, 2], [-9, 9]), tensor([2], [-91, 91])]), [0, 100]],
  'the sum over its root mean square': [
    call(SKIP, [tensor([1, 2], [1, 2]), tensor([1, 2], [2, -6]), tensor([2], [1, 10])], BOTH, { epsilon: 0 }),
    [3 / Math.sqrt(12.5), -40 / Math.sqrt(12.5)],
    [3, -4],
  ],
  'a bias and one skip for both entries': [
    call(SKIP, [tensor([2, 1, 1], [1, -9]), tensor([1, 1], [2]), tensor([1], [5]), tensor([1], [1])], BOTH),
    [5, -5],
    [4, -6],
  ],
  'a sum of zeros': [
    call(SKIP, [tensor([1, 2], [1, 2]), tensor([1, 2], [-1, -2]), tensor([2], [1, 1])], BOTH),
    [0, 0],
    [0, 0],
  ],
  'silu(gate) times up': [
    call(SILU_MUL, [tensor([4], [0, Math.log(3), -Math.log(3), 800]), tensor([4], [7, 4, 4, 0.5])]),
    [0, 3 * Math.log(3), -Math.log(3), 400],
  ],
  'a gate far below zero is shut': [call(SILU_MUL, [tensor([2], [-800, -1e30]), tensor([2], [1, 1])]), [0, 0]],
};

test.each(Object.entries(BY_HAND))('by hand: %s', (_, [asked, want, wantSum]) => {
  const [got, , , sum] = float64Outputs(asked) ?? [];
  expect(got).toHaveLength(want.length);
  want.forEach((value, i) => {
    expect(got?.[i]).toBeCloseTo(value, 6);
  });
  if (wantSum !== undefined) expect([...(sum ?? [])]).toEqual(wantSum);
});

test('epsilon is added to the mean of the squares', () => {
  const inputs = [tensor([1, 2], [1, 0]), tensor([1, 2], [0, 1]), tensor([2], [1, 1])];
  expect(float64Outputs(call(SKIP, inputs, [0], { epsilon: 3 }))?.[0]).toEqual(Float64Array.of(0.5, 0.5));
});

const X = tensor([2, 3, 4], 1);
const ROW = tensor([4], 2);
test.each<[string, OracleCall]>([
  ['a bias that is too short', call(BIAS_GELU, [X, tensor([3], 2)])],
  ['a bias of two axes', call(BIAS_GELU, [X, tensor([1, 4], 2)])],
  ['no bias for BiasGelu', call(BIAS_GELU, [X, null])],
  ['a skip for each row', call(SKIP, [X, tensor([2, 1, 4], 2), ROW])],
  ['a skip of one row', call(SKIP, [X, ROW, ROW])],
  ['a skip of three axes for x of two', call(SKIP, [tensor([3, 4], 1), tensor([1, 3, 4], 2), ROW])],
  ['x of one axis', call(SKIP, [ROW, ROW, ROW])],
  ['no gamma', call(SKIP, [X, X, null])],
  ['a bias of another length', call(SKIP, [X, X, ROW, tensor([3], 2)])],
  ['statistics for training', call(SKIP, [X, X, ROW], [0, 1])],
  ['gate and up of two shapes', call(SILU_MUL, [X, tensor([4, 3, 2], 2)])],
  ['no up', call(SILU_MUL, [X, null])],
])('no reference for %s', (_, asked) => {
  expect(float64Outputs(asked)).toBeNull();
});
