// Is a contender faster than the baseline? Answered from an interval of the ratio, never from two means.
import { BlockResampler, ResampledMedian, SAMPLES_PER_BLOCK, intervalAround, quantile } from './statistics';
import type { RowSpeedup } from './report';

/** A difference below this share is not called one: 1%. */
export const LEAST_DIFFERENCE = 0.01;
/** SAME: the whole interval of the ratio is within this share of 1. */
export const SAME_WITHIN = 0.02;

/** Resamples of fewer samples than this vary less than the run did: no verdict comes of them. */
const LEAST_SAMPLES = 8;

const RESAMPLES = 2000;

/**
 * The verdict on an interval of the ratio baseline time ÷ contender time. Swapping the two contenders swaps FASTER
 * and SLOWER and leaves SAME and UNCLEAR.
 */
export function verdictOf(low: number, high: number): RowSpeedup['verdict'] {
  if (low > 1 + LEAST_DIFFERENCE) return 'FASTER';
  if (high < 1 / (1 + LEAST_DIFFERENCE)) return 'SLOWER';
  if (low >= 1 / (1 + SAME_WITHIN) && high <= 1 + SAME_WITHIN) return 'SAME';
  return 'UNCLEAR';
}

/**
 * Compares two contenders that were sampled in interleaved blocks A B … B A: samples 2k and 2k+1 of both come from
 * block k. Blocks are resampled for both together, so that what slows a block down for both says nothing about the ratio.
 * Only blocks that both have are used; of few of them the verdict is UNCLEAR.
 * @returns null when a sample is not above zero or there is no whole block: such times cannot be compared.
 */
export function compareTimes(
  baselineNs: readonly number[],
  contenderNs: readonly number[],
  seed: number,
): RowSpeedup | null {
  const common = Math.min(baselineNs.length, contenderNs.length);
  const used = common - (common % SAMPLES_PER_BLOCK);
  const baselineUsed = baselineNs.slice(0, used);
  const contenderUsed = contenderNs.slice(0, used);
  if (used === 0 || ![...baselineUsed, ...contenderUsed].every((sample) => sample > 0)) return null;

  const baseline = new ResampledMedian(baselineUsed);
  const contender = new ResampledMedian(contenderUsed);
  const resampler = new BlockResampler(used, seed);
  const ratios = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    const counts = resampler.draw();
    ratios[i] = baseline.of(counts) / contender.of(counts);
  }
  const ratio = quantile(baseline.sorted, 0.5) / quantile(contender.sorted, 0.5);
  const { low, high } = intervalAround(ratio, ratios, resampler);
  return { ratio, low, high, verdict: used < LEAST_SAMPLES ? 'UNCLEAR' : verdictOf(low, high) };
}
