// The Python cells of a notebook as one text: what one cell imports, the next one uses.
import { withoutMagics } from './notebookMagics';
import type { Span } from './span';

export interface NotebookCell {
  /** As the editor calls its language. */
  readonly languageId: string;
  readonly text: string;
}

/** A place in a cell; `span` is of the cell's own text. */
export interface CellSpan {
  /** Counted over all cells of the notebook, from 0. */
  readonly cell: number;
  readonly span: Span;
}

export interface NotebookText {
  /** Python only, of the same length cell by cell as what stands there: what is for IPython is blank. */
  readonly text: string;
  /** Null: not within one cell. */
  inCell(span: Span): CellSpan | null;
  /** Where a place of a cell is in `text`; null: the cell is no Python, or is shorter. */
  inText(cell: number, at: number): number | null;
}

interface Placed {
  readonly cell: number;
  readonly from: number;
  readonly to: number;
}

export function joinCells(cells: readonly NotebookCell[]): NotebookText {
  const placed: Placed[] = [];
  let text = '';
  cells.forEach((cell, index) => {
    if (cell.languageId !== 'python') return;
    const code = withoutMagics(cell.text);
    placed.push({ cell: index, from: text.length, to: text.length + code.length });
    // A statement ends with its cell.
    text += `${code}\n`;
  });
  return {
    text,
    inCell: ({ from, to }) => {
      const found = placed.find((one) => one.from <= from && to <= one.to);
      if (found === undefined) return null;
      return { cell: found.cell, span: { from: from - found.from, to: to - found.from } };
    },
    inText: (cell, at) => {
      const found = placed.find((one) => one.cell === cell);
      return found === undefined || at < 0 || found.from + at > found.to ? null : found.from + at;
    },
  };
}
