// What a Python module cannot have: a name that stands nowhere in its source.

const COMMENT = /#[^\n]*/g;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/gu;
/** By these a module may have names that do not stand in it. */
const OTHERS =
  /\bimport\s*\(?\s*\*|\b(?:__getattr__|__dict__|__import__|importlib|globals|locals|vars|setattr|exec|eval)\b/;
const MOST = 5_000;

/** Every word of a module's source, in order; undefined: it may have names that are not among them. */
export function moduleWords(source: string): readonly string[] | undefined {
  const code = source.replace(COMMENT, '');
  if (OTHERS.test(code)) return undefined;
  const words = new Set(code.match(WORD));
  return words.size > MOST ? undefined : [...words].sort();
}
