// Random calls of RotaryEmbedding: both layouts, both pairings, heads turned whole or in part, positions of every kind.
import type { Draw, ValueKind } from './draw';

/** Elements of a tensor at most. */
const MOST_ELEMENTS = 4000;
/** Half of what is turned: widths of vectors and their neighbours. */
const HALVES = [1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 20, 24, 32, 33, 48, 64, 65] as const;
const KINDS: readonly ValueKind[] = ['uniform', 'large', 'tiny', 'zeros', 'same', 'mixed'];

export function drawCase(draw: Draw): object {
  const dtype = draw.chance(0.4) ? 'float16' : 'float32';
  const half = draw.pick(HALVES);
  const partial = draw.chance(0.35);
  const headSize = 2 * half + (partial ? draw.pick([0, 1, 2, 4, 8, 16, 24]) : 0);
  const heads = draw.pick([1, 1, 2, 3, 4, 5, 8]);
  const tokens = draw.size(Math.max(1, Math.floor(MOST_ELEMENTS / (heads * headSize))));
  const batch = draw.chance(0.03)
    ? 0
    : draw.integer(1, Math.max(1, Math.floor(MOST_ELEMENTS / (heads * headSize * tokens))));
  const shape = draw.chance(0.5) ? [batch, tokens, heads * headSize] : [batch, heads, tokens, headSize];
  const positions = tokens + draw.integer(0, 5);
  const cache = [positions, half];
  return {
    attributes: {
      ...(partial ? { rotary_embedding_dim: 2 * half, num_heads: heads } : {}),
      ...(!partial && draw.chance(0.3) ? { num_heads: heads } : {}),
      ...(draw.chance(0.5) ? { interleaved: draw.integer(0, 1) } : {}),
    },
    inputs: {
      x: draw.tensor(dtype, shape, draw.chance(0.6) ? 'normal' : draw.pick(KINDS)),
      position_ids: draw.chance(0.4)
        ? draw.integers('int64', [1], 0, positions - tokens)
        : draw.integers('int64', [batch, tokens], 0, positions - 1),
      cos_cache: draw.tensor(dtype, cache),
      sin_cache: draw.tensor(dtype, cache),
    },
    outputs: { y: { dtype, shape } },
  };
}
