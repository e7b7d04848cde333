// Sizes of random products: few rows, long inner dimensions, tiles and what lies just beyond them.
import type { Draw, ValueKind } from './draw';

/** Elements that an operand has at most. */
const MOST_ELEMENTS = 4500;
/** With fewer results than this one of them may be all but nothing by chance, which no sum in float32 gets right. */
const FEW_RESULTS = 16;

export interface ProductSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Sizes of one product; `most` bounds the elements of each operand. */
export function drawProduct(draw: Draw, most = MOST_ELEMENTS): ProductSize {
  const form = draw.pick(['few rows', 'long', 'tiles', 'tiles', 'any'] as const);
  const rounded = draw.pick([1, 2, 4, 4, 8, 8]);
  const up = (size: number): number => Math.ceil(size / rounded) * rounded;
  switch (form) {
    case 'few rows': {
      const k = draw.chance(0.5) ? up(draw.size(128)) : draw.size(257);
      return { m: draw.integer(1, 4), k, n: up(draw.size(Math.max(1, Math.floor(most / k) - 8))) };
    }
    case 'long': {
      const k = draw.integer(300, 1100);
      return { m: draw.integer(1, 3), k: draw.chance(0.5) ? up(k) : k, n: draw.pick([1, 2, 4, 4]) };
    }
    case 'tiles':
      return { m: draw.size(129), k: up(draw.size(32)), n: up(draw.size(129)) };
    case 'any': {
      const k = draw.size(64);
      return { m: draw.size(Math.floor(most / k)), k, n: draw.size(Math.floor(most / k)) };
    }
  }
}

/** A kind of values that a result of `results` elements can be held to. */
export function drawKind(draw: Draw, results: number): ValueKind {
  const kind = draw.kind();
  return results < FEW_RESULTS ? 'uniform' : kind;
}
