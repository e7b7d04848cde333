import path from 'node:path';
import * as vscode from 'vscode';
import type { AdapterPicker } from './adapterPicker';
import type { KernelChoices } from './kernelChoices';
import type { PageHandlers } from './pageLink';
import type { ProfileRuns } from './profileRuns';
import type { PanelAction, RunChoice } from './protocol';
import { copyMarkdown, openReport, saveReport } from './reportActions';
import type { ReportSurface } from './reportSurfaces';
import { profileOptions } from './runOptions';
import { readSettings } from './settings';

/** What the pages and the commands can make happen. A page names an action; which command or file that is, is known here. */
export class PageActions {
  constructor(
    private readonly runs: ProfileRuns,
    private readonly choices: KernelChoices,
    private readonly adapters: AdapterPicker,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /**
   * Starts a profile of what is chosen.
   * @throws RunBusyError, ChoiceError
   */
  run(choice: RunChoice): void {
    this.runs.start(profileOptions(choice, this.choices.kernels, readSettings().adapter));
  }

  /** @param file the report file that the page shows; null on the panel */
  async act(action: PanelAction, file: vscode.Uri | null): Promise<void> {
    switch (action) {
      case 'run-default':
        await this.choices.refresh();
        this.run(this.choices.choice);
        return;
      case 'change-adapter':
        await this.adapters.pick();
        return;
      case 'add-folder':
        await this.addFolder();
        return;
      case 'manage-trust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
      case 'open-report':
        await openReport();
        return;
      case 'open-as-text':
        if (file !== null) await vscode.commands.executeCommand('vscode.openWith', file, 'default');
        return;
      case 'show-log':
        this.log.show();
        return;
    }
  }

  /** Asks for a kernel's folder and chooses it, beside what is chosen. @returns its key; null when none was picked */
  async addFolder(): Promise<string | null> {
    const folders = await vscode.window.showOpenDialog({
      title: 'Kernel Folder',
      openLabel: 'Add Kernel',
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
    });
    const folder = folders?.[0];
    if (folder === undefined) return null;
    const key = await this.choices.addFolder(folder);
    const kernel = this.choices.kernels.find(({ choice }) => choice.key === key);
    if (kernel === undefined) {
      throw new Error(
        `${path.posix.basename(folder.path)} holds no kernel. Choose a folder with build/webgpu/manifest.json, or the one that holds manifest.json.`,
      );
    }
    if (kernel.choice.problem !== null) throw new Error(kernel.choice.problem);
    const { choice } = this.choices;
    await this.choices.choose({ ...choice, kernels: [...new Set([...choice.kernels, key])] });
    return key;
  }

  /** Copying and saving, the same on every page. */
  reportHandlers(surface: ReportSurface): Pick<PageHandlers, 'copyMarkdown' | 'save'> {
    return {
      copyMarkdown: async () => {
        await copyMarkdown(reportOf(surface));
        return null;
      },
      save: async (format) => {
        const file = await saveReport(reportOf(surface), format);
        return file === null ? null : path.posix.basename(file.path);
      },
    };
  }
}

function reportOf(surface: ReportSurface) {
  if (surface.report === null) throw new Error('There is no report yet. Run a profile first.');
  return surface.report;
}
