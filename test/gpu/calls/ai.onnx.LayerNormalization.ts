// Random calls of LayerNormalization: which axes, operands stretched or absent, statistics wanted or not.
import type { Draw } from './draw';
import { drawNormalized, drawStretched } from './normalized';

/** Half a step of float32 at 1. */
const ROUNDING = 2 ** -24;
/** What is allowed where nothing cancels. */
const LEAST_TOLERANCE = 1e-5;
/** Roundings of the mean and of the difference from it, with some to spare. */
const ROUNDINGS = 8;

export function drawCase(draw: Draw): object {
  const { dtype, x, axis, scale, attributes, kind } = drawNormalized(draw);
  const values = draw.values(dtype, product(x), kind).map(Number);
  const statistics = { dtype: 'float32', shape: x.map((size, at) => (at < axis ? size : 1)) };
  const tolerance = cancellation(values, product(x.slice(axis)), attributes['epsilon'] ?? 1e-5);
  return {
    attributes,
    inputs: {
      x: { dtype, shape: x, data: { kind: 'values', values } },
      scale: draw.tensor(dtype, scale),
      ...(draw.chance(0.7) ? { b: draw.tensor(dtype, drawStretched(draw, x, axis)) } : {}),
    },
    outputs: {
      y: { dtype, shape: x, ...(dtype === 'float32' && tolerance > LEAST_TOLERANCE ? { tolerance } : {}) },
      ...(draw.chance(0.2) ? { mean: statistics } : {}),
      ...(draw.chance(0.2) ? { inv_std_dev: statistics } : {}),
    },
  };
}

/** Where the values of a row are near each other, float32 cannot tell them from their mean any better than this. */
function cancellation(values: readonly number[], size: number, epsilon: number): number {
  let worst = 0;
  for (let start = 0; start < values.length; start += size) {
    const row = values.slice(start, start + size);
    const mean = row.reduce((sum, value) => sum + value, 0) / size;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    worst = Math.max(worst, (ROUNDINGS * ROUNDING * largest) / Math.sqrt(variance + epsilon));
  }
  return worst;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
