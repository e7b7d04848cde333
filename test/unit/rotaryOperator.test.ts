// RotaryEmbedding: the float64 reference against ONNX Runtime in every form, and by hand.
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { float64Outputs } from '../../src/profile/operators/operators';
import { ROTARY_EMBEDDING } from '../../src/profile/operators/rotary';
import { Oracle } from '../../src/profile/webgpu/oracle';
import type { OracleCall } from '../../src/profile/webgpu/oracleCall';
import { expectSameAsOnnxRuntime } from './expectSameAsOnnxRuntime';

const oracle = new Oracle(path.resolve('node_modules/onnxruntime-web/dist'));
afterAll(() => oracle.dispose());

interface Form {
  readonly x: readonly number[];
  /** Positions in the caches, and half of what is turned. */
  readonly cache: readonly [number, number];
  /** One number: the position of the first token. */
  readonly positions: readonly number[];
  readonly attributes?: OracleCall['attributes'];
  readonly values?: readonly number[];
}

function call({ x, cache, positions, attributes = {}, values }: Form): OracleCall {
  const floats = (name: string, shape: readonly number[], value: (i: number) => number) => {
    const count = shape.reduce((all, size) => all * size, 1);
    return { name, dtype: 'float32' as const, shape, values: Float32Array.from({ length: count }, (_, i) => value(i)) };
  };
  const tokens = x.length === 4 ? (x[2] ?? 0) : (x[1] ?? 0);
  const ids = BigInt64Array.from(positions, BigInt);
  const shape = positions.length === 1 && tokens * (x[0] ?? 0) !== 1 ? [1] : [x[0] ?? 0, tokens];
  return {
    domain: 'com.microsoft',
    name: 'RotaryEmbedding',
    sinceVersion: 1,
    attributes,
    inputs: [
      floats('input', x, (i) => values?.[i] ?? 3 * Math.sin(1.7 * i)),
      { name: 'position_ids', dtype: 'int64', shape, values: ids },
      floats('cos_cache', cache, (i) => Math.cos(0.6 * i)),
      floats('sin_cache', cache, (i) => Math.sin(0.6 * i)),
    ],
    outputs: [{ name: 'output', dtype: 'float32', shape: x }],
  };
}

const PART = { num_heads: 2, rotary_embedding_dim: 4 };
const FORMS: Readonly<Record<string, Form>> = {
  'tokens from a position on': { x: [2, 3, 16], cache: [7, 4], positions: [3] },
  'a position for each token': { x: [2, 3, 16], cache: [7, 4], positions: [0, 6, 2, 5, 5, 1] },
  'neighbours as pairs': { x: [2, 3, 16], cache: [7, 4], positions: [2], attributes: { interleaved: 1 } },
  'heads before tokens': { x: [2, 5, 3, 8], cache: [7, 4], positions: [0, 6, 2, 5, 5, 1] },
  'heads before tokens, neighbours': { x: [1, 5, 3, 8], cache: [7, 4], positions: [1], attributes: { interleaved: 1 } },
  'a part of each head': { x: [2, 3, 14], cache: [7, 2], positions: [1], attributes: PART },
  'a part of each head, neighbours': {
    x: [1, 2, 3, 7],
    cache: [7, 2],
    positions: [0, 6, 2],
    attributes: { ...PART, interleaved: 1 },
  },
  'a scale, which has no effect': { x: [1, 2, 8], cache: [4, 4], positions: [1], attributes: { scale: 2 } },
  'more tokens than positions': {
    x: [1, 4, 8],
    cache: [2, 4],
    positions: [1, 0, 1, 0],
    attributes: { is_packed_batching: 1 },
  },
  'no batch': { x: [0, 3, 8], cache: [4, 4], positions: [0] },
};

describe('RotaryEmbedding', () => {
  test.each(Object.entries(FORMS))('%s: the same as ONNX Runtime', (_, form) =>
    expectSameAsOnnxRuntime(oracle, call(form), 5),
  );

  test('turns each pair by the angle of its position', () => {
    const turned = float64Outputs(call({ x: [1, 1, 2], cache: [3, 1], positions: [2], values: [2, 0] }))?.[0];
    expect(turned?.[0]).toBeCloseTo(2 * Math.cos(1.2), 6);
    expect(turned?.[1]).toBeCloseTo(2 * Math.sin(1.2), 6);
  });

  test('has no answer without whole positions', () => {
    const asked = call({ x: [1, 1, 2], cache: [3, 1], positions: [2] });
    const inputs = asked.inputs.map((input, i) => (i === 1 ? null : input));
    expect(float64Outputs({ ...asked, inputs })).toBeNull();
  });
});

test.each([
  ['one token of a sequence', [1, 1, 64], [1, 1], 8],
  ['tokens of several sequences', [2, 3, 64], [2, 3], 6 * 8],
  ['no more than there are', [8, 64, 64], [8, 64], 100 * 8],
  ['the same rows for every sequence', [2, 3, 64], [1], 3 * 8],
  ['heads before tokens', [2, 4, 3, 16], [2, 3], 6 * 8],
])('of the caches are read: %s', (_, x, positions, read) => {
  const float = (shape: readonly number[]) => ({ dtype: 'float32' as const, shape });
  const inputs = [float(x), { dtype: 'int64' as const, shape: positions }, float([100, 8]), float([100, 8])];
  const found = ROTARY_EMBEDDING.readElements?.({ attributes: {}, inputs, outputs: [float(x)] });
  expect(found).toEqual([null, null, read, read]);
});
