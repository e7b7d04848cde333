// Places in a text, as the editor counts them.

/** Half-open, in UTF-16 units from the beginning of the text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Of a node, or of anything else that has a place. */
export function spanOf({ from, to }: Span): Span {
  return { from, to };
}

/** One replacement. Those of a list are of the same text, in its order, and do not overlap. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}
