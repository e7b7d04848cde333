// What a string literal of Python says, and where.
import type { SyntaxNode } from '@lezer/common';
import type { Span } from './span';

export interface PythonString {
  /** Undefined: bytes, or a part of it is computed, or an escape is none. */
  readonly value: string | undefined;
  /** Between its quotes. */
  readonly inner: Span;
  /** Its last quote is not typed yet. */
  readonly open: boolean;
}

/** Of a String or FormatString node. Never throws. */
export function readString(text: string, node: SyntaxNode): PythonString {
  const literal = text.slice(node.from, node.to);
  const [, prefix = '', quote = ''] = /^([a-zA-Z]{0,2})("""|'''|"|')/.exec(literal) ?? [];
  const from = Math.min(node.from + prefix.length + quote.length, node.to);
  const closed = quote !== '' && isClosed(literal.slice(prefix.length), quote);
  const inner = { from, to: closed ? node.to - quote.length : node.to };
  const letters = prefix.toLowerCase();
  const open = !closed;
  if (quote === '' || letters.includes('b') || node.getChild('FormatReplacement') !== null) {
    return { value: undefined, inner, open };
  }
  const content = text.slice(inner.from, inner.to).replace(/\r\n?/g, '\n');
  // Where the quote is missing, the line's end is no part of it.
  const said = open && quote.length === 1 ? content.replace(/\n[^]*$/, '') : content;
  const plain =
    letters.includes('f') || letters.includes('t') ? said.replace(/\{\{/g, '{').replace(/\}\}/g, '}') : said;
  return { value: letters.includes('r') ? plain : unescaped(plain), inner, open };
}

/** A quote behind an odd number of backslashes ends nothing. */
function isClosed(literal: string, quote: string): boolean {
  if (literal.length < 2 * quote.length || !literal.endsWith(quote)) return false;
  const before = literal.slice(quote.length, literal.length - quote.length);
  return (before.length - before.replace(/\\+$/, '').length) % 2 === 0;
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);
const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/gu;

/** Undefined: an escape that names a character, or one that Python refuses. */
function unescaped(content: string): string | undefined {
  if (!content.includes('\\')) return content;
  let unknown = 0;
  const value = content.replace(ESCAPE, (whole, octal?: string, x?: string, u?: string, U?: string, other?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    const hex = x ?? u ?? U;
    if (hex !== undefined) {
      const code = parseInt(hex, 16);
      if (code > 0x10ffff) unknown += 1;
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    }
    const simple = SIMPLE.get(other ?? '');
    if (simple === undefined && /[xuUN]/.test(other ?? '')) unknown += 1;
    // What is no escape stays, with its backslash.
    return simple ?? whole;
  });
  return unknown === 0 ? value : undefined;
}
