// Random calls of the product with quantised weights: blocks that do not fill k, every form of zero points, flat scales.
import type { Draw, ValueKind } from './draw';

const KINDS: readonly ValueKind[] = [
  'normal',
  'normal',
  'normal',
  'uniform',
  'large',
  'tiny',
  'zeros',
  'same',
  'mixed',
];

interface Weights {
  readonly dtype: 'float16' | 'float32';
  readonly bits: number;
  readonly columns: number;
  /** Blocks of a row. */
  readonly blocks: number;
  /** Scales and zero points come without rows. */
  readonly flat: boolean;
}

export function drawCase(draw: Draw): object {
  const bits = draw.pick([4, 8]);
  const block = draw.pick([16, 32, 64, 128, 256]);
  const inner = multiple(draw, draw.size(700), 4);
  const blocks = Math.ceil(inner / block);
  const blob = (block * bits) / 8;
  const columns = multiple(draw, draw.size(Math.max(1, Math.min(300, Math.floor(12_000 / (blocks * blob))))), 4);
  const leading = drawLeading(draw, Math.max(1, Math.floor(4000 / Math.max(inner, columns))));
  const weights: Weights = {
    dtype: draw.pick(['float32', 'float16']),
    bits,
    columns,
    blocks,
    flat: draw.chance(0.2),
  };
  const { dtype } = weights;
  return {
    attributes: {
      K: inner,
      N: columns,
      block_size: block,
      ...(bits === 8 || draw.chance(0.5) ? { bits } : {}),
      ...(draw.chance(0.2) ? { accuracy_level: draw.integer(0, 4) } : {}),
    },
    inputs: {
      a: draw.tensor(dtype, [...leading, inner], draw.pick(KINDS)),
      b: draw.integers('uint8', [columns, blocks, blob], 0, 255),
      scales: draw.tensor(dtype, blockShape(weights, blocks), draw.pick(['uniform', 'normal'])),
      ...drawZeroPoints(draw, weights),
      ...(draw.chance(0.3) ? { bias: draw.tensor(dtype, [columns]) } : {}),
    },
    outputs: { y: { dtype, shape: [...leading, columns] } },
  };
}

/** A size, mostly the nearest multiple of `step` above it: others have a variant of their own. */
function multiple(draw: Draw, size: number, step: number): number {
  return draw.chance(0.7) ? step * Math.ceil(size / step) : size;
}

/** The axes of a before the last, with at most `most` rows in all; mostly few, as in decoding. */
function drawLeading(draw: Draw, most: number): number[] {
  const rows = draw.chance(0.5) ? draw.integer(1, Math.min(most, 12)) : draw.size(most);
  if (draw.chance(0.6)) return [rows];
  if (draw.chance(0.1)) return draw.pick([[], [0], [2, 0]]);
  return draw.shape(draw.integer(1, 3), rows);
}

function drawZeroPoints(draw: Draw, weights: Weights): object {
  const { bits, blocks, dtype } = weights;
  const kind = draw.pick(['none', 'none', 'codes', 'codes', 'floats']);
  if (kind === 'none') return {};
  if (kind === 'floats') return { zero_points: draw.tensor(dtype, blockShape(weights, blocks), 'normal') };
  return { zero_points: draw.integers('uint8', blockShape(weights, Math.ceil((blocks * bits) / 8)), 0, 255) };
}

function blockShape({ columns, flat }: Weights, along: number): number[] {
  return flat ? [columns * along] : [columns, along];
}
