// What calls whose outputs have the shape of their input have in common.
import type { Draw, ValueKind } from './draw';

/** Elements of a tensor at most: small ones more often, whose shaders a software adapter compiles sooner. */
const MOST_ELEMENTS = [40, 150, 300, 600, 2600];
const KINDS: readonly ValueKind[] = ['normal', 'uniform', 'large', 'tiny', 'zeros', 'same', 'mixed'];

export interface Filling {
  readonly dtype: 'float16' | 'float32';
  /** At most so many in a tensor. */
  readonly elements: number;
  readonly kind: ValueKind;
}

export function drawFilling(draw: Draw): Filling {
  return {
    dtype: draw.chance(0.35) ? 'float16' : 'float32',
    elements: draw.pick(MOST_ELEMENTS),
    kind: draw.chance(0.6) ? 'normal' : draw.pick(KINDS),
  };
}

/** `shape`, or at times one with an extent of 0 in it. */
export function emptyOr(draw: Draw, shape: readonly number[]): number[] {
  if (shape.length === 0 || !draw.chance(0.03)) return [...shape];
  return shape.with(draw.integer(0, shape.length - 1), 0);
}

/** An output; where it is empty it is stated, since ONNX Runtime divides by its extents. */
export function outputOf(dtype: Filling['dtype'], shape: readonly number[]): object {
  return { dtype, shape, ...(shape.includes(0) ? { data: { kind: 'values', values: [] } } : {}) };
}
