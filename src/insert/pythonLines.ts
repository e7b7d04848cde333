// Whole lines put between those of a file, with as many empty ones around them as Python's style guide wants.
import type { TextEdit } from '../code/span';
import { nextLine } from './pythonStyle';

export interface EmptyLines {
  readonly before: number;
  readonly after: number;
}

export const NONE_AROUND: EmptyLines = { before: 0, after: 0 };
export const EMPTY_AROUND: EmptyLines = { before: 1, after: 1 };

/**
 * An edit that puts lines at the beginning of a line, or at the end of the text.
 * @param around how many empty lines there are at least then; those that the file has are counted, and its ends need none
 */
export function linesAt(
  text: string,
  offset: number,
  lines: readonly string[],
  around: EmptyLines,
  newline: string,
): TextEdit {
  const open = offset > 0 && !/[\r\n]$/u.test(text.slice(offset - 1, offset));
  const above = offset === 0 ? 0 : Math.max(0, around.before - emptyAbove(text, offset));
  const below =
    text.slice(offset).trim() === '' ? 0 : Math.max(0, wantedBelow(text, offset, around) - emptyBelow(text, offset));
  const all =
    (open ? newline : '') +
    newline.repeat(above) +
    lines.map((line) => line + newline).join('') +
    newline.repeat(below);
  return { span: { from: offset, to: offset }, text: all };
}

/** Empty lines beside a block of a module's statements: two where its first or last statement is a definition. */
export function linesAround(block: readonly string[], side: 'first' | 'last'): number {
  const outer = block.filter((line) => /^\S/u.test(line));
  const line = side === 'first' ? outer[0] : outer.at(-1);
  return line !== undefined && isDefinition(line) ? 2 : 1;
}

/** In front of a definition that follows, two. */
function wantedBelow(text: string, offset: number, { after }: EmptyLines): number {
  return after === 1 && isDefinition(text.slice(offset).trimStart()) ? 2 : after;
}

function isDefinition(line: string): boolean {
  return /^(?:async\s+def|def|class|@)/u.test(line);
}

function emptyAbove(text: string, offset: number): number {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/u);
  lines.pop();
  let count = 0;
  while (lines.length > 0 && lines.pop()?.trim() === '') count += 1;
  return count;
}

function emptyBelow(text: string, offset: number): number {
  let count = 0;
  for (let start = offset; start < text.length;) {
    const next = nextLine(text, start);
    if (text.slice(start, next).trim() !== '') break;
    count += 1;
    start = next;
  }
  return count;
}
