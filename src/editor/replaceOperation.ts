import * as vscode from 'vscode';
import type { OperationSite } from '../code/operation';
import type { ParsedSource } from '../code/parsedSource';
import { FORMS, type Form, type LibraryStyle, type Offer, type Written } from '../insert/insertTypes';
import { writeOperation } from '../insert/writeOperation';
import { noticeText } from '../kernels/noticeText';
import { findClicked, type FoundSite } from './clickTargets';
import type { OperationPlace } from './readSites';
import type { CodeUnits } from './codeUnits';
import { FORM_WORDS } from './formWords';
import type { Judgements } from './judgements';
import type { KnowledgeSource } from './knowledgeSource';
import type { OfferPlans, RatedOffer } from './offerPlans';
import { offerItem } from './offerWords';
import { askToTrust } from './publisherQuestion';
import type { Reading } from './reading';
import { CODE_CHANGED, EditRefused, refuseReadOnly, writeEdits } from './writeEdits';
import { writePreview } from './writePreview';

const NO_OPERATION = 'There is no operation at the cursor that a kernel can take over.';
const NO_KERNEL = 'No kernel is known to work here that can take this over.';

export interface ReplaceParts {
  readonly units: CodeUnits;
  readonly knowledge: KnowledgeSource;
  readonly judgements: Judgements;
  readonly offers: OfferPlans<Reading>;
}

type Edits = Exclude<Written, { readonly refused: string }>;

/**
 * Puts a kernel in an operation's place: asks which and how where there is a choice, and writes it as one step that can be
 * undone. Throws EditRefused, and writes nothing, where that is not possible.
 */
export async function replaceOperation(parts: ReplaceParts, argument: unknown): Promise<void> {
  const find = (from: unknown): Promise<FoundSite<OperationPlace>> =>
    findClicked(parts.units, from, ({ sites }) => sites.operations, NO_OPERATION);
  const found = await find(argument);
  await refuseReadOnly(found.document);
  const rated = parts.offers.of(found.reading, found.site.operation);
  const offer = await chooseOffer(rated, found.site.operation);
  if (offer === null) return;
  const form = await chooseForm(parts, found, offer);
  if (form === null) return;
  const known = parts.judgements.known(found.reading);
  const trust = await askToTrust(offer.id, known.kernel(offer.id, offer.version).trusted);
  if (trust === null) return;
  // Questions take their time: the code is looked at again.
  const now = await find(found.target);
  const written = write(now, offer, form, {
    kernelsVersion: known.kernelsVersion,
    trustRemoteCode: trust,
  });
  if ('refused' in written) throw new EditRefused(written.refused);
  if (!(await pinFirst(parts, now, written))) return;
  const last = await find(found.target);
  if (last.reading !== now.reading) throw new EditRefused(CODE_CHANGED);
  await writeEdits(now.reading, written.edits);
  if (written.notes.length > 0) void vscode.window.showInformationMessage(noticeText(written.notes.join(' ')));
}

/** Null: the person left. */
async function chooseOffer(rated: readonly RatedOffer[], site: OperationSite): Promise<Offer | null> {
  const [first] = rated;
  if (first === undefined) throw new EditRefused(NO_KERNEL);
  if (rated.length === 1) return first.offer;
  const items = rated.map(({ offer, state }) => ({ ...offerItem(offer, state), offer }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `A Kernel for ${site.name}`,
    placeHolder: 'Which one?',
    matchOnDescription: true,
  });
  return picked?.offer ?? null;
}

/** Null: the person left. Only forms that can be written here are listed; where there is none, the reason is thrown. */
async function chooseForm(
  { judgements }: ReplaceParts,
  found: FoundSite<OperationPlace>,
  offer: Offer,
): Promise<Form | null> {
  const known = judgements.known(found.reading);
  const { kernelsVersion } = known;
  const library = { kernelsVersion, trustRemoteCode: known.kernel(offer.id, offer.version).trusted === false };
  const written = FORMS.map((form) => ({ form, written: write(found, offer, form, library) }));
  const items = written.flatMap(({ form, written: one }) => {
    return 'refused' in one ? [] : [{ ...FORM_WORDS[form], detail: writePreview(one.edits, offer), form }];
  });
  if (items.length === 0) {
    const [reason] = written.flatMap(({ written: one }) => ('refused' in one ? [one.refused] : []));
    throw new EditRefused(reason ?? NO_KERNEL);
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: `${offer.member.name} of ${offer.id}`,
    placeHolder: 'How is it written?',
  });
  return picked?.form ?? null;
}

function write({ reading, site }: FoundSite<OperationPlace>, offer: Offer, form: Form, library: LibraryStyle): Written {
  return writeOperation({ source: sourceOf(reading), site: site.operation, offer, form, library });
}

function sourceOf({ source }: Reading): ParsedSource {
  if (source === null) throw new EditRefused(CODE_CHANGED);
  return source;
}

/** Code that loads what is locked fails without the lock, so that comes first. False: the person does not want it. */
async function pinFirst(
  { knowledge }: ReplaceParts,
  { document }: FoundSite<OperationPlace>,
  { pin }: Edits,
): Promise<boolean> {
  if (pin === null || (await knowledge.isLocked(document.uri, pin))) return true;
  if (vscode.workspace.getWorkspaceFolder(document.uri) === undefined) {
    throw new EditRefused('The locked form needs a pin in the folder of the project, and none is open.');
  }
  const answer = await vscode.window.showInformationMessage(
    noticeText(`Pin ${pin.id} v${pin.version} first?`),
    {
      modal: true,
      detail: 'This form loads what kernels.lock names. The pin is written into the files of the project.',
    },
    'Pin and Write',
  );
  if (answer === undefined) return false;
  await vscode.commands.executeCommand('kernelLens.pinKernel', { id: pin.id, version: pin.version });
  // Where that failed, the command has said why.
  return knowledge.isLocked(document.uri, pin);
}
