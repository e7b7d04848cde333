import { describe, expect, test } from 'vitest';
import { ATTENTION } from '../../src/profile/operators/attention';
import type { OracleCall, OracleInput } from '../../src/profile/webgpu/oracleCall';

const PORTS = ['Q', 'K', 'V', 'attn_mask', 'past_key', 'past_value'] as const;
type Given = Partial<Record<(typeof PORTS)[number], readonly [shape: readonly number[], values: readonly number[]]>>;

function attentionCall(given: Given, attributes: Record<string, unknown> = {}, scores = false): OracleCall {
  const input = (name: (typeof PORTS)[number]): OracleInput | null => {
    const [shape, values] = given[name] ?? [];
    if (shape === undefined || values === undefined) return null;
    return { name, dtype: 'float32', shape, values: Float32Array.from(values) };
  };
  return {
    domain: 'ai.onnx',
    name: 'Attention',
    sinceVersion: 23,
    attributes,
    inputs: PORTS.map(input),
    outputs: ['Y', 'present_key', 'present_value', 'qk_matmul_output'].map((name, i) =>
      i === 0 || (i === 3 && scores) ? { name, dtype: 'float32', shape: [] } : null,
    ),
  };
}

function outputs(...call: Parameters<typeof attentionCall>): number[][] {
  return (ATTENTION.reference(attentionCall(...call)) ?? []).map((values) => [...values]);
}

/** One head, values that name their keys: an output is the share of each key. */
const THREE_KEYS: Given = {
  Q: [
    [1, 1, 2, 1],
    [0, 0],
  ],
  K: [
    [1, 1, 3, 1],
    [1, 2, 3],
  ],
  V: [
    [1, 1, 3, 3],
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
  ],
};
const THIRD = 1 / 3;

describe('the float64 reference of Attention', () => {
  test('gives equal scores equal shares, and a higher one more', () => {
    expect(outputs(THREE_KEYS)[0]).toEqual(
      [THIRD, THIRD, THIRD, THIRD, THIRD, THIRD].map((x) => expect.closeTo(x) as number),
    );
    const shares = outputs({ ...THREE_KEYS, Q: [[1, 1, 1, 1], [1]] })[0] ?? [];
    expect(shares.map((share) => Math.log(share / (shares[0] ?? 0)))).toEqual([
      0,
      expect.closeTo(1),
      expect.closeTo(2),
    ]);
  });

  test('is causal from the upper left, after the past', () => {
    expect(outputs(THREE_KEYS, { is_causal: 1 })[0]).toEqual([1, 0, 0, 0.5, 0.5, 0]);
    const past: Given = {
      ...THREE_KEYS,
      past_key: [[1, 1, 1, 1], [9]],
      past_value: [
        [1, 1, 1, 3],
        [5, 5, 5],
      ],
    };
    const [y, keys, values] = outputs(past, { is_causal: 1 });
    expect(y?.slice(0, 3)).toEqual([3, 2.5, 2.5]);
    expect(keys).toEqual([9, 1, 2, 3]);
    expect(values?.slice(0, 6)).toEqual([5, 5, 5, 1, 0, 0]);
  });

  test.each([
    [
      'a mask of a row',
      [
        [2, 3],
        [0, -Infinity, 0, -Infinity, 0, -Infinity],
      ],
      [0.5, 0, 0.5, 0, 1, 0],
    ],
    [
      'a row that sees nothing',
      [
        [2, 3],
        [0, 0, -Infinity, -Infinity, -Infinity, -Infinity],
      ],
      [0.5, 0.5, 0, 0, 0, 0],
    ],
    [
      'a mask that ends early',
      [
        [2, 2],
        [0, 0, 0, -Infinity],
      ],
      [0.5, 0.5, 0, 1, 0, 0],
    ],
    [
      'one row for all',
      [
        [1, 1, 1, 3],
        [-Infinity, 0, -Infinity],
      ],
      [0, 1, 0, 0, 1, 0],
    ],
  ] as const)('adds %s', (_, mask, wanted) => {
    expect(outputs({ ...THREE_KEYS, attn_mask: mask })[0]).toEqual(wanted);
  });

  test('shares heads of keys among neighbouring heads, and reads heads that lie side by side', () => {
    const folded: Given = {
      Q: [
        [1, 1, 4],
        [0, 0, 0, 0],
      ],
      K: [
        [1, 1, 2],
        [1, 2],
      ],
      V: [
        [1, 1, 2],
        [7, 8],
      ],
    };
    expect(outputs(folded, { q_num_heads: 4, kv_num_heads: 2 })[0]).toEqual([7, 7, 8, 8]);
    expect(ATTENTION.reference(attentionCall(folded, { q_num_heads: 3, kv_num_heads: 2 }))).toBeNull();
    expect(ATTENTION.reference(attentionCall(folded))).toBeNull();
  });

  test.each([
    [0, [2, 4, 6]],
    [1, [2, 4, 6].map((x) => 3 * Math.tanh(x / 3))],
    [2, [3 * Math.tanh(2 / 3) + 1, 3 * Math.tanh(4 / 3), 3 * Math.tanh(2) - 1]],
  ])('shows its scores after step %i', (mode, wanted) => {
    const given: Given = {
      ...THREE_KEYS,
      Q: [[1, 1, 1, 1], [1]],
      attn_mask: [
        [1, 3],
        [1, 0, -1],
      ],
    };
    const scores = outputs(given, { scale: 2, softcap: 3, qk_matmul_output_mode: mode }, true)[3];
    expect(scores).toEqual(wanted.map((x) => expect.closeTo(x, 6) as number));
  });

  test('counts the operations of pairs that is_causal lets through', () => {
    const flops = (queries: number, keys: number, past: number, causal: number): number | undefined =>
      ATTENTION.flops?.({
        attributes: { is_causal: causal },
        inputs: [[2, 6, queries, 4], [2, 3, keys, 4], [2, 3, keys, 8], null, [2, 3, past, 4], [2, 3, past, 8]].map(
          (shape) => shape && { dtype: 'float32', shape },
        ),
        outputs: [],
      });
    const perPair = 2 * 2 * 6 * (4 + 8);
    expect(flops(5, 7, 0, 0)).toBe(35 * perPair);
    expect(flops(4, 4, 0, 1)).toBe(10 * perPair);
    expect(flops(2, 2, 3, 1)).toBe((4 + 5) * perPair);
    expect(flops(4, 2, 0, 1)).toBe((1 + 2 + 2 + 2) * perPair);
  });
});
