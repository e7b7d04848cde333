import type { OracleCall } from '../webgpu/oracleCall';
import type { Operator } from './operator';
import { at, floats, product, resolveAxis } from './values';

export const SOFTMAX: Operator = { reference: softmax };

/** One axis since operator set 13; before that the trailing axes together, which is left to ONNX Runtime. */
function softmax(call: OracleCall): Float64Array[] | null {
  const input = call.inputs[0];
  const x = floats(input);
  if (x === null || !input || call.sinceVersion < 13) return null;
  const axis = resolveAxis(call.attributes['axis'] ?? -1, input.shape.length);
  if (axis === null) return null;
  const size = input.shape[axis] ?? 1;
  const stride = product(input.shape.slice(axis + 1));
  const y = new Float64Array(x.length);
  for (let outer = 0; outer < x.length; outer += size * stride) {
    for (let start = outer; start < outer + stride; start++) {
      const end = start + size * stride;
      let largest = -Infinity;
      for (let i = start; i < end; i += stride) largest = Math.max(largest, at(x, i));
      let sum = 0;
      for (let i = start; i < end; i += stride) sum += y[i] = Math.exp(at(x, i) - largest);
      for (let i = start; i < end; i += stride) y[i] = at(y, i) / sum;
    }
  }
  return [y];
}
