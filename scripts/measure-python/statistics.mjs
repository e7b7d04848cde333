// Middle values, spreads, and an interval of a ratio.

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * How far several runs of the same are apart.
 * @param {readonly number[]} values
 * @returns {{ range: number, deviation: number }} largest ÷ smallest − 1, and standard deviation ÷ mean
 */
export function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) / mean : NaN;
  return { range: Math.max(...values) / Math.min(...values) - 1, deviation };
}

/**
 * Half of the 95% interval of the median by order, as a share of the median.
 * @param {readonly number[]} samples
 */
export function halfWidth(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const reach = Math.ceil(0.98 * Math.sqrt(sorted.length));
  const low = sorted[Math.max(0, middle - reach)] ?? NaN;
  const high = sorted[Math.min(sorted.length - 1, middle + reach)] ?? NaN;
  return (high - low) / 2 / (sorted[middle] ?? NaN);
}

/**
 * Where no report says it: the 95% interval of a ratio of medians, from resampled blocks of two.
 * @param {readonly number[]} baseline
 * @param {readonly number[]} contender
 * @returns {{ ratio: number, low: number, high: number, verdict: string }}
 */
export function compared(baseline, contender) {
  const blocks = Math.min(baseline.length, contender.length) >> 1;
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * blocks);
  };
  const ratios = Array.from({ length: 400 }, () => {
    const chosen = Array.from({ length: blocks }, draw);
    /** @param {readonly number[]} samples */
    const middle = (samples) => median(chosen.flatMap((block) => samples.slice(2 * block, 2 * block + 2)));
    return middle(baseline) / middle(contender);
  }).toSorted((a, b) => a - b);
  const [low = NaN, high = NaN] = [ratios[10], ratios[389]];
  const verdict =
    low > 1.01 ? 'FASTER' : high < 1 / 1.01 ? 'SLOWER' : low >= 1 / 1.02 && high <= 1.02 ? 'SAME' : 'UNCLEAR';
  return { ratio: median(baseline) / median(contender), low, high, verdict };
}
