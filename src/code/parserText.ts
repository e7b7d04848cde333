// What the Python grammar is given to read.

const [DOT, ZERO, NINE, UNDERSCORE, PLUS, MINUS] = [0x2e, 0x30, 0x39, 0x5f, 0x2b, 0x2d];

/**
 * The same text in words that the grammar knows: as long as the text, so places are the same. Within strings and comments the
 * difference is of no account.
 */
export function parserText(text: string): string {
  return withoutBareBreaks(withoutBarePoints(text));
}

/** A backslash before a Windows line end joins two lines of a string too; the grammar sees only half of that line end. */
function withoutBareBreaks(text: string): string {
  const pieces: string[] = [];
  let taken = 0;
  for (let at = text.indexOf('\\\r\n'); at !== -1; at = text.indexOf('\\\r\n', at + 3)) {
    // A comment ends with its line, whatever stands there. The grammar knows the line end where it is in no string.
    if (text.slice(text.lastIndexOf('\n', at) + 1, at).includes('#')) continue;
    pieces.push(text.slice(taken, at), '   ');
    taken = at + 3;
  }
  return taken === 0 ? text : pieces.join('') + text.slice(taken);
}

/**
 * The same text with `10` for `1.`, which the grammar takes for an attribute without a name, and `10e-5` for `1.e-5`, which it
 * takes for a difference.
 */
function withoutBarePoints(text: string): string {
  const pieces: string[] = [];
  let taken = 0;
  for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    if (!isDigit(text.charCodeAt(dot - 1)) || !endsNumber(text, dot) || !beginsNumber(text, dot - 1)) continue;
    pieces.push(text.slice(taken, dot), '0');
    taken = dot + 1;
  }
  return taken === 0 ? text : pieces.join('') + text.slice(taken);
}

/** Neither a digit nor an attribute's name stands behind the point; an exponent and a `j` may. */
function endsNumber(text: string, dot: number): boolean {
  const next = text.charCodeAt(dot + 1);
  if (next === DOT || isDigit(next)) return false;
  if (!isLetter(next)) return true;
  const letter = text.charAt(dot + 1).toLowerCase();
  const behind = text.charCodeAt(dot + 2);
  if (letter === 'j') return !isLetter(behind) && !isDigit(behind);
  if (letter !== 'e') return false;
  return isDigit(behind) || ((behind === PLUS || behind === MINUS) && isDigit(text.charCodeAt(dot + 3)));
}

/** The digits before the point are no end of a name, nor what stands behind another point. */
function beginsNumber(text: string, last: number): boolean {
  let at = last;
  while (isDigit(text.charCodeAt(at)) || text.charCodeAt(at) === UNDERSCORE) at -= 1;
  const before = text.charCodeAt(at);
  return before !== DOT && !isLetter(before) && isDigit(text.charCodeAt(at + 1));
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Or anything beyond ASCII, which is in no number. */
function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === UNDERSCORE || code > 0x7f;
}
