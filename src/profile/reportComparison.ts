// Which rows of a report are held against each other, and what several speed-ups come to together.
import type { ReportCase, ReportRow, RowSpeedup } from './report';
import { verdictOf } from './verdict';

/** A contender that was compared with its case's baseline. */
export interface Comparison {
  readonly item: ReportCase;
  readonly row: ReportRow;
  readonly speedup: RowSpeedup;
  readonly baseline: ReportRow;
}

/** Another runtime, measured beside a kernel's variants on the same adapter. */
const PEERS: ReadonlySet<string> = new Set(['onnxruntime-webgpu']);
/** What it is called where there is no row to say so. */
export const PEER_NAME = 'ONNX Runtime';

/** Whether the row is another runtime's: a neighbour to be held against, no variant of the kernel. Of twins, both are. */
export function isPeerRow({ contender: { id, variant } }: ReportRow): boolean {
  return isPeerId(id) || isPeerId(variant);
}

/** Whether a contender's id is another runtime's; null is nobody's. */
export function isPeerId(id: string | null): boolean {
  return id !== null && PEERS.has(id);
}

/** Whether the row was computed in Python. */
export function isPythonRow(row: ReportRow): boolean {
  return row.contender.kind !== 'variant';
}

/** Whether the case was computed in Python; not known of one without rows. */
export function isPythonCase({ rows }: ReportCase): boolean {
  return rows.some(isPythonRow);
}

/** Whether the row is a kernel or a function: neither another runtime's, nor what PyTorch makes of it. */
export function isKernelRow(row: ReportRow): boolean {
  const { kind } = row.contender;
  return kind !== 'eager' && kind !== 'compile' && !isPeerRow(row);
}

/**
 * What each case that could be compared says of what was asked about: of WebGPU the first variant that has a speed-up,
 * which is the best choice of the case; of Python the same contender in all cases, the first that could be compared.
 */
export function comparisonsOf(cases: readonly ReportCase[]): Comparison[] {
  if (!cases.some(isPythonCase)) return cases.flatMap((item) => compared(item, isKernelRow));
  const [asked = null] = contendersAsked(cases).filter((id) => comparisonsWith(cases, id).length > 0);
  return asked === null ? [] : comparisonsWith(cases, asked);
}

/** What each case says of one contender, in those where it was compared. */
export function comparisonsWith(cases: readonly ReportCase[], contenderId: string): Comparison[] {
  return cases.flatMap((item) => compared(item, ({ contender }) => contender.id === contenderId));
}

/** Ids of the kernels and functions, each once, as they come; of what else there is, where there are none. */
export function contendersAsked(cases: readonly ReportCase[]): string[] {
  const others = cases.flatMap(({ rows }) => rows.filter(({ contender }) => !contender.baseline));
  const kernels = others.filter(isKernelRow);
  return [...new Set((kernels.length > 0 ? kernels : others).map(({ contender }) => contender.id))];
}

/**
 * The ratio of two contenders that were both compared with one baseline: above 1, the first is faster. The ends of its
 * interval are those of the two taken together at their worst, so that a verdict on it is never bolder than the times.
 */
export function relativeSpeedup(one: RowSpeedup, other: RowSpeedup): RowSpeedup {
  const low = one.low / other.high;
  const high = one.high / other.low;
  return { ratio: one.ratio / other.ratio, low, high, verdict: verdictOf(low, high) };
}

/** Ratios multiply: their mean, and the verdict on it, with the ends of the intervals taken alike. */
export function geometricMean(speedups: readonly RowSpeedup[]): RowSpeedup {
  const mean = (values: readonly number[]) =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  const low = mean(speedups.map((speedup) => speedup.low));
  const high = mean(speedups.map((speedup) => speedup.high));
  return { ratio: mean(speedups.map((speedup) => speedup.ratio)), low, high, verdict: verdictOf(low, high) };
}

/** One contender against another over the cases that have both; null where there are none. */
export function overAgainst(
  cases: readonly ReportCase[],
  one: string,
  other: string,
): { readonly speedup: RowSpeedup; readonly cases: number } | null {
  const others = comparisonsWith(cases, other);
  const ratios = comparisonsWith(cases, one).flatMap(({ item, speedup }) => {
    const against = others.find((comparison) => comparison.item === item);
    return against === undefined ? [] : [relativeSpeedup(speedup, against.speedup)];
  });
  return ratios.length === 0 ? null : { speedup: geometricMean(ratios), cases: ratios.length };
}

function compared(item: ReportCase, chosen: (row: ReportRow) => boolean): Comparison[] {
  const baseline = item.rows.find((row) => row.contender.baseline);
  const row = item.rows.find((other) => other.speedup !== null && chosen(other));
  const speedup = row?.speedup ?? null;
  return baseline === undefined || row === undefined || speedup === null ? [] : [{ item, row, speedup, baseline }];
}
