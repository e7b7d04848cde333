import * as vscode from 'vscode';
import { HubError } from '../hub/hubError';
import { HubKernelError } from '../hub/hubKernelError';
import type { ProfileEnvironment } from '../profile/profile';
import type { HubKernelRef } from '../profile/profileOptions';
import { chooseAdapter, missingAdapterText } from '../profile/webgpu/adapters';
import type { Abilities } from '../profile/webgpu/requirements';
import type { HubAccess } from './hubAccess';
import type { HubConsents } from './hubConsents';
import type { KernelChoices } from './kernelChoices';
import type { PageActions } from './pageActions';
import type { ProfilePanel } from './profilePanel';
import { readSettings } from './settings';
import { workspaceTrusted } from './workspaceTrust';

const CODE_OF_OTHERS = 'A kernel is code for the GPU driver.';

export interface HubKernelParts {
  readonly open: () => Promise<HubAccess>;
  readonly environment: ProfileEnvironment;
  readonly choices: KernelChoices;
  readonly actions: PageActions;
  readonly panel: ProfilePanel;
  readonly consents: HubConsents;
  readonly log: vscode.LogOutputChannel;
}

/** Profiles WebGPU kernels of the Hub: agreed to, fetched, and then run like any other. */
export class HubKernels {
  constructor(private readonly parts: HubKernelParts) {}

  /**
   * Fetches a kernel as far as the adapter can use it, and starts a profile of it. Returns when the profile has begun,
   * or when the person does not want it. Throws HubError, HubKernelError, KernelError, RunBusyError.
   * @param kernel `version` null: the newest
   */
  async profile({ id, version }: { readonly id: string; readonly version: number | null }): Promise<void> {
    if (!(await workspaceTrusted('Kernels of the Hub'))) return;
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
              store: this.parts.consents,
              ask: (question, asked) => this.parts.consents.ask(question, 'on this GPU', CODE_OF_OTHERS, asked),
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
