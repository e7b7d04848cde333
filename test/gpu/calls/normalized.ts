// What calls of the normalisations have in common: a shape, the axes that are normalised together, and a stretched scale.
import type { Draw, ValueKind } from './draw';

/** Elements of a tensor at most: small ones more often, whose shaders a software adapter compiles sooner. */
const MOST_ELEMENTS = [40, 150, 300, 600, 2600];

export interface Normalized {
  readonly dtype: 'float16' | 'float32';
  readonly x: readonly number[];
  /** The first of the axes that are normalised together. */
  readonly axis: number;
  readonly scale: readonly number[];
  /** `axis`, mostly, and `epsilon`, at times. */
  readonly attributes: Readonly<Record<string, number>>;
  /** Of the values of x. */
  readonly kind: ValueKind;
}

/** A call of a normalisation over all axes from one on. */
export function drawNormalized(draw: Draw): Normalized {
  const dtype = draw.chance(0.35) ? 'float16' : 'float32';
  const x = draw.chance(0.03)
    ? emptyShape(draw)
    : wordShape(draw, dtype, draw.shape(draw.integer(1, 4), draw.pick(MOST_ELEMENTS)));
  const axis = draw.chance(0.6) ? x.length - 1 : draw.integer(0, x.length - 1);
  const attributes = {
    ...(axis === x.length - 1 && draw.chance(0.3) ? {} : { axis: draw.chance(0.5) ? axis : axis - x.length }),
    ...(draw.chance(0.3) ? { epsilon: draw.pick([1e-12, 1e-6, 1e-3, 1]) } : {}),
  };
  return { dtype, x, axis, scale: drawStretched(draw, x, axis), attributes, kind: draw.kind() };
}

/** The shape of an operand that is stretched over `x`: mostly that of the normalised axes. */
export function drawStretched(draw: Draw, x: readonly number[], axis: number): number[] {
  if (draw.chance(0.75)) return x.slice(axis);
  const suffix = x.slice(draw.integer(0, x.length));
  return suffix.map((size) => (draw.chance(0.4) ? 1 : size));
}

/** A shape with an extent of 0. */
function emptyShape(draw: Draw): number[] {
  const shape = draw.shape(draw.integer(1, 3), 100);
  shape[draw.integer(0, shape.length - 1)] = 0;
  return shape;
}

/** Halves that no whole words hold need shader-f16, which not every adapter has: most calls do without. */
export function wordShape(draw: Draw, dtype: 'float16' | 'float32', shape: readonly number[]): number[] {
  if (dtype === 'float32' || draw.chance(0.2)) return [...shape];
  return shape.map((size, axis) => (axis === shape.length - 1 ? Math.ceil(size / 8) * 8 : size));
}
