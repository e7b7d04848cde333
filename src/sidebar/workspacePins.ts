import * as vscode from 'vscode';
import type { Pin } from '../kernels/pins';
import { readPinFiles } from './pinFiles';

/** What the folders of the workspace have pinned; of files that cannot be read, nothing. */
export async function workspacePins(): Promise<readonly Pin[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  // The parsers are loaded when there is something to parse.
  const { readPins } = await import('../kernels/pins');
  const read = folders.map(async (folder) => {
    const snapshot = await readPinFiles(folder).catch(() => null);
    return snapshot === null ? [] : readPins(snapshot.texts).pins;
  });
  return (await Promise.all(read)).flat();
}
