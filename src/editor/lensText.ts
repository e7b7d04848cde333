// The words of the lenses above code. No vscode in here. Words are always beside an icon.
import type { Offer } from '../insert/insertTypes';
import type { KernelSummary } from '../kernels/kernelSummary';
import { shortReason } from '../kernels/shortReason';
import { shownText } from '../kernels/shownText';
import type { WorksHere } from '../kernels/worksHere';
import type { KernelSpeedup } from '../profile/kernelSpeedup';
import { hereWords, lensWords, measuredTooltip, type MeasuredFacts } from './measuredWords';

/** What a lens is about, which is what a click on it is for. */
export interface LensText {
  readonly about: 'works' | 'newer' | 'locked' | 'measured' | 'offer' | 'benchmark';
  readonly title: string;
  /** More than fits, as a sentence. */
  readonly tooltip: string;
}

export interface CallFacts {
  readonly id: string;
  readonly works: WorksHere;
  /** Of the call; null: it gives none, or none that the code alone tells. */
  readonly version: number | null;
  /** The newest one; null: not known. */
  readonly newest: number | null;
  /** In kernels.lock; null: it is not there. */
  readonly lockedCommit: string | null;
  /** The last measurement on this machine; null: none. */
  readonly measured: MeasuredFacts | null;
  /** The Hub says that there is no such kernel. */
  readonly missing: boolean;
  /** The language that it is for, where that is not the one of the code; null: it is, or nobody knows. */
  readonly otherLanguage: KernelSummary['language'] | null;
  /** Why the call fails wherever it runs, as a sentence; null: it does not, as far as is known. */
  readonly problem: string | null;
}

const FOR_OTHERS: Readonly<Record<KernelSummary['language'], string>> = {
  python: 'for Python, not for JavaScript',
  javascript: 'for JavaScript, not for Python',
};

/** The lenses of a call that loads a kernel, in their order. */
export function callLenses(facts: CallFacts, now: Date): readonly LensText[] {
  const { id, version, newest, lockedCommit, measured } = facts;
  const name = plain(id);
  const lenses: LensText[] = [worksLens(facts, name)];
  if (version !== null && newest !== null && newest > version) {
    const tooltip = `The call takes v${version} of ${name}; the newest is v${newest}.`;
    lenses.push({ about: 'newer', title: `v${newest} is newer`, tooltip });
  }
  if (lockedCommit !== null) {
    const tooltip = `kernels.lock holds ${name} at ${plain(lockedCommit)}.`;
    lenses.push({ about: 'locked', title: withIcon('lock', `locked ${plain(lockedCommit.slice(0, 7))}`), tooltip });
  }
  if (measured !== null) lenses.push(measuredLens(measured, name, now));
  return lenses;
}

function worksLens({ works, version, missing, otherLanguage, problem }: CallFacts, name: string): LensText {
  const at = version === null ? '' : ` · v${version}`;
  const lens = (icon: string, title: string, tooltip: string): LensText => {
    return { about: 'works', title: withIcon(icon, `${title}${at}`), tooltip };
  };
  if (missing)
    return lens('close', 'not on the Hub', `The Hub has no kernel ${name}, or none that your token may see.`);
  if (otherLanguage !== null)
    return lens('close', FOR_OTHERS[otherLanguage], `${name} is a kernel ${FOR_OTHERS[otherLanguage]}.`);
  // A tick above a call that raises would say the wrong thing.
  if (problem !== null && works.state !== 'fails') return lens('warning', 'fails as written', plain(problem, 300));
  switch (works.state) {
    case 'works':
      return lens('check', 'runs here', `${name} has a build for this machine: ${plain(works.variant)}.`);
    case 'likely':
      return lens('check', 'should run here', plain(works.because, 300));
    case 'fails':
      return lens('close', plain(shortReason(works.reason), 60), plain(works.reason, 300));
    case 'unknown':
      return lens('question', plain(firstSentence(works.reason), 60), plain(works.reason, 300));
  }
}

function measuredLens(measured: MeasuredFacts, name: string, now: Date): LensText {
  return {
    about: 'measured',
    title: withIcon(measured.overall.speedup === null ? 'error' : 'graph', lensWords(measured, now)),
    tooltip: plain(measuredTooltip(name, measured), 300),
  };
}

/**
 * The lens of an operation that kernels can take over, best first; null: there are none.
 * @param measured what the first was measured to be worth on this machine; null: it was not
 */
export function offerLens(offers: readonly Offer[], measured: KernelSpeedup | null): LensText | null {
  const [offer] = offers;
  if (offer === undefined) return null;
  const { id, member, note } = offer;
  const what = member.kind === 'function' ? plain(member.name, 60) : `the layer ${plain(member.name, 60)}`;
  const worth = measured === null ? '' : ` · ${hereWords(measured)}`;
  const others = offers.length === 1 ? '' : ` · ${offers.length - 1} more`;
  return {
    about: 'offer',
    title: withIcon('zap', `${plain(id)} has ${what} for this${worth}${others}`),
    tooltip: note === null ? 'Choose how to write it: nothing changes before you do.' : plain(note, 300),
  };
}

/** The lens of a class of benchmarks; null: it has none that could be run. */
export function benchmarkLens(workloads: readonly string[]): LensText | null {
  if (workloads.length === 0) return null;
  const tooltip = 'Runs all benchmarks of this repository in a terminal, with the Python that kernels are judged for.';
  return { about: 'benchmark', title: withIcon('play', 'run kernels benchmark'), tooltip };
}

/** What is to be done about it, after that, is for the tooltip. */
function firstSentence(reason: string): string {
  const [first = reason] = reason.split(/\.(?:\s|$)/, 1);
  return first;
}

/** The editor drops a common space between the two. */
function withIcon(icon: string, words: string): string {
  return `$(${icon})\u00A0${words}`;
}

/** On one line, and without what the editor would make an icon of. */
function plain(text: string, longest?: number): string {
  return shownText(text, longest).replaceAll('$(', '$ (');
}
