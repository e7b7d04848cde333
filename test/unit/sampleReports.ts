import { readFileSync } from 'node:fs';
import { readReport } from '../../src/profile/reportFile';
import type { Report, ReportCase, ReportRow } from '../../src/profile/report';

/** `suite`: products, attention and a runtime beside the variants. Of Python: two versions of a kernel with every way that a row can end on a GPU; one kernel on a CPU. */
export type SampleName = 'h100' | 'software' | 'suite' | 'python-h100' | 'python-cpu';

/** The text of a report of test/fixtures/reports; its numbers are invented. */
export function sampleText(name: SampleName): string {
  return readFileSync(new URL(`../fixtures/reports/${name}.kernel-lens.json`, import.meta.url), 'utf8');
}

export function sampleReport(name: SampleName): Report {
  return readReport(sampleText(name), `${name}.kernel-lens.json`);
}

/** A case of the sample, by its id. */
export function sampleCase(report: Report, id: string): ReportCase {
  const found = report.cases.find((item) => item.id === id);
  if (found === undefined) throw new Error(`The sample has no case ${id}.`);
  return found;
}

/** `report` with only the cases whose ids are named, and the kernels that ran in them. */
export function only(report: Report, ...ids: string[]): Report {
  const cases = ids.map((id) => sampleCase(report, id));
  const ran = new Set(cases.flatMap((item) => [item.kernel, ...item.rows.map((row) => row.contender.kernel)]));
  const kernels = report.kernels.filter((kernel) => ran.has(kernel.id));
  return { ...report, status: 'complete', reason: null, kernels, cases };
}

/** A row of a case, by its contender's id. */
export function sampleRow(item: ReportCase, contender: string): ReportRow {
  const found = item.rows.find((row) => row.contender.id === contender);
  if (found === undefined) throw new Error(`${item.id} has no row of ${contender}.`);
  return found;
}

/** `item` with each row changed. */
export function withRows(item: ReportCase, change: (row: ReportRow) => ReportRow): ReportCase {
  return { ...item, rows: item.rows.map(change) };
}
