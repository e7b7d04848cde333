// The row of a contender of Python, from what the harness checked and timed.
import { emptyRow } from '../emptyRow';
import { deriveSeed } from '../random';
import type { ReportFlag, ReportReference, ReportRow, RowAccuracy, RowGuard, TimerKind } from '../report';
import { summarise } from '../statistics';
import { compareTimes } from '../verdict';
import type { PlannedContender } from './contenderPlan';
import type { HarnessRow } from './harnessEvents';
import { problemText } from './problemText';
import { rowAccuracy, type AccuracyBaseline } from './pythonAccuracy';

/** What all rows of a case share. */
export interface RowSetting {
  /** Of the case, for seeds. */
  readonly caseId: string;
  readonly seed: number;
  readonly targetHalfWidth: number;
  /** 0: not known. */
  readonly leastBytes: number;
  readonly flops: number | null;
  /** What products are measured in. */
  readonly dtype: string;
  readonly reference: ReportReference;
  readonly timer: TimerKind;
  readonly software: boolean;
  /** Of the whole case, from outside the measuring process. */
  readonly guards: readonly RowGuard[];
}

/** What a contender has beyond its row. */
export interface RowContender {
  readonly planned: PlannedContender;
  /** The build that ran; empty: none, or not known. */
  readonly variant: string;
  readonly description: string;
}

/** What of the baseline others are held against; null where it has none, and for the baseline itself. */
export interface RowBaseline {
  readonly exactness: AccuracyBaseline | null;
  readonly samplesNs: readonly number[] | null;
}

/** A share of a limit that cannot be real. */
const ABOVE_LIMIT = 1.02;
/** An interval this many times the target is worth a warning. */
const NOISY = 4;
const DO_NOT_USE = 'Do not use it for this workload as it is; report it to its authors.';

/** @param isBaseline others of the case are held against it */
export function pythonRow(
  contender: RowContender,
  row: HarnessRow,
  baseline: RowBaseline,
  isBaseline: boolean,
  setting: RowSetting,
): ReportRow {
  const accuracy = rowAccuracy(row, baseline.exactness);
  const guards = [...row.guards, ...(row.timing === null ? [] : setting.guards)];
  const { status, reason } = outcome(row, accuracy, guards);
  const shared: ReportRow = {
    ...emptyRow(rowContender(contender, isBaseline)),
    status,
    reason,
    accuracy,
    launches: row.launches === null ? null : { ...row.launches, names: [...row.launches.names] },
    peakBytes: row.peakBytes === null ? null : Math.max(0, row.peakBytes),
    hostNs: row.hostNs,
    compileMs: row.compileMs,
    guards,
    flags: [...row.flags],
  };
  return status === 'timed' && row.timing !== null ? timed(shared, row.timing, baseline, setting) : shared;
}

function rowContender({ planned, variant, description }: RowContender, baseline: boolean): ReportRow['contender'] {
  const { id, kind, kernel, label } = planned;
  return { id, kind, kernel, label, variant, description, baseline };
}

/** The harness's word, unless what it measured says otherwise. */
function outcome(
  row: HarnessRow,
  accuracy: RowAccuracy | null,
  guards: readonly RowGuard[],
): Pick<ReportRow, 'status' | 'reason'> {
  const said = row.problem === null ? null : problemText(row.problem);
  if (row.status === 'failed')
    return { status: 'failed', reason: said ?? 'It failed, and nobody knows why. Run again.' };
  const broken = guards.find(({ passed }) => !passed);
  if (row.status === 'wrong')
    return { status: 'wrong', reason: said ?? accuracy?.summary ?? broken?.text ?? 'It is wrong.' };
  if (accuracy?.passed === false) return { status: 'wrong', reason: `${sentence(accuracy.summary)} ${DO_NOT_USE}` };
  if (broken !== undefined)
    return {
      status: 'wrong',
      reason: `Its time cannot be trusted: ${broken.text}. Run again; if it stays so, do not use it.`,
    };
  if (row.timing === null || row.timing.samplesNs.length === 0) {
    return { status: 'failed', reason: 'No time was taken: the run ended before. Run again.' };
  }
  return { status: 'timed', reason: null };
}

function timed(
  row: ReportRow,
  { samplesNs, runs, stoppedBy }: NonNullable<HarnessRow['timing']>,
  baseline: RowBaseline,
  setting: RowSetting,
): ReportRow {
  const seed = deriveSeed(setting.seed, `${setting.caseId}/${row.contender.id}`);
  const timing = summarise(samplesNs, { batch: runs, stoppedBy, seed });
  const perSecond = (amount: number | null): number | null =>
    amount === null || amount === 0 || timing.medianNs === 0 ? null : amount / (timing.medianNs * 1e-9);
  const bytesPerSecond = perSecond(setting.leastBytes);
  const flopsPerSecond = perSecond(setting.flops);
  const { copyBytesPerSecond, products } = setting.reference;
  const product = Object.hasOwn(products, setting.dtype) ? products[setting.dtype]?.flopsPerSecond : undefined;
  const shareOfLimit = shareOf(bytesPerSecond, copyBytesPerSecond);
  const shareOfProduct = shareOf(flopsPerSecond, product ?? null);
  const flags = [...row.flags, ...limitFlags(shareOfLimit, shareOfProduct, setting)];
  if (timing.relativeHalfWidth > NOISY * setting.targetHalfWidth) {
    flags.push({
      id: 'noisy',
      severity: 'warning',
      text: `The median is known to ±${(100 * timing.relativeHalfWidth).toFixed(1)}% only: the times varied until the limit ended them.`,
    });
  }
  if (setting.timer === 'host' && !setting.software) {
    flags.push({ id: 'host-timer', severity: 'warning', text: 'Timed on the CPU, the cost of launching included.' });
  }
  const speedup = baseline.samplesNs === null ? null : compareTimes(baseline.samplesNs, samplesNs, seed);
  return { ...row, timing, speedup, bytesPerSecond, shareOfLimit, flopsPerSecond, shareOfProduct, flags };
}

function limitFlags(bytes: number | null, flops: number | null, { dtype, reference }: RowSetting): ReportFlag[] {
  const flags: ReportFlag[] = [];
  if (bytes !== null && bytes > ABOVE_LIMIT) {
    flags.push({
      id: 'above-limit',
      severity: 'warning',
      text: 'Faster than a copy of the same bytes in this run: part of the traffic stayed in the caches, so the share of the limit says little.',
    });
  }
  if (flops !== null && flops > ABOVE_LIMIT) {
    const lower = dtype === 'float32' && Object.hasOwn(reference.products, 'tf32');
    flags.push({
      id: 'above-product-limit',
      severity: 'warning',
      text: `More operations a second than the product of two ${dtype} matrices reached in this run: ${
        lower
          ? 'it may have calculated in TF32, which is less exact'
          : 'not all of them are done, or in another precision'
      }.`,
    });
  }
  return flags;
}

function shareOf(rate: number | null, limit: number | null): number | null {
  return rate === null || limit === null || limit === 0 ? null : rate / limit;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
