// How long and how exactly a case is measured, by the kind of adapter. The report's method quotes these numbers.

/** Timing of a case stops when every contender's relative half-width is below this: 0.5%. */
export const TARGET_HALF_WIDTH = 0.005;

/**
 * A sample on hardware is at least this long, nanoseconds: a pass with timestamps takes up to 20 µs of its own, which the
 * launches of a sample share.
 */
export const LEAST_SAMPLE_NS = 1_000_000;

export interface MeasureLimits {
  /** The sampling of one case ends after this, whatever its precision. */
  readonly timeLimitMs: number;
  /** A sample's batch makes it at least this long, nanoseconds. */
  readonly leastSampleNs: number;
  /** A sample is also this many times the timer's resolution. */
  readonly leastSteps: number;
  readonly leastBlocks: number;
  readonly mostBlocks: number;
  /** Untimed work before the first sample, until clocks have risen. */
  readonly warmUpMs: number;
  /** Blocks taken at a low clock are taken again until this much time has gone into them and into raising the clock. */
  readonly clockLimitMs: number;
  /** Input sets rotate over at least this many bytes, so that what was read before is not in the caches; 0: they need not. */
  readonly coldBytes: number;
  readonly mostSets: number;
}

const HARDWARE: MeasureLimits = {
  timeLimitMs: 700,
  leastSampleNs: LEAST_SAMPLE_NS,
  leastSteps: 200,
  leastBlocks: 10,
  mostBlocks: 1000,
  warmUpMs: 20,
  clockLimitMs: 1500,
  coldBytes: 512 << 20,
  mostSets: 64,
};

/** A software adapter has no clock to warm up and runs from the caches of the CPU whatever is done. */
const SOFTWARE: MeasureLimits = {
  timeLimitMs: 1500,
  leastSampleNs: 2_000_000,
  leastSteps: 200,
  leastBlocks: 10,
  mostBlocks: 200,
  warmUpMs: 0,
  clockLimitMs: 0,
  coldBytes: 0,
  mostSets: 2,
};

/** The limits for an adapter; a quick profile takes less time and gets wider intervals. */
export function measureLimits(software: boolean, quick: boolean): MeasureLimits {
  const limits = software ? SOFTWARE : HARDWARE;
  return quick ? { ...limits, timeLimitMs: limits.timeLimitMs / 2, warmUpMs: limits.warmUpMs / 2 } : limits;
}
