// What an edit will write, in one line. No vscode in here.
import type { TextEdit } from '../code/span';
import type { Offer } from '../insert/insertTypes';
import { shownText } from '../kernels/shownText';

const LONGEST = 200;

/** The lines that load the kernel and call it, which say the most in the least room; else all of the new code. */
export function writePreview(edits: readonly TextEdit[], { id, member }: Pick<Offer, 'id' | 'member'>): string {
  const lines = edits.flatMap(({ text }) => text.split('\n').map((line) => line.trim())).filter((line) => line !== '');
  const telling = lines.filter((line) => (line.includes(id) && !isTalk(line)) || line.includes(`.${member.name}`));
  // What looks like the name of an icon in a list would become the icon.
  return shownText((telling.length === 0 ? lines : telling).join(' ⏎ '), LONGEST).replaceAll('$(', '( ');
}

/** What names the kernel for people: comments, docstrings and warnings. */
function isTalk(line: string): boolean {
  return ['#', '"""', "'''", 'warn_once('].some((start) => line.startsWith(start));
}
