// What each cell of a speed-up table says, the same on a page, in a terminal and in Markdown.
import { largestError } from './accuracy';
import {
  formatCount,
  formatError,
  formatRate,
  formatRatio,
  formatShare,
  formatSpeedup,
  formatTime,
  plural,
} from './format';
import type { Report, ReportCase, ReportFlag, ReportRow } from './report';

export interface RowCells {
  readonly contender: string;
  readonly time: string;
  /** Half the 95% interval of the median, as a share of it. */
  readonly spread: string;
  readonly speedup: string;
  /** FASTER, SLOWER, SAME, UNCLEAR, WRONG, FAILED; empty for the baseline. */
  readonly verdict: string;
  readonly limit: string;
  readonly error: string;
  /** What the cells have no room for: why a row is wrong or failed; empty otherwise. */
  readonly note: string;
}

const NOTHING = '–';

/** The cells of `row`, one of the rows of `item`. */
export function rowCells(item: ReportCase, row: ReportRow): RowCells {
  const { timing, speedup } = row;
  const ratio = row.contender.baseline && timing !== null ? formatRatio(1) : NOTHING;
  return {
    contender: contenderName(item, row),
    time: timing === null ? NOTHING : formatTime(timing.medianNs),
    spread: timing === null ? NOTHING : formatShare(timing.relativeHalfWidth),
    speedup: speedup === null ? ratio : formatSpeedup(speedup),
    verdict: verdictText(row),
    limit: row.shareOfLimit === null ? NOTHING : formatShare(row.shareOfLimit),
    error: errorText(row),
    note: row.status === 'timed' ? '' : (row.reason ?? row.accuracy?.summary ?? 'no reason was given'),
  };
}

/** The label, or the variant's id where two rows of a case share the label. */
export function contenderName(item: ReportCase, row: ReportRow): string {
  const { label, id, baseline } = row.contender;
  const shared = item.rows.filter((other) => other.contender.label === label).length > 1;
  return `${shared ? id : label}${baseline ? ' (baseline)' : ''}`;
}

/** `NVIDIA H100 80GB HBM3 (WebGPU, vulkan) · copy rate here 2,895 GB/s · empty dispatch 2.10 µs`. */
export function machineLine(report: Report): string {
  const { adapter, reference } = report.machine;
  const parts = [`${adapter.name} (WebGPU, ${adapter.backend})`];
  if (reference.copyBytesPerSecond !== null) parts.push(`copy rate here ${formatRate(reference.copyBytesPerSecond)}`);
  if (reference.dispatchNs !== null) parts.push(`empty dispatch ${formatTime(reference.dispatchNs)}`);
  return parts.join(' · ');
}

/** The kernel's name without its domain: `Gelu` of `ai.onnx.Gelu`. */
export function shortKernel(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1);
}

function verdictText(row: ReportRow): string {
  if (row.status === 'wrong') return 'WRONG';
  if (row.status === 'failed') return 'FAILED';
  return row.speedup?.verdict ?? '';
}

function errorText(row: ReportRow): string {
  const { accuracy } = row;
  if (accuracy === null) return NOTHING;
  if (accuracy.passed === null) return 'no oracle';
  const error = largestError(accuracy);
  const mark = accuracy.passed ? '✓' : '✗';
  return error === null ? mark : `${mark} ${formatError(error)}`;
}

/** The flags of a row that its cells do not show already: how noisy it is stands in ±. */
export function rowFlags(row: ReportRow): ReportFlag[] {
  return row.flags.filter((flag) => flag.id !== 'noisy');
}

/** One line for all noisy rows together; null when there are none. */
export function noisyLine(report: Report): string | null {
  const timed = report.cases.flatMap((item) => item.rows.filter((row) => row.timing !== null));
  const noisy = timed.filter((row) => row.flags.some((flag) => flag.id === 'noisy'));
  if (noisy.length === 0) return null;
  return `${formatCount(noisy.length)} of ${plural(timed.length, 'time')} varied until the limit ended them; ± says how well each is known.`;
}
