import { toleranceFor, type OutputCheck } from '../../src/profile/accuracy';
import { compareOutput, type Comparison } from '../../src/profile/webgpu/compareOutput';
import type { LogicalDtype, StorageDtype } from '../../src/profile/webgpu/program';
import { encodeStorage, valuesFromNumbers } from '../../src/profile/webgpu/storage';

export const FLOAT_POISON = 0x7fa0dead;
export const HALF_POISON = 0x7cad7cad;

export const STORAGE: Readonly<Record<LogicalDtype, StorageDtype>> = {
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

export type Numbers = readonly (number | bigint)[];

/** Holds `got` against `want`, both rounded to `dtype`; by default with its own tolerance and without poison. */
export function check(
  dtype: LogicalDtype,
  got: Numbers,
  want: Numbers | null,
  change: Partial<Omit<Comparison, 'tensor'>> & { readonly shape?: readonly number[] } = {},
): OutputCheck {
  const { shape = [got.length], ...others } = change;
  const tensor = { port: 'y', dtype, storage: STORAGE[dtype], layout: 'plain', shape, elements: got.length } as const;
  const wanted = want && valuesFromNumbers(dtype === 'float16' ? 'float32' : dtype, want);
  return compareOutput({
    got: encodeStorage(tensor, valuesFromNumbers(dtype, got)),
    want: wanted,
    tolerance: toleranceFor(dtype, wanted ?? []),
    poison: null,
    tensor,
    ...others,
  });
}
