// The reports that come of stories a harness tells.
import { plannedContenders } from '../../src/profile/python/contenderPlan';
import type { PythonProfileOptions } from '../../src/profile/python/pythonOptions';
import { PythonReport } from '../../src/profile/python/pythonReport';
import type { Report, ReportCase, ReportRow } from '../../src/profile/report';
import { readReport, serialiseReport } from '../../src/profile/reportFile';
import { beginning, heard, OPTIONS, result, type Told } from './harnessStories';

/** What grew from events. */
export function growthOf(events: readonly Told[], options: PythonProfileOptions = OPTIONS): PythonReport {
  const growth = new PythonReport({
    ...{ options, contenders: plannedContenders(options), python: '/env/bin/python', toolVersion: '1.2.3' },
    ...{ onBattery: null, notice: null, functionDigest: 'f'.repeat(64) },
  });
  for (const event of events) growth.take(heard(event));
  return growth;
}

/** The report of events, ended and as a reader of its file has it. */
export function reportOf(events: readonly Told[], options: PythonProfileOptions = OPTIONS): Report {
  const growth = growthOf(events, options);
  growth.end(false, null);
  if (growth.report === null) throw new Error('there is no report');
  return readReport(serialiseReport(growth.report), 'the report');
}

/** The case of a run that has one. */
export function caseOf(rows: readonly Record<string, unknown>[], more: Record<string, unknown> = {}): ReportCase {
  const [item] = reportOf([...beginning(), result(rows, more)]).cases;
  if (item === undefined) throw new Error('there is no case');
  return item;
}

export function rowOf(item: ReportCase, id: string): ReportRow {
  const found = item.rows.find(({ contender }) => contender.id === id);
  if (found === undefined) throw new Error(`there is no row ${id}`);
  return found;
}
