// What one kernel of a report was worth, over its cases: for places that have room for a number, not for a table.
import type { Report, ReportCase, ReportKernel, ReportRow, RowSpeedup } from './report';
import { geometricMean, isKernelRow } from './reportComparison';

/** How a kernel came out in one case. */
export interface CaseOutcome {
  /** Of the case: its workload. */
  readonly name: string;
  /** What it was held against, as the report calls it: `PyTorch`. */
  readonly against: string;
  /** null: its answer was wrong. */
  readonly speedup: RowSpeedup | null;
}

/** How a kernel came out over several. */
export interface KernelSpeedup {
  /** The geometric mean; null: its answer was wrong in one, and then there is none. */
  readonly speedup: RowSpeedup | null;
  /** null: not the same in all cases. */
  readonly against: string | null;
  /** Cases in which it was compared, or was wrong. */
  readonly cases: number;
  /** Those in which its answer was wrong. */
  readonly wrong: number;
}

/** Of the cases that a kernel was compared in, or was wrong in; empty for a test of the measurement. */
export function kernelOutcomes(report: Report, kernel: ReportKernel): readonly CaseOutcome[] {
  return report.mode === 'compare' ? report.cases.flatMap((item) => outcomeOf(item, kernel) ?? []) : [];
}

/** Over all of these; null: there are none. */
export function kernelSpeedup(outcomes: readonly CaseOutcome[]): KernelSpeedup | null {
  if (outcomes.length === 0) return null;
  const speedups = outcomes.flatMap(({ speedup }) => speedup ?? []);
  const wrong = outcomes.length - speedups.length;
  const names = new Set(outcomes.map(({ against }) => against));
  return {
    speedup: wrong > 0 ? null : geometricMean(speedups),
    against: names.size === 1 ? ([...names][0] ?? null) : null,
    cases: outcomes.length,
    wrong,
  };
}

function outcomeOf(item: ReportCase, kernel: ReportKernel): CaseOutcome | null {
  const baseline = item.rows.find((row) => row.contender.baseline);
  if (baseline === undefined) return null;
  const rows = rowsOf(item, kernel);
  const against = baseline.contender.label;
  if (rows.some(({ status }) => status === 'wrong')) return { name: item.name, against, speedup: null };
  // A time that a look at it has shown to be none is no ground for a number.
  const compared = rows.find(({ speedup, guards }) => speedup !== null && guards.every(({ passed }) => passed));
  return compared === undefined ? null : { name: item.name, against, speedup: compared.speedup };
}

/** In Python a kernel is a row beside others; a kernel of WebGPU has the whole case, and its variants are the rows. */
function rowsOf(item: ReportCase, { id, language }: ReportKernel): readonly ReportRow[] {
  if (language === 'python') return item.rows.filter(({ contender }) => contender.kernel === id);
  return item.kernel === id ? item.rows.filter(isKernelRow) : [];
}
