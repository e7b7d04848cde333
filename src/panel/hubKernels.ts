import * as vscode from 'vscode';
import type { Catalogue } from '../hub/catalogueTypes';
import { HubError } from '../hub/hubError';
import { HubKernelError } from '../hub/hubKernelError';
import type { HubSettings } from '../hub/hubSettings';
import type { Hub } from '../hub/hubTypes';
import { consentText, type ConsentQuestion } from '../hub/publisherConsent';
import { kernelIdProblem } from '../kernels/kernelId';
import type { KernelSummary } from '../kernels/kernelSummary';
import { shownText } from '../kernels/shownText';
import type { ProfileEnvironment } from '../profile/profile';
import type { HubKernelRef } from '../profile/profileOptions';
import { chooseAdapter, missingAdapterText } from '../profile/webgpu/adapters';
import type { Abilities } from '../profile/webgpu/requirements';
import { HubConsents } from './hubConsents';
import type { KernelChoices } from './kernelChoices';
import type { PageActions } from './pageActions';
import type { ProfilePanel } from './profilePanel';
import { readSettings } from './settings';

/** The Hub as it is set now. */
export interface HubAccess {
  readonly hub: Hub;
  readonly settings: HubSettings;
  readonly catalogue: Catalogue;
}

export interface HubKernelParts {
  readonly open: () => Promise<HubAccess>;
  readonly environment: ProfileEnvironment;
  readonly choices: KernelChoices;
  readonly actions: PageActions;
  readonly panel: ProfilePanel;
  /** The extension's memory, in which consents are kept. */
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** Profiles WebGPU kernels of the Hub: agreed to, fetched, and then run like any other. */
export class HubKernels {
  private readonly consents: HubConsents;

  constructor(private readonly parts: HubKernelParts) {
    this.consents = new HubConsents(parts.memory);
  }

  /** Asks which WebGPU kernel of the catalogue, and profiles it. */
  async pick(): Promise<void> {
    if (!(await workspaceTrusted())) return;
    const { catalogue } = await this.parts.open();
    const closed = new AbortController();
    const items = async (): Promise<ReturnType<typeof kernelItem>[]> => {
      // What ships and what was seen before does, where the Hub gives no answer.
      if (catalogue.state.source !== 'live') await catalogue.refresh(closed.signal);
      return catalogue.state.kernels.filter(({ language }) => language === 'javascript').map(kernelItem);
    };
    const picked = await vscode.window.showQuickPick(items(), {
      title: 'Profile Kernel from the Hub',
      placeHolder: 'Which WebGPU kernel?',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    closed.abort();
    if (picked !== undefined) await this.profile({ id: picked.id, version: null });
  }

  /**
   * Fetches a kernel as far as the adapter can use it, and starts a profile of it. Returns when the profile has begun,
   * or when the person does not want it. Throws HubError, HubKernelError, KernelError, RunBusyError.
   * @param kernel `version` null: the newest
   */
  async profile({ id, version }: { readonly id: string; readonly version: number | null }): Promise<void> {
    const problem = kernelIdProblem(id);
    if (problem !== null) throw new Error(problem);
    if (!(await workspaceTrusted())) return;
    const { choices, actions, panel } = this.parts;
    const fetched = await this.fetch(id, version);
    if (fetched === null) return;
    const key = await choices.addHubKernel(fetched);
    const choice = { kernels: [key], cases: null, quick: readSettings().quick };
    actions.run(choice);
    await choices.choose(choice);
    panel.show();
  }

  /** Null: the person cancelled, or did not agree to it. */
  private async fetch(id: string, version: number | null): Promise<HubKernelRef | null> {
    const { hub, settings } = await this.parts.open();
    const { fetchWebGpuKernel } = await import('../hub/webGpuKernel');
    const options = { location: vscode.ProgressLocation.Notification, title: 'Kernel Lens', cancellable: true };
    return vscode.window.withProgress(options, async (progress, token) => {
      const abort = new AbortController();
      const cancelled = token.onCancellationRequested(() => {
        abort.abort();
      });
      const onPhase = (message: string): void => {
        progress.report({ message });
      };
      try {
        return await fetchWebGpuKernel(
          {
            hub,
            settings,
            connection: {
              // Looked up at each call: VS Code gives extensions a fetch that knows its proxy settings.
              fetch: (input, init) => fetch(input, init),
              onWait: (ms, why) => {
                onPhase(`${why} Trying again in ${Math.max(1, Math.round(ms / 1000))} s.`);
              },
            },
            consent: {
              store: this.consents,
              ask: askConsent,
              onNote: (note) => {
                this.parts.log.warn(note);
              },
            },
            abilities: (signal) => this.abilities(signal),
            onPhase,
          },
          { id, version, revision: null },
          abort.signal,
        );
      } catch (error) {
        if (abort.signal.aborted || (error instanceof HubError && error.kind === 'cancelled')) return null;
        if (error instanceof HubKernelError && error.kind === 'refused') return null;
        throw error;
      } finally {
        cancelled.dispose();
      }
    });
  }

  /** Of the adapter that the settings choose. */
  private async abilities(signal: AbortSignal): Promise<Abilities> {
    const { listAdapters } = await import('../profile/profile');
    const found = await listAdapters(this.parts.environment, signal);
    const { adapter } = readSettings();
    const chosen = chooseAdapter(found, adapter, true);
    if (chosen === null) {
      const names = found.map(({ name }) => name);
      throw new Error(missingAdapterText(adapter, process.platform, names));
    }
    return { features: new Set(chosen.features), limits: chosen.limits };
  }
}

/** Says why nothing is run where the workspace is not trusted, with the way to trust it. */
async function workspaceTrusted(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const answer = await vscode.window.showWarningMessage(
    'Kernels of the Hub are not run, because this workspace is not trusted. Trust it to run them.',
    'Manage Workspace Trust',
  );
  if (answer !== undefined) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}

async function askConsent(question: ConsentQuestion): Promise<boolean> {
  const { id, publisher, commit } = question;
  const run = 'Run It';
  const answer = await vscode.window.showWarningMessage(
    `Run ${id} on this GPU?`,
    {
      modal: true,
      detail: `${consentText(question)} A kernel is code for the GPU driver. The answer is kept for ${publisher} at commit ${commit.slice(0, 12)}; a later version is asked about again.`,
    },
    run,
  );
  return answer === run;
}

function kernelItem({ id, summary, version }: KernelSummary): vscode.QuickPickItem & { readonly id: string } {
  const name = id.slice(id.indexOf('/') + 1);
  return {
    id,
    label: shownText(name).replaceAll('$(', '('),
    description: [shownText(id), version === null ? '' : `v${version}`].filter((part) => part !== '').join(' · '),
    detail: shownText(summary ?? '').replaceAll('$(', '('),
  };
}
