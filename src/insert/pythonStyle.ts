// How a file of Python is written, so that what is put into it looks as if its author had typed it.
import { lineStart } from '../code/lineStart';
import type { ParsedSource } from '../code/parsedSource';

export interface PythonStyle {
  readonly quote: '"' | "'";
  /** Of one level: spaces, or a tab. */
  readonly indent: string;
  readonly newline: '\n' | '\r\n' | '\r';
}

const MOST_LOOKED_AT = 500;

/** What most of the file does; where it says nothing, what Black does. */
export function readPythonStyle(source: ParsedSource): PythonStyle {
  const quotes = { '"': 0, "'": 0 };
  const indents = new Map<string, number>();
  let seen = 0;
  source.tree.iterate({
    enter: ({ name, from, to, node }) => {
      if (seen > MOST_LOOKED_AT) return false;
      if (name === 'String') {
        const quote = plainQuote(source.text.slice(from, Math.min(to, from + 5)));
        if (quote !== null) quotes[quote] += 1;
        seen += 1;
      } else if (name === 'Body') {
        const first = node.getChild(':')?.nextSibling ?? null;
        const step = first === null ? null : indentStep(source.text, node.parent?.from ?? from, first.from);
        if (step !== null) indents.set(step, (indents.get(step) ?? 0) + 1);
        seen += 1;
      }
      return true;
    },
  });
  const [indent = '    '] = [...indents.entries()].sort((a, b) => b[1] - a[1]).map(([step]) => step);
  return { quote: quotes["'"] > quotes['"'] ? "'" : '"', indent, newline: newlineOf(source.text) };
}

/** A string literal in the file's quotes. Nothing in it can end it or start a new line. */
export function pythonString(text: string, { quote }: PythonStyle): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return quote === '"' ? `"${escaped}"` : `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Spaces and tabs that the line of an offset begins with. */
export function indentationAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  let end = start;
  while (text[end] === ' ' || text[end] === '\t' || text[end] === '\f') end += 1;
  return text.slice(start, end);
}

/** Where the line after that of an offset begins; the text's length where there is none. */
export function nextLine(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end += 1;
  if (text.startsWith('\r\n', end)) return end + 2;
  return Math.min(end + 1, text.length);
}

function plainQuote(start: string): '"' | "'" | null {
  const quotes = start.replace(/^[a-zA-Z]+/u, '');
  const first = quotes.charAt(0);
  if (first !== '"' && first !== "'") return null;
  return quotes.startsWith(first.repeat(3)) ? null : first;
}

function indentStep(text: string, head: number, first: number): string | null {
  const outer = indentationAt(text, head);
  const inner = indentationAt(text, first);
  if (lineStart(text, head) === lineStart(text, first)) return null;
  return inner.length > outer.length && inner.startsWith(outer) ? inner.slice(outer.length) : null;
}

function newlineOf(text: string): PythonStyle['newline'] {
  const first = text.search(/[\r\n]/u);
  if (first < 0 || text[first] === '\n') return '\n';
  return text[first + 1] === '\n' ? '\r\n' : '\r';
}
