// The rows of the Pinned view. No vscode in here.
import type { PinComparison, PinState } from '../hub/pinState';
import type { PinProblem } from '../kernels/pinProblem';
import type { Pin } from '../kernels/pins';
import { PIN_FILES } from '../kernels/pinTexts';
import { shownText } from '../kernels/shownText';
import type { RowText } from './kernelRows';

/** What was learnt of a pin from the Hub. `problem`: why there is nothing, in words for people. */
export type PinNews =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly state: PinState }
  | { readonly kind: 'failed'; readonly problem: string };

export interface PinRow extends RowText {
  /** Whether there is something to update to. */
  readonly outdated: boolean;
}

/** A fact about a pin, below it. */
export interface PinFact extends RowText {
  /** Its own among its siblings. */
  readonly key: string;
}

/** A commit as people write it: `2385e44`. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}

/** `v1 @ 2385e44`. */
export function pinnedVersion({ version, written, commit }: Pin): string {
  const what = version === null ? shownText(written, 40) : `v${version}`;
  return commit === null ? what : `${what} @ ${shortCommit(commit)}`;
}

export function pinRow(pin: Pin, news: PinNews): PinRow {
  const label = shownText(pin.id.slice(pin.id.indexOf('/') + 1), 60);
  const found = newsOf(pin, news);
  const description = [pinnedVersion(pin), ...found.words].join(' · ');
  const lines = [pin.id, `Pinned in ${PIN_FILES[pin.place]}`, ...(pin.commit === null ? [] : [`Commit ${pin.commit}`])];
  return {
    label,
    description,
    tooltip: [...lines.map((line) => shownText(line, 200)), ...(news.kind === 'failed' ? [news.problem] : [])],
    icon: found.outdated ? 'arrow-circle-up' : found.wrong ? 'warning' : 'pinned',
    colour: found.wrong ? 'list.warningForeground' : null,
    spoken: [label, ...description.split(' · ')].join(', '),
    outdated: found.outdated,
  };
}

function newsOf(
  { version, commit }: Pin,
  news: PinNews,
): { readonly words: readonly string[]; readonly outdated: boolean; readonly wrong: boolean } {
  if (version === null) return { words: ['no version'], outdated: false, wrong: true };
  const unlocked = commit === null ? ['not locked'] : [];
  if (news.kind !== 'known') return { words: unlocked, outdated: false, wrong: commit === null };
  const { branchCommit, newest } = news.state;
  const gone = branchCommit === null ? ['version is gone'] : [];
  const newer = commit !== null && branchCommit !== null && branchCommit !== commit ? ['newer build available'] : [];
  const next = newest !== null && newest.version > version ? [`v${newest.version} available`] : [];
  return {
    words: [...unlocked, ...gone, ...newer, ...next],
    outdated: newer.length + next.length > 0,
    wrong: commit === null || branchCommit === null,
  };
}

/** The rows below a pin. */
export function pinFacts(pin: Pin, news: PinNews): readonly PinFact[] {
  const { version, commit, place } = pin;
  const branch = version === null ? null : `v${version}`;
  const rows = [
    commit === null
      ? fact('locked', 'Not locked', 'locking the pins writes its commit down', 'unlock')
      : fact('locked', 'Locked', commit, 'lock'),
  ];
  if (news.kind === 'loading') rows.push(fact('branch', 'Asking the Hub…', '', 'loading~spin'));
  if (news.kind === 'failed') rows.push(fact('branch', 'Not known to be current', news.problem, 'cloud-offline'));
  if (news.kind === 'known' && branch !== null) {
    const { branchCommit, newest } = news.state;
    if (branchCommit === null) rows.push(fact('branch', `${branch} is gone`, 'the Hub has no such branch', 'warning'));
    else if (branchCommit === commit) rows.push(fact('branch', `${branch} has no newer build`, '', 'check'));
    else rows.push(fact('branch', `${branch} has now`, branchCommit, 'git-commit'));
    if (newest !== null && version !== null && newest.version > version) {
      rows.push(fact('newest', `v${newest.version} is available`, newest.commit, 'versions'));
    }
  }
  rows.push(fact('file', 'Pinned in', PIN_FILES[place], 'file'));
  return rows;
}

export function problemRow(problem: PinProblem): RowText {
  return { ...fact('problem', problem.file, problem.message, 'error'), colour: 'list.errorForeground' };
}

function fact(key: string, label: string, description: string, icon: string): PinFact {
  const said = shownText(description, 200);
  return {
    key,
    label,
    description: said,
    tooltip: [[label, shownText(description, 1000)].filter((part) => part !== '').join(': ')],
    icon,
    colour: null,
    spoken: [label, said].filter((part) => part !== '').join(', '),
  };
}

/** What an update would change here, in one line. @param known whether it is known what runs on this machine. */
export function comparisonText({ gained, lost, before, after }: PinComparison, known: boolean): string {
  const parts = [
    ...(gained.length > 0 ? [`gains ${gained.join(', ')}`] : []),
    ...(lost.length > 0 ? [`loses ${lost.join(', ')}`] : []),
  ];
  const here = known ? ' for this machine' : '';
  if (known && before !== null && after === null) return `No build${here} any more: ${parts.join('; ')}`;
  if (parts.length === 0) return `No build${here} gained or lost`;
  // The names of builds are long: one that is all that is gained is not named twice.
  const name = gained.length === 1 && gained[0] === after ? 'it' : after;
  const taken = after !== null && after !== before ? `; takes ${name ?? ''}` : '';
  const text = `${parts.join('; ')}${here}${taken}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
