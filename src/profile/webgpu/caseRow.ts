// The row of a contender, from what was checked and measured.
import { emptyRow } from '../emptyRow';
import { deriveSeed } from '../random';
import type { ReportFlag, ReportRow, RowAccuracy, RowTiming } from '../report';
import { summarise } from '../statistics';
import { compareTimes } from '../verdict';
import type { RunnableCase } from './casePlan';
import { CLOCK_TOLERANCE } from './clockProbe';
import type { Contender } from './contenders';
import type { Measurement } from './measure';
import { TARGET_HALF_WIDTH } from './measureLimits';
import type { OpenGpu } from './openGpu';
import type { Program } from './program';
import { productDtype, type ProductRates } from './productRate';
import { countWork } from './work';

/** What a row needs to know of the adapter that it was timed on. */
export type TimedOn = Pick<OpenGpu, 'reference' | 'software'> & { readonly timer: Pick<OpenGpu['timer'], 'kind'> };
type ProductRate = ProductRates[string];

/** A share of a limit of this run that cannot be real. */
const ABOVE_LIMIT = 1.02;
/** An interval this many times the target is worth a warning. */
const NOISY = 4;

/** What a row holds whatever becomes of it; `failed` until there is more. */
export function caseRow(
  contender: Contender,
  program: Program | null,
  partlyRead: RunnableCase['partlyRead'],
  accuracy: RowAccuracy | null,
  compileMs: number | null,
): ReportRow {
  return {
    ...emptyRow({ ...contender, kind: 'variant', kernel: null }),
    accuracy,
    work: program === null ? null : countWork(program, partlyRead),
    compileMs,
  };
}

/** A wrong row with its time, and nothing made of it: what is wrong is no faster or slower, and near to no limit. */
export function inexactRow(row: ReportRow, runnable: RunnableCase, gpu: TimedOn, measurement: Measurement): ReportRow {
  const timing = timingOf(row, runnable, measurement);
  return { ...row, timing, flags: timeFlags(timing, measurement, gpu) };
}

/** @param baseline the measurement to compare with; null for the baseline itself, or when it has none. */
export function timedRow(
  row: ReportRow,
  runnable: RunnableCase,
  gpu: TimedOn,
  measurement: Measurement,
  baseline: Measurement | null,
): ReportRow {
  const timing = timingOf(row, runnable, measurement);
  const bytesPerSecond = timing.medianNs > 0 ? runnable.leastBytes / (timing.medianNs * 1e-9) : null;
  const copyRate = gpu.reference.copyBytesPerSecond;
  const shareOfLimit = bytesPerSecond === null || copyRate === null ? null : bytesPerSecond / copyRate;
  const product = productOf(runnable, gpu);
  const flopsPerSecond =
    runnable.flops !== null && timing.medianNs > 0 ? runnable.flops / (timing.medianNs * 1e-9) : null;
  const shareOfProduct = flopsPerSecond === null || product === null ? null : flopsPerSecond / product.flopsPerSecond;
  const flags: ReportFlag[] = [];
  if (product !== null && shareOfProduct !== null && shareOfProduct > ABOVE_LIMIT && !gpu.software) {
    flags.push({
      id: 'above-product-limit',
      severity: 'warning',
      text: `More operations a second than this program's product of two ${product.dtype} matrices of ${product.size}×${product.size} reached in this run: either that product is not the fastest there is, or not all operations are done.`,
    });
  }
  if (shareOfLimit !== null && shareOfLimit > ABOVE_LIMIT) {
    flags.push({
      id: 'above-limit',
      severity: 'warning',
      text: 'Faster than a copy of the same bytes in this run: part of the traffic stayed in the caches, so the share of the limit says little.',
    });
  }
  flags.push(...timeFlags(timing, measurement, gpu));
  const speedup =
    baseline === null ? null : compareTimes(baseline.samplesNs, measurement.samplesNs, seedOf(row, runnable));
  return {
    ...row,
    status: 'timed',
    timing,
    speedup,
    bytesPerSecond,
    shareOfLimit,
    flopsPerSecond,
    shareOfProduct,
    flags,
  };
}

function timingOf(row: ReportRow, runnable: RunnableCase, { samplesNs, batch, stoppedBy }: Measurement): RowTiming {
  return summarise(samplesNs, { batch, stoppedBy, seed: seedOf(row, runnable) });
}

function seedOf({ contender }: ReportRow, { seed, planned }: RunnableCase): number {
  return deriveSeed(seed, `${planned.id}/${contender.id}`);
}

/** What is to be known of a time, whatever it is compared with. */
function timeFlags(timing: RowTiming, { clockLevel }: Measurement, { timer }: TimedOn): ReportFlag[] {
  const flags: ReportFlag[] = [];
  if (timing.relativeHalfWidth > NOISY * TARGET_HALF_WIDTH) {
    flags.push({
      id: 'noisy',
      severity: 'warning',
      text: `The median is known to ±${(100 * timing.relativeHalfWidth).toFixed(1)}% only: the times varied until the limit ended them.`,
    });
  }
  if (clockLevel !== null && clockLevel < 1 - CLOCK_TOLERANCE) {
    flags.push({
      id: 'low-clock',
      severity: 'warning',
      text: `The GPU's clock stayed at ${(100 * clockLevel).toFixed(0)}% of the best of this run: the time is long for this GPU; speed-ups hold, as both sides were timed in turn.`,
    });
  }
  if (timer.kind === 'host') {
    flags.push({ id: 'host-timer', severity: 'warning', text: 'Timed on the CPU, the cost of launching included.' });
  }
  return flags;
}

/** The product that a case's arithmetic is held against. */
function productOf({ planned }: RunnableCase, { reference }: TimedOn): (ProductRate & { dtype: string }) | null {
  const dtype = productDtype(planned.dtype);
  const rate = dtype === null ? undefined : reference.products[dtype];
  return dtype === null || rate === undefined || rate.flopsPerSecond === 0 ? null : { ...rate, dtype };
}
