// What the bundled operators should give, computed in float64 as plainly as their definitions read.
import { erfc } from './erf';
import type { OracleCall, OracleInput } from './oracleCall';

type Reference = (call: OracleCall) => Float64Array[] | null;

/**
 * The outputs of `call` by position, float64; null when this program has no reference for the operator or this form of it.
 */
export function float64Outputs(call: OracleCall): Float64Array[] | null {
  const reference = call.domain === 'ai.onnx' ? REFERENCES[call.name] : undefined;
  return reference?.(call) ?? null;
}

const REFERENCES: Readonly<Record<string, Reference>> = {
  Gelu: gelu,
  Softmax: softmax,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
};

function gelu(call: OracleCall): Float64Array[] | null {
  const x = floats(call.inputs[0]);
  if (x === null) return null;
  return [call.attributes['approximate'] === 'tanh' ? x.map(geluTanh) : x.map(geluExact)];
}

/** x·Φ(x) with Φ(x) = erfc(−x/√2)/2, which loses nothing to cancellation far below zero. */
function geluExact(x: number): number {
  return x === -Infinity ? 0 : (x * erfc(-x / Math.SQRT2)) / 2;
}

/** x·(1 + tanh u)/2, written as x/(1 + e^(−2u)) for the same reason. */
function geluTanh(x: number): number {
  const u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  return x === -Infinity ? 0 : x / (1 + Math.exp(-2 * u));
}

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

/** Reads `input`, stretched over `shape`, by index in that shape; `absent` for an input that is not there. */
function broadcastOver(
  input: OracleInput | null | undefined,
  shape: readonly number[],
  absent: number,
): ((i: number) => number) | null {
  if (!input) return () => absent;
  const values = floats(input);
  if (values === null || input.shape.length > shape.length) return null;
  if (values.length === product(shape)) return (i) => at(values, i);
  const padded = [...new Array<number>(shape.length - input.shape.length).fill(1), ...input.shape];
  if (!padded.every((size, d) => size === 1 || size === shape[d])) return null;
  return (i) => {
    let rest = i;
    let index = 0;
    let stride = 1;
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = shape[d] ?? 1;
      const own = padded[d] ?? 1;
      if (own > 1) index += (rest % size) * stride;
      stride *= own;
      rest = Math.floor(rest / size);
    }
    return at(values, index);
  };
}

function floats(input: OracleInput | null | undefined): Float64Array | null {
  return input?.values instanceof Float32Array ? Float64Array.from(input.values) : null;
}

function resolveAxis(axis: unknown, rank: number): number | null {
  if (typeof axis !== 'number' || !Number.isInteger(axis) || axis < -rank || axis >= rank) return null;
  return axis < 0 ? axis + rank : axis;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? NaN;
}
