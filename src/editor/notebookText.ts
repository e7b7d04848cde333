import type * as vscode from 'vscode';
import { languageOf } from '../code/parseSource';
import { withoutMagics } from '../code/notebookMagics';
import type { UnitPart, UnitText } from './reading';

/** The text of a document, or of the cells of a notebook joined: what one cell imports, the next one uses. */
export function unitText(documents: readonly vscode.TextDocument[], inNotebook: boolean): UnitText {
  const parts: UnitPart[] = [];
  let text = '';
  for (const document of documents) {
    const own = document.getText();
    // A blanked text has the length of what stands there, so that its offsets are those of the document.
    const code = inNotebook && languageOf(document.languageId) === 'python' ? withoutMagics(own) : own;
    parts.push({ document, version: document.version, text: code, from: text.length });
    // A statement ends with its cell.
    text += inNotebook ? `${code}\n` : code;
  }
  return { text, parts };
}
