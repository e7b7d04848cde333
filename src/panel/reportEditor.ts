import path from 'node:path';
import * as vscode from 'vscode';
import { ReportError, type Report } from '../profile/report';
import type { PageActions } from './pageActions';
import { pageHtml, pageOptions } from './pageHtml';
import { PageLink } from './pageLink';
import type { PanelAction, PanelProblem, PanelState } from './protocol';
import type { ReportSurface, ReportSurfaces } from './reportSurfaces';

const LARGEST_BYTES = 64 * 1024 * 1024;
/** What this page may ask for. */
const FILE_ACTIONS: ReadonlySet<PanelAction> = new Set<PanelAction>(['open-as-text', 'show-log']);
const READ_ONLY = 'This page shows a file. Open the panel to run a profile.';

/** A report file, and what came of reading it. */
class ReportDocument implements vscode.CustomDocument, ReportSurface {
  report: Report | null = null;
  problem: string | null = null;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watcher: vscode.FileSystemWatcher;

  constructor(readonly uri: vscode.Uri) {
    const folder = vscode.Uri.joinPath(uri, '..');
    this.watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, path.posix.basename(uri.path)),
    );
    const read = (): void => void this.read();
    this.watcher.onDidChange(read);
    this.watcher.onDidCreate(read);
  }

  /** Reads the file again. A file that cannot be used leaves `problem`, and no report. */
  async read(): Promise<void> {
    try {
      this.report = await readReportFile(this.uri);
      this.problem = null;
    } catch (error) {
      this.report = null;
      this.problem = error instanceof Error ? error.message : String(error);
    }
    this.changed.fire();
  }

  dispose(): void {
    this.watcher.dispose();
    this.changed.dispose();
  }
}

/**
 * Reads a report file. A report that was still growing when its window closed comes back as cancelled.
 * @throws ReportError when it is no report, or one from a newer version; what the file system throws when it cannot be read
 */
export async function readReportFile(uri: vscode.Uri): Promise<Report> {
  const { size } = await vscode.workspace.fs.stat(uri);
  const name = path.posix.basename(uri.path);
  if (size > LARGEST_BYTES)
    throw new ReportError(`${name} is ${Math.round(size / 1024 ** 2)} MiB, too large for a report.`);
  const { readReport } = await import('../profile/reportFile');
  const report = readReport(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)), name);
  if (report.status !== 'running') return report;
  return {
    ...report,
    status: 'cancelled',
    reason: 'The window was closed while it ran. The cases that had finished are here.',
  };
}

/** Shows report files with the same page as the panel, read only. */
export class ReportEditor implements vscode.CustomReadonlyEditorProvider<ReportDocument> {
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly surfaces: ReportSurfaces,
    private readonly actions: PageActions,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async openCustomDocument(uri: vscode.Uri): Promise<ReportDocument> {
    const document = new ReportDocument(uri);
    await document.read();
    return document;
  }

  resolveCustomEditor(document: ReportDocument, panel: vscode.WebviewPanel): void {
    panel.webview.options = pageOptions(this.extensionUri);
    const refuse = (): never => {
      throw new Error(READ_ONLY);
    };
    const link = new PageLink(
      panel.webview,
      () => stateOf(document),
      {
        run: refuse,
        cancel: refuse,
        choose: refuse,
        runPython: refuse,
        choosePython: refuse,
        chooseLanguage: refuse,
        ...this.actions.reportHandlers(document),
        act: async (action) => {
          if (!FILE_ACTIONS.has(action)) refuse();
          await this.actions.act(action, document.uri);
          return null;
        },
      },
      this.log,
    );
    const change = document.onDidChange(() => {
      link.refresh();
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) link.pageGone();
      if (panel.active) this.surfaces.activate(document);
    });
    panel.onDidDispose(() => {
      change.dispose();
      link.dispose();
      this.surfaces.leave(document);
    });
    panel.webview.html = pageHtml(panel.webview, this.extensionUri);
    this.surfaces.activate(document);
  }
}

function stateOf(document: ReportDocument): PanelState {
  return {
    surface: 'file',
    fileName: path.posix.basename(document.uri.path),
    report: document.report,
    saved: null,
    run: null,
    setup: null,
    problem: document.problem === null ? null : problemOf(document.problem),
  };
}

function problemOf(text: string): PanelProblem {
  return {
    title: 'This file cannot be shown as a report',
    text,
    remedies: [],
    actions: [{ action: 'open-as-text', label: 'Open as Text' }],
  };
}
