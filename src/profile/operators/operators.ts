// Every operator of which more is known than its manifest says, by `<domain>.<name>`.
import type { OracleCall } from '../webgpu/oracleCall';
import { ATTENTION } from './attention';
import { BIAS_GELU } from './biasGelu';
import { FUSED_CONV } from './fusedConv';
import { GELU } from './gelu';
import { LAYER_NORMALIZATION, RMS_NORMALIZATION } from './normalization';
import { MAT_MUL } from './matMul';
import { MAT_MUL_BIAS_GELU } from './matMulBiasGelu';
import { MAT_MUL_N_BITS } from './matMulNBits';
import type { Operator } from './operator';
import { ROTARY_EMBEDDING } from './rotary';
import { SILU_MUL } from './siluMul';
import { SKIP_SIMPLIFIED_LAYER_NORMALIZATION } from './skipNormalization';
import { SOFTMAX } from './softmax';

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['ai.onnx.Attention', ATTENTION],
  ['ai.onnx.Gelu', GELU],
  ['ai.onnx.LayerNormalization', LAYER_NORMALIZATION],
  ['ai.onnx.MatMul', MAT_MUL],
  ['ai.onnx.RMSNormalization', RMS_NORMALIZATION],
  ['ai.onnx.Softmax', SOFTMAX],
  ['com.microsoft.BiasGelu', BIAS_GELU],
  ['com.microsoft.MatMulNBits', MAT_MUL_N_BITS],
  ['com.microsoft.FusedConv', FUSED_CONV],
  ['com.microsoft.RotaryEmbedding', ROTARY_EMBEDDING],
  ['com.microsoft.SkipSimplifiedLayerNormalization', SKIP_SIMPLIFIED_LAYER_NORMALIZATION],
  ['kernel-lens.MatMulBiasGelu', MAT_MUL_BIAS_GELU],
  ['kernel-lens.SiluMul', SILU_MUL],
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
