// How exact a kernel is beside what it is held against, in words.
import { largestError } from './accuracy';
import { formatError } from './format';
import { isKernelRow, isPythonRow } from './reportComparison';
import type { OutputError, ReportCase, ReportRow } from './report';

/** The baseline's error must be this many times the kernel's before the kernel is called more exact. */
const MORE_EXACT = 1.25;

/** The largest relative error of a row that was held against an oracle; null where there is none to show. */
export function oracleError({ accuracy }: ReportRow): number | null {
  return typeof accuracy?.passed === 'boolean' ? largestError(accuracy) : null;
}

/** An output's largest relative error as a multiple of the baseline's own; null where one of the two has none. */
export function errorRatio(item: ReportCase, row: ReportRow, { output, maxRel }: OutputError): number | null {
  const baseline = item.rows.find(({ contender }) => contender.baseline);
  if (baseline === undefined || baseline === row || baseline.accuracy?.passed === null) return null;
  const own = baseline.accuracy?.outputs.find((other) => other.output === output)?.maxRel ?? null;
  return maxRel === null || own === null || own === 0 ? null : maxRel / own;
}

/**
 * `activation v1, activation v2: less exact than the oracle (2e-3), but more exact than PyTorch (4e-3)`, for kernels and
 * functions that are right and clearly nearer to the oracle than the baseline, or that are right by the baseline's error
 * only. Contenders of which the same is to be said share a line.
 */
export function exactnessNotes(item: ReportCase): string[] {
  const names = new Map<string, string[]>();
  for (const row of item.rows) {
    const note = exactnessNote(item, row);
    if (note !== null) names.set(note, [...(names.get(note) ?? []), row.contender.label]);
  }
  return [...names].map(([note, contenders]) => `${contenders.join(', ')}: ${note}`);
}

/** Of one row; null where its error needs no words. */
export function exactnessNote(item: ReportCase, row: ReportRow): string | null {
  const baseline = item.rows.find(({ contender }) => contender.baseline);
  if (baseline === undefined || baseline === row || !isPythonRow(row) || !isKernelRow(row)) return null;
  if (row.status !== 'timed' || row.accuracy?.passed !== true) return null;
  const [error, own] = [oracleError(row), oracleError(baseline)];
  const beyond = row.accuracy.outputs.some(({ wrong }) => wrong > 0);
  if (error === null || own === null || error * MORE_EXACT > own || formatError(error) === formatError(own))
    return beyond ? row.accuracy.summary : null;
  const against = `more exact than ${baseline.contender.label} (${formatError(own)})`;
  if (error === 0) return `equal to the oracle, and ${against}`;
  return `${beyond ? 'beyond the tolerance' : 'less exact than the oracle'} (${formatError(error)}), but ${against}`;
}
