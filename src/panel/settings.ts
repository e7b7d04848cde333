import * as vscode from 'vscode';

export interface Settings {
  /** `auto`, `software`, or a part of an adapter's name. */
  readonly adapter: string;
  /** Where reports are kept, relative to the first workspace folder; empty: in the extension's own storage. */
  readonly resultsFolder: string;
  readonly quick: boolean;
  /** The Node.js to measure with; null: one that is found. */
  readonly nodePath: string | null;
}

/** The settings as they are now. A value of another type counts as not set. */
export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration('kernelLens');
  const adapter = section.get<unknown>('adapter');
  const nodePath = section.get<unknown>('nodePath');
  const resultsFolder = section.get<unknown>('results.folder');
  return {
    adapter: typeof adapter === 'string' && adapter.trim() !== '' ? adapter.trim() : 'auto',
    resultsFolder: typeof resultsFolder === 'string' ? resultsFolder.trim() : '',
    quick: section.get<unknown>('quick') === true,
    nodePath: typeof nodePath === 'string' && nodePath.trim() !== '' ? nodePath.trim() : null,
  };
}

/** Remembers an adapter for this machine's user. */
export async function rememberAdapter(adapter: string): Promise<void> {
  await vscode.workspace.getConfiguration('kernelLens').update('adapter', adapter, vscode.ConfigurationTarget.Global);
}
