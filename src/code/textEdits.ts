// Edits of a text, put into it.
import type { TextEdit } from './span';

/** The text with the edits in it; null: they overlap, or are not in the text's order. */
export function withEdits(text: string, edits: readonly TextEdit[]): string | null {
  let result = '';
  let at = 0;
  for (const { span, text: inserted } of edits) {
    if (span.from < at) return null;
    result += text.slice(at, span.from) + inserted;
    at = span.to;
  }
  return result + text.slice(at);
}
