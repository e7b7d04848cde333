// Random calls of Gelu: any shape, both forms.
import type { Draw } from './draw';

export function drawCase(draw: Draw): object {
  const dtype = draw.chance(0.4) ? 'float16' : 'float32';
  const shape = draw.shape(draw.integer(0, 4), draw.pick([20, 300, 4000]));
  if (shape.length > 0 && draw.chance(0.04)) shape[draw.integer(0, shape.length - 1)] = 0;
  return {
    attributes: draw.chance(0.2) ? {} : { approximate: draw.pick(['none', 'tanh']) },
    inputs: { x: draw.tensor(dtype, shape, draw.kind()) },
    outputs: { y: { dtype, shape } },
  };
}
