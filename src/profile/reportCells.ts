// What each cell of a speed-up table says, the same on a page, in a terminal and in Markdown.
import { largestError } from './accuracy';
import {
  formatBytes,
  formatCount,
  formatError,
  formatFlops,
  formatRate,
  formatRatio,
  formatShare,
  formatSpeedup,
  formatTime,
  plural,
} from './format';
import { isKernelRow, isPeerId, isPythonCase, PEER_NAME } from './reportComparison';
import { productDtype, shareText } from './reportLimits';
import type { Report, ReportCase, ReportFlag, ReportKernel, ReportRow } from './report';

export interface RowCells {
  readonly contender: string;
  readonly time: string;
  /** Half the 95% interval of the median, as a share of it. */
  readonly spread: string;
  readonly speedup: string;
  /** FASTER, SLOWER, SAME, UNCLEAR, WRONG, FAILED; empty for the baseline. */
  readonly verdict: string;
  /** Share of the case's limit: `98%` of the copy rate, or, where it may be either, `98% copy`, `61% product`. */
  readonly limit: string;
  /** The case's least traffic, and its operations, a second. */
  readonly bandwidth: string;
  readonly compute: string;
  /** Measured, of one call. */
  readonly launches: string;
  readonly memory: string;
  readonly error: string;
  /** What the cells have no room for: why a row is wrong, failed, or has no speed-up; empty otherwise. */
  readonly note: string;
}

/** In a cell that has no value. */
export const NOTHING = '–';

/** The cells of `row`, one of the rows of `item`. */
export function rowCells(item: ReportCase, row: ReportRow): RowCells {
  const { timing, speedup } = row;
  const ratio = row.contender.baseline && timing !== null ? formatRatio(1) : NOTHING;
  return {
    contender: contenderName(item, row),
    time: timeText(row) ?? NOTHING,
    spread: timing === null ? NOTHING : formatShare(timing.relativeHalfWidth),
    speedup: speedup === null ? ratio : formatSpeedup(speedup),
    verdict: verdictText(row),
    limit: shareText(row) ?? NOTHING,
    bandwidth: row.bytesPerSecond === null ? NOTHING : formatRate(row.bytesPerSecond),
    compute: row.flopsPerSecond === null ? NOTHING : formatFlops(row.flopsPerSecond),
    launches: row.launches === null ? NOTHING : formatCount(row.launches.count),
    memory: row.peakBytes === null ? NOTHING : formatBytes(row.peakBytes),
    error: errorText(row),
    note: noteText(item, row),
  };
}

function noteText(item: ReportCase, row: ReportRow): string {
  if (row.status !== 'timed') return row.reason ?? row.accuracy?.summary ?? 'no reason was given';
  if (row.speedup !== null || row.contender.baseline) return '';
  const baseline = item.rows.find(({ contender }) => contender.baseline);
  if (baseline === undefined || baseline.status === 'timed') return '';
  return `no speed-up, as ${baseline.contender.label} ${baseline.status === 'wrong' ? 'is wrong' : 'did not finish'}`;
}

/** `4.34 ms`, or `4.34 ms, wrong`: a time that does not count is never shown alone. null: it has none. */
export function timeText({ timing, status }: ReportRow): string | null {
  if (timing === null) return null;
  return `${formatTime(timing.medianNs)}${status === 'wrong' ? ', wrong' : ''}`;
}

/** The label, or the variant's id where two rows of a case share the label. */
export function contenderName(item: ReportCase, row: ReportRow): string {
  const { label, id, baseline } = row.contender;
  const shared = item.rows.filter((other) => other.contender.label === label).length > 1;
  return `${shared ? id : label}${baseline ? ' (baseline)' : ''}`;
}

/**
 * `NVIDIA H100 80GB HBM3 (WebGPU, vulkan) · copy rate here 2,895 GB/s · empty dispatch 2.10 µs`; of Python `… (PyTorch
 * 2.11.0, CUDA 13.0) · copy rate here 2,895 GB/s · bfloat16 product 640 TFLOP/s`.
 */
export function machineLine(report: Report): string {
  const { adapter, reference } = report.machine;
  const parts = [`${adapter.name} (${runtimeText(report)})`];
  if (reference.copyBytesPerSecond !== null) parts.push(`copy rate here ${formatRate(reference.copyBytesPerSecond)}`);
  if (reference.dispatchNs !== null) parts.push(`empty dispatch ${formatTime(reference.dispatchNs)}`);
  return [...parts, ...productTexts(report)].join(' · ');
}

/** What computed: `WebGPU, vulkan`, `PyTorch 2.11.0, CUDA 13.0`, `PyTorch 2.11.0, CPU`. */
export function runtimeText({ machine }: Report): string {
  const { python, adapter } = machine;
  if (python === null) return `WebGPU, ${adapter.backend}`;
  const onCpu = adapter.backend === 'cpu';
  return `PyTorch ${python.torch.replace(/\+.*$/, '')}, ${onCpu ? 'CPU' : (python.platform ?? adapter.backend.toUpperCase())}`;
}

/** `bfloat16 product 640 TFLOP/s`, of each dtype in which operations were counted; of the first measured while there is no case. */
export function productTexts({ cases, machine }: Report): string[] {
  const products = Object.entries(machine.reference.products);
  const dtypes = new Set(cases.filter(({ flops }) => flops !== null).map(productDtype));
  const shown = cases.length === 0 ? products.slice(0, 1) : products.filter(([dtype]) => dtypes.has(dtype));
  return shown.map(([dtype, { flopsPerSecond }]) => `${dtype} product ${formatFlops(flopsPerSecond)}`);
}

/** The kernel's name without domain and publisher: `Gelu` of `ai.onnx.Gelu`, `activation` of `kernels-community/activation`. */
export function shortKernel(id: string): string {
  const name = id.slice(id.lastIndexOf('/') + 1);
  return /^[\w-]+(?:\.[\w-]+)*\.([A-Z]\w*)$/.exec(name)?.[1] ?? name;
}

/** A kernel with the cases that are about it. */
export interface KernelCases {
  readonly kernel: ReportKernel;
  readonly cases: readonly ReportCase[];
}

/** Each kernel with its cases. Those that only take part in the cases of another, as its rivals, have no part of their own. */
export function casesByKernel(report: Report): KernelCases[] {
  const rows = report.cases.flatMap((item) => item.rows);
  const parts = report.kernels.map((kernel) => ({
    kernel,
    cases: report.cases.filter((item) => item.kernel === kernel.id),
  }));
  return parts.filter(
    ({ kernel, cases }) =>
      cases.length > 0 || kernel.problem !== null || !rows.some(({ contender }) => contender.kernel === kernel.id),
  );
}

/** The kernel that a row ran; null for what PyTorch or another runtime computes, and where the report does not have it. */
export function kernelOfRow(report: Report, item: ReportCase, row: ReportRow): ReportKernel | null {
  if (!isKernelRow(row)) return null;
  return report.kernels.find(({ id }) => id === (row.contender.kernel ?? item.kernel)) ?? null;
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

/**
 * Contenders of Python, and other runtimes, that the case is not for, with the reason. Of a kernel's variants there are
 * many, and they say nothing of the answer.
 */
export function rejectedNotes(item: ReportCase): string[] {
  const shown = isPythonCase(item) ? item.rejected : item.rejected.filter(({ variant }) => isPeerId(variant));
  return shown.map(({ variant, reason }) => {
    const name = isPeerId(variant) ? PEER_NAME : variant;
    return `${name} does not take part: ${reason}`;
  });
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
