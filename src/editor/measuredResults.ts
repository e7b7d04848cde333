import { cpus } from 'node:os';
import * as vscode from 'vscode';
import { REPORT_FILE_SUFFIX } from '../profile/report';
import { readReport } from '../profile/reportFile';
import type { EditorParts } from './editorParts';
import {
  lastOf,
  resultsFor,
  resultsOf,
  type AskedResults,
  type DevicesHere,
  type KernelResult,
  type Measured,
} from './kernelResults';

/** Reports that are read, newest first. */
const MOST_REPORTS = 30;
/** A report is a few hundred kB. */
const LARGEST_REPORT = 32_000_000;
/** Files that come one after another are read together, milliseconds. */
const TOGETHER_MS = 300;

/** The last results of kernels on this machine. Nothing is read before somebody asks. */
export class MeasuredResults implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** There are other results now. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private readonly read = new Map<string, readonly KernelResult[]>();
  /** Newest first. */
  private results: readonly KernelResult[] = [];
  private reading: Promise<void> | null = null;
  private waiting: NodeJS.Timeout | null = null;
  /** As reports name it; asking takes a while. */
  private readonly cpu = cpus()[0]?.model.trim() ?? 'unknown';

  constructor(private readonly parts: Pick<EditorParts, 'reports' | 'machine'>) {
    this.subscriptions = [
      parts.reports.onDidWrite(() => {
        // A report that grows is written again under its name.
        this.readAgain({ newestToo: true });
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('kernelLens.results')) this.readAgain({ newestToo: false });
      }),
    ];
  }

  /** As far as is known now; the first call has the reports read, and tells when they are. */
  of(asked: AskedResults): Measured {
    if (this.reading === null) {
      this.watch();
      this.reading = this.readAll(false);
    }
    return lastOf(resultsFor(this.results, asked), this.devices());
  }

  dispose(): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** Reports may come with the files of the workspace: from another machine, say. */
  private watch(): void {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/*${REPORT_FILE_SUFFIX}`);
    const forget = (uri: vscode.Uri): void => {
      this.read.delete(uri.toString());
      this.waiting ??= setTimeout(() => {
        this.waiting = null;
        this.readAgain({ newestToo: false });
      }, TOGETHER_MS);
    };
    this.subscriptions.push(
      watcher,
      watcher.onDidCreate(forget),
      watcher.onDidChange(forget),
      watcher.onDidDelete(forget),
    );
  }

  /** Nothing, where nobody has asked yet. */
  private readAgain({ newestToo }: { readonly newestToo: boolean }): void {
    this.reading = this.reading?.then(() => this.readAll(newestToo)) ?? null;
  }

  private devices(): DevicesHere {
    const { python, system, adapters } = this.parts.machine.state;
    return {
      gpus: python?.gpus ?? [],
      adapters: adapters.map(({ name }) => name),
      cpu: this.cpu,
      backend: 'system' in system.python ? system.python.system.backend.name : null,
    };
  }

  private async readAll(newestToo: boolean): Promise<void> {
    const files = (await Promise.all(this.parts.reports.folders().map(reportsIn))).flat();
    // Their names begin with the time.
    const newest = files.toSorted((a, b) => (nameOf(a) < nameOf(b) ? 1 : -1)).slice(0, MOST_REPORTS);
    const results: KernelResult[] = [];
    for (const [at, file] of newest.entries()) {
      const key = file.toString();
      const known = newestToo && at === 0 ? undefined : this.read.get(key);
      const read = known ?? (await readResults(file));
      this.read.set(key, read);
      results.push(...read);
    }
    // Sorting keeps what one report has in its order.
    this.results = results.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
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
async function readResults(file: vscode.Uri): Promise<readonly KernelResult[]> {
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > LARGEST_REPORT) return [];
    return resultsOf(readReport(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)), nameOf(file)));
  } catch {
    return [];
  }
}
