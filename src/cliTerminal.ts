// What goes to a terminal: names and cases of kernels are written by strangers, and a terminal obeys control characters.

const ESCAPE = '\u001b';
/** Everything that moves the cursor, turns a line round or cannot be seen, but for line breaks and this program's colours. */
const UNSEEN = new RegExp(`(?!\\n|${ESCAPE}\\[(?:[012]|3[123])m)[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]`, 'gu');

/** Text that a terminal only prints. */
export function terminalText(text: string): string {
  return text.replace(UNSEEN, '\ufffd');
}
