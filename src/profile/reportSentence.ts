// The answer in one sentence: what a person reads first, and perhaps alone.
import { largestError } from './accuracy';
import { formatBytes, formatError, formatRatio, formatShare, plural } from './format';
import { contenderName, shortKernel } from './reportCells';
import type { Report, ReportCase, ReportRow, RowSpeedup } from './report';
import { verdictOf } from './verdict';

/** A contender that was compared with its case's baseline. */
interface Comparison {
  readonly item: ReportCase;
  readonly row: ReportRow;
  readonly speedup: RowSpeedup;
  readonly baseline: string;
  readonly contender: string;
}

/** The answer of a whole report. Honest when rows are wrong, failed, unclear, or measured in software. */
export function reportSentence(report: Report): string {
  const unusable = report.kernels.filter((kernel) => kernel.problem !== null);
  const [first] = unusable;
  if (first === undefined) return prefix(report) + answer(report, report.cases);
  if (report.cases.length === 0) return `${shortKernel(first.id)} could not be used: ${first.problem ?? ''}`;
  return `${prefix(report)}${answer(report, report.cases)}; ${plural(unusable.length, 'kernel')} could not be used`;
}

/** The answer for one kernel of a report. */
export function kernelSentence(report: Report, kernelId: string): string {
  const problem = report.kernels.find((kernel) => kernel.id === kernelId)?.problem ?? null;
  if (problem !== null) return `${shortKernel(kernelId)} could not be used: ${problem}`;
  const cases = report.cases.filter((item) => item.kernel === kernelId);
  return answer(report, cases);
}

/** How fast the contenders are against their baselines over all cases; null where nothing was compared. */
export function overallSpeedup(report: Report): RowSpeedup | null {
  const comparisons = report.cases.flatMap(comparisonsOf);
  return comparisons.length === 0 ? null : geometricMean(comparisons.map(({ speedup }) => speedup));
}

/**
 * `5 launches → 1 · 1.88 GB → 268 MB moved · 403 MB → 0 B scratch`; null when the case has no two rows to compare, or when
 * contenders were compared with themselves.
 */
export function caseDifference(item: ReportCase): string | null {
  if (item.rows.filter((row) => row.contender.baseline).length > 1) return null;
  const baseline = item.rows.find((row) => row.contender.baseline)?.work ?? null;
  const contender = item.rows.find((row) => !row.contender.baseline && row.status === 'timed')?.work ?? null;
  if (baseline === null || contender === null) return null;
  const launches = `${plural(baseline.launches, 'launch', 'launches')} → ${contender.launches}`;
  const moved = `${formatBytes(baseline.bytesMoved)} → ${formatBytes(contender.bytesMoved)} moved`;
  const scratch = `${formatBytes(baseline.scratchBytes)} → ${formatBytes(contender.scratchBytes)} scratch`;
  return `${launches} · ${moved} · ${scratch}`;
}

function prefix(report: Report): string {
  switch (report.status) {
    case 'running':
      return 'so far, ';
    case 'cancelled':
      return 'cancelled early; until then, ';
    case 'failed':
      return 'ended early; until then, ';
    case 'complete':
      return '';
  }
}

function answer(report: Report, cases: readonly ReportCase[]): string {
  const rows = cases.flatMap((item) => item.rows.map((row) => ({ item, row })));
  const comparisons = cases.flatMap(comparisonsOf);
  const wrong = rows.filter(({ row }) => row.status === 'wrong');
  const failed = rows.filter(({ row }) => row.status === 'failed').length;
  const failedCases = cases.filter((item) => item.status === 'failed').length;
  const parts = [
    ...(wrong[0] === undefined ? [] : [wrongText(wrong[0], wrong.length)]),
    ...(comparisons.length === 0
      ? []
      : [report.mode === 'aa' ? agreement(rows.map(({ row }) => row)) : speed(report, comparisons, rows)]),
    ...(failed > 0 ? [`${plural(failed, 'contender')} failed`] : []),
    ...(failedCases > 0 ? [`${plural(failedCases, 'case')} failed`] : []),
  ];
  if (parts.length === 0) {
    parts.push(rows.length > 0 ? 'nothing to compare: there was one contender only' : 'nothing was measured');
  }
  return parts.join('; ');
}

/** The best choice of each case that could be compared: the first contender after the baseline that has a speed-up. */
function comparisonsOf(item: ReportCase): Comparison[] {
  const baseline = item.rows.find((row) => row.contender.baseline);
  const row = item.rows.find((other) => other.speedup !== null);
  const speedup = row?.speedup ?? null;
  if (baseline === undefined || row === undefined || speedup === null) return [];
  return [{ item, row, speedup, baseline: baseline.contender.label, contender: row.contender.label }];
}

function wrongText({ item, row }: { item: ReportCase; row: ReportRow }, count: number): string {
  const more = count > 1 ? `, and ${count - 1} more ${count === 2 ? 'row is' : 'rows are'} wrong` : '';
  const where = `${shortKernel(item.kernel)} ${item.label}`;
  return `${contenderName(item, row)} is wrong for ${where} (${row.accuracy?.summary ?? row.reason ?? 'no detail'})${more}`;
}

/** `fused is 4.8× faster than unfused here, and exact to 3e-7`. */
function speed(
  report: Report,
  comparisons: readonly Comparison[],
  rows: readonly { item: ReportCase; row: ReportRow }[],
): string {
  const overall = geometricMean(comparisons.map(({ speedup }) => speedup));
  const contender = commonName(comparisons.map((comparison) => comparison.contender)) ?? 'the chosen variant';
  const baseline = commonName(comparisons.map((comparison) => comparison.baseline)) ?? 'the baseline';
  const where = report.machine.adapter.software ? 'in software, which says nothing about a GPU' : 'here';
  return `${comparedTo(overall, contender, baseline, where)}${scope(comparisons)}${exactness(comparisons, rows)}`;
}

function comparedTo(overall: RowSpeedup, contender: string, baseline: string, where: string): string {
  switch (overall.verdict) {
    case 'FASTER':
      return `${contender} is ${shortRatio(overall.ratio)} faster than ${baseline} ${where}`;
    case 'SLOWER':
      return `${contender} is ${shortRatio(1 / overall.ratio)} slower than ${baseline} ${where}`;
    case 'SAME':
      return `${contender} takes the same time as ${baseline} ${where}`;
    case 'UNCLEAR':
      return `no clear difference between ${contender} and ${baseline} ${where}: the times vary too much`;
  }
}

/** Which cases stand behind the number, and how many of them say otherwise. */
function scope(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 1) return '';
  const kernels = new Set(comparisons.map(({ item }) => item.kernel)).size;
  const over = `${comparisons.length} cases${kernels > 1 ? ` of ${kernels} kernels` : ''}`;
  const verdicts = comparisons.map(({ speedup }) => speedup.verdict);
  const others = (['SLOWER', 'SAME', 'UNCLEAR'] as const)
    .map((verdict) => [verdict, verdicts.filter((other) => other === verdict).length] as const)
    .filter(([, count]) => count > 0 && count < comparisons.length)
    .map(([verdict, count]) => `${verdict} in ${count}`);
  return ` (geometric mean of ${over}${others.length > 0 ? `; ${others.join(', ')}` : ''})`;
}

function exactness(comparisons: readonly Comparison[], rows: readonly { item: ReportCase; row: ReportRow }[]): string {
  const chosen = comparisons.map(({ row }) => row.accuracy);
  const unchecked = chosen.filter((accuracy) => (accuracy?.passed ?? null) === null).length;
  if (unchecked === chosen.length) return ', with no oracle to check it';
  const errors = chosen.map((accuracy) => accuracy && largestError(accuracy)).filter((error) => error !== null);
  const worst = Math.max(...errors);
  const rest = unchecked > 0 ? `, with no oracle in ${plural(unchecked, 'case')}` : '';
  const qualified = rows.some(({ row }) => row.status === 'wrong') ? ' where it is right' : '';
  return errors.length === 0 ? rest : `, and exact to ${formatError(worst)}${qualified}${rest}`;
}

function agreement(rows: readonly ReportRow[]): string {
  const verdicts = rows.map((row) => row.speedup?.verdict).filter((verdict) => verdict !== undefined);
  const count = (...wanted: readonly RowSpeedup['verdict'][]): number =>
    verdicts.filter((verdict) => wanted.includes(verdict)).length;
  const different = count('FASTER', 'SLOWER');
  const result = `${count('SAME')} of ${plural(verdicts.length, 'comparison')} of a contender with itself came out SAME`;
  if (different === 0) return result;
  const share = formatShare(different / verdicts.length);
  return `${result}, and ${different} (${share}) FASTER or SLOWER: do not trust small differences here`;
}

/** Ratios multiply: their mean, and the verdict on it, with the ends of the intervals taken alike. */
function geometricMean(speedups: readonly RowSpeedup[]): RowSpeedup {
  const mean = (values: readonly number[]) =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  const low = mean(speedups.map((speedup) => speedup.low));
  const high = mean(speedups.map((speedup) => speedup.high));
  return { ratio: mean(speedups.map((speedup) => speedup.ratio)), low, high, verdict: verdictOf(low, high) };
}

function commonName(names: readonly string[]): string | null {
  return new Set(names).size === 1 ? (names[0] ?? null) : null;
}

/** A ratio with one digit less than a table shows: `4.8×`, but `1.04×`. */
function shortRatio(ratio: number): string {
  return ratio >= 1.1 && ratio < 9.95 ? `${ratio.toFixed(1)}×` : formatRatio(ratio);
}
