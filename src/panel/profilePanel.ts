import * as vscode from 'vscode';
import type { Report } from '../profile/report';
import type { KernelChoices } from './kernelChoices';
import type { PageActions } from './pageActions';
import { pageHtml, pageOptions } from './pageHtml';
import { PageLink, type PageHandlers } from './pageLink';
import type { ProfileRuns } from './profileRuns';
import type { LanguageChoice } from './languageChoice';
import type { PanelState } from './protocol';
import type { PythonChoices } from './pythonChoices';
import type { PythonProfiles } from './pythonProfiles';
import { readReportFile } from './reportEditor';
import type { ReportSurface, ReportSurfaces } from './reportSurfaces';
import type { ResultStore } from './resultStore';
import { runProblem } from './runProblem';
import { readSettings } from './settings';

/** The id under which VS Code keeps the panel over a window's reload. */
export const PANEL_ID = 'kernelLens.profile';

/** What the panel shows and acts on. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly runs: ProfileRuns;
  readonly choices: KernelChoices;
  readonly pythonChoices: PythonChoices;
  readonly language: LanguageChoice;
  /** Made after the panel, which it shows. */
  readonly python: () => PythonProfiles;
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
    const { runs, choices, pythonChoices, language } = parts;
    const refresh = (): void => this.link?.refresh();
    this.subscriptions = [
      runs.onDidChange(refresh),
      choices.onDidChange(refresh),
      pythonChoices.onDidChange(refresh),
      language.onDidChange(() => {
        refresh();
        this.lookAround();
      }),
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
    this.lookAround();
    void this.fill();
  }

  /** Python and the Hub are asked only where somebody sees the answers. */
  private lookAround(): void {
    const { language, pythonChoices } = this.parts;
    if (this.panel !== null && language.language === 'python') void pythonChoices.refresh();
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
        language: this.parts.language.language,
        webgpu: {
          kernels: this.parts.choices.kernels.map(({ choice }) => choice),
          choice: this.parts.choices.choice,
          adapter: settings.adapter,
        },
        python: this.parts.pythonChoices.setup(),
      },
      problem: runProblem(failure, unsaved),
    };
  }

  private handlers(): PageHandlers {
    return {
      run: async (choice) => {
        await this.parts.choices.choose(choice);
        this.parts.actions.run(choice);
        return null;
      },
      runPython: async (choice) => {
        await this.parts.python().run(choice);
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
      choosePython: async (choice) => {
        await this.parts.pythonChoices.choose(choice);
        return null;
      },
      chooseLanguage: async (language) => {
        await this.parts.language.choose(language);
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
