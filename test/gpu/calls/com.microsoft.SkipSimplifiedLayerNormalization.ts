// Random calls of SkipSimplifiedLayerNormalization: bias and sum there or not, one skip for a batch, and values of every
// magnitude.
import type { Draw } from './draw';
import { wordShape } from './normalized';
import { drawFilling, emptyOr, outputOf } from './pointwise';

export function drawCase(draw: Draw): object {
  const { dtype, elements, kind } = drawFilling(draw);
  const x = emptyOr(draw, wordShape(draw, dtype, draw.shape(draw.integer(2, 3), elements)));
  const output = outputOf(dtype, x);
  return {
    attributes: draw.chance(0.3) ? {} : { epsilon: draw.pick([1e-12, 1e-6, 1e-5, 1e-3, 1]) },
    inputs: {
      x: draw.tensor(dtype, x, kind),
      skip: draw.tensor(dtype, drawSkip(draw, x), draw.chance(0.5) ? kind : 'normal'),
      gamma: draw.tensor(dtype, x.slice(-1)),
      ...(draw.chance(0.3) ? { bias: draw.tensor(dtype, x.slice(-1)) } : {}),
    },
    outputs: { y: output, ...(draw.chance(0.5) ? { sum: output } : {}) },
  };
}

/** The shape of a skip for `x`: its own, or that of one entry of a batch. */
function drawSkip(draw: Draw, x: readonly number[]): number[] {
  if (x.length < 3 || draw.chance(0.5)) return [...x];
  return draw.chance(0.5) ? x.slice(1) : x.with(0, 1);
}
