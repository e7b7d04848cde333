import path from 'node:path';
import * as vscode from 'vscode';
import type { AdapterPicker } from './adapterPicker';
import { choosePython } from './choosePython';
import { pickHubKernel, type HubPickParts } from './hubPick';
import type { KernelChoices } from './kernelChoices';
import type { LanguageChoice } from './languageChoice';
import type { PageHandlers } from './pageLink';
import type { ProfileRuns } from './profileRuns';
import type { PanelAction, RunChoice } from './protocol';
import type { PythonChoices } from './pythonChoices';
import type { PythonSubject } from './pythonSubjects';
import { copyMarkdown, openReport, saveReport } from './reportActions';
import type { ReportSurface } from './reportSurfaces';
import { profileOptions } from './runOptions';
import { tryRemedy } from './runProblem';
import { readSettings } from './settings';

export interface PageActionParts {
  readonly runs: ProfileRuns;
  readonly choices: KernelChoices;
  readonly python: PythonChoices;
  readonly language: LanguageChoice;
  readonly adapters: AdapterPicker;
  readonly hub: HubPickParts;
  readonly log: vscode.LogOutputChannel;
}

/** What the pages and the commands can make happen. A page names an action; which command or file that is, is known here. */
export class PageActions {
  constructor(private readonly parts: PageActionParts) {}

  /**
   * Starts a profile of what is chosen of WebGPU kernels.
   * @throws RunBusyError, ChoiceError
   */
  run(choice: RunChoice): void {
    const { runs, choices, language } = this.parts;
    runs.start({
      language: 'javascript',
      options: profileOptions(choice, choices.kernels, readSettings().adapter),
    });
    void language.choose('javascript');
  }

  /** @param file the report file that the page shows; null on the panel */
  async act(action: PanelAction, file: vscode.Uri | null): Promise<void> {
    const { runs, choices, adapters, hub, log } = this.parts;
    switch (action) {
      case 'run-default':
        await choices.refresh();
        this.run(choices.choice);
        return;
      case 'run-again':
        runs.again();
        return;
      case 'change-adapter':
        await adapters.pick();
        return;
      case 'choose-python':
        await choosePython(hub.machine.state.python?.environment.source ?? null);
        return;
      case 'add-folder':
        await this.addFolder();
        return;
      case 'add-python-folder':
        await this.addPythonFolder();
        return;
      case 'add-hub-kernel':
        await this.addHubKernel();
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
        log.show();
        return;
      default:
        await tryRemedy(action, runs.failure);
    }
  }

  /** Asks for a kernel's folder and chooses it, beside what is chosen. @returns its key; null when none was picked */
  async addFolder(): Promise<string | null> {
    const folder = await pickKernelFolder();
    return folder === null ? null : this.addWebGpuFolder(folder);
  }

  /** Chooses the WebGPU kernel in a folder, beside what is chosen. @returns its key. Throws where there is none. */
  async addWebGpuFolder(folder: vscode.Uri): Promise<string> {
    const { choices } = this.parts;
    const key = await choices.addFolder(folder);
    const kernel = choices.kernels.find(({ choice }) => choice.key === key);
    if (kernel === undefined) {
      throw new Error(
        `${path.posix.basename(folder.path)} holds no kernel. Choose a folder with build/webgpu/manifest.json, or the one that holds manifest.json.`,
      );
    }
    if (kernel.choice.problem !== null) throw new Error(kernel.choice.problem);
    const { choice } = choices;
    await choices.choose({ ...choice, kernels: [...new Set([...choice.kernels, key])] });
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

  private async addPythonFolder(): Promise<void> {
    const folder = await pickKernelFolder();
    if (folder === null) return;
    const { folderLanguage } = await import('../hub/kernelLanguage');
    if (folder.scheme !== 'file' || (await folderLanguage(folder.fsPath)) !== 'python') {
      const name = path.posix.basename(folder.path);
      throw new Error(`${name} holds no kernel for Python. Choose a folder with build/<variant>/__init__.py.`);
    }
    await this.addPython({ kind: 'folder', uri: folder.toString() });
  }

  private async addHubKernel(): Promise<void> {
    const picked = await pickHubKernel(this.parts.hub, 'python');
    if (picked !== null) await this.addPython({ kind: 'hub', id: picked.id, version: null });
  }

  /** Beside what is chosen, save functions, which are measured by themselves. */
  private async addPython(subject: PythonSubject): Promise<void> {
    const { python } = this.parts;
    const [key = ''] = await python.remember([subject]);
    const { choice } = python;
    const others = choice.kernels.filter((other) => python.subject(other)?.kind !== 'function');
    await python.choose({ ...choice, kernels: [...new Set([...others, key])] });
  }
}

/** @returns null when none was picked */
export async function pickKernelFolder(): Promise<vscode.Uri | null> {
  const folders = await vscode.window.showOpenDialog({
    title: 'Kernel Folder',
    openLabel: 'Add Kernel',
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  });
  return folders?.[0] ?? null;
}

function reportOf(surface: ReportSurface) {
  if (surface.report === null) throw new Error('There is no report yet. Run a profile first.');
  return surface.report;
}
