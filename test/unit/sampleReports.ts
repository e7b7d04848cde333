import { readFileSync } from 'node:fs';
import { readReport } from '../../src/profile/reportFile';
import type { Report, ReportCase, ReportRow } from '../../src/profile/report';

/** The text of a report of test/fixtures/reports; its numbers are invented. */
export function sampleText(name: 'h100' | 'software'): string {
  return readFileSync(new URL(`../fixtures/reports/${name}.kernel-lens.json`, import.meta.url), 'utf8');
}

export function sampleReport(name: 'h100' | 'software'): Report {
  return readReport(sampleText(name), `${name}.kernel-lens.json`);
}

/** A case of the sample, by its id. */
export function sampleCase(report: Report, id: string): ReportCase {
  const found = report.cases.find((item) => item.id === id);
  if (found === undefined) throw new Error(`The sample has no case ${id}.`);
  return found;
}

/** `report` with only the cases whose ids are named, and the kernels they belong to. */
export function only(report: Report, ...ids: string[]): Report {
  const cases = ids.map((id) => sampleCase(report, id));
  const kernels = report.kernels.filter((kernel) => cases.some((item) => item.kernel === kernel.id));
  return { ...report, status: 'complete', reason: null, kernels, cases };
}

/** `item` with each row changed. */
export function withRows(item: ReportCase, change: (row: ReportRow) => ReportRow): ReportCase {
  return { ...item, rows: item.rows.map(change) };
}
