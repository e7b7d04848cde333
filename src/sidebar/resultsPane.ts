import * as vscode from 'vscode';
import { REPORT_FILE_SUFFIX } from '../profile/report';
import { ResultsView } from './resultsView';

/** Files that are written one after another are shown together, milliseconds. */
const TOGETHER_MS = 300;

/** Where the reports of this workspace are. */
export interface ReportPlaces {
  /** Folders that reports are written into. */
  readonly folders: () => readonly vscode.Uri[];
  /** Fires when a report was written into one of them. */
  readonly onDidWrite: vscode.Event<void>;
}

/** The Results view. Nothing is read or watched before it is seen. */
export class ResultsPane implements vscode.Disposable {
  private readonly view: ResultsView;
  private readonly subscriptions: vscode.Disposable[];
  private readonly shared: vscode.Disposable;
  private seen = false;
  private drawing: NodeJS.Timeout | null = null;

  constructor(places: ReportPlaces) {
    this.view = new ResultsView(places.folders);
    const tree = vscode.window.createTreeView('kernelLens.results', { treeDataProvider: this.view });
    this.shared = vscode.Disposable.from(this.view, tree);
    this.subscriptions = [
      places.onDidWrite(() => {
        this.draw();
      }),
      tree.onDidChangeVisibility(({ visible }) => {
        if (visible) this.watch();
      }),
    ];
  }

  refresh(): void {
    this.view.refresh();
  }

  dispose(): void {
    if (this.drawing !== null) clearTimeout(this.drawing);
    this.shared.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private watch(): void {
    if (this.seen) return;
    this.seen = true;
    const watcher = vscode.workspace.createFileSystemWatcher(`**/*${REPORT_FILE_SUFFIX}`);
    const draw = (): void => {
      this.draw();
    };
    this.subscriptions.push(watcher, watcher.onDidCreate(draw), watcher.onDidChange(draw), watcher.onDidDelete(draw));
  }

  private draw(): void {
    if (!this.seen) return;
    this.drawing ??= setTimeout(() => {
      this.drawing = null;
      this.view.refresh();
    }, TOGETHER_MS);
  }
}
