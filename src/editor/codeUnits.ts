import * as vscode from 'vscode';
import type { CodeLanguage } from '../code/parsedSource';
import { languageOf } from '../code/parseSource';
import { CodeUnit } from './codeUnit';
import { CELL_SCHEME, notebookOf } from './notebooks';
import { unitText } from './notebookText';
import type { Reading } from './reading';

interface KeptUnit {
  readonly unit: CodeUnit;
  /** The document's, or the notebook's. */
  readonly owner: string;
}

/** The code of open documents, read when it is seen or asked for, and forgotten when it is closed. */
export class CodeUnits implements vscode.Disposable {
  private readonly readEmitter = new vscode.EventEmitter<Reading>();
  /** Code was read that had changed, or had not been read before. */
  readonly onDidRead = this.readEmitter.event;
  private readonly closedEmitter = new vscode.EventEmitter<vscode.Uri>();
  /** A document is not read any more. */
  readonly onDidClose = this.closedEmitter.event;
  private readonly units = new Map<string, KeptUnit>();
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly log: Pick<vscode.LogOutputChannel, 'error'>) {
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.known(document)?.unit.changed();
      }),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook, contentChanges }) => {
        if (contentChanges.length === 0) return;
        for (const { unit, owner } of this.units.values()) if (owner === notebook.uri.toString()) unit.changed();
        for (const cell of contentChanges.flatMap(({ removedCells }) => removedCells)) {
          this.closedEmitter.fire(cell.document.uri);
        }
        this.look();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        // The cells of a notebook go with it, or were taken out of it.
        if (document.uri.scheme !== CELL_SCHEME) this.forget(document.uri.toString());
        this.closedEmitter.fire(document.uri);
      }),
      vscode.workspace.onDidCloseNotebookDocument(({ uri }) => {
        this.forget(uri.toString());
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.look();
      }),
      vscode.window.onDidChangeVisibleNotebookEditors(() => {
        this.look();
      }),
    );
  }

  /** Reads what is seen and has not been read. */
  look(): void {
    const documents = [
      ...vscode.window.visibleTextEditors.map(({ document }) => document),
      ...vscode.window.visibleNotebookEditors.flatMap(({ notebook }) =>
        notebook.getCells().map(({ document }) => document),
      ),
    ];
    for (const unit of new Set(documents.map((document) => this.of(document)))) {
      unit?.read().catch(this.onProblem);
    }
  }

  /** What a document is read with; null: its code is not read. */
  of(document: vscode.TextDocument): CodeUnit | null {
    const language = readableLanguage(document);
    if (language === null || document.isClosed) return null;
    const known = this.known(document);
    if (known !== null) return known.unit;
    return this.keep(document, language)?.unit ?? null;
  }

  /** Null: the code concerns no kernels, is not read, or has changed since it was asked for. */
  async read(document: vscode.TextDocument): Promise<Reading | null> {
    const reading = await (this.of(document)?.read() ?? null);
    return reading?.source === null ? null : reading;
  }

  /** What was read of documents as they are now. */
  get current(): readonly Reading[] {
    return [...this.units.values()].flatMap(({ unit }) => unit.current ?? []);
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const { unit } of this.units.values()) unit.dispose();
    this.units.clear();
    this.readEmitter.dispose();
    this.closedEmitter.dispose();
  }

  private readonly onProblem = (error: unknown): void => {
    this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  private known(document: vscode.TextDocument): KeptUnit | null {
    const language = readableLanguage(document);
    const owner = ownerOf(document);
    return language === null || owner === null ? null : (this.units.get(`${owner} ${language}`) ?? null);
  }

  private keep(document: vscode.TextDocument, language: CodeLanguage): KeptUnit | null {
    const owner = ownerOf(document);
    if (owner === null) return null;
    const notebook = notebookOf(document.uri);
    const documents = (): readonly vscode.TextDocument[] =>
      notebook === null ? [document] : codeCells(notebook, language);
    const isVisible = (): boolean =>
      notebook === null
        ? vscode.window.visibleTextEditors.some((editor) => editor.document === document)
        : vscode.window.visibleNotebookEditors.some((editor) => editor.notebook === notebook);
    const unit = new CodeUnit({
      language,
      versions: () => documents().map(versionOf).join('\n'),
      take: () => unitText(documents(), notebook !== null),
      onRead: (reading) => {
        this.readEmitter.fire(reading);
      },
      isVisible,
      onProblem: this.onProblem,
    });
    const kept = { unit, owner };
    this.units.set(`${owner} ${language}`, kept);
    return kept;
  }

  private forget(owner: string): void {
    for (const [key, kept] of this.units) {
      if (kept.owner !== owner) continue;
      kept.unit.dispose();
      this.units.delete(key);
    }
  }
}

/** Documents that nobody writes, such as the other side of a comparison, are not read. */
function readableLanguage({ languageId, uri }: vscode.TextDocument): CodeLanguage | null {
  const language = languageOf(languageId);
  if (language === null || uri.scheme === 'untitled' || uri.scheme === CELL_SCHEME) return language;
  return uri.scheme !== 'git' && vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== undefined ? language : null;
}

function versionOf({ uri, version }: vscode.TextDocument): string {
  return `${uri.toString()} ${version}`;
}

function ownerOf(document: vscode.TextDocument): string | null {
  if (document.uri.scheme !== CELL_SCHEME) return document.uri.toString();
  return notebookOf(document.uri)?.uri.toString() ?? null;
}

function codeCells(notebook: vscode.NotebookDocument, language: CodeLanguage): readonly vscode.TextDocument[] {
  return notebook
    .getCells()
    .filter(
      ({ kind, document }) => kind === vscode.NotebookCellKind.Code && languageOf(document.languageId) === language,
    )
    .map(({ document }) => document);
}
