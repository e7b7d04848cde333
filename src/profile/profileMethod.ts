import type { ProfileOptions } from './profileOptions';
import type { Report } from './report';
import { CONFIDENCE } from './statistics';
import { LEAST_DIFFERENCE, SAME_WITHIN } from './verdict';
import { measureLimits, TARGET_HALF_WIDTH } from './webgpu/measureLimits';

const PEER_TEXT =
  'ONNX Runtime runs each case once on the same device, in a session made and warmed before; the passes that it launches (its pipelines, its sizes, its order) are then repeated, checked and timed like those of a variant. What it clears in its memory pool between runs is left out, and weights are inputs to it as they are to the variants. Where its values are off, but all of them written, it is timed all the same: its row is wrong, and compared with nothing.';

/** How a run measures, in numbers and in words, for a reader of its report. */
export function methodOf(
  options: ProfileOptions,
  software: boolean,
  timer: Report['machine']['timer']['kind'],
): Report['method'] {
  const limits = measureLimits(software, options.quick);
  const percent = (share: number): string => `${String(share * 100)}%`;
  const clock =
    timer === 'timestamp-query'
      ? 'GPU timestamps at the ends of a compute pass'
      : 'the clock of the CPU around a submit';
  const caches =
    limits.coldBytes > 0
      ? `Inputs rotate over ${String(limits.coldBytes / 2 ** 20)} MiB or more, or the caches are flushed before each sample.`
      : 'Caches are not kept cold: a software adapter has the caches of the CPU.';
  return {
    seed: options.seed,
    confidence: CONFIDENCE,
    targetHalfWidth: TARGET_HALF_WIDTH,
    timeLimitMs: limits.timeLimitMs,
    sameWithin: SAME_WITHIN,
    text: [
      `Times are taken with ${clock}, after a warm-up, in blocks of A B … B A over all contenders of a case.`,
      'Blocks between which the clock of the GPU was low are taken again; where that does not help, the row says so.',
      'Short programs are launched back to back until a sample is long enough; each iteration waits for the one before.',
      caches,
      `Sampling ends when the median of every contender is known to ±${percent(TARGET_HALF_WIDTH)}, or after ${String(limits.timeLimitMs)} ms.`,
      `FASTER and SLOWER: the ${percent(CONFIDENCE)} interval of the ratio of medians lies beyond ${percent(LEAST_DIFFERENCE)} of 1. SAME: it lies within ${percent(SAME_WITHIN)}. Else UNCLEAR.`,
      'Operations are held against the faster of the first two variants of ai.onnx.MatMul that the adapter takes, on square matrices of random values in the same run.',
      'Outputs are poisoned, then compared with the oracle on several seeds before timing, and what the last timed run wrote is compared again.',
      ...(options.peer === undefined ? [] : [PEER_TEXT]),
    ],
  };
}
