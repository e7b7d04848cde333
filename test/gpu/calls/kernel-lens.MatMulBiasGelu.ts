// Random calls of MatMulBiasGelu: tokens of any rank, both forms of Gelu, empty operands.
import type { Draw } from './draw';
import { drawKind, drawProduct } from './products';

export function drawCase(draw: Draw): object {
  const dtype = draw.chance(0.5) ? 'float16' : 'float32';
  const { m, k, n } = drawProduct(draw);
  const rows = draw.chance(0.3) ? [draw.pick([1, 2, 3]), Math.ceil(m / 3)] : draw.chance(0.1) ? [] : [m];
  const x = [...rows, k];
  const w = [k, n];
  if (draw.chance(0.04)) x[0] = 0;
  if (x.length === 1) w[0] = x[0] ?? k;
  const y = [...x.slice(0, -1), n];
  const results = y.reduce((all, size) => all * size, 1);
  return {
    attributes: draw.chance(0.2) ? {} : { approximate: draw.pick(['none', 'tanh']) },
    inputs: {
      x: draw.tensor(dtype, x, drawKind(draw, results)),
      w: draw.tensor(dtype, w, drawKind(draw, results)),
      bias: draw.tensor(dtype, [n], results === 0 ? 'zeros' : draw.kind(['normal', 'uniform', 'zeros', 'large'])),
    },
    outputs: { y: { dtype, shape: y } },
  };
}
