// FusedConv: the float64 reference against ONNX Runtime in every form, by hand, and its count of operations.
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { activationOf } from '../../src/profile/operators/activation';
import { findOperator, float64Outputs } from '../../src/profile/operators/operators';
import { Oracle } from '../../src/profile/webgpu/oracle';
import type { OracleCall } from '../../src/profile/webgpu/oracleCall';
import { expectSameAsOnnxRuntime } from './expectSameAsOnnxRuntime';

const oracle = new Oracle(path.resolve('node_modules/onnxruntime-web/dist'));
afterAll(() => oracle.dispose());

interface Form {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly y: readonly number[];
  readonly attributes?: OracleCall['attributes'];
  readonly bias?: boolean;
  readonly sum?: boolean;
}

function call({ x, w, y, attributes = {}, bias = false, sum = false }: Form): OracleCall {
  const tensor = (name: string, shape: readonly number[], phase: number) => {
    const count = shape.reduce((all, size) => all * size, 1);
    const values = Float32Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + phase));
    return { name, dtype: 'float32' as const, shape, values };
  };
  return {
    domain: 'com.microsoft',
    name: 'FusedConv',
    sinceVersion: 1,
    attributes,
    inputs: [
      tensor('X', x, 1),
      tensor('W', w, 2),
      bias ? tensor('B', w.slice(0, 1), 3) : null,
      sum ? tensor('Z', y, 4) : null,
    ],
    outputs: [{ name: 'Y', dtype: 'float32', shape: y }],
  };
}

const RELU = { activation: 'Relu' };
const SAME = { auto_pad: 'SAME_UPPER', strides: [2, 2] };
const FORMS: Readonly<Record<string, Form>> = {
  'no activation': { x: [1, 2, 5, 6], w: [3, 2, 3, 3], y: [1, 3, 3, 4] },
  'bias and ReLU': { x: [2, 2, 5, 6], w: [3, 2, 3, 3], y: [2, 3, 3, 4], attributes: RELU, bias: true },
  'a sum before ReLU': { x: [1, 2, 5, 6], w: [3, 2, 3, 3], y: [1, 3, 3, 4], attributes: RELU, bias: true, sum: true },
  'a sum without a bias': { x: [1, 2, 5, 6], w: [3, 2, 3, 3], y: [1, 3, 3, 4], attributes: RELU, sum: true },
  'padding, strides and dilations': {
    x: [1, 2, 7, 9],
    w: [3, 2, 3, 2],
    y: [1, 3, 3, 8],
    attributes: { pads: [1, 0, 0, 1], strides: [2, 1], dilations: [1, 2] },
  },
  'two groups': { x: [1, 4, 4, 4], w: [6, 2, 2, 2], y: [1, 6, 3, 3], attributes: { group: 2 }, bias: true },
  depthwise: { x: [1, 4, 4, 4], w: [4, 1, 3, 3], y: [1, 4, 4, 4], attributes: { group: 4, pads: [1, 1, 1, 1] } },
  'as large as the input': { x: [1, 2, 7, 8], w: [3, 2, 3, 2], y: [1, 3, 4, 4], attributes: SAME },
  'as large, padded in front': {
    x: [1, 2, 7, 8],
    w: [3, 2, 2, 2],
    y: [1, 3, 4, 4],
    attributes: { ...SAME, auto_pad: 'SAME_LOWER' },
  },
  'no padding by name': { x: [1, 2, 7, 8], w: [3, 2, 3, 2], y: [1, 3, 5, 7], attributes: { auto_pad: 'VALID' } },
  'one axis of space': { x: [2, 3, 9], w: [4, 3, 4], y: [2, 4, 6], attributes: RELU, bias: true },
  'three axes of space': { x: [1, 2, 3, 4, 5], w: [2, 2, 2, 2, 2], y: [1, 2, 2, 3, 4], attributes: RELU, bias: true },
  'nothing to convolve': { x: [0, 2, 5, 6], w: [3, 2, 3, 3], y: [0, 3, 3, 4], attributes: RELU },
};

const ACTIVATIONS: readonly OracleCall['attributes'][] = [
  { activation: 'LeakyRelu', activation_params: [0.125] },
  { activation: 'Clip', activation_params: [0, 1] },
  { activation: 'Sigmoid' },
  { activation: 'Tanh' },
  { activation: 'HardSigmoid', activation_params: [0.25, 0.5] },
];

describe('FusedConv', () => {
  test.each(Object.entries(FORMS))('%s: the same as ONNX Runtime', (_, form) =>
    expectSameAsOnnxRuntime(oracle, call(form), 4),
  );

  test.each(ACTIVATIONS)('$activation: the same as ONNX Runtime', (attributes) =>
    expectSameAsOnnxRuntime(oracle, call({ x: [1, 2, 5, 6], w: [3, 2, 3, 3], y: [1, 3, 3, 4], attributes }), 4),
  );

  test('sums what a window sees, padding as zeros', () => {
    const asked = call({ x: [1, 1, 2], w: [1, 1, 2], y: [1, 1, 3], attributes: { pads: [1, 1] } });
    const inputs = asked.inputs.map(
      (input, i) => input && { ...input, values: Float32Array.from(i === 0 ? [1, 2] : [3, 5]) },
    );
    expect(float64Outputs({ ...asked, inputs })).toEqual([Float64Array.from([5, 13, 6])]);
  });

  test('has no answer for an activation it does not know', () => {
    const asked = call({ x: [1, 1, 2], w: [1, 1, 2], y: [1, 1, 1], attributes: { activation: 'Mish' } });
    expect(float64Outputs(asked)).toBeNull();
    expect(activationOf({ activation: 'Mish' })).toBeNull();
  });

  test('counts a multiplication and an addition for each weight of each output', () => {
    const flops = findOperator({ domain: 'com.microsoft', name: 'FusedConv' })?.flops;
    expect(flops?.(call({ x: [2, 4, 5, 6], w: [6, 2, 3, 3], y: [2, 6, 3, 4], attributes: { group: 2 } }))).toBe(
      2 * (2 * 6 * 3 * 4) * (2 * 3 * 3),
    );
  });
});
