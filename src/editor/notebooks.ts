import * as vscode from 'vscode';

export const CELL_SCHEME = 'vscode-notebook-cell';

/** The notebook that a document is a cell of; null: it is none. */
export function notebookOf(document: vscode.Uri): vscode.NotebookDocument | null {
  if (document.scheme !== CELL_SCHEME) return null;
  const holds = (notebook: vscode.NotebookDocument): boolean =>
    notebook.uri.path === document.path &&
    notebook.getCells().some((cell) => cell.document.uri.toString() === document.toString());
  return vscode.workspace.notebookDocuments.find(holds) ?? null;
}
