// What samples say: quantiles, and how far the median can be trusted.
import { randomWords } from './random';
import type { RowTiming } from './report';

/** The share of resamples an interval must hold. */
export const CONFIDENCE = 0.95;
/** Each contender is sampled twice in a block A B … B A, so that a steady drift meets all of them alike. */
export const SAMPLES_PER_BLOCK = 2;
const RESAMPLES = 2000;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The value below which the share `p` (0 to 1) of ascending `sorted` lies, linear between neighbours.
 * @throws RangeError when there is no sample.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) throw new RangeError('No samples: there is no quantile.');
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (high - low) * (position - below);
}

/** The median. @throws RangeError when there is no sample. */
export function median(samples: readonly number[]): number {
  return quantile(Float64Array.from(samples).sort(), 0.5);
}

/**
 * Draws resamples of whole stretches of time: a start, then the blocks that follow it (round the end), so that what
 * neighbours share, such as a clock that wanders, is in the resamples as it was in the run.
 */
export class BlockResampler {
  readonly blocks: number;
  /** Neighbouring blocks taken together. */
  readonly stretch: number;
  private readonly nextWord: () => number;
  private readonly drawn: Uint32Array;

  /** @param samples samples of one contender; an incomplete last block counts as a block. */
  constructor(samples: number, seed: number) {
    this.blocks = Math.ceil(samples / SAMPLES_PER_BLOCK);
    this.stretch = Math.max(1, Math.round(Math.cbrt(this.blocks)));
    this.nextWord = randomWords(seed);
    this.drawn = new Uint32Array(this.blocks);
  }

  /** How often each block is in the next resample. Overwritten by the next call. */
  draw(): Uint32Array {
    this.drawn.fill(0);
    for (let taken = 0; taken < this.blocks;) {
      let block = Math.floor((this.nextWord() / 0x1_0000_0000) * this.blocks);
      for (let i = 0; i < this.stretch && taken < this.blocks; i++, taken++) {
        this.drawn[block] = (this.drawn[block] ?? 0) + 1;
        block = block + 1 === this.blocks ? 0 : block + 1;
      }
    }
    return this.drawn;
  }
}

/** Medians of resamples of one contender, without sorting again for each. */
export class ResampledMedian {
  readonly sorted: Float64Array;
  private readonly blockOfRank: Uint32Array;

  constructor(samples: readonly number[]) {
    const order = Uint32Array.from(samples, (_, i) => i).sort((a, b) => (samples[a] ?? 0) - (samples[b] ?? 0));
    this.sorted = Float64Array.from(order, (i) => samples[i] ?? NaN);
    this.blockOfRank = order.map((i) => Math.floor(i / SAMPLES_PER_BLOCK));
  }

  /** The median when block b is there `counts[b]` times, with as many blocks in all as the samples have. */
  of(counts: Uint32Array): number {
    const { sorted, blockOfRank } = this;
    const incomplete = sorted.length % SAMPLES_PER_BLOCK;
    const lacking = incomplete === 0 ? 0 : (SAMPLES_PER_BLOCK - incomplete) * (counts.at(-1) ?? 0);
    const total = counts.length * SAMPLES_PER_BLOCK - lacking;
    const lowerPlace = (total - 1) >> 1;
    const upperPlace = total >> 1;
    let rank = 0;
    let seen = counts[blockOfRank[0] ?? 0] ?? 0;
    while (seen <= lowerPlace) seen += counts[blockOfRank[++rank] ?? 0] ?? 0;
    const lower = sorted[rank] ?? NaN;
    while (seen <= upperPlace) seen += counts[blockOfRank[++rank] ?? 0] ?? 0;
    return (lower + (sorted[rank] ?? NaN)) / 2;
  }
}

/**
 * The interval round `point` that resampled `values` (which it sorts) give: their middle `CONFIDENCE`, widened because
 * resamples of few stretches vary less than the run did. Coverage was held against simulated noise in the tests.
 */
export function intervalAround(point: number, values: Float64Array, resampler: BlockResampler): Interval {
  values.sort();
  const tail = (1 - CONFIDENCE) / 2;
  const widening = 1 + resampler.stretch / resampler.blocks;
  return {
    low: Math.max(0, point - Math.max(0, point - quantile(values, tail)) * widening),
    high: point + Math.max(0, quantile(values, 1 - tail) - point) * widening,
  };
}

/**
 * A 95% bootstrap interval of the median of `samples`, given in the order in which they were taken.
 * @throws RangeError when there is no sample.
 */
export function medianInterval(samples: readonly number[], seed: number, resamples = RESAMPLES): Interval {
  const medians = new ResampledMedian(samples);
  const resampler = new BlockResampler(samples.length, seed);
  const values = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) values[i] = medians.of(resampler.draw());
  return intervalAround(quantile(medians.sorted, 0.5), values, resampler);
}

/**
 * Half the interval of the median as a share of the median: the number a stop rule compares with its target.
 * Fewer resamples than the report uses, because it is asked after every few samples. Infinity for no or one block,
 * about which an interval says nothing.
 */
export function relativeHalfWidth(samples: readonly number[], seed: number): number {
  if (samples.length <= SAMPLES_PER_BLOCK) return Infinity;
  const { low, high } = medianInterval(samples, seed, 500);
  return halfWidthShare(low, high, median(samples));
}

/**
 * The numbers of a row from its samples.
 * @param samplesNs nanoseconds for one iteration, in the order in which they were taken.
 * @throws RangeError when there is no sample.
 */
export function summarise(
  samplesNs: readonly number[],
  run: { readonly batch: number; readonly stoppedBy: RowTiming['stoppedBy']; readonly seed: number },
): RowTiming {
  const sorted = Float64Array.from(samplesNs).sort();
  const medianNs = quantile(sorted, 0.5);
  const { low, high } = medianInterval(samplesNs, run.seed);
  return {
    medianNs,
    q1Ns: quantile(sorted, 0.25),
    q3Ns: quantile(sorted, 0.75),
    lowNs: low,
    highNs: high,
    relativeHalfWidth: halfWidthShare(low, high, medianNs),
    samplesNs: [...samplesNs],
    batch: run.batch,
    stoppedBy: run.stoppedBy,
  };
}

function halfWidthShare(low: number, high: number, middleValue: number): number {
  return middleValue > 0 ? (high - low) / 2 / middleValue : 0;
}
