import type { OracleCall } from '../webgpu/oracleCall';
import { geluExact } from './gelu';
import type { Operator } from './operator';
import { floats, lastAxisVector } from './values';

export const BIAS_GELU: Operator = { reference: biasGelu };

/** Inputs x and a bias as long as its last axis. */
function biasGelu(call: OracleCall): Float64Array[] | null {
  const x = floats(call.inputs[0]);
  const bias = lastAxisVector(call.inputs[1], call.inputs[0]);
  if (x === null || bias === null) return null;
  return [x.map((value, i) => geluExact(value + bias(i)))];
}
