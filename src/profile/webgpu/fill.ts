// Inputs from a seed: the same bytes on every machine, at memory speed for large tensors.
import { randomWords } from '../random';
import { encodeHalves } from './float16';
import type { LogicalDtype, Tensor } from './program';

/**
 * `random`: floats near the normal distribution (mean 0, deviation 1, within ±6), whole numbers over a small range.
 * `large`: floats a million times that (a thousand times for float16), whole numbers at both ends of the dtype.
 */
export type FillKind = 'random' | 'zeros' | 'large';

type WholeDtype = Exclude<LogicalDtype, 'float16' | 'float32'>;

/** The whole numbers a random fill draws from: the first, and how many. */
const WHOLE_RANGES: Readonly<Record<WholeDtype, { first: number; count: number }>> = {
  int8: { first: -128, count: 256 },
  uint8: { first: 0, count: 256 },
  int16: { first: -1024, count: 2049 },
  int32: { first: -1024, count: 2049 },
  int64: { first: -1024, count: 2049 },
  uint32: { first: 0, count: 2049 },
  bool: { first: 0, count: 2 },
};
/** The whole numbers a `large` fill draws from; int64 keeps to what its low word holds. */
const WHOLE_ENDS: Readonly<Record<WholeDtype, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  int32: [-0x80000000, 0x7fffffff],
  int64: [-0x80000000, 0x7fffffff],
  uint32: [0, 0xffffffff],
  bool: [0, 1],
};

const NORMAL_VALUES: Float32Array = normalValues();

/**
 * The bytes of a storage buffer for `tensor`, `tensor.bytes` long. With `block`, the first `block` elements are drawn and
 * then repeated to the end, for cases whose slices are independent of each other.
 */
export function fillTensor(
  tensor: Pick<Tensor, 'dtype' | 'storage' | 'layout' | 'elements' | 'bytes'>,
  seed: number,
  kind: FillKind = 'random',
  block: number = tensor.elements,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(tensor.bytes);
  const drawn = Math.min(block, tensor.elements);
  if (kind === 'zeros' || drawn === 0) return bytes;
  const table = valueTable(tensor, kind);
  if (tensor.storage === 'vec2<u32>' && tensor.layout === 'plain') {
    const low = new Uint32Array(drawn);
    draw(low, table, seed);
    signExtend(low, new Uint32Array(bytes.buffer));
    repeatBytes(bytes, drawn * 8, tensor.elements * 8);
  } else {
    draw(cellsLike(table, bytes.buffer, drawn), table, seed);
    repeatBytes(bytes, drawn * table.BYTES_PER_ELEMENT, tensor.elements * table.BYTES_PER_ELEMENT);
  }
  return bytes;
}

/** The fewest slices that are repeated, where each is a large tensor, and where arithmetic makes them dear. */
const LEAST_SLICES = { usual: 5, large: 3, dear: 2 } as const;
const LARGE_SLICE = 1 << 20;

/**
 * How many slices along axis 0 to draw and repeat when slices are independent: a prime number, so that no tile of a
 * kernel meets the same slices at every turn, of about `targetElements` in all; every slice when there are no more.
 * @param mostSlices what an oracle can afford.
 */
export function independentBlock(shape: readonly number[], targetElements = 100_000, mostSlices = Infinity): number {
  const slices = shape[0] ?? 1;
  const perSlice = shape.slice(1).reduce((product, size) => product * size, 1);
  const wanted = Math.floor(Math.min(targetElements / Math.max(1, perSlice), mostSlices));
  if (wanted >= slices) return slices;
  const usual = perSlice >= LARGE_SLICE ? LEAST_SLICES.large : LEAST_SLICES.usual;
  let prime = Math.max(wanted, mostSlices < usual ? LEAST_SLICES.dear : usual);
  while (!isPrime(prime)) prime--;
  return Math.min(prime, slices);
}

/**
 * Fills `values` with a wave, for `fillFloat32` of a test.json: scale × (sin(i × sinStep) + cos(i × cosStep)). The formula
 * its authors use is not published; expected outputs are never stored beside it, so any fixed one serves.
 */
export function fillWave(values: Float32Array, wave: { sinStep: number; cosStep: number; scale?: number }): void {
  const scale = wave.scale ?? 1;
  for (let i = 0; i < values.length; i++) {
    values[i] = scale * (Math.sin(i * wave.sinStep) + Math.cos(i * wave.cosStep));
  }
}

/** Repeats the first `period` bytes until `end`. */
function repeatBytes(bytes: Uint8Array, period: number, end: number): void {
  for (let filled = period; filled < end; filled *= 2) {
    bytes.copyWithin(filled, 0, Math.min(filled, end - filled));
  }
}

type Cells = Uint8Array | Uint16Array | Uint32Array;

/** Fills `cells` from a table of 65,536, two picks to a random word (the xorshift of Marsaglia: speed before finesse). */
function draw(cells: Cells, table: Cells, seed: number): void {
  let word = randomWords(seed)() | 1;
  const even = cells.length & ~1;
  for (let i = 0; i < even; i += 2) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    cells[i] = table[word & 0xffff] ?? 0;
    cells[i + 1] = table[word >>> 16] ?? 0;
  }
  if (even < cells.length) cells[even] = table[randomWords(word)() & 0xffff] ?? 0;
}

/** What an element of `tensor` is drawn from, 65,536 entries as they lie in its storage buffer. */
function valueTable(tensor: Pick<Tensor, 'dtype' | 'storage' | 'layout'>, kind: 'random' | 'large'): Cells {
  const { dtype } = tensor;
  if (dtype === 'float16' || dtype === 'float32') {
    const scale = kind === 'random' ? 1 : dtype === 'float16' ? 1e3 : 1e6;
    const values = scale === 1 ? NORMAL_VALUES : NORMAL_VALUES.map((value) => value * scale);
    if (tensor.storage !== 'f16') return new Uint32Array(values.buffer);
    const halves = new Uint16Array(values.length);
    encodeHalves(values, halves);
    return halves;
  }
  const table = tensor.layout === 'packed' ? new Uint8Array(0x10000) : new Uint32Array(0x10000);
  const { first, count } = WHOLE_RANGES[dtype];
  const ends = WHOLE_ENDS[dtype];
  for (let i = 0; i < table.length; i++) {
    table[i] = kind === 'large' ? ends[i & 1 ? 1 : 0] : first + ((i * count) >>> 16);
  }
  return table;
}

function cellsLike(table: Cells, buffer: ArrayBuffer, length: number): Cells {
  if (table instanceof Uint8Array) return new Uint8Array(buffer, 0, length);
  if (table instanceof Uint16Array) return new Uint16Array(buffer, 0, length);
  return new Uint32Array(buffer, 0, length);
}

/** Writes each signed 32-bit word as a 64-bit one, little end first. */
function signExtend(low: Uint32Array, words: Uint32Array): void {
  for (let i = 0; i < low.length; i++) {
    const word = low[i] ?? 0;
    words[2 * i] = word;
    words[2 * i + 1] = word >> 31;
  }
}

/** Sums of twelve uniform numbers less six: near normal, and exact arithmetic on every machine. */
function normalValues(): Float32Array {
  const next = randomWords(0x6b65726e);
  return Float32Array.from({ length: 0x10000 }, () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += next();
    return sum / 0x1_0000_0000 - 6;
  });
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return number > 1;
}
