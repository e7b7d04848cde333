// `int()` of Python, which decides what counts as a version's number.

/** Python refuses to read longer numbers, leading zeros and all. */
export const MOST_DIGITS = 4300;

/** White space that `int()` takes off: ASCII's own, and what Unicode has beyond it. */
const SPACE = '[ \\t\\n\\r\\f\\v\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*';
const INTEGER = new RegExp(`^${SPACE}([+-]?)(\\p{Nd}+(?:_\\p{Nd}+)*)${SPACE}$`, 'u');

/** The value of a decimal digit of any script. Each script's ten digits stand in a row that starts with its zero. */
function digitValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code < 0x80) return digit;
  // The mathematical digits are five rows of ten without a gap.
  if (code >= 0x1d7ce && code <= 0x1d7ff) return String((code - 0x1d7ce) % 10);
  const isDigit = (point: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(point));
  let zero = code;
  while (code - zero < 9 && isDigit(zero - 1)) zero -= 1;
  return String(code - zero);
}

/** A number written in the decimal digits of any script, as ASCII. */
export function asciiDigits(digits: string): string {
  return /^[0-9]*$/.test(digits) ? digits : Array.from(digits, digitValue).join('');
}

/** What `int(text)` gives in Python; null: it refuses. Signs, underscores and digits of every script are allowed. */
export function pythonInteger(text: string): bigint | null {
  const match = INTEGER.exec(text);
  if (match === null) return null;
  const [, sign = '', written = ''] = match;
  const digits = asciiDigits(written.replaceAll('_', ''));
  if (digits.length > MOST_DIGITS) return null;
  const value = BigInt(digits);
  return sign === '-' ? -value : value;
}
