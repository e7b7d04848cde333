import * as vscode from 'vscode';
import { PinProblem } from '../kernels/pinProblem';
import { PIN_FILES, type PinTexts } from '../kernels/pinTexts';

/** A file of pins larger than this is none. */
const LARGEST_FILE = 8 * 1024 * 1024;
/** How long the editor may take to notice that a file has changed, milliseconds. */
const LONGEST_WAIT = 3_000;
const KEYS = ['pyproject', 'lock', 'pins'] as const satisfies readonly (keyof PinTexts)[];

/** The files of one workspace folder as they were read. */
export interface PinSnapshot {
  readonly folder: vscode.WorkspaceFolder;
  readonly texts: PinTexts;
}

/** Nothing was written, because somebody else is at work on the file. */
export class PinConflict extends Error {
  override readonly name = 'PinConflict';
}

/**
 * The folder to pin in; where there are several, the person is asked.
 * @param named the address of the one that is meant; null: none is.
 * @returns null when the person left. Throws where no folder is open.
 */
export async function pinFolder(named: string | null, question: string): Promise<vscode.WorkspaceFolder | null> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const found = folders.find(({ uri }) => uri.toString() === named);
  if (found !== undefined) return found;
  if (folders.length === 0) {
    throw new Error(
      'No folder is open, and a pin is written into one. Open the folder of your project, then try again.',
    );
  }
  const [only] = folders;
  if (only !== undefined && folders.length === 1) return only;
  return (await vscode.window.showWorkspaceFolderPick({ placeHolder: question })) ?? null;
}

/** Where a file of pins lies, whether it is there or not. */
export function pinFileUri(folder: vscode.WorkspaceFolder, key: keyof PinTexts): vscode.Uri {
  return vscode.Uri.joinPath(folder.uri, PIN_FILES[key]);
}

/** Reads what is on disk. Throws PinProblem for a file that is there and cannot be read. */
export async function readPinFiles(folder: vscode.WorkspaceFolder): Promise<PinSnapshot> {
  const [pyproject = null, lock = null, pins = null] = await Promise.all(KEYS.map((key) => readFile(folder, key)));
  return { folder, texts: { pyproject, lock, pins } };
}

/** As `readPinFiles`, for a change: throws PinConflict where a file has changes in an editor that are not saved. */
export async function openPinFiles(folder: vscode.WorkspaceFolder): Promise<PinSnapshot> {
  for (const key of KEYS) refuseUnsaved(folder, key);
  return readPinFiles(folder);
}

/**
 * Writes new texts as one edit that can be undone, and saves it. Throws PinConflict, and writes nothing, where a file
 * is not what was read any more.
 * @returns the names of the files that are different now
 */
export async function writePinFiles({ folder, texts }: PinSnapshot, next: PinTexts): Promise<readonly string[]> {
  const edit = new vscode.WorkspaceEdit();
  const changed = KEYS.filter((key) => next[key] !== null && next[key] !== texts[key]);
  const documents: vscode.TextDocument[] = [];
  for (const key of changed) {
    const uri = pinFileUri(folder, key);
    const [before, after] = [texts[key], next[key]];
    if (after === null) continue;
    if (before === null) edit.createFile(uri, { contents: new TextEncoder().encode(after) });
    else {
      const document = await vscode.workspace.openTextDocument(uri);
      documents.push(document);
      const { start, end, text } = difference(withoutCr(before), withoutCr(after));
      const range = new vscode.Range(positionAt(before, start), positionAt(before, end));
      edit.replace(uri, range, document.eol === vscode.EndOfLine.CRLF ? text.replaceAll('\n', '\r\n') : text);
    }
  }
  if (changed.length === 0) return [];
  for (const key of changed) {
    refuseUnsaved(folder, key);
    const document = documents.find(({ uri }) => uri.toString() === pinFileUri(folder, key).toString());
    const isSame = document === undefined || (await shows(document, texts[key] ?? ''));
    if (!isSame || (await readFile(folder, key)) !== texts[key]) {
      throw new PinConflict(`${PIN_FILES[key]} was changed in the meantime, so nothing was written. Try again.`);
    }
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new PinConflict('The editor refused the change, so nothing was written. Try again.');
  }
  for (const document of documents) {
    // The editor compares with the disk once more, and does not save over what somebody else wrote.
    if (await document.save()) continue;
    const name = vscode.workspace.asRelativePath(document.uri, false);
    throw new PinConflict(
      `${name} could not be saved: the change stands in its editor. Compare it with the file, then save or revert it.`,
    );
  }
  return changed.map((key) => PIN_FILES[key]);
}

/** Whether a document has this text. One that the editor still holds from before is given time to follow the disk. */
async function shows(document: vscode.TextDocument, text: string): Promise<boolean> {
  const isSame = (): boolean => withoutCr(document.getText()) === withoutCr(text);
  if (isSame()) return true;
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve(isSame());
    };
    const timer = setTimeout(end, LONGEST_WAIT);
    const subscription = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document && isSame()) end();
    });
  });
}

function refuseUnsaved(folder: vscode.WorkspaceFolder, key: keyof PinTexts): void {
  const uri = pinFileUri(folder, key).toString();
  if (!vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri && document.isDirty)) return;
  throw new PinConflict(`${PIN_FILES[key]} has changes that are not saved. Save or revert them, then try again.`);
}

async function readFile(folder: vscode.WorkspaceFolder, key: keyof PinTexts): Promise<string | null> {
  const uri = pinFileUri(folder, key);
  const name = PIN_FILES[key];
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > LARGEST_FILE) {
      throw new PinProblem(name, `${name} has ${size} bytes, which no file of pins has. Check what it is.`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null;
    if (error instanceof PinProblem) throw error;
    const reason =
      error instanceof TypeError ? 'it is not UTF-8' : error instanceof Error ? error.message : String(error);
    throw new PinProblem(name, `${name} cannot be read: ${reason}. Nothing was changed.`, { cause: error });
  }
}

/** The part that differs, in offsets of `before`. */
function difference(
  before: string,
  after: string,
): { readonly start: number; readonly end: number; readonly text: string } {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let same = 0;
  const most = Math.min(before.length, after.length) - start;
  while (same < most && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { start, end: before.length - same, text: after.slice(start, after.length - same) };
}

/** @param offset in the text without carriage returns */
function positionAt(text: string, offset: number): vscode.Position {
  const above = withoutCr(text).slice(0, offset).split('\n');
  return new vscode.Position(above.length - 1, above.at(-1)?.length ?? 0);
}

/** Line ends as the editor counts them, whichever of the two the file has. */
function withoutCr(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
