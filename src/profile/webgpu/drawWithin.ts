// Inputs whose values have to be legal, e.g. positions in a table: drawn from a range that the case names.
import { randomWords } from '../random';
import type { DrawRange } from './benchFile';
import { dataBytes } from './caseData';
import type { FillKind } from './fill';
import type { Tensor } from './program';
import { emptyValues, encodeStorage, valuesFromNumbers } from './storage';

/**
 * The storage bytes of `tensor`, without padding: whole numbers, for float dtypes any numbers, evenly over the range. A
 * fill with zeros takes what lies nearest to zero.
 * @throws RangeError for a range that the tensor's dtype does not hold.
 */
export function drawWithin(tensor: Tensor, range: DrawRange, seed: number, kind: FillKind): Uint8Array<ArrayBuffer> {
  const next = randomWords(seed);
  const whole = tensor.dtype !== 'float16' && tensor.dtype !== 'float32';
  const from = whole ? Math.ceil(range.from) : range.from;
  const below = whole ? Math.ceil(range.below) : range.below;
  // Throws for what the dtype does not hold.
  if (whole) valuesFromNumbers(tensor.dtype, [from, below - 1]);
  const zero = Math.max(from, Math.min(0, whole ? below - 1 : below));
  const values = emptyValues(tensor.dtype, tensor.elements);
  for (let i = 0; i < values.length; i++) {
    const value = kind === 'zeros' ? zero : from + ((below - from) * next()) / 2 ** 32;
    if (values instanceof BigInt64Array) values[i] = BigInt(Math.floor(value));
    else values[i] = whole ? Math.floor(value) : value;
  }
  return encodeStorage(tensor, values).subarray(0, dataBytes(tensor));
}
