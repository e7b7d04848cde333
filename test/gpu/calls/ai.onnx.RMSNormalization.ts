// Random calls of RMSNormalization: which axes, how the scale is stretched, and values of every magnitude.
import type { Draw } from './draw';
import { drawNormalized } from './normalized';

export function drawCase(draw: Draw): object {
  const { dtype, x, scale, attributes, kind } = drawNormalized(draw);
  return {
    attributes,
    inputs: { x: draw.tensor(dtype, x, kind), scale: draw.tensor(dtype, scale) },
    outputs: { y: { dtype, shape: x } },
  };
}
