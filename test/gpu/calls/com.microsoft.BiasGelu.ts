// Random calls of BiasGelu: rows of any length beside those of whole words, and values of every magnitude.
import type { Draw } from './draw';
import { wordShape } from './normalized';
import { drawFilling, emptyOr, outputOf } from './pointwise';

export function drawCase(draw: Draw): object {
  const { dtype, elements, kind } = drawFilling(draw);
  const drawn = draw.shape(draw.integer(1, 4), elements);
  const x = emptyOr(draw, draw.chance(0.5) ? wordShape(draw, dtype, drawn) : drawn);
  return {
    inputs: {
      x: draw.tensor(dtype, x, kind),
      bias: draw.tensor(dtype, x.slice(-1), draw.chance(0.8) ? 'normal' : kind),
    },
    outputs: { y: outputOf(dtype, x) },
  };
}
