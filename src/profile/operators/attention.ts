import type { OracleCall, OracleInput } from '../webgpu/oracleCall';
import { attentionShape, type AttentionShape } from './attentionShape';
import type { CallShapes, Operator } from './operator';
import { attentionNodes } from './peerNodes';
import { at, floats } from './values';

export const ATTENTION: Operator = { reference: attention, flops: attentionFlops, peerNodes: attentionNodes };

/** What a masked score is; as a float mask's value it masks as well. */
const LOWEST = -3.4028234663852886e38;

/** A row of one head: batch, head, row, and the place within the row. */
type Read = (batch: number, head: number, row: number, column: number) => number;

/**
 * Two operations for each product of a query with a key and of its share with a value, where `is_causal` lets the query
 * see the key: half of all for a square. What attn_mask leaves out counts.
 */
function attentionFlops(call: CallShapes): number {
  const shape = attentionShape(call);
  if (shape === null) return 0;
  const { batch, heads, queries, past, keys, headSize, valueSize, causal } = shape;
  let pairs = queries * keys;
  if (causal) {
    pairs = 0;
    for (let row = 0; row < queries; row++) pairs += Math.min(keys, past + row + 1);
  }
  return 2 * batch * heads * pairs * (headSize + valueSize);
}

/** Outputs: y, present_key, present_value, qk_matmul_output. A query that sees no key gives zeros, as in ONNX Runtime. */
function attention(call: OracleCall): Float64Array[] | null {
  const shape = attentionShape(call);
  const { inputs, attributes } = call;
  const [q, k, v] = [floats(inputs[0]), floats(inputs[1]), floats(inputs[2])];
  if (shape === null || q === null || k === null || v === null) return null;
  const { batch, heads, kvHeads, queries, past, keys, headSize, valueSize, folded } = shape;
  const mask = maskReader(inputs[3], shape);
  if (mask === null) return null;
  const query = reader(q, heads, queries, headSize, folded);
  const key = appended(floats(inputs[4]), reader(k, kvHeads, keys - past, headSize, folded), shape, headSize);
  const value = appended(floats(inputs[5]), reader(v, kvHeads, keys - past, valueSize, folded), shape, valueSize);
  const given = attributes['scale'];
  const scale = typeof given === 'number' ? Math.fround(given) : 1 / Math.sqrt(headSize);
  const cap = Math.fround(Number(attributes['softcap'] ?? 0));
  const mode = Number(attributes['qk_matmul_output_mode'] ?? 0);
  const y = new Float64Array(batch * heads * queries * valueSize);
  const steps = new Float64Array(call.outputs[3] ? batch * heads * queries * keys : 0);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const kvHead = Math.floor((h * kvHeads) / heads);
      for (let row = 0; row < queries; row++) {
        const products = Float64Array.from({ length: keys }, (_, j) => {
          let sum = 0;
          for (let d = 0; d < headSize; d++) sum += query(b, h, row, d) * key(b, kvHead, j, d);
          return sum * scale;
        });
        const capped = cap > 0 ? products.map((score) => cap * Math.tanh(score / cap)) : products;
        const masked = capped.map((score, j) => mask(score, b, h, row, j));
        const shares = softmax(masked);
        if (steps.length > 0) {
          const step = [products, capped, masked, shares][mode] ?? products;
          steps.set(step, ((b * heads + h) * queries + row) * keys);
        }
        const first = (folded ? (b * queries + row) * heads + h : (b * heads + h) * queries + row) * valueSize;
        for (let d = 0; d < valueSize; d++) {
          let sum = 0;
          for (let j = 0; j < keys; j++) sum += at(shares, j) * value(b, kvHead, j, d);
          y[first + d] = sum;
        }
      }
    }
  }
  return [y, present(key, shape, headSize), present(value, shape, valueSize), steps];
}

function softmax(scores: Float64Array): Float64Array {
  const largest = scores.reduce((a, b) => Math.max(a, b), LOWEST);
  const powers = scores.map((score) => (score <= LOWEST ? 0 : Math.exp(score - largest)));
  const sum = powers.reduce((a, b) => a + b, 0);
  return sum === 0 ? powers : powers.map((power) => power / sum);
}

function reader(values: Float64Array, heads: number, rows: number, size: number, folded: boolean): Read {
  return (b, h, row, column) =>
    at(values, (folded ? (b * rows + row) * heads + h : (b * heads + h) * rows + row) * size + column);
}

/** The rows of the past, where there are any, then the new ones. */
function appended(past: Float64Array | null, added: Read, shape: AttentionShape, size: number): Read {
  if (past === null) return added;
  const before = reader(past, shape.kvHeads, shape.past, size, false);
  return (b, h, row, column) => (row < shape.past ? before(b, h, row, column) : added(b, h, row - shape.past, column));
}

function present(read: Read, { batch, kvHeads, keys }: AttentionShape, size: number): Float64Array {
  return Float64Array.from({ length: batch * kvHeads * keys * size }, (_, i) => {
    const row = Math.floor(i / size);
    const head = Math.floor(row / keys);
    return read(Math.floor(head / kvHeads), head % kvHeads, row % keys, i % size);
  });
}

/** Masks a score: keys after the query's own place, those that attn_mask leaves out, and those beyond its end. */
function maskReader(
  mask: OracleInput | null | undefined,
  { batch, heads, queries, past, causal }: AttentionShape,
): ((score: number, b: number, h: number, row: number, key: number) => number) | null {
  const isSeen = (row: number, key: number): boolean => !causal || key <= past + row;
  if (!mask) return (score, _b, _h, row, key) => (isSeen(row, key) ? score : LOWEST);
  const padded = [...new Array<number>(4 - mask.shape.length).fill(1), ...mask.shape];
  const [maskBatch = 1, maskHeads = 1, maskRows = 1, maskKeys = 1] = padded;
  const stretched = [maskBatch === batch, maskHeads === heads, maskRows === queries];
  if (padded.length > 4 || [maskBatch, maskHeads, maskRows].some((size, i) => size !== 1 && !stretched[i])) return null;
  const { values, dtype } = mask;
  return (score, b, h, row, key) => {
    if (!isSeen(row, key) || key >= maskKeys) return LOWEST;
    const place = ((b % maskBatch) * maskHeads + (h % maskHeads)) * maskRows + (row % maskRows);
    const own = Number(values[place * maskKeys + key]);
    return dtype === 'bool' ? (own === 0 ? LOWEST : score) : score + own;
  };
}
