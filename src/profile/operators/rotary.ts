import type { OracleCall } from '../webgpu/oracleCall';
import type { CallShapes, Operator } from './operator';
import { at, floats } from './values';

export const ROTARY_EMBEDDING: Operator = { reference: rotaryEmbedding, readElements };

/** Of the caches a call reads a row a token: the same one for every sequence where positions are counted from one number. */
function readElements({ inputs: [x, positions, cosCache] }: CallShapes): (number | null)[] {
  const [batch = 0, second = 0, third = 0] = x?.shape ?? [];
  const tokens = x?.shape.length === 4 ? third : second;
  const rows = (positions?.shape.length ?? 0) < 2 ? tokens : batch * tokens;
  const [most = 0, half = 0] = cosCache?.shape ?? [];
  const read = Math.min(most, rows) * half;
  return [null, null, read, read];
}

/** How a tensor of heads lies in memory: sizes, and the distance between neighbours of each kind. */
interface Heads {
  readonly batch: number;
  readonly heads: number;
  readonly tokens: number;
  readonly headSize: number;
  readonly batchStride: number;
  readonly headStride: number;
  readonly tokenStride: number;
}

/** Inputs: x [batch, tokens, hidden] or [batch, heads, tokens, head size], positions, caches of cosines and of sines. */
function rotaryEmbedding(call: OracleCall): Float64Array[] | null {
  const [input, positions, cosCache, sinCache] = call.inputs;
  const x = floats(input);
  const cos = floats(cosCache);
  const sin = floats(sinCache);
  const half = cosCache?.shape[1];
  if (!input || x === null || cos === null || sin === null || !(positions?.values instanceof BigInt64Array))
    return null;
  if (half === undefined) return null;
  const { batch, heads, tokens, headSize, batchStride, headStride, tokenStride } = layout(input.shape, half, call);
  const ids = positions.values;
  const offset = positions.shape.length < 2;
  const interleaved = call.attributes['interleaved'] === 1;
  const y = Float64Array.from(x);
  for (let b = 0; b < batch; b++) {
    for (let token = 0; token < tokens; token++) {
      const position = offset ? Number(ids[0] ?? 0n) + token : Number(ids[b * tokens + token] ?? 0n);
      for (let head = 0; head < heads; head++) {
        const start = b * batchStride + head * headStride + token * tokenStride;
        for (let pair = 0; pair < half && headSize > 0; pair++) {
          const first = start + (interleaved ? 2 * pair : pair);
          const second = interleaved ? first + 1 : first + half;
          const cosine = at(cos, position * half + pair);
          const sine = at(sin, position * half + pair);
          y[first] = at(x, first) * cosine - at(x, second) * sine;
          y[second] = at(x, second) * cosine + at(x, first) * sine;
        }
      }
    }
  }
  return [y];
}

function layout(shape: readonly number[], half: number, { attributes }: OracleCall): Heads {
  const [batch = 0, second = 0, third = 0, fourth] = shape;
  if (fourth !== undefined) {
    const headStride = third * fourth;
    const batchStride = second * headStride;
    return { batch, heads: second, tokens: third, headSize: fourth, batchStride, headStride, tokenStride: fourth };
  }
  const partial = Number(attributes['rotary_embedding_dim'] ?? 0) > 0;
  const headSize = partial ? third / Number(attributes['num_heads'] ?? 1) : 2 * half;
  const batchStride = second * third;
  return {
    batch,
    heads: third / headSize,
    tokens: second,
    headSize,
    batchStride,
    headStride: headSize,
    tokenStride: third,
  };
}
