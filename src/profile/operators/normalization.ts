import type { OracleCall } from '../webgpu/oracleCall';
import type { Operator } from './operator';
import { broadcastOver, floats, product, resolveAxis } from './values';

export const LAYER_NORMALIZATION: Operator = { reference: layerNormalization };
export const RMS_NORMALIZATION: Operator = { reference: rmsNormalization };

/** Outputs: the normalised values, then mean and 1/deviation of each row, which are optional. */
function layerNormalization(call: OracleCall): Float64Array[] | null {
  const rows = normalisedRows(call);
  if (rows === null) return null;
  const { x, size, epsilon, scale, bias } = rows;
  const y = new Float64Array(x.length);
  const count = size === 0 ? 0 : x.length / size;
  const means = new Float64Array(count);
  const inverses = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const values = x.subarray(row * size, (row + 1) * size);
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / size;
    const inverse = 1 / Math.sqrt(variance + epsilon);
    means[row] = mean;
    inverses[row] = inverse;
    values.forEach((value, i) => {
      y[row * size + i] = (value - mean) * inverse * scale(i) + bias(i);
    });
  }
  return [y, means, inverses];
}

function rmsNormalization(call: OracleCall): Float64Array[] | null {
  const rows = normalisedRows(call);
  if (rows === null) return null;
  const { x, size, epsilon, scale } = rows;
  const y = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += size) {
    const values = x.subarray(start, start + size);
    const meanSquare = values.reduce((sum, value) => sum + value * value, 0) / size;
    const inverse = 1 / Math.sqrt(meanSquare + epsilon);
    values.forEach((value, i) => {
      y[start + i] = value * inverse * scale(i);
    });
  }
  return [y];
}

/** Inputs x, scale and bias of a normalisation over all axes from `axis` on. */
function normalisedRows(call: OracleCall): {
  x: Float64Array;
  size: number;
  epsilon: number;
  scale: (i: number) => number;
  bias: (i: number) => number;
} | null {
  const input = call.inputs[0];
  const x = floats(input);
  if (x === null || !input) return null;
  const axis = resolveAxis(call.attributes['axis'] ?? -1, input.shape.length);
  const epsilon = call.attributes['epsilon'] ?? 1e-5;
  if (axis === null || typeof epsilon !== 'number') return null;
  const tail = input.shape.slice(axis);
  const scale = broadcastOver(call.inputs[1], tail, 1);
  const bias = broadcastOver(call.inputs[2], tail, 0);
  if (scale === null || bias === null) return null;
  return { x, size: product(tail), epsilon: Math.fround(epsilon), scale, bias };
}
