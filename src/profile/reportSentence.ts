// The answer in one sentence: what a person reads first, and perhaps alone.
import { largestError } from './accuracy';
import { formatBytes, formatError, formatShare, plural, shortRatio } from './format';
import { contenderName, shortKernel } from './reportCells';
import {
  comparisonsOf,
  contendersAsked,
  geometricMean,
  isKernelRow,
  isPythonRow,
  type Comparison,
} from './reportComparison';
import { besidePeers, peerTroubles } from './reportSentencePeers';
import { failuresOf, othersWrong, pythonPlace, pythonRest, pythonWrong, type RowOfCase } from './reportSentencePython';
import type { Report, ReportCase, ReportKernel, ReportRow, RowSpeedup } from './report';

/** A label of more than this share of the rows is that of most. */
const MOST = 0.6;
/** Labels that are named where there are several. */
const MOST_NAMES = 4;

/** The answer of a whole report. Honest when rows are wrong, failed, unclear, or measured in software. */
export function reportSentence(report: Report): string {
  const unusable = report.kernels.filter((kernel) => kernel.problem !== null);
  const [first] = unusable;
  if (first === undefined) return prefix(report) + answer(report, report.cases);
  if (report.cases.length === 0) return unusableText(first);
  // What was asked about comes first.
  if (first.language === 'python' && first === report.kernels[0]) {
    const rest = partsOf(report, report.cases).map((part) => `; ${part}`);
    return `${prefix(report)}${unusableText(first)}${rest.join('')}`;
  }
  const alone = unusable.length === 1 && first.language === 'python';
  const others = alone ? shortKernel(first.id) : plural(unusable.length, 'kernel');
  return `${prefix(report)}${answer(report, report.cases)}; ${others} could not be used`;
}

/** The answer for one kernel of a report. */
export function kernelSentence(report: Report, kernelId: string): string {
  const kernel = report.kernels.find(({ id }) => id === kernelId);
  if (kernel !== undefined && kernel.problem !== null) return unusableText(kernel);
  const cases = report.cases.filter((item) => item.kernel === kernelId);
  return answer(report, cases);
}

/** How fast what was asked about is against its baselines over all cases; null where nothing was compared. */
export function overallSpeedup(report: Report): RowSpeedup | null {
  const comparisons = comparisonsOf(report.cases);
  return comparisons.length === 0 ? null : geometricMean(comparisons.map(({ speedup }) => speedup));
}

/**
 * `5 launches → 1 · 1.88 GB → 268 MB moved · 403 MB → 0 B scratch`, counted; of Python, measured, `launches 2 → 1 · peak
 * memory 56.0 MB → 28.0 MB`. null when the case has no two rows to compare, or when contenders were compared with
 * themselves.
 */
export function caseDifference(item: ReportCase): string | null {
  if (item.rows.filter((row) => row.contender.baseline).length > 1) return null;
  const baseline = item.rows.find((row) => row.contender.baseline);
  const contender = item.rows.find((row) => !row.contender.baseline && row.status === 'timed' && isKernelRow(row));
  if (baseline === undefined || contender === undefined) return null;
  if (isPythonRow(contender)) return measuredDifference(baseline, contender);
  if (baseline.work === null || contender.work === null) return null;
  const [from, to] = [baseline.work, contender.work];
  const launches = `${plural(from.launches, 'launch', 'launches')} → ${to.launches}`;
  const moved = `${formatBytes(from.bytesMoved)} → ${formatBytes(to.bytesMoved)} moved`;
  const scratch = `${formatBytes(from.scratchBytes)} → ${formatBytes(to.scratchBytes)} scratch`;
  return `${launches} · ${moved} · ${scratch}`;
}

function measuredDifference(baseline: ReportRow, contender: ReportRow): string | null {
  const parts = [];
  if (baseline.launches !== null && contender.launches !== null)
    parts.push(`launches ${baseline.launches.count} → ${contender.launches.count}`);
  if (baseline.peakBytes !== null && contender.peakBytes !== null)
    parts.push(`peak memory ${formatBytes(baseline.peakBytes)} → ${formatBytes(contender.peakBytes)}`);
  return parts.length === 0 ? null : parts.join(' · ');
}

function unusableText({ id, problem }: ReportKernel): string {
  return `${shortKernel(id)} could not be used: ${problem ?? ''}`;
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
  const parts = partsOf(report, cases);
  if (parts.length > 0) return parts.join('; ');
  const rows = cases.some((item) => item.rows.length > 0);
  return rows ? 'nothing to compare: there was one contender only' : 'nothing was measured';
}

function partsOf(report: Report, cases: readonly ReportCase[]): string[] {
  const rows = cases.flatMap((item) => item.rows.map((row) => ({ item, row })));
  const failed = cases.filter((item) => item.status === 'failed').length;
  return [
    ...(rows.some(({ row }) => isPythonRow(row))
      ? pythonParts(report, cases, rows)
      : variantParts(report, cases, rows)),
    ...(failed > 0 ? [`${plural(failed, 'case')} failed`] : []),
  ];
}

function variantParts(report: Report, cases: readonly ReportCase[], rows: readonly RowOfCase[]): string[] {
  const own = rows.filter(({ row }) => isKernelRow(row));
  const wrong = own.filter(({ row }) => row.status === 'wrong');
  const failed = own.filter(({ row }) => row.status === 'failed').length;
  const rest = (comparisons: readonly Comparison[]): string => {
    const beside = besidePeers(comparisons);
    return beside + exactness(comparisons, own).replace(/^, and/, beside === '' ? ', and' : ';');
  };
  return [
    ...wrongTexts(wrong),
    ...comparedParts(report, cases, rows, rest),
    ...(failed > 0 ? [`${plural(failed, 'contender')} failed`] : []),
    ...peerTroubles(rows),
  ];
}

/**
 * What was asked about first, then what it was held against and its rivals. Rows of a kernel that could not be used at
 * all say nothing that its problem does not.
 */
function pythonParts(report: Report, cases: readonly ReportCase[], rows: readonly RowOfCase[]): string[] {
  const unusable = report.kernels.filter(({ problem }) => problem !== null).map(({ id }) => id);
  const usable = rows.filter(({ row }) => row.contender.kernel === null || !unusable.includes(row.contender.kernel));
  const asked = comparisonsOf(cases)[0]?.row.contender.id ?? contendersAsked(cases)[0];
  const wrong = pythonWrong(usable.filter(({ row }) => row.contender.id === asked));
  const rest = (comparisons: readonly Comparison[]): string => pythonRest(cases, comparisons);
  return [
    ...(wrong === null ? [] : [wrong]),
    ...comparedParts(report, cases, usable, rest),
    ...othersWrong(usable.filter(({ row }) => row.contender.id !== asked)),
    ...failuresOf(usable, asked),
  ];
}

/** At most one part: how contenders came out against themselves, or against the baseline with the `rest` of that. */
function comparedParts(
  report: Report,
  cases: readonly ReportCase[],
  rows: readonly RowOfCase[],
  rest: (comparisons: readonly Comparison[]) => string,
): string[] {
  if (report.mode === 'aa') return rows.some(({ row }) => row.speedup !== null) ? [agreement(rows)] : [];
  const comparisons = comparisonsOf(cases);
  return comparisons.length === 0 ? [] : [`${faster(report, cases, comparisons)}${rest(comparisons)}`];
}

/** One in full; of more, which contenders in how many cases of which kernels. */
function wrongTexts(wrong: readonly RowOfCase[]): string[] {
  const [first] = wrong;
  if (first === undefined) return [];
  const { item, row } = first;
  if (wrong.length === 1) {
    const where = `${shortKernel(item.kernel)} ${item.label}`;
    return [
      `${contenderName(item, row)} is wrong for ${where} (${row.accuracy?.summary ?? row.reason ?? 'no detail'})`,
    ];
  }
  const labels = [...new Set(wrong.map(({ row: { contender } }) => contender.label))].map((label, index) => {
    const own = wrong.filter((one) => one.row.contender.label === label);
    const cases = new Set(own.map((one) => one.item)).size;
    return index === 0 ? `${label} is wrong in ${plural(cases, 'case')}` : `${label} in ${cases}`;
  });
  const kernels = [...new Set(wrong.map((one) => shortKernel(one.item.kernel)))];
  return [`${listOf(labels, 'and')} of ${listOf(kernels, 'and')}`];
}

/** `fused is 4.8× faster than unfused here (geometric mean of 2 cases)`. */
function faster(report: Report, cases: readonly ReportCase[], comparisons: readonly Comparison[]): string {
  const overall = geometricMean(comparisons.map(({ speedup }) => speedup));
  const contender = sharedName(
    comparisons.map(({ row }) => row),
    'the variant chosen for each case',
  );
  const baseline = sharedName(
    comparisons.map((comparison) => comparison.baseline),
    'its baseline',
  );
  return `${comparedTo(overall, contender, baseline, placeOf(report, cases, comparisons))}${scope(comparisons)}`;
}

function placeOf(report: Report, cases: readonly ReportCase[], comparisons: readonly Comparison[]): string {
  if (report.machine.python !== null) return pythonPlace(report, cases, comparisons);
  return report.machine.adapter.software ? 'in software, which says nothing about a GPU' : 'here';
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

function exactness(comparisons: readonly Comparison[], rows: readonly RowOfCase[]): string {
  const chosen = comparisons.map(({ row }) => row.accuracy);
  const unchecked = chosen.filter((accuracy) => (accuracy?.passed ?? null) === null).length;
  if (unchecked === chosen.length) return ', with no oracle to check it';
  const errors = chosen.map((accuracy) => accuracy && largestError(accuracy)).filter((error) => error !== null);
  const worst = Math.max(...errors);
  const rest = unchecked > 0 ? `, with no oracle in ${plural(unchecked, 'case')}` : '';
  const qualified = rows.some(({ row }) => row.status === 'wrong') ? ' where it is right' : '';
  return errors.length === 0 ? rest : `, and exact to ${formatError(worst)}${qualified}${rest}`;
}

function agreement(rows: readonly RowOfCase[]): string {
  const verdicts = rows.map(({ row }) => row.speedup?.verdict).filter((verdict) => verdict !== undefined);
  const count = (...wanted: readonly RowSpeedup['verdict'][]): number =>
    verdicts.filter((verdict) => wanted.includes(verdict)).length;
  const different = count('FASTER', 'SLOWER');
  const result = `${count('SAME')} of ${plural(verdicts.length, 'comparison')} of a contender with itself came out SAME`;
  if (different === 0) return result;
  const share = formatShare(different / verdicts.length);
  return `${result}, and ${different} (${share}) FASTER or SLOWER: do not trust small differences here`;
}

/** The label that all of them have; where they differ `otherwise`, and which most have or which there are. */
function sharedName(rows: readonly ReportRow[], otherwise: string): string {
  const labels = rows.map(({ contender }) => contender.label);
  const names = [...new Set(labels)];
  if (names.length === 1) return names[0] ?? otherwise;
  const most = names.find((name) => labels.filter((label) => label === name).length > labels.length * MOST);
  if (most !== undefined) return `${otherwise} (mostly ${most})`;
  return names.length > MOST_NAMES ? otherwise : `${otherwise} (${listOf(names, 'or')})`;
}

function listOf(names: readonly string[], word: 'and' | 'or'): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`;
}
