import path from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { PythonFunction } from '../code/pythonFunctions';
import { noticeText } from '../kernels/noticeText';
import { shownText } from '../kernels/shownText';
import { parseFunctionInputs } from '../profile/python/inputsText';
import type { PythonRequest } from '../profile/python/pythonRequest';
import { ShapeTextError } from '../profile/python/shapeText';
import { dottedNameProblem, functionsOf } from './comparedFunctions';
import { suggestedInputs } from './functionInputs';
import { notebookOf } from './notebooks';
import { EditRefused } from './writeEdits';

/** What a code action hands over. */
const TargetSchema = v.object({ uri: v.string(), function: v.string() });
const NO_FILE = 'Functions are compared in a Python file: open one, and put the cursor into a function of it.';

interface NamedItem extends vscode.QuickPickItem {
  /** Null: it is to be typed. */
  readonly name: string | null;
}

/**
 * Measures a function of a file against another: asks which, and with what inputs, as far as that is not known, and has the
 * profile started. Throws EditRefused where that is not possible.
 */
export async function compareFunctions(argument: unknown): Promise<void> {
  const target = v.safeParse(TargetSchema, argument);
  const document = target.success ? await opened(target.output.uri) : vscode.window.activeTextEditor?.document;
  if (document?.languageId !== 'python') throw new EditRefused(NO_FILE);
  if (notebookOf(document.uri) !== null) {
    throw new EditRefused('Functions of a notebook cannot be compared. Put them into a Python file.');
  }
  const file = (await workspaceTrusted()) ? await savedFile(document) : null;
  if (file === null) return;
  const { functions, current } = functionsOf(document.getText(), cursorIn(document));
  const wanted = target.success
    ? functions.find(({ name }) => name === target.output.function)
    : (current ?? undefined);
  const chosen = wanted ?? (await pickFunction(functions, document));
  if (chosen === null) return;
  const against = await pickAgainst(chosen, functions);
  if (against === null) return;
  const inputs = await askInputs(chosen, against);
  if (inputs === null) return;
  const request: PythonRequest = {
    kernels: [],
    work: {
      kind: 'function',
      file: file.fsPath,
      function: chosen.name,
      against,
      inputs: parseFunctionInputs(inputs),
      tolerance: null,
    },
  };
  await vscode.commands.executeCommand('kernelLens.profilePython', request);
}

async function opened(uri: string): Promise<vscode.TextDocument> {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
  return document ?? vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
}

function cursorIn(document: vscode.TextDocument): number {
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  return editor === undefined ? -1 : document.offsetAt(editor.selection.active);
}

/** Says why nothing is run where the workspace is not trusted, with the way to trust it. */
async function workspaceTrusted(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  const answer = await vscode.window.showWarningMessage(
    'Nothing was measured: that runs the file, and this workspace is not trusted. Trust it to run its code.',
    manage,
  );
  if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}

/** Python runs what is on disk. Null: the person does not want it saved. */
async function savedFile(document: vscode.TextDocument): Promise<vscode.Uri | null> {
  const name = shownText(path.posix.basename(document.uri.path), 60);
  let file: vscode.Uri | undefined = document.uri;
  if (document.isDirty || document.isUntitled) {
    const answer = await vscode.window.showInformationMessage(
      noticeText(`Save ${name} first?`),
      { modal: true, detail: 'Python runs the file as it is on disk, without the changes that are not saved.' },
      'Save',
    );
    if (answer !== 'Save') return null;
    file = await vscode.workspace.save(document.uri);
  }
  if (file === undefined)
    throw new EditRefused(`${name} is not saved, and nothing was measured. Save it, then repeat this.`);
  if (file.scheme === 'file') return file;
  throw new EditRefused(`${name} is on no disk that Python could read it from. Open a file of this machine.`);
}

/** Null: the person left. */
async function pickFunction(
  functions: readonly PythonFunction[],
  document: vscode.TextDocument,
): Promise<PythonFunction | null> {
  if (functions.length === 0) {
    const name = shownText(vscode.workspace.asRelativePath(document.uri, false), 80);
    throw new EditRefused(`${name} has no function at its top that could be called. Open the file that has it.`);
  }
  const items = functions.map((one) => ({ ...functionItem(one), one }));
  const title = 'Compare Python Functions';
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: 'Which one is measured?' });
  return picked?.one ?? null;
}

/** The name of the function that it is held against; null: the person left. */
async function pickAgainst(chosen: PythonFunction, functions: readonly PythonFunction[]): Promise<string | null> {
  const others = functions.filter(({ name }) => name !== chosen.name);
  const typed: NamedItem = {
    label: '$(edit) A Function of a Module…',
    description: 'such as torch.nn.functional.gelu',
    name: null,
  };
  const items: readonly NamedItem[] = [...others.map((one) => ({ ...functionItem(one), name: one.name })), typed];
  const title = `Measure ${shownText(chosen.name, 60)}`;
  const picked = others.length === 0 ? typed : await pick(items, title);
  if (picked === null) return null;
  if (picked.name !== null) return picked.name;
  const name = await vscode.window.showInputBox({
    title: `${title} against`,
    prompt: 'A function of an installed module, which is taken to be right',
    placeHolder: 'torch.nn.functional.gelu',
    ignoreFocusOut: true,
    validateInput: dottedNameProblem,
  });
  return name === undefined ? null : name.trim();
}

async function pick(items: readonly NamedItem[], title: string): Promise<NamedItem | null> {
  const placeHolder = 'Against which one? Its results are taken to be right';
  return (await vscode.window.showQuickPick(items, { title, placeHolder })) ?? null;
}

/** Null: the person left. */
async function askInputs(chosen: PythonFunction, against: string): Promise<string | null> {
  const text = await vscode.window.showInputBox({
    title: `Measure ${shownText(chosen.name, 60)} against ${shownText(against, 60)}`,
    prompt:
      'Inputs in the order of the parameters: x=4096x4096; idx=1024:int64[0..31999]; eps=1e-6. More such sets stand behind |',
    value: suggestedInputs(chosen),
    ignoreFocusOut: true,
    validateInput: inputsProblem,
  });
  return text ?? null;
}

function inputsProblem(text: string): string | null {
  try {
    parseFunctionInputs(text);
    return null;
  } catch (error) {
    if (!(error instanceof ShapeTextError)) throw error;
    return error.message;
  }
}

/** What looks like the name of an icon is none. */
function functionItem({ name, signature }: PythonFunction): vscode.QuickPickItem {
  const plain = (text: string): string => shownText(text, 120).replaceAll('$(', '( ');
  return { label: plain(name), description: plain(signature) };
}
