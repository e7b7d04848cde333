// Large inputs that are a fair question: what comes of them still fits the dtype of the output, nearly everywhere.
import type { DataSet } from './caseData';
import type { Tensor } from './program';
import { decodeStorage, encodeStorage, type TensorValues } from './storage';

/** How often an oracle is asked again, about smaller inputs each time. */
const MOST_SHRINKS = 3;
/** From 2 to this on a dtype has no numbers. */
const END_BITS: Readonly<Record<string, number>> = { float16: 16, float32: 128 };
/** Elements of an output that may be beyond the end, as a share: that they become infinity is part of the question. */
const MOST_BEYOND = 0.01;
/** The largest wanted magnitude is brought down to an eighth of the range. */
const ROOM_BITS = 3;
/** What an infinity is taken to be beyond the end by. */
const UNTOLD_BITS = 13;

/**
 * Large inputs and what should come of them; where most of that is too large for its dtype, with the `drawn` inputs
 * divided by a power of two.
 * @param ask what should come of other blocks: a call of the oracle each time.
 */
export async function fairLarge(
  large: Pick<DataSet, 'blocks' | 'want'>,
  drawn: readonly Tensor[],
  outputs: readonly Tensor[],
  ask: (blocks: DataSet['blocks']) => Promise<DataSet['want']>,
): Promise<Pick<DataSet, 'blocks' | 'want'>> {
  let { blocks, want } = large;
  for (let turn = 0; turn < MOST_SHRINKS; turn++) {
    const bits = bitsTooMany(outputs, want);
    if (bits === 0) break;
    // What grows beyond is a product of two inputs, or else follows one.
    const by = turn === 0 ? Math.ceil(bits / 2) : bits;
    const smaller = drawn.flatMap((tensor) => {
      const block = blocks.get(tensor.port);
      return block === undefined ? [] : [[tensor.port, shrunk(tensor, block, by)] as const];
    });
    blocks = new Map([...blocks, ...smaller]);
    want = await ask(blocks);
  }
  return { blocks, want };
}

/** By how many bits, at least, the largest wanted value has to shrink; 0 where few are too large for their dtype. */
export function bitsTooMany(
  outputs: readonly Pick<Tensor, 'port' | 'dtype'>[],
  want: ReadonlyMap<string, TensorValues> | null,
): number {
  const bits = outputs.map(({ port, dtype }) => {
    const values = want?.get(port);
    const end = END_BITS[dtype];
    return end === undefined || !(values instanceof Float32Array) ? 0 : bitsBeyond(values, end);
  });
  return Math.max(0, ...bits);
}

function bitsBeyond(values: Float32Array, end: number): number {
  const least = 2 ** end;
  let beyond = 0;
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size >= least) beyond++;
    if (size > largest) largest = size;
  }
  if (beyond <= MOST_BEYOND * values.length) return 0;
  return ROOM_BITS + (Number.isFinite(largest) ? Math.ceil(Math.log2(largest)) - end : UNTOLD_BITS);
}

/** The storage bytes of float inputs, each value divided by 2 to the power of `bits`; as long as `bytes`. */
export function shrunk(
  tensor: Pick<Tensor, 'storage' | 'layout'>,
  bytes: Uint8Array<ArrayBuffer>,
  bits: number,
): Uint8Array<ArrayBuffer> {
  const values = decodeStorage(tensor, bytes, bytes.length / (tensor.storage === 'f16' ? 2 : 4));
  if (!(values instanceof Float32Array)) throw new TypeError('only floats can be shrunk');
  const by = 2 ** -bits;
  return encodeStorage(
    tensor,
    values.map((value) => value * by),
  ).subarray(0, bytes.length);
}
