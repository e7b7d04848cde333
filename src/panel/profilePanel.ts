import * as vscode from 'vscode';
import type { Report } from '../profile/report';
import type { KernelChoices } from './kernelChoices';
import type { PageActions } from './pageActions';
import { pageHtml, pageOptions } from './pageHtml';
import { PageLink, type PageHandlers } from './pageLink';
import type { ProfileRuns } from './profileRuns';
import type { PanelProblem, PanelState } from './protocol';
import { readReportFile } from './reportEditor';
import type { ReportSurface, ReportSurfaces } from './reportSurfaces';
import type { ResultStore } from './resultStore';
import { readSettings } from './settings';

/** The id under which VS Code keeps the panel over a window's reload. */
export const PANEL_ID = 'kernelLens.profile';

/** What the panel shows and acts on. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly runs: ProfileRuns;
  readonly choices: KernelChoices;
  readonly surfaces: ReportSurfaces;
  readonly actions: PageActions;
  readonly store: ResultStore;
  readonly log: vscode.LogOutputChannel;
}

/** The page on which profiles are run: one in a window. Closing it does not end a run. */
export class ProfilePanel implements vscode.Disposable, vscode.WebviewPanelSerializer, ReportSurface {
  private panel: vscode.WebviewPanel | null = null;
  private link: PageLink | null = null;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly parts: PanelParts,
    private readonly onOpenChange: (open: boolean) => void,
  ) {
    const { runs, choices } = parts;
    const refresh = (): void => this.link?.refresh();
    this.subscriptions = [
      runs.onDidChange(refresh),
      choices.onDidChange(refresh),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('kernelLens')) refresh();
      }),
    ];
  }

  get report(): Report | null {
    return this.parts.runs.report;
  }

  /** Shows the panel, making it when there is none. */
  show(): void {
    if (this.panel !== null) {
      this.panel.reveal();
      return;
    }
    this.take(vscode.window.createWebviewPanel(PANEL_ID, 'Kernel Lens', vscode.ViewColumn.Active));
  }

  /** VS Code brings the panel back after a reload. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel === null) this.take(panel);
    else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.panel?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private take(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.parts.extensionUri, 'media', 'icons', 'panel.svg');
    panel.webview.options = pageOptions(this.parts.extensionUri);
    const link = new PageLink(panel.webview, () => this.state(), this.handlers(), this.parts.log);
    this.link = link;
    panel.onDidChangeViewState(() => {
      if (!panel.visible) link.pageGone();
      if (panel.active) this.parts.surfaces.activate(this);
    });
    panel.onDidDispose(() => {
      link.dispose();
      this.parts.surfaces.leave(this);
      this.panel = null;
      this.link = null;
      this.onOpenChange(false);
    });
    panel.webview.html = pageHtml(panel.webview, this.parts.extensionUri);
    this.parts.surfaces.activate(this);
    this.onOpenChange(true);
    void this.fill();
  }

  /** Finds the kernels and the last report, which the page shows as they come. */
  private async fill(): Promise<void> {
    const { choices, runs, store, log } = this.parts;
    try {
      await choices.refresh();
    } catch (error) {
      log.error(`kernels could not be listed: ${String(error)}`);
    }
    const last = store.last();
    if (last === null || runs.report !== null) return;
    try {
      runs.restore(await readReportFile(last), last);
    } catch (error) {
      // The file may have been moved or deleted since; that is the person's to do.
      log.info(`the last report is not shown: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private state(): PanelState {
    const { active, failure, unsaved, file, report } = this.parts.runs;
    const settings = readSettings();
    return {
      surface: 'panel',
      fileName: '',
      report,
      saved: file === null ? null : vscode.workspace.asRelativePath(file),
      run: active === null ? null : { ...active.progress, cancelling: active.cancelling },
      setup: {
        kernels: this.parts.choices.kernels.map(({ choice }) => choice),
        choice: this.parts.choices.choice,
        adapter: settings.adapter,
      },
      problem: problemOf(failure, unsaved),
    };
  }

  private handlers(): PageHandlers {
    return {
      run: async (choice) => {
        await this.parts.choices.choose(choice);
        this.parts.actions.run(choice);
        return null;
      },
      cancel: async () => {
        await this.parts.runs.cancel();
        return null;
      },
      choose: async (choice) => {
        await this.parts.choices.choose(choice);
        return null;
      },
      ...this.parts.actions.reportHandlers(this),
      act: async (action) => {
        await this.parts.actions.act(action, null);
        return null;
      },
    };
  }
}

function problemOf(failure: ProfileRuns['failure'], unsaved: string | null): PanelProblem | null {
  if (failure?.kind === 'no-adapter') {
    return {
      title: 'There is no adapter to run on',
      text: failure.message,
      actions: [
        { action: 'change-adapter', label: 'Choose an Adapter' },
        { action: 'show-log', label: 'Show Log' },
      ],
    };
  }
  if (failure !== null) {
    return {
      title: 'The profile did not run',
      text: failure.message,
      actions: [
        { action: 'run-default', label: 'Run Again' },
        { action: 'show-log', label: 'Show Log' },
      ],
    };
  }
  if (unsaved !== null) {
    return {
      title: 'The report is not saved',
      text: `${unsaved} The report is kept here until the window closes: export it, or run again.`,
      actions: [{ action: 'show-log', label: 'Show Log' }],
    };
  }
  return null;
}
