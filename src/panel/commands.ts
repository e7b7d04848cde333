import * as v from 'valibot';
import * as vscode from 'vscode';
import type { AdapterPicker } from './adapterPicker';
import type { HubProfiles } from './hubProfiles';
import type { KernelChoices } from './kernelChoices';
import { pickKernel, type KernelPickParts } from './kernelPick';
import type { PageActions } from './pageActions';
import type { ProfilePanel } from './profilePanel';
import { RunBusyError } from './profileJob';
import type { ProfileRuns } from './profileRuns';
import { noticeText } from '../kernels/noticeText';
import type { Report } from '../profile/report';
import { PythonRequestSchema } from '../profile/python/pythonRequest';
import type { PythonProfiles } from './pythonProfiles';
import { copyMarkdown, exportReport, openReport } from './reportActions';
import type { ReportSurfaces } from './reportSurfaces';
import { readSettings } from './settings';

/** The parts that commands act on. */
export interface CommandParts extends KernelPickParts {
  readonly runs: ProfileRuns;
  readonly choices: KernelChoices;
  readonly actions: PageActions;
  readonly adapters: AdapterPicker;
  readonly hubProfiles: HubProfiles;
  readonly python: PythonProfiles;
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
      return kernel.success ? parts.hubProfiles.profile(kernel.output) : parts.hubProfiles.pick();
    },
    'kernelLens.profilePython': async (argument) => {
      const request = v.safeParse(PythonRequestSchema, argument);
      if (!request.success) throw new Error('Nothing to measure was named: start it at a kernel or above a function.');
      await parts.python.profile(request.output);
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
  const picked = await pickKernel(parts);
  switch (picked?.kind) {
    case undefined:
      return;
    case 'webgpu':
      await profileChosen(parts, picked.key);
      return;
    case 'python':
      await parts.python.profileSubject(picked.subject);
      return;
    case 'hub':
      await parts.hubProfiles.pick();
  }
}

/** The kernel that the extension carries for an operator of the Hub, `webgpu-kernels/ai.onnx.Gelu`. */
async function profileBundled(parts: CommandParts, id: string): Promise<void> {
  await parts.choices.refresh();
  const operator = id.slice(id.indexOf('/') + 1);
  const kernel = parts.choices.kernels.find(({ ref }) => ref.kind === 'bundled' && ref.id === operator);
  if (kernel === undefined) throw new Error(`No kernel for ${operator} comes with Kernel Lens. Profile the Hub's.`);
  await profileChosen(parts, kernel.choice.key);
}

/** @param key of a WebGPU kernel */
async function profileChosen({ choices, actions, panel }: CommandParts, key: string): Promise<void> {
  const choice = { kernels: [key], cases: null, quick: readSettings().quick };
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
