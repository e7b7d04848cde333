import type { OracleCall } from '../webgpu/oracleCall';
import type { GraphNode, Operator } from './operator';
import { at, floats } from './values';

export const SILU_MUL: Operator = { reference: siluMul, nodes: siluMulNodes };

/** Inputs gate and up, of one shape: silu(gate) · up. */
function siluMul(call: OracleCall): Float64Array[] | null {
  const [gate, up] = [floats(call.inputs[0]), floats(call.inputs[1])];
  if (gate === null || up === null || call.inputs[0]?.shape.join() !== call.inputs[1]?.shape.join()) return null;
  return [gate.map((value, i) => silu(value) * at(up, i))];
}

/** x · sigmoid(x). */
export function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

function siluMulNodes(): readonly GraphNode[] {
  const common = { domain: 'ai.onnx', attributes: {} };
  return [
    { ...common, name: 'Sigmoid', sinceVersion: 13, inputs: ['in0'], outputs: ['sigmoid'] },
    { ...common, name: 'Mul', sinceVersion: 14, inputs: ['in0', 'sigmoid'], outputs: ['silu'] },
    { ...common, name: 'Mul', sinceVersion: 14, inputs: ['silu', 'in1'], outputs: ['out0'] },
  ];
}
