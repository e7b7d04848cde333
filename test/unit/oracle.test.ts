import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeStorage, valuesFromNumbers } from '../../src/profile/webgpu/storage';
import { fillTensor } from '../../src/profile/webgpu/fill';
import { float64Outputs } from '../../src/profile/operators/operators';
import { Oracle } from '../../src/profile/webgpu/oracle';
import type { OracleCall, OracleInput } from '../../src/profile/webgpu/oracleCall';
import type { LogicalDtype } from '../../src/profile/webgpu/program';

const oracle = new Oracle(path.resolve('node_modules/onnxruntime-web/dist'));
afterAll(() => oracle.dispose());

/** A float input drawn from a seed; `scale` makes it large. */
function random(
  name: string,
  shape: readonly number[],
  seed: number,
  kind: 'random' | 'large' = 'random',
): OracleInput {
  const elements = shape.reduce((all, size) => all * size, 1);
  const layout = {
    dtype: 'float32',
    storage: 'f32',
    layout: 'plain',
    elements,
    bytes: Math.max(4, elements * 4),
  } as const;
  const values = decodeStorage(layout, fillTensor(layout, seed, kind), elements);
  return { name, dtype: 'float32', shape, values };
}

function call(
  name: string,
  sinceVersion: number,
  inputs: readonly (OracleInput | null)[],
  attributes: Record<string, unknown> = {},
): OracleCall {
  const shape = inputs[0]?.shape ?? [];
  return {
    domain: 'ai.onnx',
    name,
    sinceVersion,
    attributes,
    inputs,
    outputs: [{ name: 'Y', dtype: 'float32', shape }],
  };
}

const CALLS: readonly (readonly [string, OracleCall])[] = [
  ['Gelu, exact', call('Gelu', 20, [random('X', [4, 33], 1)])],
  ['Gelu, tanh', call('Gelu', 20, [random('X', [4, 33], 2)], { approximate: 'tanh' })],
  ['Gelu of large values', call('Gelu', 20, [random('X', [64], 3, 'large')], { approximate: 'tanh' })],
  ['Gelu of a scalar', call('Gelu', 20, [random('X', [], 4)])],
  ['Gelu of nothing', call('Gelu', 20, [random('X', [0, 3], 5)])],
  ['Softmax, last axis', call('Softmax', 13, [random('X', [3, 5, 7], 6)])],
  ['Softmax, first axis', call('Softmax', 13, [random('X', [3, 5, 7], 7)], { axis: 0 })],
  ['Softmax, middle axis', call('Softmax', 13, [random('X', [3, 5, 7], 8)], { axis: -2 })],
  ['Softmax of large values', call('Softmax', 13, [random('X', [3, 70], 9, 'large')])],
  ['Softmax of one', call('Softmax', 13, [random('X', [3, 1], 10)])],
  ['Softmax of nothing', call('Softmax', 13, [random('X', [0, 4], 11)])],
  ['LayerNormalization', call('LayerNormalization', 17, [random('X', [6, 100], 12), random('S', [100], 13)])],
  [
    'LayerNormalization with bias over two axes',
    call('LayerNormalization', 17, [random('X', [2, 3, 10], 14), random('S', [3, 10], 15), random('B', [3, 10], 16)], {
      axis: 1,
      epsilon: 0.1,
    }),
  ],
  ['RMSNormalization', call('RMSNormalization', 23, [random('X', [6, 100], 17), random('S', [100], 18)])],
  [
    'RMSNormalization with a whole epsilon',
    call('RMSNormalization', 23, [random('X', [4, 6, 10], 19), random('S', [6, 10], 20)], { axis: -2, epsilon: 1 }),
  ],
];

describe('ONNX Runtime and the float64 references agree', () => {
  test.each(CALLS)('%s', async (_, asked) => {
    const answer = await oracle.compute(asked);
    const reference = float64Outputs(asked)?.[0];
    expect(answer.kind).toBe('onnxruntime');
    const got = answer.outputs?.[0];
    expect(got).toHaveLength(reference?.length ?? -1);
    const scale = Math.max(...Float64Array.from(reference ?? []).map(Math.abs), 1e-30);
    got?.forEach((value, i) => {
      expect(Math.abs(Number(value) - (reference?.[i] ?? NaN))).toBeLessThanOrEqual(2e-6 * scale);
    });
  });
});

test('where ONNX Runtime is itself inaccurate, the float64 reference is taken and the reason said', async () => {
  // Its LayerNormalization takes the variance as E[x²] − E[x]², which far from zero leaves few digits.
  const x = random('X', [4, 1000], 21);
  const shifted = { ...x, values: Float32Array.from(x.values, Number).map((value) => value + 30_000) };
  const asked = call('LayerNormalization', 17, [shifted, random('S', [1000], 22)]);
  const answer = await oracle.compute(asked);
  expect(answer.kind).toBe('float64');
  expect(answer.text).toMatch(
    /^float64 reference of this program \(ONNX Runtime is itself off by \S+ on these inputs\)$/,
  );
  expect(answer.outputs?.[0]).toEqual(Float32Array.from(float64Outputs(asked)?.[0] ?? []));
});

test('an operator that only this program knows is answered in float64, with the reason', async () => {
  // Version 99 of the operator set is not there yet.
  const answer = await oracle.compute(call('Gelu', 99, [random('X', [8], 23)]));
  expect(answer.kind).toBe('float64');
  expect(answer.text).toMatch(/^float64 reference of this program \(ONNX Runtime cannot run it: .+\)$/);
});

test('an operator that nobody knows has no oracle', async () => {
  const answer = await oracle.compute(call('Nonsense', 1, [random('X', [8], 24)]));
  expect(answer).toMatchObject({ kind: 'none', outputs: null });
  expect(answer.text).toMatch(/^ran, no oracle \(ONNX Runtime cannot run it: .*Nonsense/);
});

test('optional inputs and outputs may be absent, in the middle too', async () => {
  const x = random('X', [4, 10], 25);
  const base = call('LayerNormalization', 17, [x, random('S', [10], 26), null]);
  const outputs = [...base.outputs, null, { name: 'InvStdDev', dtype: 'float32', shape: [4, 1] } as const];
  const answer = await oracle.compute({ ...base, outputs });
  expect(answer.kind).toBe('onnxruntime');
  expect(answer.outputs?.[1]).toBeNull();
  expect(answer.outputs?.[2]).toHaveLength(4);
  const clip = call('Clip', 13, [x, null, { name: 'max', dtype: 'float32', shape: [], values: Float32Array.of(0.5) }]);
  const clipped = await oracle.compute(clip);
  expect(clipped.outputs?.[0]).toEqual(Float32Array.from(x.values, Number).map((value) => Math.min(value, 0.5)));
});

test('float16 is computed in float32', async () => {
  const x = { ...random('X', [8], 27), dtype: 'float16' } as const;
  const asked: OracleCall = { ...call('Gelu', 20, [x]), outputs: [{ name: 'Y', dtype: 'float16', shape: [8] }] };
  const answer = await oracle.compute(asked);
  expect(answer.kind).toBe('onnxruntime');
  expect(answer.text).toMatch(/^ONNX Runtime [\d.]+, CPU, float32$/);
  expect(answer.outputs?.[0]).toBeInstanceOf(Float32Array);
});

test.each<[LogicalDtype, (number | bigint)[], (number | bigint)[], (number | bigint)[]]>([
  ['int32', [1, -5], [2, 3], [3, -2]],
  ['int8', [100, -5], [20, 3], [120, -2]],
  ['int64', [1n, -(2n ** 40n)], [2n, 3n], [3n, 3n - 2n ** 40n]],
  ['uint32', [1, 4000000000], [2, 3], [3, 4000000003]],
  ['uint8', [1, 200], [2, 3], [3, 203]],
])('whole numbers go in and come out: Add of %s', async (dtype, a, b, want) => {
  const answer = await oracle.compute({
    ...call('Add', 14, []),
    inputs: [
      { name: 'A', dtype, shape: [2], values: valuesFromNumbers(dtype, a) },
      { name: 'B', dtype, shape: [2], values: valuesFromNumbers(dtype, b) },
    ],
    outputs: [{ name: 'C', dtype, shape: [2] }],
  });
  expect(answer.text).toContain('ONNX Runtime');
  expect([...(answer.outputs?.[0] ?? [])]).toEqual(want);
});

test('a shape that does not come out as asked is no answer', async () => {
  const asked = call('Relu', 14, [random('X', [8], 28)]);
  const answer = await oracle.compute({ ...asked, outputs: [{ name: 'Y', dtype: 'float32', shape: [4] }] });
  expect(answer.kind).toBe('none');
  expect(answer.text).toContain('Y came out as [8] and not as [4]');
});
