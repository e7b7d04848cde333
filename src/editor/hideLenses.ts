import * as vscode from 'vscode';
import type { TextEdit } from '../code/span';
import { findClicked } from './clickTargets';
import type { CodeUnits } from './codeUnits';
import { hideLensesInWorkspace } from './editorSettings';
import type { Reading } from './reading';
import { ignoreFile, ignoreLine } from './suppressionEdits';
import { EditRefused, refuseReadOnly, writeEdits } from './writeEdits';

const NO_LENS = 'There is no lens at the cursor.';
const NO_COMMENT = 'No comment can stand above this line that would hold for it alone. Hide the lenses of the file.';

/** Writes the comment that hides the lenses of a statement. Throws EditRefused. */
export async function hideForLine(units: CodeUnits, argument: unknown): Promise<void> {
  const { reading, site, document } = await findClicked(units, argument, ({ sites }) => sites.lenses, NO_LENS);
  await refuseReadOnly(document);
  const { source } = reading;
  const edit = source === null ? null : ignoreLine(source, site.span, 'lens');
  if (edit === null) throw new EditRefused(NO_COMMENT);
  await writeEdits(reading, [edit]);
}

/** Writes the comment that hides the lenses of a file; of a notebook, into its first cell that takes one. Throws EditRefused. */
export async function hideForFile(units: CodeUnits): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const reading = editor === undefined ? null : await units.read(editor.document);
  if (editor === undefined || reading === null) throw new EditRefused('The file that is shown has no lenses.');
  await refuseReadOnly(editor.document);
  await writeEdits(reading, [fileComment(reading)]);
}

/** Turns the lenses off where the workspace is. */
export async function hideForWorkspace(): Promise<void> {
  await hideLensesInWorkspace();
  void vscode.window.showInformationMessage(
    'Lenses are off in this workspace. The setting kernelLens.lenses.enabled shows them again.',
  );
}

function fileComment({ source, parts }: Reading): TextEdit {
  // A cell that begins with a magic of its own must go on doing so.
  const part = parts.find(({ document }) => !/^\s*%%/.test(document.getText()));
  if (source === null || part === undefined) throw new EditRefused('No cell of this notebook takes a comment.');
  return ignoreFile(source, 'lens', part.from);
}
