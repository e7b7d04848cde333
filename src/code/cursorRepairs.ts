// What may be missing at the cursor of code that is half typed.
import type { ParsedSource } from './parsedSource';

const WORD = /[\p{L}\p{N}_$]/u;
/** Longer ones are not read again for a completion. */
const LONGEST = 4_000_000;

/** What to put at the cursor so that the code may be read, likeliest first; empty: nothing that would help is missing. */
export function repairsAt(source: ParsedSource, offset: number): readonly string[] {
  const { text, tree } = source;
  if (text.length > LONGEST) return [];
  const node = tree.resolveInner(offset, -1);
  if (node.name.endsWith('Comment') && (offset < node.to || node.name !== 'BlockComment')) return [];
  const closing = source.language === 'python' ? ')' : ' })';
  if (node.name === 'String' && offset > node.from) {
    const quote = text.charAt(firstQuote(text, node.from));
    // Closed where it should be, it is a string of another kind.
    return isClosed(text, node.to, quote) && offset < node.to && !text.slice(node.from, node.to).includes('\n')
      ? []
      : [quote, `${quote})`, `${quote}${closing}`];
  }
  let word = offset;
  while (word > 0 && WORD.test(text.charAt(word - 1))) word -= 1;
  const name = word === offset && !WORD.test(text.charAt(offset)) ? 'x' : '';
  let before = word - 1;
  while (before >= 0 && /\s/.test(text.charAt(before))) before -= 1;
  switch (text.charAt(before)) {
    case '.':
      return name === '' ? [] : [name, `${name})`];
    case '=':
    case ':': {
      const value = name === '' ? '' : '0';
      return [...(value === '' ? [] : [value]), `${value}${closing}`, `${value})`];
    }
    case ',':
    case '{':
      return [...(name === '' ? [] : [name]), `${name})`, `${name}${closing}`];
    default:
      return [];
  }
}

/** Where the quote of a string is, after `r` or `b`. */
function firstQuote(text: string, from: number): number {
  let at = from;
  while (at < text.length && !'"\'`'.includes(text.charAt(at))) at += 1;
  return at;
}

function isClosed(text: string, to: number, quote: string): boolean {
  return text.charAt(to - 1) === quote;
}
