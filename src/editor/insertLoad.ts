import * as vscode from 'vscode';
import { languageOf, parseInSlices } from '../code/parseSource';
import type { CodeLanguage, ParsedSource } from '../code/parsedSource';
import type { Span, TextEdit } from '../code/span';
import { dockerLines } from '../insert/dockerLines';
import type { LibraryStyle, Written } from '../insert/insertTypes';
import { writeLoad } from '../insert/writeLoad';
import { writeScriptLoad } from '../insert/writeScript';
import { kernelCall, type LoadedKernel } from '../kernels/kernelCall';
import { noticeText } from '../kernels/noticeText';
import { applied, bareCall, emptySource, wantsExpression } from './bareCall';
import { dropText } from './dropText';
import type { KnowledgeSource } from './knowledgeSource';
import { LineIndex } from '../code/lineIndex';
import { notebookOf } from './notebooks';
import { unitText } from './notebookText';
import { askToTrust } from './publisherQuestion';
import { Reading } from './reading';
import { CODE_CHANGED, EditRefused, refuseReadOnly, writeEdits } from './writeEdits';

const NEVER = new AbortController().signal;
/** Files that hold scripts, among other things. */
const WITH_SCRIPTS: readonly string[] = ['vue', 'svelte', 'html'];
const FILE_NAMES: Readonly<Record<LoadedKernel['language'], string>> = {
  python: 'a Python file',
  javascript: 'a JavaScript or TypeScript file',
};

export type LoadForm = 'load' | 'load, outputs on the GPU';

/**
 * Writes the load of a kernel at the cursor, with its import, as one step that can be undone. Where no editor of its
 * language is open the snippet is copied instead, and that is said. Throws EditRefused.
 */
export async function insertLoad(
  knowledge: KnowledgeSource,
  kernel: LoadedKernel,
  form: LoadForm = 'load',
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const language = editor === undefined ? null : languageOf(editor.document.languageId);
  if (editor !== undefined && kernel.language === 'javascript' && WITH_SCRIPTS.includes(editor.document.languageId)) {
    await insertText(editor, dropText(kernel, editor.document.languageId));
    return;
  }
  if (editor === undefined || language === null || (language === 'python') !== (kernel.language === 'python')) {
    await copyInstead(knowledge, kernel, editor !== undefined);
    return;
  }
  const { document } = editor;
  await refuseReadOnly(document);
  await knowledge.begin();
  const { version } = document;
  const library = await libraryStyle(knowledge, document.uri, kernel);
  if (library === null) return;
  if (document.version !== version) throw new EditRefused(CODE_CHANGED);
  const reading = await readNow(document, language);
  const [from, to] = [editor.selection.start, editor.selection.end].map((at) => reading.offset(document, at));
  if (from === undefined || to === undefined || from === null || to === null) throw new EditRefused(CODE_CHANGED);
  const written = writeAt(sourceOf(reading), { from, to }, kernel, library, form);
  if ('refused' in written) throw new EditRefused(written.refused);
  await writeEdits(reading, written.edits);
  await vscode.window.showTextDocument(document, editor.viewColumn);
  if (written.notes.length > 0) void vscode.window.showInformationMessage(noticeText(written.notes.join(' ')));
}

/** Into a file whose scripts are not read: the call alone. */
async function insertText(editor: vscode.TextEditor, text: string | null): Promise<void> {
  await refuseReadOnly(editor.document);
  if (text === null) return;
  const done = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  if (!done) throw new EditRefused(CODE_CHANGED);
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

/** What loads a kernel at a place, with what it needs elsewhere in the file. */
export function writeAt(
  source: ParsedSource,
  span: Span,
  kernel: LoadedKernel,
  library: LibraryStyle,
  form: LoadForm,
): Written {
  if (form === 'load' && wantsExpression(source, span)) {
    return { edits: bareCall(source, span, kernel, library), pin: null, notes: [] };
  }
  if (source.language === 'python') return writeLoad(source, span.from, kernel, library);
  const { trustRemoteCode } = library;
  const gpuTensor = form === 'load, outputs on the GPU';
  return writeScriptLoad(source, span.from, kernel, { gpuTensor, inputs: [], trustRemoteCode });
}

/** Null: the person wants nothing to be written. */
export async function libraryStyle(
  knowledge: KnowledgeSource,
  document: vscode.Uri,
  { id, version }: LoadedKernel,
): Promise<LibraryStyle | null> {
  const known = knowledge.of(document);
  const trust = await askToTrust(id, known.kernel(id, version).trusted);
  return trust === null ? null : { kernelsVersion: known.kernelsVersion, trustRemoteCode: trust };
}

/** A document as it is now; of a notebook all its cells of that language. */
export async function readNow(document: vscode.TextDocument, language: CodeLanguage): Promise<Reading> {
  const notebook = notebookOf(document.uri);
  const cells = notebook?.getCells().map((cell) => cell.document) ?? [];
  const documents =
    notebook === null ? [document] : cells.filter(({ languageId }) => languageOf(languageId) === language);
  const taken = unitText(documents, notebook !== null);
  const source = await parseInSlices(taken.text, language, { signal: NEVER });
  return new Reading('', taken, new LineIndex(taken.text), source, null);
}

/** What loads a kernel, as a file of its own would have it. */
export function loadSnippet(kernel: LoadedKernel, library: LibraryStyle): string {
  const source = emptySource(kernel.language);
  const written = writeAt(source, { from: 0, to: 0 }, kernel, library, 'load');
  return 'refused' in written ? kernelCall(kernel) : applied(source.text, edited(written.edits));
}

export async function copySnippet(knowledge: KnowledgeSource, kernel: LoadedKernel): Promise<void> {
  await vscode.env.clipboard.writeText(loadSnippet(kernel, anyLibrary(knowledge)));
  vscode.window.setStatusBarMessage('$(check) Snippet copied', 3000);
}

/** Into a Dockerfile that is shown; else they are copied. Throws EditRefused. */
export async function insertDockerLines(knowledge: KnowledgeSource): Promise<void> {
  await knowledge.begin();
  const { kernelsVersion } = anyLibrary(knowledge);
  const lines = dockerLines({ projectFolder: '.', kernelsVersion });
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'dockerfile') {
    await vscode.env.clipboard.writeText(lines);
    void vscode.window.showInformationMessage(
      'Copied the lines. They go into a Dockerfile, beside which kernels.lock lies.',
    );
    return;
  }
  const { document, selection } = editor;
  await refuseReadOnly(document);
  const line = document.lineAt(selection.active.line);
  const after = line.isEmptyOrWhitespace ? line.range.start : line.range.end;
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, after, line.isEmptyOrWhitespace ? lines : `\n${lines}`);
  await vscode.workspace.applyEdit(edit);
}

async function copyInstead(knowledge: KnowledgeSource, kernel: LoadedKernel, isOpen: boolean): Promise<void> {
  await vscode.env.clipboard.writeText(loadSnippet(kernel, anyLibrary(knowledge)));
  const file = FILE_NAMES[kernel.language];
  const why = isOpen ? `It goes into ${file}` : `Open ${file} to insert it`;
  void vscode.window.showInformationMessage(noticeText(`Copied the call that loads ${kernel.id}. ${why}.`));
}

function anyLibrary(knowledge: KnowledgeSource): LibraryStyle {
  return { kernelsVersion: knowledge.kernelsVersion, trustRemoteCode: false };
}

function sourceOf({ source }: Reading): ParsedSource {
  if (source === null) throw new RangeError('what is read to be written into was parsed');
  return source;
}

function edited(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.toSorted((one, other) => one.span.from - other.span.from);
}
