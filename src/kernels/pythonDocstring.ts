// What a Python function says of itself, read from its source without running it.

/** A comment or two may stand in front of it. Of a string with a prefix other than `r` and `u`, Python makes no docstring. */
const DOCSTRING =
  /(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*[rRuU]?(?:("""|''')((?:\\[\s\S]|(?!\1)[^\\])*)\1|"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)')/y;
/** Nobody reads more in a hover, and it is kept in a cache. */
const LONGEST = 2000;

/**
 * The docstring of a function, without its indentation; null: it has none.
 * @param code `source` with blanks in place of comments and strings
 * @param close where the bracket of its parameters is closed
 */
export function docstringAfter(source: string, code: string, close: number): string | null {
  const colon = bodyStart(code, close + 1);
  if (colon === null) return null;
  const pattern = new RegExp(DOCSTRING);
  pattern.lastIndex = colon + 1;
  const [, , long, double, single] = pattern.exec(source) ?? [];
  const text = unindented(long ?? double ?? single ?? '');
  if (text === '') return null;
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).trimEnd()}…`;
}

/** The colon that ends a head, behind the type that it may return. */
function bodyStart(code: string, from: number): number | null {
  for (let at = from, depth = 0; at < code.length; at += 1) {
    const character = code.charAt(at);
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (character === ':' && depth === 0) return at;
    else if (character === '\n' && depth === 0) return null;
  }
  return null;
}

/** As Python's own `inspect.cleandoc` leaves it. */
function unindented(text: string): string {
  const [first = '', ...rest] = text.split(/\r?\n/).map((line) => line.replaceAll('\t', '        ').trimEnd());
  const depths = rest.filter((line) => line !== '').map((line) => line.length - line.trimStart().length);
  const depth = Math.min(...depths, Number.MAX_SAFE_INTEGER);
  return [first.trimStart(), ...rest.map((line) => line.slice(depth))].join('\n').trim();
}
