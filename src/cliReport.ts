// What becomes of a report on the command line: files, the table, and the exit code.
import process from 'node:process';
import { EXIT, note } from './cliEnvironment';
import { terminalText } from './cliTerminal';
import type { ReportTargets } from './cliValues';
import type { Report, ReportRow } from './profile/report';
import { isPeerRow } from './profile/reportComparison';
import { reportCsv } from './profile/reportCsv';
import { serialiseReport } from './profile/reportFile';
import { reportMarkdown } from './profile/reportMarkdown';
import { reportTable } from './profile/reportTable';
import { writeFileAtomically } from './profile/writeFile';

/** Writes the files, prints the table, and answers with the exit code. */
export async function finishReport(report: Report, targets: ReportTargets): Promise<number> {
  // Files first: whoever reads the table may close the pipe in the middle of it.
  const { written, failures } = await writeTargets(report, targets);
  const width = process.stdout.columns;
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  process.stdout.write(terminalText(reportTable(report, { width, colour })));
  for (const file of written) process.stdout.write(`wrote ${file}\n`);
  for (const failure of failures) note(failure);
  if (report.status === 'cancelled') return EXIT.cancelled;
  if (failures.length > 0) return EXIT.usage;
  return isRight(report) ? EXIT.right : EXIT.wrong;
}

/** A kernel that was wrong, crashed or could not be read makes the run fail, and so does a run that measured nothing. */
function isRight(report: Report): boolean {
  if (
    report.status === 'failed' ||
    report.cases.length === 0 ||
    report.kernels.some((kernel) => kernel.problem !== null)
  )
    return false;
  return report.cases.every((item) => item.status !== 'failed' && item.rows.every(isRowRight));
}

/** That torch.compile cannot compile something, or another runtime is wrong, is no fault of the kernel. */
function isRowRight(row: ReportRow): boolean {
  const { contender, status, accuracy } = row;
  return contender.kind === 'compile' || isPeerRow(row) || (status === 'timed' && accuracy?.passed !== false);
}

/** Writes each file; one that cannot be written does not keep the others from it. */
async function writeTargets(
  report: Report,
  targets: ReportTargets,
): Promise<{ readonly written: readonly string[]; readonly failures: readonly string[] }> {
  const written: string[] = [];
  const failures: string[] = [];
  const files: [string | null, () => string][] = [
    [targets.json, () => serialiseReport(report)],
    [targets.markdown, () => reportMarkdown(report)],
    [targets.csv, () => reportCsv(report)],
  ];
  for (const [file, text] of files) {
    if (file === null) continue;
    try {
      await writeFileAtomically(file, text());
      written.push(file);
    } catch (error) {
      failures.push(`could not write ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { written, failures };
}
