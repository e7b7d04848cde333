// Every operator of which more is known than its manifest says, by `<domain>.<name>`.
import type { OracleCall } from '../webgpu/oracleCall';
import { GELU } from './gelu';
import { LAYER_NORMALIZATION, RMS_NORMALIZATION } from './normalization';
import type { Operator } from './operator';
import { SOFTMAX } from './softmax';

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['ai.onnx.Gelu', GELU],
  ['ai.onnx.LayerNormalization', LAYER_NORMALIZATION],
  ['ai.onnx.RMSNormalization', RMS_NORMALIZATION],
  ['ai.onnx.Softmax', SOFTMAX],
]);

/** What is known of an operator; null: nothing. */
export function findOperator({ domain, name }: { readonly domain: string; readonly name: string }): Operator | null {
  return OPERATORS.get(`${domain}.${name}`) ?? null;
}

/**
 * The outputs of `call` by position, float64; null when this program has no reference for the operator or this form of it.
 */
export function float64Outputs(call: OracleCall): Float64Array[] | null {
  return findOperator(call)?.reference(call) ?? null;
}
