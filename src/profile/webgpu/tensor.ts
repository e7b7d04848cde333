// How the manifest format's dtypes lie in storage buffers, and what a tensor of a case takes there.
import { LOGICAL_DTYPES, type LogicalDtype, type StorageDtype, type Tensor } from './program';

/** Storage of one element by logical dtype: narrow integers and bool are widened, int64 stays opaque. */
export const STORAGE_OF: Readonly<Record<LogicalDtype, StorageDtype>> = {
  float16: 'f16',
  float32: 'f32',
  int8: 'i32',
  int16: 'i32',
  int32: 'i32',
  int64: 'vec2<u32>',
  uint8: 'u32',
  uint32: 'u32',
  bool: 'u32',
};

/** Bytes of one element in storage. */
export const STORAGE_BYTES: Readonly<Record<StorageDtype, number>> = {
  f16: 2,
  f32: 4,
  i32: 4,
  u32: 4,
  'vec2<u32>': 8,
};

/** Whether a text names a dtype of the manifest format. */
export function isLogicalDtype(text: unknown): text is LogicalDtype {
  return LOGICAL_DTYPES.some((dtype) => dtype === text);
}

/** Whether a text names a storage dtype. */
export function isStorageDtype(text: unknown): text is StorageDtype {
  return typeof text === 'string' && Object.hasOwn(STORAGE_BYTES, text);
}

/** Size of a storage buffer that holds `bytes` bytes: at least 4, a multiple of 4. */
export function storageBufferBytes(bytes: number): number {
  return Math.max(4, Math.ceil(bytes / 4) * 4);
}

/** Number of elements of a shape; 1 for rank 0. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/**
 * A tensor with its buffer size in bytes. A packed one takes a byte an element.
 * Throws an Error when an extent is not a whole number, or when there are more elements than can be counted exactly.
 */
export function makeTensor(
  port: string,
  dtype: LogicalDtype,
  shape: readonly number[],
  layout: Tensor['layout'] = 'plain',
  storage: StorageDtype = STORAGE_OF[dtype],
): Tensor {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new Error(`the shape [${shape.join(', ')}] is not made of whole numbers`);
  }
  const elements = elementCount(shape);
  const bytes = layout === 'packed' ? elements : elements * STORAGE_BYTES[storage];
  if (!Number.isSafeInteger(bytes)) throw new Error(`the shape [${shape.join(', ')}] has too many elements`);
  return { port, dtype, storage, layout, shape, elements, bytes: storageBufferBytes(bytes) };
}
