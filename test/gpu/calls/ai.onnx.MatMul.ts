// Random calls of MatMul: every rank, batches that broadcast, vectors, empty operands.
import type { Draw } from './draw';
import { drawKind, drawProduct } from './products';

export function drawCase(draw: Draw): object {
  const dtype = draw.chance(0.5) ? 'float16' : 'float32';
  const batch = draw.chance(0.4) ? Array.from({ length: draw.integer(1, 3) }, () => draw.pick([1, 2, 3, 4])) : [];
  const matrices = batch.reduce((all, size) => all * size, 1);
  const { m, k, n } = drawProduct(draw, matrices > 1 ? 1500 : undefined);
  const [left, right] = [draw.chance(0.08), draw.chance(0.08)];
  const a = left ? [k] : [...part(draw, batch), m, k];
  const b = right ? [k] : [...(left ? batch : part(draw, batch)), k, n];
  if (draw.chance(0.04)) empty(draw, a, b);
  const y = resultShape(a, b);
  const results = y.reduce((all, size) => all * size, 1);
  return {
    inputs: { a: draw.tensor(dtype, a, drawKind(draw, results)), b: draw.tensor(dtype, b, drawKind(draw, results)) },
    outputs: { y: { dtype, shape: y } },
  };
}

/** Batches of one operand: all of them, fewer axes, or extents of 1 that are stretched. */
function part(draw: Draw, batch: readonly number[]): number[] {
  const kept = draw.chance(0.3) ? batch.slice(draw.integer(0, batch.length)) : [...batch];
  return kept.map((size) => (draw.chance(0.2) ? 1 : size));
}

/** Takes all elements away along the inner dimension, or along an outer one where that leaves the other operand as it is. */
function empty(draw: Draw, a: number[], b: number[]): void {
  if (a.length > 1 && draw.chance(0.5)) a[a.length - 2] = 0;
  else {
    a[a.length - 1] = 0;
    b[Math.max(0, b.length - 2)] = 0;
  }
}

function resultShape(a: readonly number[], b: readonly number[]): number[] {
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const rank = Math.max(left.length, right.length);
  const padded = [left, right].map((sizes) => [...new Array<number>(rank - sizes.length).fill(1), ...sizes]);
  const batch = (padded[0] ?? []).map((size, axis) => (size === 1 ? (padded[1]?.[axis] ?? 1) : size));
  return [...batch, ...(a.length === 1 ? [] : a.slice(-2, -1)), ...(b.length === 1 ? [] : b.slice(-1))];
}
