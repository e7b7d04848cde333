// Random calls of SiluMul: any rank and size, and values of every magnitude in either input.
import type { Draw } from './draw';
import { drawFilling, emptyOr, outputOf } from './pointwise';

export function drawCase(draw: Draw): object {
  const { dtype, elements, kind } = drawFilling(draw);
  const shape = emptyOr(draw, draw.shape(draw.integer(0, 5), elements));
  const [gate, up] = draw.chance(0.5) ? [kind, 'normal' as const] : [kind, kind];
  return {
    inputs: { gate: draw.tensor(dtype, shape, gate), up: draw.tensor(dtype, shape, up) },
    outputs: { y: outputOf(dtype, shape) },
  };
}
