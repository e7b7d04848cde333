import * as vscode from 'vscode';
import { HubError } from '../hub/hubError';
import type { Hub } from '../hub/hubTypes';
import type { KernelVersion } from '../kernels/kernelDetails';
import type { Pin } from '../kernels/pins';
import { shownText } from '../kernels/shownText';
import type { Machine } from '../machine/machineTypes';
import { comparisonText, pinnedVersion, shortCommit } from './pinRows';

type Progress = <T>(title: string, run: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Shows what a pin can be updated to, each with what that would change on this machine.
 * @returns the version that the person picked; null: none, or there is nothing newer, which is said
 */
export async function pickUpdate(hub: Hub, pin: Pin, machine: Machine, progress: Progress): Promise<number | null> {
  const items = await progress(`Looking for newer builds of ${shownText(pin.id)}`, async (signal) => {
    const versions = await hub.versions(pin.id, signal);
    const newer = versions.filter(({ version, commit }) => {
      if (pin.version === null) return version === versions.at(-1)?.version;
      return version > pin.version || (version === pin.version && commit !== pin.commit);
    });
    return Promise.all(newer.toReversed().map((version) => updateItem(hub, pin, version, machine, signal)));
  });
  if (items.length === 0) {
    void vscode.window.showInformationMessage(`${shownText(pin.id)} is current at ${pinnedVersion(pin)}.`);
    return null;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: `Update ${shownText(pin.id)} from ${pinnedVersion(pin)}`,
    placeHolder: 'To which version?',
  });
  return picked?.version ?? null;
}

async function updateItem(
  hub: Hub,
  pin: Pin,
  { version, commit }: KernelVersion,
  machine: Machine,
  signal: AbortSignal,
): Promise<vscode.QuickPickItem & { readonly version: number }> {
  const kind = pin.commit === null ? 'lock' : version === pin.version ? 'newer build' : 'newer version';
  const label = `v${version} @ ${shortCommit(commit)}`;
  if (pin.commit === null) return { label, description: kind, version };
  const { python } = machine.state.system;
  const system = 'system' in python ? python.system : null;
  try {
    const { comparePin } = await import('../hub/pinState');
    const comparison = await comparePin(hub, pin.id, [pin.commit, commit], system, signal);
    return { label, description: kind, detail: comparisonText(comparison, system !== null), version };
  } catch (error) {
    if (!(error instanceof HubError) || error.kind === 'cancelled') throw error;
    // The commit that is locked may be gone from the Hub.
    return { label, description: kind, detail: `What would change is not known: ${error.message}`, version };
  }
}
