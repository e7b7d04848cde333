// Holds what a kernel wrote against what it should have written, every element of it, at memory speed.
import { rootMeanSquare, toleranceFor, type OutputCheck } from '../accuracy';
import type { ElementTolerance } from '../report';
import { decodeHalves } from './float16';
import type { Tensor } from './program';
import type { TensorValues } from './storage';

export interface Comparison {
  readonly tensor: Pick<Tensor, 'port' | 'dtype' | 'storage' | 'layout' | 'shape' | 'elements'>;
  /** The storage buffer as read back; its offset is a multiple of 8. */
  readonly got: Uint8Array;
  /** Element i is wanted to be `want[i % want.length]`: fewer than all when slices repeat. null: there is no oracle. */
  readonly want: TensorValues | null;
  /** The tolerance that the case itself brings. */
  readonly stored?: number | undefined;
  /** The word that the whole buffer was filled with before the run; null when it was not. */
  readonly poison: number | null;
  /** Where NaN or an infinity is wanted anything written is right: WGSL promises nothing of a result that is not finite. */
  readonly openNonFinite?: boolean;
}

/** Elements decoded at a time, to stay in the cache. */
const CHUNK = 0x4000;
/** From here on float16 rounds to infinity. */
const HALF_OVERFLOW = 65520;

/**
 * Compares one output. NaN is right where NaN is wanted, an infinity where the same is wanted, or where the wanted value
 * is too large for float16, or was within its tolerance of being so. An element counts as never written when it is wrong
 * and still holds the poison; without an oracle only floats are looked at, since any whole number may be meant.
 * @throws RangeError when the sizes do not fit.
 */
export function compareOutput(comparison: Comparison): OutputCheck {
  const { tensor, got, want } = comparison;
  const { elements } = tensor;
  const needed = tensor.layout === 'packed' ? elements : elements * STORAGE_BYTES[tensor.storage];
  if (got.length < needed) throw new RangeError(`${tensor.port}: ${got.length} bytes hold no ${elements} elements.`);
  if (want !== null && (want.length > elements || (want.length === 0 && elements > 0))) {
    throw new RangeError(`${tensor.port}: ${want.length} wanted values do not fit ${elements} elements.`);
  }
  const tally = new Tally(comparison);
  if (want === null) countPoison(comparison, tally);
  else if (want instanceof BigInt64Array) compareLongs(got, want, elements, tally);
  else if (want instanceof Float32Array) eachChunk(comparison, want, tally, floatReader(comparison), compareFloats);
  else eachChunk(comparison, want, tally, wholeReader(comparison), compareWholes);
  return tally.result();
}

const STORAGE_BYTES = { f16: 2, f32: 4, i32: 4, u32: 4, 'vec2<u32>': 8 } as const;

type WholeArray = Int32Array | Uint32Array;
/** Gives elements from `start` on, at least `count` of them, and where in the array they begin. */
type Reader<A> = (start: number, count: number) => { readonly values: A; readonly offset: number };
type ChunkComparer<A> = (chunk: {
  readonly got: A;
  readonly gotOffset: number;
  readonly want: A;
  readonly wantOffset: number;
  readonly count: number;
  /** Index of the chunk's first element in the tensor. */
  readonly start: number;
  readonly tally: Tally;
}) => void;

/** Walks through the tensor in chunks that neither outgrow the cache nor cross the end of a repeat. */
function eachChunk<A extends ArrayLike<number>>(
  { tensor }: Comparison,
  want: A,
  tally: Tally,
  read: Reader<A>,
  compare: ChunkComparer<A>,
): void {
  for (let start = 0; start < tensor.elements;) {
    const wantOffset = start % want.length;
    const count = Math.min(CHUNK, want.length - wantOffset, tensor.elements - start);
    const { values, offset } = read(start, count);
    compare({ got: values, gotOffset: offset, want, wantOffset, count, start, tally });
    start += count;
  }
}

function floatReader({ tensor, got }: Comparison): Reader<Float32Array> {
  if (tensor.storage === 'f16') {
    const decoded = new Float32Array(CHUNK);
    return (start, count) => {
      decodeHalves(new Uint16Array(got.buffer, got.byteOffset + start * 2, count), decoded);
      return { values: decoded, offset: 0 };
    };
  }
  const values = new Float32Array(got.buffer, got.byteOffset, tensor.elements);
  return (start) => ({ values, offset: start });
}

function wholeReader({ tensor, got }: Comparison): Reader<WholeArray> {
  if (tensor.layout === 'packed') {
    return (start, count) => ({ values: Uint32Array.from(got.subarray(start, start + count)), offset: 0 });
  }
  const { buffer, byteOffset } = got;
  const values =
    tensor.storage === 'i32'
      ? new Int32Array(buffer, byteOffset, tensor.elements)
      : new Uint32Array(buffer, byteOffset, tensor.elements);
  return (start) => ({ values, offset: start });
}

const compareFloats: ChunkComparer<Float32Array> = ({ got, gotOffset, want, wantOffset, count, start, tally }) => {
  let unremarkable = tally.unremarkable;
  for (let i = 0; i < count; i++) {
    const error = Math.abs((got[gotOffset + i] ?? NaN) - (want[wantOffset + i] ?? NaN));
    if (error <= unremarkable) continue;
    tally.float(start + i, got[gotOffset + i] ?? NaN, want[wantOffset + i] ?? NaN);
    unremarkable = tally.unremarkable;
  }
};

const compareWholes: ChunkComparer<WholeArray> = ({ got, gotOffset, want, wantOffset, count, start, tally }) => {
  for (let i = 0; i < count; i++) {
    const written = got[gotOffset + i] ?? NaN;
    const wanted = want[wantOffset + i] ?? NaN;
    if (written !== wanted) tally.whole(start + i, written, wanted);
  }
};

/** By words, because reading 64-bit numbers is slow; differing ones are few. */
function compareLongs(got: Uint8Array, want: BigInt64Array, elements: number, tally: Tally): void {
  const words = new Uint32Array(got.buffer, got.byteOffset, elements * 2);
  const wantWords = new Uint32Array(want.buffer, want.byteOffset, want.length * 2);
  for (let i = 0, w = 0; i < words.length; i += 2, w = w + 2 === wantWords.length ? 0 : w + 2) {
    if (words[i] === wantWords[w] && words[i + 1] === wantWords[w + 1]) continue;
    const written = (BigInt(words[i + 1] ?? 0) << 32n) | BigInt(words[i] ?? 0);
    tally.whole(i / 2, BigInt.asIntN(64, written), want[w / 2] ?? 0n);
  }
}

function countPoison({ tensor }: Comparison, tally: Tally): void {
  if (tensor.storage !== 'f16' && tensor.storage !== 'f32') return;
  for (let i = 0; i < tensor.elements; i++) if (tally.isPoison(i)) tally.missing(i);
}

/** What has been seen so far. */
class Tally {
  /** An error up to here is within its limit and changes no number below: all that most elements need to be asked. */
  unremarkable = -1;
  private readonly tolerance: ElementTolerance;
  private readonly rel: number;
  /** What an error is held against where the wanted value is smaller. */
  private readonly scale: number;
  private maxAbs = 0;
  private maxRel = 0;
  private wrong = 0;
  private unwritten = 0;
  /** A NaN or infinity was written where none was wanted, or the other way round, or nothing was written. */
  private lost = false;
  private worst: { index: number; got: string; want: string } | null = null;
  private readonly words: Uint32Array | Uint16Array | Uint8Array;

  /** Elements of a row; 1 where rows have no say. A row is what a kernel rounds together. */
  private readonly rowLength: number;
  private row = { index: -1, scale: 0 };

  constructor(private readonly comparison: Comparison) {
    const { tensor, want, stored } = comparison;
    const width = tensor.shape.at(-1) ?? 1;
    const rows = tensor.shape.length > 1 && width > 1 && stored === undefined;
    this.tolerance = toleranceFor(tensor.dtype, want ?? [], { stored, rows });
    const { abs, rel } = this.tolerance;
    this.rel = rel;
    this.scale = rel > 0 ? abs / rel : 1;
    this.rowLength = rows && rel > 0 ? width : 1;
    const { buffer, byteOffset, byteLength } = comparison.got;
    if (comparison.tensor.layout === 'packed') this.words = comparison.got;
    else if (comparison.tensor.storage === 'f16') this.words = new Uint16Array(buffer, byteOffset, byteLength >> 1);
    else this.words = new Uint32Array(buffer, byteOffset, byteLength >> 2);
  }

  /** A float whose error is more than unremarkable, or not a number. */
  float(index: number, got: number, want: number): void {
    const size = Math.max(this.scaleAt(index), Math.abs(want));
    const right = Math.abs(got - want) <= this.rel * size;
    if (!right && this.isPoison(index)) this.missing(index, want);
    else if (!Number.isFinite(want) && this.comparison.openNonFinite === true) return;
    else if (Number.isFinite(got) && Number.isFinite(want)) this.number(index, got, want, size);
    else if (!Object.is(got, want) && !this.isOverflow(got, want, size)) {
      this.wrong++;
      this.lose(index, got, want);
    }
  }

  /** A whole number that is not the wanted one. */
  whole(index: number, got: number | bigint, want: number | bigint): void {
    const size = Math.max(this.scale, Math.abs(Number(want)));
    const right = Math.abs(Number(got) - Number(want)) <= this.rel * size;
    if (!right && this.isPoison(index)) this.missing(index, want);
    else this.number(index, got, want, size);
  }

  /** An element that still holds the poison. */
  missing(index: number, want: number | bigint | null = null): void {
    this.unwritten++;
    this.wrong += want === null ? 0 : 1;
    this.lose(index, 'poison', want ?? 'any');
  }

  isPoison(index: number): boolean {
    const { poison } = this.comparison;
    if (poison === null) return false;
    if (this.words instanceof Uint8Array) return this.words[index] === ((poison >>> (8 * (index & 3))) & 0xff);
    if (this.words instanceof Uint16Array) return this.words[index] === ((poison >>> (16 * (index & 1))) & 0xffff);
    const word = poison >>> 0;
    if (this.comparison.tensor.storage !== 'vec2<u32>') return this.words[index] === word;
    return this.words[2 * index] === word && this.words[2 * index + 1] === word;
  }

  result(): OutputCheck {
    const { tensor, want } = this.comparison;
    const none = want === null || this.lost;
    return {
      output: tensor.port,
      maxAbs: none ? null : this.maxAbs,
      maxRel: none ? null : this.maxRel,
      tolerance: this.tolerance,
      wrong: this.wrong,
      unwritten: this.unwritten,
      elements: tensor.elements,
      worst: this.worst && { ...this.worst, coordinates: coordinatesOf(this.worst.index, tensor.shape) },
      worstShare: this.lost ? Infinity : this.worstShare(),
    };
  }

  private worstShare(): number {
    if (this.rel > 0) return this.maxRel / this.rel;
    return this.maxRel > 0 ? Infinity : 0;
  }

  /** @param size what the error is held against. */
  private number(index: number, got: number | bigint, want: number | bigint, size: number): void {
    const error = Math.abs(Number(got) - Number(want));
    const relative = error / size;
    if (error > this.rel * size) this.wrong++;
    if (error > this.maxAbs) this.maxAbs = error;
    if (relative > this.maxRel) {
      this.maxRel = relative;
      if (!this.lost) this.worst = { index, got: String(got), want: String(want) };
    }
    this.unremarkable = Math.min(this.maxAbs, Math.min(this.maxRel, this.rel) * this.scale);
  }

  /** The root mean square of the output or that of the element's row. Rows come one after the other, so one is kept. */
  private scaleAt(index: number): number {
    const { rowLength, comparison, row } = this;
    if (rowLength === 1) return this.scale;
    const own = Math.floor(index / rowLength);
    if (own !== row.index) {
      const scale = rootMeanSquare(comparison.want ?? [], own * rowLength, rowLength);
      this.row = { index: own, scale: Math.max(this.scale, scale) };
    }
    return this.row.scale;
  }

  /** float16 has no room for what is wanted, or may round over it, and infinity was written. */
  private isOverflow(got: number, want: number, size: number): boolean {
    const tooLarge = Math.abs(want) + this.rel * size >= HALF_OVERFLOW;
    return this.comparison.tensor.dtype === 'float16' && tooLarge && got === Math.sign(want) * Infinity;
  }

  /** Remembers the first element that no number describes. */
  private lose(index: number, got: number | string, want: number | bigint | string): void {
    if (!this.lost) this.worst = { index, got: String(got), want: String(want) };
    this.lost = true;
  }
}

function coordinatesOf(index: number, shape: readonly number[]): number[] {
  const coordinates: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    coordinates.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return coordinates;
}
