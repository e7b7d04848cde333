import type { OracleCall } from '../webgpu/oracleCall';
import { geluExact, geluTanh } from './gelu';
import { MAT_MUL, matMulFlops } from './matMul';
import type { CallShapes, GraphNode, Operator } from './operator';
import { at, floats } from './values';

export const MAT_MUL_BIAS_GELU: Operator = {
  reference: matMulBiasGelu,
  flops: matMulFlops,
  nodes: matMulBiasGeluNodes,
};

/** Inputs x, w and a bias as long as a row of w: gelu(x · w + bias). */
function matMulBiasGelu(call: OracleCall): Float64Array[] | null {
  const sums = MAT_MUL.reference(call)?.[0];
  const bias = floats(call.inputs[2]);
  if (sums === undefined || bias === null) return null;
  const gelu = call.attributes['approximate'] === 'tanh' ? geluTanh : geluExact;
  return [sums.map((sum, i) => gelu(sum + at(bias, i % bias.length)))];
}

function matMulBiasGeluNodes({ attributes }: CallShapes): readonly GraphNode[] {
  const node = { domain: 'ai.onnx', attributes: {} };
  const approximate = attributes['approximate'] ?? 'none';
  return [
    { ...node, name: 'MatMul', sinceVersion: 13, inputs: ['in0', 'in1'], outputs: ['product'] },
    { ...node, name: 'Add', sinceVersion: 14, inputs: ['product', 'in2'], outputs: ['sum'] },
    { ...node, name: 'Gelu', sinceVersion: 20, inputs: ['sum'], outputs: ['out0'], attributes: { approximate } },
  ];
}
