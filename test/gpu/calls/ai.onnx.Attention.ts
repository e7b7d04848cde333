// Random calls of Attention: both layouts, shared heads of keys, a past, masks of every form, and scores of every size.
import type { Draw, ValueKind } from './draw';

/** Elements of a tensor at most. */
const MOST_ELEMENTS = 4000;
const SIZES = [1, 2, 3, 4, 5, 8, 8, 12, 16, 16, 16, 20, 32, 32, 40, 64, 80, 128] as const;

/** Its shaders take a software adapter seconds to compile. */
export const callsAShape = 8;

/** One dtype and shape of a call. */
interface Shape {
  readonly dtype: 'float16' | 'float32';
  readonly batch: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly queries: number;
  readonly past: number;
  readonly keys: number;
  readonly headSize: number;
  readonly valueSize: number;
  readonly folded: boolean;
}

export function drawCase(draw: Draw): object {
  const shape = drawShape(draw);
  const { dtype, batch, heads, kvHeads, queries, past, keys, headSize, valueSize, folded } = shape;
  const cached = past > 0 || draw.chance(0.05);
  const tensor = (count: number, rows: number, size: number, kind: ValueKind): object =>
    draw.tensor(dtype, folded ? [batch, rows, count * size] : [batch, count, rows, size], kind);
  // Scores of moderate size only: a large one's own rounding is more than a share may be off.
  const kind = draw.kind(['uniform', 'zeros', 'same', 'tiny']);
  const values = draw.kind(['large', 'tiny', 'mixed', 'same']);
  const newKeys = keys - past;
  const scores = draw.chance(0.1);
  return {
    attributes: {
      ...(folded ? { q_num_heads: heads, kv_num_heads: kvHeads } : {}),
      ...(draw.chance(0.45) ? { is_causal: 1 } : {}),
      ...(draw.chance(0.2) ? { softcap: draw.pick([0.5, 3, 30]) } : {}),
      ...(draw.chance(0.2) ? { scale: draw.pick([0.01, 0.25, 1 / Math.sqrt(headSize)]) } : {}),
      ...(scores ? { qk_matmul_output_mode: draw.integer(0, 3) } : {}),
    },
    inputs: {
      q: tensor(heads, queries, headSize, kind),
      k: tensor(kvHeads, newKeys, headSize, draw.chance(0.8) ? 'normal' : kind),
      v: tensor(kvHeads, newKeys, valueSize, values),
      ...(draw.chance(0.45) ? { attn_mask: drawMask(draw, shape) } : {}),
      ...(cached
        ? {
            past_key: draw.tensor(dtype, [batch, kvHeads, past, headSize]),
            past_value: draw.tensor(dtype, [batch, kvHeads, past, valueSize], values),
          }
        : {}),
    },
    outputs: {
      y: { dtype, shape: folded ? [batch, queries, heads * valueSize] : [batch, heads, queries, valueSize] },
      ...(cached || draw.chance(0.1)
        ? {
            present_key: { dtype, shape: [batch, kvHeads, keys, headSize] },
            present_value: { dtype, shape: [batch, kvHeads, keys, valueSize] },
          }
        : {}),
      ...(scores ? { qk_matmul_output: { dtype, shape: [batch, heads, queries, keys] } } : {}),
    },
  };
}

function drawShape(draw: Draw): Shape {
  const dtype = draw.chance(0.4) ? 'float16' : 'float32';
  // Halves of rows of odd length need shader-f16, which not every adapter has: most calls do without.
  const sizes = dtype === 'float16' && draw.chance(0.9) ? SIZES.filter((size) => size % 2 === 0) : SIZES;
  const headSize = draw.pick(sizes);
  const valueSize = draw.chance(0.7) ? headSize : draw.pick(sizes);
  const kvHeads = draw.pick([1, 1, 2, 3]);
  const heads = kvHeads * draw.pick([1, 1, 1, 2, 3, 4]);
  const batch = draw.pick([1, 1, 2]);
  const width = Math.max(headSize, valueSize);
  const few = draw.chance(0.3);
  const mostQueries = Math.min(few ? 8 : 130, Math.floor(MOST_ELEMENTS / (batch * heads * width)));
  const queries = draw.chance(0.3) && few ? 1 : draw.size(Math.max(1, mostQueries));
  const most = Math.min(
    Math.floor(MOST_ELEMENTS / (batch * kvHeads * width)),
    Math.floor((4 * MOST_ELEMENTS) / (batch * heads * queries)),
  );
  const keys = draw.chance(0.2) && most >= queries ? queries : draw.size(Math.max(1, most));
  const past = draw.chance(0.3) ? draw.integer(0, keys - 1) : 0;
  return {
    ...{ dtype, batch, heads, kvHeads, queries, keys, headSize, valueSize },
    // ONNX Runtime lets one query see every key that comes with it, whatever is_causal says; this program does not.
    past: queries === 1 && past > 0 ? keys - 1 : past,
    folded: draw.chance(0.3),
  };
}

/** A mask of two to four axes, stretched over batches and heads at times; whole rows are left out now and then. */
function drawMask(draw: Draw, { dtype, batch, heads, queries, keys }: Shape): object {
  const rank = draw.integer(2, 4);
  const full = [draw.chance(0.5) ? 1 : batch, draw.chance(0.5) ? 1 : heads, queries, keys];
  const shape = full.slice(4 - rank);
  const isBool = draw.chance(0.5);
  const count = shape.reduce((product, size) => product * size, 1);
  const leaveOut = draw.pick([0, 0.1, 0.5]);
  const values: (number | string)[] = [];
  for (let first = 0; first < count; first += keys) {
    const none = draw.chance(0.1);
    for (let key = 0; key < keys; key++) {
      const out = none || draw.chance(leaveOut);
      if (isBool) values.push(out ? 0 : 1);
      else values.push(out ? '-inf' : draw.integer(-8, 8) / 4);
    }
  }
  return { dtype: isBool ? 'bool' : dtype, shape, data: { kind: 'values', values } };
}
