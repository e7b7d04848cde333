// Applies edits as the editor would, and says where they could not be.
import { parseWhole } from '../../src/code/parseSource';
import type { TextEdit } from '../../src/code/span';

/** @throws Error: edits overlap or lie outside */
export function applied(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: inserted } of edits) {
    if (span.from < at || span.to < span.from || span.to > text.length)
      throw new Error(`Edits overlap at ${span.from}.`);
    result += text.slice(at, span.from) + inserted;
    at = span.to;
  }
  return result + text.slice(at);
}

/** Error nodes of a text of Python. */
export function errorNodes(text: string): number {
  let count = 0;
  parseWhole(text, 'python').tree.iterate({
    enter: ({ type }) => {
      if (type.isError) count += 1;
    },
  });
  return count;
}
