// Text from outside, made fit to stand in a line: names on the Hub are chosen by strangers. In a terminal a control
// character moves the cursor, in a dialog an override of direction turns the sentence round.

const LONGEST = 120;

/**
 * Text on one line, without characters that hide, reorder or erase what stands beside them, and cut to `longest`
 * characters with `…` at its end.
 */
export function shownText(text: string, longest = LONGEST): string {
  // Control characters, and those of format: joiners, marks and overrides of direction.
  const visible = text
    .slice(0, longest * 4)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '\uFFFD')
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = Array.from(visible);
  return characters.length <= longest ? visible : `${characters.slice(0, longest - 1).join('')}…`;
}
