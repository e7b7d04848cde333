import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { TextEdit } from '../code/span';
import { notebookOf } from './notebooks';
import type { Place, Reading } from './reading';

/** Nothing was written. The message says why, and what to do. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused';
}

export const CODE_CHANGED = 'The code has changed; nothing was written. Look at it again, then repeat the action.';

/**
 * Writes edits of what was read, as one step that can be undone. Throws EditRefused, and writes nothing, where a document is
 * not what was read any more or cannot be written.
 */
export async function writeEdits(reading: Reading, edits: readonly TextEdit[]): Promise<void> {
  const placed = edits.flatMap((edit) => reading.placeEdit(edit) ?? []);
  const written = placed.map(({ place }) => place);
  if (placed.length < edits.length) {
    throw new EditRefused('The change would reach over several cells; nothing was written.');
  }
  for (const document of new Set(written.map(({ document }) => document))) await refuseReadOnly(document);
  const edit = new vscode.WorkspaceEdit();
  for (const { place, text } of placed) edit.replace(place.document.uri, place.range, text);
  // Nothing is awaited between this look and the edit, and the editor compares versions once more.
  refuseChanged(written);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new EditRefused(
      'The editor refused the change; nothing was written. Look at the code again, then repeat it.',
    );
  }
}

/** Throws EditRefused for a document that nobody can write, with the reason. */
export async function refuseReadOnly(document: vscode.TextDocument): Promise<void> {
  const { uri, isClosed } = document;
  if (isClosed) throw new EditRefused('The document was closed; nothing was written.');
  const file = notebookOf(uri)?.uri ?? uri;
  if (file.scheme === 'untitled') return;
  const name = vscode.workspace.asRelativePath(file, false);
  if (vscode.workspace.fs.isWritableFileSystem(file.scheme) !== true) {
    throw new EditRefused(`${name} is shown for reading only; nothing was written. Open the file itself.`);
  }
  if (isReadOnlySetting(document)) {
    throw new EditRefused(`${name} is read-only by the setting files.readonlyInclude; nothing was written.`);
  }
  if (await isReadOnlyFile(file)) {
    throw new EditRefused(`${name} is read-only; nothing was written. Make the file writable, then repeat the action.`);
  }
}

/** The editor keeps a person from typing there, and an edit as this one it would let through. */
function isReadOnlySetting(document: vscode.TextDocument): boolean {
  const files = vscode.workspace.getConfiguration('files', document.uri);
  const matches = (name: string): boolean => {
    const globs: unknown = files.get<unknown>(name);
    if (typeof globs !== 'object' || globs === null) return false;
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    return Object.entries(globs).some(([glob, isOn]) => {
      const pattern = folder === undefined ? glob : new vscode.RelativePattern(folder, glob);
      return isOn === true && vscode.languages.match({ pattern }, document) > 0;
    });
  };
  return matches('readonlyInclude') && !matches('readonlyExclude');
}

async function isReadOnlyFile(file: vscode.Uri): Promise<boolean> {
  try {
    if (file.scheme === 'file') return ((await stat(file.fsPath)).mode & 0o222) === 0;
    const { permissions = 0 } = await vscode.workspace.fs.stat(file);
    return (permissions & vscode.FilePermission.Readonly) !== 0;
  } catch {
    // A file that is not there, or not yet, is written when it is saved.
    return false;
  }
}

function refuseChanged(places: readonly Place[]): void {
  const isChanged = places.some(({ document, version }) => document.isClosed || document.version !== version);
  if (isChanged) throw new EditRefused(CODE_CHANGED);
}
