// Names and texts that others wrote, made fit to stand in a line of ours.

/** Controls, line ends, invisible characters, marks that turn the direction of writing, and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text on one line: what cannot be seen is shown as `�`, and what is longer than `most` characters is cut off. */
export function plainText(text: string, most = 120): string {
  // Cut first: nobody needs a megabyte cleaned.
  const characters = Array.from(text.slice(0, 2 * most + 2));
  const cut = characters.length > most || text.length > 2 * most + 2;
  const kept = cut ? [...characters.slice(0, most - 1), '…'] : characters;
  return kept.join('').replace(UNSEEN, '�');
}
