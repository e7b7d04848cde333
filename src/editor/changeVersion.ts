import * as vscode from 'vscode';
import type { TextEdit } from '../code/span';
import { judgedUse, type JudgedUse } from '../findings/judgedUse';
import type { Knowledge } from '../findings/knowledge';
import { versionEdits } from '../findings/versionChoice';
import { shownText } from '../kernels/shownText';
import { findClicked, type FoundSite } from './clickTargets';
import type { UseSite } from './readSites';
import type { CodeUnits } from './codeUnits';
import type { Judgements } from './judgements';
import { CODE_CHANGED, EditRefused, refuseReadOnly, writeEdits } from './writeEdits';

const NO_CALL = 'There is no call at the cursor that loads a kernel.';

interface VersionItem extends vscode.QuickPickItem {
  readonly version: number;
}

/** Asks which version a call is to load, and writes it. Throws EditRefused where that is not possible. */
export async function changeVersion(
  { units, judgements }: { readonly units: CodeUnits; readonly judgements: Judgements },
  argument: unknown,
): Promise<void> {
  const find = (from: unknown): Promise<FoundSite<UseSite>> =>
    findClicked(units, from, ({ sites }) => sites.uses, NO_CALL);
  const found = await find(argument);
  await refuseReadOnly(found.document);
  const use = judged(found, judgements.known(found.reading));
  // Before it is asked for, so that nobody chooses what cannot be written.
  requireEdits(use, 0);
  const picked = await vscode.window.showQuickPick(versionItems(use), {
    title: `Version of ${shownText(use.id)}`,
    placeHolder: 'Which one does this call load?',
  });
  if (picked === undefined) return;
  const now = await find(found.target);
  await writeEdits(now.reading, requireEdits(judged(now, judgements.known(now.reading)), picked.version));
}

/** The use with all that is known of it. Throws EditRefused for one whose version cannot be told or written. */
function judged({ reading, site }: FoundSite<UseSite>, knowledge: Knowledge): JudgedUse & { readonly id: string } {
  const { source, code } = reading;
  if (source === null) throw new EditRefused(CODE_CHANGED);
  const found = judgedUse(source, site.use, code.uses, knowledge);
  const { id } = found;
  if (id === null) throw new EditRefused('Only running the code tells which kernel this call loads.');
  if (!found.facts.versioned) throw new EditRefused('This call loads what kernels.lock names. Update the pin instead.');
  return { ...found, id };
}

function requireEdits(use: JudgedUse, version: number): readonly TextEdit[] {
  const edits = versionEdits(use, version).flatMap((edit) => edit ?? []);
  if (edits.length > 0) return edits.toSorted((one, other) => one.span.from - other.span.from);
  throw new EditRefused('The version of this call is not written in it. Change it where it comes from.');
}

/** Newest first. Throws EditRefused where no versions are known. */
function versionItems({ id, version: used, knowledge }: JudgedUse & { readonly id: string }): readonly VersionItem[] {
  const { versions } = knowledge.kernel(id, null);
  if (versions === null) {
    throw new EditRefused(`The versions of ${shownText(id)} are not known: the Hub has given no answer yet.`);
  }
  if (versions.length === 0) {
    throw new EditRefused(`${shownText(id)} has no versions: none of its branches is called vN.`);
  }
  return versions.toReversed().map((version) => {
    const { works } = knowledge.kernel(id, version);
    const state =
      works.state === 'works' ? 'works here' : works.state === 'fails' ? `does not work here: ${works.reason}` : '';
    const parts = [version === used ? 'used here' : '', version === versions.at(-1) ? 'newest' : '', state];
    return {
      label: `v${version}`,
      description: shownText(parts.filter((part) => part !== '').join(' · '), 160).replaceAll('$(', '( '),
      version,
    };
  });
}
