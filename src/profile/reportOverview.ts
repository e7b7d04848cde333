// A report of many cases in one line a kernel: what a reader looks at before the cases.
import { formatShare, plural, shortRatio } from './format';
import { NOTHING, casesByKernel, shortKernel } from './reportCells';
import { comparisonsOf, geometricMean, isKernelRow, isPeerRow } from './reportComparison';
import { limitShare, namesLimit } from './reportLimits';
import { againstPeers } from './reportSentencePeers';
import type { Report, ReportCase, ReportRow, RowSpeedup } from './report';

/** How one kernel came out, in words. */
export interface KernelLine {
  /** The kernel's id, and how it is called. */
  readonly kernel: string;
  readonly name: string;
  readonly cases: string;
  /** Over its baselines: `5.2× FASTER`. */
  readonly speedup: string;
  /** Over each other runtime of the report, by its label: `2.3× FASTER`, with the cases where not all have it. */
  readonly peers: Readonly<Record<string, string>>;
  /** The nearest that a chosen variant came to a limit of this run. */
  readonly limit: string;
  /** `SLOWER in 4, WRONG in 1`; empty where there is nothing to worry about. */
  readonly trouble: string;
}

export interface Overview {
  /** Other runtimes, as columns. */
  readonly peers: readonly string[];
  readonly lines: readonly KernelLine[];
}

/** null where it would say no more than the report itself: for one kernel, in Python, for a test of the measurement. */
export function reportOverview(report: Report): Overview | null {
  const parts = casesByKernel(report).filter(({ cases }) => cases.length > 0);
  if (parts.length < 2 || report.machine.python !== null || report.mode === 'aa') return null;
  const rows = report.cases.flatMap((item) => item.rows);
  const peers = [...new Set(rows.filter(isPeerRow).map(({ contender }) => contender.label))];
  return { peers, lines: parts.map(({ kernel, cases }) => lineOf(kernel.id, cases, peers, rows.some(namesLimit))) };
}

/** @param named whether the limit has to be named, as it is not the same for all kernels */
function lineOf(kernel: string, cases: readonly ReportCase[], peers: readonly string[], named: boolean): KernelLine {
  const comparisons = comparisonsOf(cases);
  const beside = againstPeers(comparisons);
  const speedups = comparisons.map(({ speedup }) => speedup);
  const words = peers.map((label) => {
    const found = beside.find((one) => one.label === label);
    if (found === undefined) return [label, NOTHING];
    const where = found.cases < cases.length ? ` (${plural(found.cases, 'case')})` : '';
    return [label, `${speedupWords(found.speedup)}${where}`];
  });
  return {
    ...{ kernel, name: shortKernel(kernel), cases: String(cases.length) },
    speedup: speedups.length === 0 ? NOTHING : speedupWords(geometricMean(speedups)),
    peers: Object.fromEntries(words) as Record<string, string>,
    limit: nearestLimit(
      comparisons.map(({ row }) => row),
      named,
    ),
    trouble: troubleOf(cases),
  };
}

/** `5.2× FASTER`, `1.2× SLOWER`, `SAME`, `UNCLEAR`. */
function speedupWords({ ratio, verdict }: RowSpeedup): string {
  if (verdict === 'FASTER') return `${shortRatio(ratio)} FASTER`;
  return verdict === 'SLOWER' ? `${shortRatio(1 / ratio)} SLOWER` : verdict;
}

function nearestLimit(rows: readonly ReportRow[], named: boolean): string {
  const [best] = rows.flatMap((row) => limitShare(row) ?? []).toSorted((a, b) => b.share - a.share);
  if (best === undefined) return NOTHING;
  return `${formatShare(best.share)}${named ? ` ${best.of}` : ''}`;
}

/** How often its own variants were slower than the baseline, wrong, or did not finish. */
function troubleOf(cases: readonly ReportCase[]): string {
  const slower = comparisonsOf(cases).filter(({ speedup }) => speedup.verdict === 'SLOWER').length;
  const having = (status: ReportRow['status']): number =>
    cases.filter(({ rows }) => rows.some((row) => isKernelRow(row) && row.status === status)).length;
  const failed = having('failed') + cases.filter(({ status }) => status === 'failed').length;
  const counts: (readonly [string, number])[] = [
    ['SLOWER', slower],
    ['WRONG', having('wrong')],
    ['FAILED', failed],
  ];
  return counts
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${word} in ${count}`)
    .join(', ');
}

/** The overview as cells, the first line its headings. */
export function overviewCells({ peers, lines }: Overview): readonly (readonly string[])[] {
  const headings = [
    'kernel',
    'cases',
    'over baseline',
    ...peers.map((label) => `over ${label}`),
    'best limit',
    'look at',
  ];
  const rows = lines.map(({ name, cases, speedup, peers: beside, limit, trouble }) => {
    return [name, cases, speedup, ...peers.map((label) => beside[label] ?? NOTHING), limit, trouble];
  });
  return [headings, ...rows];
}
