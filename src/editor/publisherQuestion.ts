import * as vscode from 'vscode';
import { consentText } from '../hub/publisherConsent';
import { noticeText } from '../kernels/noticeText';
import { shownText } from '../kernels/shownText';

/**
 * Asks before `trust_remote_code=True` is written for a publisher whom the Hub does not trust.
 * @param trusted what the Hub says of the publisher; null: it is not known, and nothing is written that would not have to be
 * @returns whether it is written; null: the person wants nothing to be written at all
 */
export async function askToTrust(id: string, trusted: boolean | null): Promise<boolean | null> {
  if (trusted !== false) return false;
  const publisher = shownText(id.split('/', 1)[0] ?? id);
  const why = consentText({ id: shownText(id), publisher, commit: '', trusted });
  const detail =
    `${why} The kernels library then loads it only with trust_remote_code=True.\n\n` +
    'A kernel is code that runs with your rights, on every machine that runs this file. Nothing is downloaded or run now.';
  const write = 'Write trust_remote_code=True';
  const without = 'Write Without';
  const answer = await vscode.window.showWarningMessage(
    noticeText(`Let this code trust ${publisher}?`),
    { modal: true, detail },
    write,
    without,
  );
  if (answer === undefined) return null;
  return answer === write;
}
