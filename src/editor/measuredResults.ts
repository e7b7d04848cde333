import * as vscode from 'vscode';
import type { RowSpeedup } from '../profile/report';
import { REPORT_FILE_SUFFIX } from '../profile/report';
import { readReport } from '../profile/reportFile';
import { overallSpeedup } from '../profile/reportSentence';
import type { EditorParts } from './editorParts';

/** What a kernel of the Hub was last measured to be worth here. */
export interface Measured {
  /** Above 1 is faster. */
  readonly ratio: number;
  readonly verdict: RowSpeedup['verdict'];
  /** ISO 8601. */
  readonly at: string;
}

/** Reports that are read, newest first. */
const MOST_REPORTS = 30;
/** A report is a few hundred kB. */
const LARGEST_REPORT = 32_000_000;

/** The last results of kernels on this machine. Nothing is read before somebody asks. */
export class MeasuredResults implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** There are other results now. */
  readonly onDidChange = this.changed.event;
  private readonly subscription: vscode.Disposable;
  private readonly read = new Map<string, ReadonlyMap<string, Measured>>();
  private results: ReadonlyMap<string, Measured> = new Map();
  private reading: Promise<void> | null = null;

  constructor(private readonly reports: EditorParts['reports']) {
    this.subscription = reports.onDidWrite(() => {
      // A report that grows is written again under its name.
      if (this.reading !== null) this.reading = this.readAll(true);
    });
  }

  /** As far as is known now; the first call has the reports read, and tells when they are. */
  of(id: string): Measured | null {
    this.reading ??= this.readAll(false);
    return this.results.get(id) ?? null;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private async readAll(newestAgain: boolean): Promise<void> {
    const files = (await Promise.all(this.reports.folders().map(reportsIn))).flat();
    // Their names begin with the time.
    const newest = files.toSorted((a, b) => (nameOf(a) < nameOf(b) ? 1 : -1)).slice(0, MOST_REPORTS);
    const results = new Map<string, Measured>();
    for (const [at, file] of newest.entries()) {
      const key = file.toString();
      const known = newestAgain && at === 0 ? undefined : this.read.get(key);
      const measured = known ?? (await readResults(file));
      this.read.set(key, measured);
      for (const [id, result] of measured) if (!results.has(id)) results.set(id, result);
    }
    this.results = results;
    this.changed.fire(undefined);
  }
}

function nameOf(file: vscode.Uri): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1);
}

async function reportsIn(folder: vscode.Uri): Promise<vscode.Uri[]> {
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
  return entries
    .filter(([name]) => name.endsWith(REPORT_FILE_SUFFIX))
    .map(([name]) => vscode.Uri.joinPath(folder, name));
}

/** Empty where the file cannot be read; the Results view says why. */
async function readResults(file: vscode.Uri): Promise<ReadonlyMap<string, Measured>> {
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > LARGEST_REPORT) return new Map();
    const report = readReport(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)), nameOf(file));
    if (report.mode !== 'compare') return new Map();
    const ofHub = report.kernels.filter(({ source }) => source === 'hub');
    const entries = ofHub.flatMap(({ id }): (readonly [string, Measured])[] => {
      const cases = report.cases.filter(({ kernel }) => kernel === id);
      const speedup = overallSpeedup({ ...report, cases });
      const { createdAt: at } = report;
      return speedup === null ? [] : [[id, { ratio: speedup.ratio, verdict: speedup.verdict, at }]];
    });
    return new Map(entries);
  } catch {
    return new Map();
  }
}
