import type { OracleCall } from '../webgpu/oracleCall';
import { erfc } from './erf';
import type { Operator } from './operator';
import { floats } from './values';

export const GELU: Operator = { reference: gelu };

function gelu(call: OracleCall): Float64Array[] | null {
  const x = floats(call.inputs[0]);
  if (x === null) return null;
  return [call.attributes['approximate'] === 'tanh' ? x.map(geluTanh) : x.map(geluExact)];
}

/** x·Φ(x) with Φ(x) = erfc(−x/√2)/2, which loses nothing to cancellation far below zero. */
export function geluExact(x: number): number {
  return x === -Infinity ? 0 : (x * erfc(-x / Math.SQRT2)) / 2;
}

/** x·(1 + tanh u)/2, written as x/(1 + e^(−2u)) for the same reason. */
export function geluTanh(x: number): number {
  const u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  return x === -Infinity ? 0 : x / (1 + Math.exp(-2 * u));
}
