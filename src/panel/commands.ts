import * as v from 'valibot';
import * as vscode from 'vscode';
import type { AdapterPicker } from './adapterPicker';
import type { HubKernels } from './hubKernels';
import type { KernelChoices } from './kernelChoices';
import type { PageActions } from './pageActions';
import type { ProfilePanel } from './profilePanel';
import type { ProfileRuns } from './profileRuns';
import { RunBusyError } from './profileRuns';
import { noticeText } from '../kernels/noticeText';
import type { Report } from '../profile/report';
import { copyMarkdown, exportReport, openReport } from './reportActions';
import type { ReportSurfaces } from './reportSurfaces';
import { readSettings } from './settings';

/** The parts that commands act on. */
export interface CommandParts {
  readonly runs: ProfileRuns;
  readonly choices: KernelChoices;
  readonly actions: PageActions;
  readonly adapters: AdapterPicker;
  readonly hubKernels: HubKernels;
  readonly panel: ProfilePanel;
  readonly surfaces: ReportSurfaces;
  readonly log: vscode.LogOutputChannel;
}

/** What the sidebar passes: a row of it has these among its fields. */
const HubKernelSchema = v.object({ id: v.string(), version: v.nullable(v.number()) });

/** Registers the commands that profile and those of reports. A command that fails says why, with a button to the log. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const table: Readonly<Record<string, (argument: unknown) => Promise<void>>> = {
    'kernelLens.profileMachine': async () => {
      parts.panel.show();
      await parts.choices.refresh();
      const kernels = parts.choices.kernels.filter(({ ref }) => ref.kind === 'bundled').map(({ choice }) => choice.key);
      parts.actions.run({ kernels, cases: null, quick: readSettings().quick });
    },
    'kernelLens.profileKernel': () => profileKernel(parts),
    'kernelLens.profileHubKernel': (argument) => {
      const kernel = v.safeParse(HubKernelSchema, argument);
      return kernel.success ? parts.hubKernels.profile(kernel.output) : parts.hubKernels.pick();
    },
    'kernelLens.profileBundledKernel': (argument) => {
      const kernel = v.safeParse(HubKernelSchema, argument);
      return kernel.success ? profileBundled(parts, kernel.output.id) : profileKernel(parts);
    },
    'kernelLens.showPanel': () => {
      parts.panel.show();
      return Promise.resolve();
    },
    'kernelLens.cancelProfile': async () => {
      if (parts.runs.active === null) void vscode.window.showInformationMessage('No profile is running.');
      await parts.runs.cancel();
    },
    'kernelLens.openReport': openReport,
    'kernelLens.copyMarkdown': async () => {
      await copyMarkdown(reportOf(parts));
      vscode.window.setStatusBarMessage('$(check) Report copied as Markdown', 3000);
    },
    'kernelLens.exportReport': () => exportReport(reportOf(parts)),
    'kernelLens.showAdapters': () => parts.adapters.pick(),
  };
  return vscode.Disposable.from(
    ...Object.entries(table).map(([id, run]) =>
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        try {
          await run(argument);
        } catch (error) {
          // What is shown waits for the person; the command has ended.
          void showFailure(parts, error);
        }
      }),
    ),
  );
}

async function profileKernel(parts: CommandParts): Promise<void> {
  await parts.choices.refresh();
  const items = parts.choices.kernels.map(({ choice }) => ({
    label: `$(symbol-function) ${choice.label}`,
    description: choice.problem === null ? choice.detail : `${choice.detail} · not trusted`,
    key: choice.key,
  }));
  const folder = {
    label: '$(folder-opened) Choose a Folder…',
    description: 'with build/webgpu/manifest.json',
    key: null,
  };
  const hub = { label: '$(cloud-download) From the Hub…', description: 'a WebGPU kernel', key: null };
  const picked = await vscode.window.showQuickPick([...items, folder, hub], {
    title: 'Profile Kernel',
    placeHolder: 'Which kernel?',
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  if (picked === hub) return parts.hubKernels.pick();
  const key = picked.key ?? (await parts.actions.addFolder());
  if (key === null) return;
  const choice = { kernels: [key], cases: null, quick: readSettings().quick };
  parts.actions.run(choice);
  await parts.choices.choose(choice);
  parts.panel.show();
}

/** The kernel that the extension carries for an operator of the Hub, `webgpu-kernels/ai.onnx.Gelu`. */
async function profileBundled({ choices, actions, panel }: CommandParts, id: string): Promise<void> {
  await choices.refresh();
  const operator = id.slice(id.indexOf('/') + 1);
  const kernel = choices.kernels.find(({ ref }) => ref.kind === 'bundled' && ref.id === operator);
  if (kernel === undefined) throw new Error(`No kernel for ${operator} comes with Kernel Lens. Profile the Hub's.`);
  const choice = { kernels: [kernel.choice.key], cases: null, quick: readSettings().quick };
  actions.run(choice);
  await choices.choose(choice);
  panel.show();
}

function reportOf(parts: CommandParts): Report {
  const report = parts.surfaces.report ?? parts.runs.report;
  if (report === null) throw new Error('There is no report yet. Run Kernel Lens: Profile This Machine first.');
  return report;
}

async function showFailure({ panel, runs, log }: CommandParts, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RunBusyError) {
    const answer = await vscode.window.showWarningMessage(message, 'Show It', 'Cancel It');
    if (answer === 'Show It') panel.show();
    if (answer === 'Cancel It') await runs.cancel();
    return;
  }
  log.error(error instanceof Error ? (error.stack ?? message) : message);
  const answer = await vscode.window.showErrorMessage(noticeText(message), 'Show Log');
  if (answer === 'Show Log') log.show();
}
