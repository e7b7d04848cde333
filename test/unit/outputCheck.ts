import type { OutputCheck } from '../../src/profile/accuracy';
import { compareOutput, type Comparison } from '../../src/profile/webgpu/compareOutput';
import type { LogicalDtype } from '../../src/profile/webgpu/program';
import { encodeStorage, valuesFromNumbers } from '../../src/profile/webgpu/storage';
import { STORAGE_OF } from '../../src/profile/webgpu/tensor';

export const FLOAT_POISON = 0x7fa0dead;
export const HALF_POISON = 0x7cad7cad;

export type Numbers = readonly (number | bigint)[];

/** Holds `got` against `want`, both rounded to `dtype`; by default with its own tolerance and without poison. */
export function check(
  dtype: LogicalDtype,
  got: Numbers,
  want: Numbers | null,
  change: Partial<Omit<Comparison, 'tensor'>> & { readonly shape?: readonly number[] } = {},
): OutputCheck {
  const { shape = [got.length], ...others } = change;
  const tensor = {
    port: 'y',
    dtype,
    storage: STORAGE_OF[dtype],
    layout: 'plain',
    shape,
    elements: got.length,
  } as const;
  const wanted = want && valuesFromNumbers(dtype === 'float16' ? 'float32' : dtype, want);
  return compareOutput({
    got: encodeStorage(tensor, valuesFromNumbers(dtype, got)),
    want: wanted,
    poison: null,
    tensor,
    ...others,
  });
}
