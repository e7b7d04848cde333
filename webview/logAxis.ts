// A logarithmic axis: which values get a tick, and where on a line a value lies.

export interface LogAxis {
  /** The ends, both above 0. */
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** An axis with room for all values, to the next tick on both sides. @returns null without a value above 0. */
export function logAxis(values: readonly number[]): LogAxis | null {
  const usable = values.filter((value) => value > 0 && Number.isFinite(value));
  if (usable.length === 0) return null;
  const low = Math.floor(Math.log10(Math.min(...usable) / 1.15));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...usable) * 1.15)));
  const step = Math.ceil((high - low) / 7);
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => 10 ** (low + index * step));
  return { from: 10 ** low, to: 10 ** high, ticks };
}

/** Where `value` lies between the ends: 0 to 1. */
export function placeOn({ from, to }: LogAxis, value: number): number {
  return Math.log(value / from) / Math.log(to / from);
}
