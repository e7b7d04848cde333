// Random calls of Softmax: any axis, and elements masked with -infinity.
import type { Draw } from './draw';
import { wordShape } from './normalized';

/** A row along an inner axis is unrolled, which takes a software adapter long to compile. */
export const callsAShape = 6;

export function drawCase(draw: Draw): object {
  const dtype = draw.chance(0.35) ? 'float16' : 'float32';
  const shape = wordShape(draw, dtype, draw.shape(draw.integer(1, 4), draw.pick([40, 150, 300, 600, 2600])));
  if (draw.chance(0.04)) shape[draw.integer(0, shape.length - 1)] = 0;
  const rank = shape.length;
  const axis = draw.chance(0.55) ? rank - 1 : draw.integer(0, rank - 1);
  return {
    attributes: axis === rank - 1 && draw.chance(0.4) ? {} : { axis: draw.chance(0.5) ? axis : axis - rank },
    inputs: { x: draw.chance(0.15) ? masked(draw, dtype, shape) : draw.tensor(dtype, shape, draw.kind()) },
    outputs: { y: { dtype, shape } },
  };
}

/** About a third of the elements are -infinity, at times all of a row. */
function masked(draw: Draw, dtype: 'float16' | 'float32', shape: readonly number[]): object {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = draw.values(dtype, count).map((value) => (Number(value) < -0.4 ? '-inf' : value));
  return { dtype, shape, data: { kind: 'values', values } };
}
