// What the first sentence says of kernels and functions that were measured in Python.
import { formatError, plural, shortRatio } from './format';
import { contendersAsked, geometricMean, isKernelRow, overAgainst, type Comparison } from './reportComparison';
import { oracleError } from './reportExactness';
import type { Report, ReportCase, ReportRow, RowSpeedup } from './report';

export interface RowOfCase {
  readonly item: ReportCase;
  readonly row: ReportRow;
}

/** What follows the comparison with the baseline: the other references, how exact it is, and the other kernels. */
export function pythonRest(cases: readonly ReportCase[], comparisons: readonly Comparison[]): string {
  const [first] = comparisons;
  if (first === undefined) return '';
  const asked = first.row.contender.id;
  const { verdict } = geometricMean(comparisons.map(({ speedup }) => speedup));
  const joined = { FASTER: ', and', SLOWER: ', and', SAME: ', and is', UNCLEAR: `; ${first.row.contender.label} is` };
  const references = referencesOf(cases, asked).flatMap((id) => referenceText(cases, comparisons, id) ?? []);
  const beside = references.map((text) => `${joined[verdict]} ${text}`);
  return [...beside, exactness(comparisons, first), fastest(cases, asked)].join('');
}

/** Which machine the times are of, and that they are of some cases only where it is wrong in others. */
export function pythonPlace(
  { machine }: Report,
  cases: readonly ReportCase[],
  comparisons: readonly Comparison[],
): string {
  const asked = comparisons[0]?.row.contender.id;
  const wrong = cases.some(({ rows }) => rows.some((row) => row.contender.id === asked && row.status === 'wrong'));
  const onCpu = machine.adapter.software || machine.adapter.backend === 'cpu';
  return `${onCpu ? 'on the CPU, which says nothing about a GPU' : 'here'}${wrong ? ', where it is right' : ''}`;
}

/** The first wrong row of what was asked about, in words; null where all are right. */
export function pythonWrong(rows: readonly RowOfCase[]): string | null {
  const wrong = rows.filter(({ row }) => row.status === 'wrong');
  const [first] = wrong;
  if (first === undefined) return null;
  const { item, row } = first;
  const name = row.contender.label;
  const more =
    wrong.length === 1 ? '' : `, and ${wrong.length - 1} more ${wrong.length === 2 ? 'row is' : 'rows are'} wrong`;
  const guard = row.guards.find(({ passed }) => !passed);
  return guard !== undefined && row.accuracy?.passed !== false
    ? `the time of ${name} cannot be trusted for ${item.label} (${guard.text})${more}`
    : `${name} is wrong for ${item.label} (${whyWrong(row)})${more}`;
}

function whyWrong({ accuracy, reason }: ReportRow): string {
  if (accuracy?.passed === false) return accuracy.summary;
  return firstSentence(reason ?? accuracy?.summary ?? 'no detail');
}

/** Which other contenders are wrong, and how often: their rows say where. */
export function othersWrong(rows: readonly RowOfCase[]): string[] {
  const labels = new Set(rows.filter(({ row }) => row.status === 'wrong').map(({ row }) => row.contender.label));
  return [...labels].map((label) => {
    const own = rows.filter(({ row }) => row.contender.label === label);
    const wrong = own.filter(({ row }) => row.status === 'wrong').length;
    const where = wrong === own.length ? 'all cases' : `${wrong} of ${own.length} cases`;
    return own.length === 1 ? `${label} is wrong` : `${label} is wrong in ${where}`;
  });
}

/** Which contenders failed: in all of their cases, of what was `asked` about with the first reason, or in some. */
export function failuresOf(rows: readonly RowOfCase[], asked: string | undefined): string[] {
  const labels = new Set(rows.filter(({ row }) => row.status === 'failed').map(({ row }) => row.contender.label));
  const whole: string[] = [];
  const partly: string[] = [];
  for (const label of labels) {
    const own = rows.map(({ row }) => row).filter(({ contender }) => contender.label === label);
    const reason = own.find((row) => row.reason !== null && row.contender.id === asked)?.reason ?? null;
    if (own.some(({ status }) => status !== 'failed')) partly.push(label);
    else whole.push(`${label} failed${reason === null ? '' : `: ${firstSentence(reason)}`}`);
  }
  return [...whole, ...(partly.length === 0 ? [] : [`${partly.join(' and ')} failed in some cases`])];
}

/** What PyTorch makes of the same, beside the baseline: `compile`, or `eager` where that is not the baseline. */
function referencesOf(cases: readonly ReportCase[], asked: string): string[] {
  const rows = cases.flatMap((item) => item.rows).filter((row) => !row.contender.baseline && !isKernelRow(row));
  return [...new Set(rows.map(({ contender }) => contender.id))].filter((id) => id !== asked);
}

function referenceText(cases: readonly ReportCase[], comparisons: readonly Comparison[], id: string): string | null {
  const against = overAgainst(cases, comparisons[0]?.row.contender.id ?? '', id);
  if (against === null) return null;
  const where = against.cases < comparisons.length ? ` in ${plural(against.cases, 'case')}` : '';
  return `${comparedWith(against.speedup, labelOf(cases, id))}${where}`;
}

function exactness(comparisons: readonly Comparison[], first: Comparison): string {
  const rows = comparisons.map(({ row }) => row);
  const unchecked = rows.filter(({ accuracy }) => (accuracy?.passed ?? null) === null).length;
  if (unchecked === rows.length) return ', with no oracle to check it';
  const rest = unchecked > 0 ? `, with no oracle in ${plural(unchecked, 'case')}` : '';
  const error = largest(rows);
  if (error === null) return rest;
  const own = largest(comparisons.map(({ baseline }) => baseline));
  const other = first.baseline.contender.label;
  const beside =
    own === null
      ? ''
      : formatError(own) === formatError(error)
        ? `, like that of ${other}`
        : `, that of ${other} ${formatError(own)}`;
  return `; its largest error is ${formatError(error)}${beside}${rest}`;
}

function largest(rows: readonly ReportRow[]): number | null {
  const errors = rows.map(oracleError).filter((error) => error !== null);
  return errors.length === 0 ? null : Math.max(...errors);
}

/** Where there are several kernels, the fastest of them. */
function fastest(cases: readonly ReportCase[], asked: string): string {
  const rivals = contendersAsked(cases).flatMap((id) => {
    const against = id === asked ? null : overAgainst(cases, id, asked);
    return against === null ? [] : [{ label: labelOf(cases, id), speedup: against.speedup }];
  });
  const [best] = rivals.toSorted((a, b) => b.speedup.ratio - a.speedup.ratio);
  if (best === undefined) return '';
  switch (best.speedup.verdict) {
    case 'FASTER':
      return `; the fastest is ${best.label}, ${comparedWith(best.speedup, labelOf(cases, asked))}`;
    case 'SLOWER':
      return `; ${labelOf(cases, asked)} is the fastest of ${rivals.length + 1}`;
    case 'SAME':
    case 'UNCLEAR':
      return `; ${best.label} is not clearly faster`;
  }
}

/** `1.9× faster than PyTorch`. */
export function comparedWith({ ratio, verdict }: RowSpeedup, other: string): string {
  switch (verdict) {
    case 'FASTER':
      return `${shortRatio(ratio)} faster than ${other}`;
    case 'SLOWER':
      return `${shortRatio(1 / ratio)} slower than ${other}`;
    case 'SAME':
      return `as fast as ${other}`;
    case 'UNCLEAR':
      return `not clearly faster or slower than ${other}`;
  }
}

function labelOf(cases: readonly ReportCase[], id: string): string {
  const row = cases.flatMap(({ rows }) => rows).find(({ contender }) => contender.id === id);
  return row?.contender.label ?? id;
}

function firstSentence(text: string): string {
  return text.replace(/\.(\s[\s\S]*)?$/, '').trim();
}
