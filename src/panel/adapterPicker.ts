import * as vscode from 'vscode';
import type { ProfileEnvironment } from '../profile/profile';
import type { ProfileRuns } from './profileRuns';
import { readSettings, rememberAdapter } from './settings';

interface AdapterItem extends vscode.QuickPickItem {
  readonly adapter: string;
}

const AUTOMATIC: AdapterItem = {
  label: 'Automatic',
  description: 'the best adapter there is',
  adapter: 'auto',
};

/** Shows the adapters of this machine and remembers the one that is picked. */
export class AdapterPicker {
  constructor(
    private readonly environment: ProfileEnvironment,
    private readonly runs: ProfileRuns,
  ) {}

  async pick(): Promise<void> {
    if (this.runs.active !== null)
      throw new Error('A profile is running. Wait until it is done or cancel it, then choose.');
    const abort = new AbortController();
    const current = readSettings().adapter;
    const picked = await vscode.window.showQuickPick(this.items(current, abort.signal), {
      title: 'Adapters of This Machine',
      placeHolder: 'Which one should profiles run on?',
      matchOnDescription: true,
    });
    abort.abort();
    if (picked !== undefined && picked.adapter !== current) await rememberAdapter(picked.adapter);
  }

  private async items(current: string, signal: AbortSignal): Promise<AdapterItem[]> {
    const { listAdapters } = await import('../profile/profile');
    const adapters = await listAdapters(this.environment, signal);
    const items = adapters.map((adapter): AdapterItem => ({
      label: adapter.name,
      description: adapter.software ? `${adapter.backend}, runs on the CPU` : adapter.backend,
      detail: adapter.software
        ? 'In software: shows that kernels are right, says nothing about a GPU.'
        : featureText(adapter.features),
      adapter: adapter.software ? 'software' : adapter.name,
    }));
    return [AUTOMATIC, ...items].map((item) => ({
      ...item,
      label: `$(${item.adapter === current ? 'check' : 'blank'}) ${item.label}`,
    }));
  }
}

function featureText(features: readonly string[]): string {
  const wanted = { 'timestamp-query': 'GPU timer', 'shader-f16': 'f16', subgroups: 'subgroups' };
  const parts = Object.entries(wanted).map(([feature, name]) => `${features.includes(feature) ? '✓' : '✗'} ${name}`);
  return parts.join('  ');
}
