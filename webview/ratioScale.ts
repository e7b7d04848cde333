// Where speed-ups lie on a line: from 0 while all of them are near 1×, else logarithmic, with slower ones left of 1×.
import type { ReportCase, ReportRow } from '../src/profile/report';
import type { Bar } from './bars';

/** Beyond this many times slower or faster than 1×, a line from 0 would leave no room for the others. */
const WIDEST_FROM_ZERO = 16;
/** Room beside the farthest ends. */
const ROOM = 1.04;
const LOG_TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

export interface RatioScale {
  readonly logarithmic: boolean;
  readonly ticks: readonly number[];
  /** A share of the line. */
  place(ratio: number): number;
}

/** The scale for the speed-ups of all cases, their intervals included. */
export function ratioScale(cases: readonly ReportCase[]): RatioScale {
  const speedups = cases.flatMap(({ rows }) => rows.flatMap(({ speedup }) => speedup ?? []));
  const high = Math.max(1, ...speedups.map((speedup) => speedup.high)) * ROOM;
  const low = Math.min(1, ...speedups.map((speedup) => speedup.low).filter((ratio) => ratio > 0)) / ROOM;
  if (high <= WIDEST_FROM_ZERO && low >= 1 / WIDEST_FROM_ZERO)
    return { logarithmic: false, ticks: ticksTo(high), place: (ratio) => ratio / high };
  return {
    logarithmic: true,
    ticks: LOG_TICKS.filter((tick) => tick >= low && tick <= high),
    place: (ratio) => (ratio <= 0 ? 0 : Math.log(ratio / low) / Math.log(high / low)),
  };
}

/** A row's speed-up as a bar from 0 or, on a logarithmic scale, from 1×; null where there is none. */
export function speedupBar({ status, contender, speedup }: ReportRow, scale: RatioScale): Bar | null {
  if (status !== 'timed') return null;
  const one = scale.place(1);
  const start = scale.logarithmic ? one : 0;
  if (speedup === null) return contender.baseline ? { start, end: one, interval: null, kind: 'baseline' } : null;
  const kinds = { FASTER: 'faster', SLOWER: 'slower', SAME: 'plain', UNCLEAR: 'plain' };
  return {
    ...{ start, end: scale.place(speedup.ratio) },
    interval: { low: scale.place(speedup.low), high: scale.place(speedup.high) },
    kind: kinds[speedup.verdict],
  };
}

/** Round steps from 0, at most seven, 1 always among them. */
export function ticksTo(end: number): number[] {
  const step = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => end / size <= 6) ?? 1000;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  return ticks.includes(1) ? ticks : [...ticks, 1].toSorted((a, b) => a - b);
}
