// IEEE binary16 to and from float32, by table: fast enough for hundreds of megabytes.

/** Every half, by its bits, as a float32. */
export const HALF_VALUES: Float32Array = halfValues();
const ENCODER = encoderTables();

/** The float32 nearest to `value` that a half can hold, as bits. Ties go to even, too large becomes infinity, NaN stays NaN. */
export function halfBits(value: number): number {
  const bits = new Uint16Array(1);
  encodeHalves(Float32Array.of(value), bits);
  return bits[0] ?? 0;
}

/** `value` rounded to what a half can hold. */
export function roundToHalf(value: number): number {
  return HALF_VALUES[halfBits(value)] ?? NaN;
}

/** Writes each of `values`, rounded to a half, into `bits`, which must be as long. */
export function encodeHalves(values: Float32Array, bits: Uint16Array): void {
  const { base, shift, hidden } = ENCODER;
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    if ((word & 0x7fffffff) > 0x7f800000) {
      bits[i] = ((word >>> 16) & 0x8000) | 0x7e00;
      continue;
    }
    const head = word >>> 23;
    const by = shift[head] ?? 0;
    const fraction = (word & 0x7fffff) | (hidden[head] ?? 0);
    // Adding just under half of the last place, and one more when that place is odd, rounds ties to even.
    const rounded = (fraction + ((1 << (by - 1)) - 1) + ((fraction >>> by) & 1)) >>> by;
    bits[i] = (base[head] ?? 0) + rounded;
  }
}

/** Writes the value of each half of `bits` into `values`, which must be as long. */
export function decodeHalves(bits: Uint16Array, values: Float32Array): void {
  for (let i = 0; i < bits.length; i++) values[i] = HALF_VALUES[bits[i] ?? 0] ?? NaN;
}

function halfValues(): Float32Array {
  const values = new Float32Array(0x10000);
  for (let bits = 0; bits < 0x8000; bits++) {
    const exponent = bits >>> 10;
    const fraction = bits & 0x3ff;
    let value: number;
    if (exponent === 31) value = fraction === 0 ? Infinity : NaN;
    else if (exponent === 0) value = fraction * 2 ** -24;
    else value = (1024 + fraction) * 2 ** (exponent - 25);
    values[bits] = value;
    values[bits | 0x8000] = -value;
  }
  return values;
}

/** By a float32's sign and exponent: the half's sign and exponent, how far the fraction moves, and its hidden one. */
function encoderTables(): { base: Uint16Array; shift: Uint8Array; hidden: Uint32Array } {
  const base = new Uint16Array(512);
  const shift = new Uint8Array(512);
  const hidden = new Uint32Array(512);
  for (let head = 0; head < 512; head++) {
    const sign = head >= 256 ? 0x8000 : 0;
    const exponent = head & 0xff;
    if (exponent < 102)
      shift[head] = 26; // below half of the smallest subnormal: zero
    else if (exponent < 113) {
      shift[head] = 126 - exponent;
      hidden[head] = 0x800000;
    } else if (exponent < 143) {
      base[head] = (exponent - 112) << 10;
      shift[head] = 13;
    } else {
      base[head] = 0x7c00; // infinity; the shift leaves nothing of the fraction
      shift[head] = 26;
    }
    base[head] = (base[head] ?? 0) | sign;
  }
  return { base, shift, hidden };
}
