import type { OracleCall, OracleInput } from '../webgpu/oracleCall';
import type { Operator } from './operator';
import { at, floats, lastAxisVector } from './values';

export const SKIP_SIMPLIFIED_LAYER_NORMALIZATION: Operator = { reference: skipRmsNormalization };

/**
 * Inputs x, skip, gamma and perhaps a bias. Outputs: the normalised sum of x, skip and bias; two statistics for training,
 * which nobody computes; the sum.
 */
function skipRmsNormalization(call: OracleCall): Float64Array[] | null {
  const [input, addend, scale, added] = call.inputs;
  const x = floats(input);
  const skip = floats(addend);
  const gamma = lastAxisVector(scale, input);
  const bias = added ? lastAxisVector(added, input) : () => 0;
  const epsilon = call.attributes['epsilon'] ?? 1e-12;
  if (x === null || skip === null || !scale || gamma === null || bias === null) return null;
  if (!repeats(addend, input) || typeof epsilon !== 'number' || call.outputs[1] || call.outputs[2]) return null;
  const sum = x.map((value, i) => value + at(skip, i % skip.length) + bias(i));
  const y = new Float64Array(x.length);
  const size = scale.shape[0] ?? 0;
  for (let start = 0; start < x.length; start += size) {
    const row = sum.subarray(start, start + size);
    const meanSquare = row.reduce((all, value) => all + value * value, 0) / size;
    const inverse = 1 / Math.sqrt(meanSquare + Math.fround(epsilon));
    row.forEach((value, i) => {
      y[start + i] = value * inverse * gamma(i);
    });
  }
  return [y, new Float64Array(0), new Float64Array(0), sum];
}

/** Whether skip has the shape of x, or for a batch of three axes that of one of its entries. */
function repeats(skip: OracleInput | null | undefined, x: OracleInput | null | undefined): boolean {
  if (!skip || !x || x.shape.length < 2 || x.shape.length > 3) return false;
  const entry = x.shape.slice(-2).join();
  const alone = x.shape.length === 3 && [entry, `1,${entry}`].includes(skip.shape.join());
  return alone || skip.shape.join() === x.shape.join();
}
