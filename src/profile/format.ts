// Numbers as a person reads them. No number is computed here, only rounded and named.
import type { ReportTensor, RowSpeedup } from './report';

/** Nanoseconds as `850 ns`, `187 µs`, `9.41 ms`, `2.10 s`: three significant digits. */
export function formatTime(ns: number): string {
  return scaled(ns, [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [1, 'ns'],
  ]);
}

/** Bytes in powers of 1000, as memory rates are quoted: `268 MB`. */
export function formatBytes(bytes: number): string {
  return bytes === 0 ? '0 B' : scaled(bytes, BYTE_UNITS);
}

/** Bytes a second: `2,895 GB/s`. Stays in GB/s from there on, the unit in which GPUs are compared. */
export function formatRate(bytesPerSecond: number): string {
  return bytesPerSecond >= 1e9 ? `${digits(bytesPerSecond / 1e9)} GB/s` : `${formatBytes(bytesPerSecond)}/s`;
}

/** Multiplications and additions a second: `52.1 GFLOP/s`, `1,979 TFLOP/s`. Stays in TFLOP/s from there on. */
export function formatFlops(flopsPerSecond: number): string {
  if (flopsPerSecond >= 1e12) return `${digits(flopsPerSecond / 1e12)} TFLOP/s`;
  return scaled(flopsPerSecond, [
    [1e9, 'GFLOP/s'],
    [1e6, 'MFLOP/s'],
    [1, 'FLOP/s'],
  ]);
}

/** Multiplications and additions: `137 GFLOP`, `1.44 TFLOP`. */
export function formatOperations(flops: number): string {
  return scaled(flops, [
    [1e12, 'TFLOP'],
    [1e9, 'GFLOP'],
    [1e6, 'MFLOP'],
    [1e3, 'kFLOP'],
    [1, 'FLOP'],
  ]);
}

const BYTE_UNITS: readonly (readonly [number, string])[] = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
  [1, 'B'],
];

/** A share of one as a percentage: `98%`, `0.3%`; below a tenth of a percent `<0.1%`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0%';
  if (percent < 0.1) return '<0.1%';
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent).toString()}%`;
}

/** A ratio: `4.84×`, `12.3×`, `130×`. */
export function formatRatio(ratio: number): string {
  return `${digits(ratio)}×`;
}

/** A ratio with one digit less than a table shows: `4.8×`, but `1.04×`. */
export function shortRatio(ratio: number): string {
  return ratio >= 1.1 && ratio < 9.95 ? `${ratio.toFixed(1)}×` : formatRatio(ratio);
}

/** A speed-up with its interval: `4.84× [4.80, 4.88]`. */
export function formatSpeedup(speedup: RowSpeedup): string {
  return `${formatRatio(speedup.ratio)} [${digits(speedup.low)}, ${digits(speedup.high)}]`;
}

/** An error of one significant digit: `4e-4`, `3e-7`, `0.3`; `0` when there is none. */
export function formatError(error: number): string {
  if (error === 0) return '0';
  if (error >= 0.01 && error < 1000) return Number(error.toPrecision(2)).toString();
  return error.toExponential(0).replace('e+', 'e');
}

/** A shape: `16384×4096`, `scalar` for rank 0. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

/** `16384×4096 f16`. */
export function formatTensor(tensor: Pick<ReportTensor, 'dtype' | 'shape'>): string {
  return `${formatShape(tensor.shape)} ${shortDtype(tensor.dtype)}`;
}

/** `float16` as `f16`, `bfloat16` as `bf16`, `uint8` as `u8`; `bool` stays. */
export function shortDtype(dtype: string): string {
  return dtype
    .replace(/^(b?)float/, '$1f')
    .replace(/^uint/, 'u')
    .replace(/^int/, 'i');
}

/** A whole number with thin groups: `67,108,864`. */
export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 launch`, `5 launches`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** An element's place: `[4095, 17]`; `[]` for rank 0. */
export function formatCoordinates(coordinates: readonly number[]): string {
  return `[${coordinates.join(', ')}]`;
}

/** Three significant digits, never an exponent, thousands grouped. */
function digits(value: number): string {
  if (value >= 999.5) return formatCount(Math.round(value));
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}

function scaled(value: number, units: readonly (readonly [number, string])[]): string {
  // Rounded first, so that 999.9 µs becomes 1.00 ms and not 1,000 µs.
  const rounded = Number(value.toPrecision(3));
  const unit = units.find(([size]) => rounded >= size) ?? units.at(-1);
  if (unit === undefined) return String(value);
  return `${digits(rounded / unit[0])} ${unit[1]}`;
}
