import { expect } from 'vitest';
import { float64Outputs } from '../../src/profile/operators/operators';
import type { Oracle } from '../../src/profile/webgpu/oracle';
import type { OracleCall } from '../../src/profile/webgpu/oracleCall';

/** Holds the first output of the float64 reference against ONNX Runtime, which has to be the one that answers. */
export async function expectSameAsOnnxRuntime(oracle: Oracle, asked: OracleCall, digits: number): Promise<void> {
  const answer = await oracle.compute(asked);
  expect(answer.kind, answer.text).toBe('onnxruntime');
  const want = float64Outputs(asked)?.[0] ?? [];
  const got = Array.from(answer.outputs?.[0] ?? [], Number);
  expect(got.length).toBe(want.length);
  got.forEach((value, i) => {
    expect(value).toBeCloseTo(want[i] ?? NaN, digits);
  });
}
