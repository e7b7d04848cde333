// Numbers that JSON has no digits for, written as words.

const WORDS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** The number that `"NaN"`, `"Infinity"` or `"-Infinity"` stands for; any other value as it is. */
export function numberFromWord(value: unknown): unknown {
  return WORDS.get(value) ?? value;
}
