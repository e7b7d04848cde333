// Between an element as a storage buffer holds it and as the host computes with it.
import { decodeHalves, encodeHalves } from './float16';
import type { LogicalDtype, Tensor } from './program';

/**
 * A tensor's values on the host: float16 and float32 as Float32Array, int8, int16 and int32 as Int32Array, uint8, uint32
 * and bool (0 or 1) as Uint32Array, int64 as BigInt64Array.
 */
export type TensorValues = Float32Array | Int32Array | Uint32Array | BigInt64Array;

type Layout = Pick<Tensor, 'storage' | 'layout'>;

/** Zeros to be filled with a tensor's values. */
export function emptyValues(dtype: LogicalDtype, elements: number): TensorValues {
  switch (dtype) {
    case 'float16':
    case 'float32':
      return new Float32Array(elements);
    case 'int8':
    case 'int16':
    case 'int32':
      return new Int32Array(elements);
    case 'uint8':
    case 'uint32':
    case 'bool':
      return new Uint32Array(elements);
    case 'int64':
      return new BigInt64Array(elements);
  }
}

/**
 * Values from plain numbers, as a file holds them: rounded to the dtype for floats, 0 and 1 for bool.
 * @throws RangeError for a whole number outside the dtype's range or a fraction where the dtype has none.
 */
export function valuesFromNumbers(dtype: LogicalDtype, numbers: readonly (number | bigint | boolean)[]): TensorValues {
  const values = emptyValues(dtype, numbers.length);
  if (values instanceof Float32Array) {
    values.set(numbers.map(Number));
    return dtype === 'float16' ? roundedToHalf(values) : values;
  }
  const { lowest, highest } = WHOLE_RANGES[dtype as keyof typeof WHOLE_RANGES];
  numbers.forEach((number, i) => {
    if (typeof number === 'number' && !Number.isInteger(number)) {
      throw new RangeError(`Element ${i} is ${number}: ${dtype} holds whole numbers only.`);
    }
    const whole = BigInt(number);
    if (whole < lowest || whole > highest) throw new RangeError(`Element ${i} is ${whole}: outside ${dtype}.`);
    if (values instanceof BigInt64Array) values[i] = whole;
    else values[i] = Number(whole);
  });
  return values;
}

const WHOLE_RANGES = {
  bool: { lowest: 0n, highest: 1n },
  uint8: { lowest: 0n, highest: 255n },
  uint32: { lowest: 0n, highest: 0xffffffffn },
  int8: { lowest: -128n, highest: 127n },
  int16: { lowest: -32768n, highest: 32767n },
  int32: { lowest: -0x80000000n, highest: 0x7fffffffn },
  int64: { lowest: -(2n ** 63n), highest: 2n ** 63n - 1n },
} as const;

/** The bytes of a storage buffer that holds `values`, padded with zeros to a multiple of 4, at least 4. */
export function encodeStorage(layout: Layout, values: TensorValues): Uint8Array<ArrayBuffer> {
  if (layout.layout === 'packed') {
    const bytes = new Uint8Array(bufferBytes(values.length));
    for (let i = 0; i < values.length; i++) bytes[i] = Number(values[i] ?? 0);
    return bytes;
  }
  if (layout.storage === 'f16') {
    const halves = new Uint16Array(bufferBytes(values.length * 2) / 2);
    if (!(values instanceof Float32Array)) throw new TypeError('f16 storage needs float values.');
    encodeHalves(values, halves);
    return new Uint8Array(halves.buffer);
  }
  const bytes = new Uint8Array(bufferBytes(values.byteLength));
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return bytes;
}

/** The first `elements` values of a storage buffer's `bytes`, whose offset is a multiple of 4. */
export function decodeStorage(layout: Layout, bytes: Uint8Array, elements: number): TensorValues {
  const { buffer, byteOffset } = bytes;
  if (layout.layout === 'packed') return Uint32Array.from(bytes.subarray(0, elements));
  switch (layout.storage) {
    case 'f16': {
      const values = new Float32Array(elements);
      decodeHalves(new Uint16Array(buffer, byteOffset, elements), values);
      return values;
    }
    case 'f32':
      return new Float32Array(buffer, byteOffset, elements).slice();
    case 'i32':
      return new Int32Array(buffer, byteOffset, elements).slice();
    case 'u32':
      return new Uint32Array(buffer, byteOffset, elements).slice();
    case 'vec2<u32>':
      return new BigInt64Array(bytes.slice(0, elements * 8).buffer);
  }
}

/** Size of the storage buffer for so many bytes of data. */
function bufferBytes(dataBytes: number): number {
  return Math.max(4, Math.ceil(dataBytes / 4) * 4);
}

function roundedToHalf(values: Float32Array): Float32Array {
  const halves = new Uint16Array(values.length);
  encodeHalves(values, halves);
  decodeHalves(halves, values);
  return values;
}
