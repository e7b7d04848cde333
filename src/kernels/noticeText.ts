// Text for a notification of the editor, which makes a link of `[words](command:…)` and runs the command on a click.
import { shownText } from './shownText';

/** Longer ones the editor cuts off. */
const LONGEST = 1000;

/** A message on one line in which nothing becomes a link: file names of strangers may stand in it. */
export function noticeText(message: string): string {
  return shownText(message, LONGEST).replaceAll('](', '] (');
}
