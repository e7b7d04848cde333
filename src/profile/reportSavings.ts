// What fusing saves in a case, in sentences for somebody who knows PyTorch and no GPU. Counted from the passes; what was
// measured beside it, and why, is reportCause's.
import { formatBytes, formatRatio, formatTime, plural, shortRatio } from './format';
import { causeText } from './reportCause';
import { expectedText } from './reportExpected';
import { contenderName } from './reportCells';
import { isKernelRow, isPeerRow, isPythonRow, relativeSpeedup } from './reportComparison';
import { passFlow, roundTripBytes, vanished, type Intermediate, type PassFlow } from './reportPasses';
import type { Report, ReportCase, ReportRow, RowWork } from './report';

/** One way to compute a case, in words and as passes. */
export interface SavingsLane {
  readonly row: ReportRow;
  readonly work: RowWork;
  /** As the case's tables call it: `unfused (baseline)`. */
  readonly name: string;
  /** `6 kernels move 1.88 GB. …` */
  readonly text: string;
  readonly flow: PassFlow;
}

export interface CaseSavings {
  readonly before: SavingsLane;
  readonly after: SavingsLane;
  /** Of those before: what no longer goes through memory. */
  readonly gone: readonly Intermediate[];
  /** What both should take by this run's rates; null: those are not known. */
  readonly expected: string | null;
  /** What both took, and how that goes with what is counted; null: nothing was timed. */
  readonly measured: string | null;
  /** One sentence for each other runtime. */
  readonly others: readonly string[];
}

/** A result below this share of the largest one is small. */
const SMALL = 0.1;
const MOST_NAMES = 3;
/** What moves up to this many times the least moves the least. */
const AS_LITTLE = 1.01;

/**
 * What the first contender that is timed saves over the baseline; null where there are no two of which the passes are
 * known, and where contenders were compared with themselves.
 */
export function caseSavings(report: Report, item: ReportCase): CaseSavings | null {
  const pair = savingsPair(item);
  if (pair === null) return null;
  const [baseline, contender] = pair;
  const [flowBefore, flowAfter] = [passFlow(item, baseline.work), passFlow(item, contender.work)];
  const gone = vanished(flowBefore, flowAfter);
  const before = {
    ...{ ...baseline, name: contenderName(item, baseline.row), flow: flowBefore },
    text: `${movesText(item, baseline.work, flowBefore)}. ${handedOnText(flowBefore)}`.trim(),
  };
  const after = {
    ...{ ...contender, name: contenderName(item, contender.row), flow: flowAfter },
    text: afterText(item, before, contender.work, flowAfter, gone),
  };
  return {
    ...{ before, after, gone },
    expected: expectedText(report, item, baseline.work, contender.work),
    measured: measuredText(report, item, baseline.row, contender.row),
    others: item.rows.filter(isPeerRow).flatMap((row) => peerText(row, contender.row) ?? []),
  };
}

/** `642 µs and 187 µs. fused moves 3.5× less and …`; where only one of them has a time, that and why. */
function measuredText(report: Report, item: ReportCase, baseline: ReportRow, contender: ReportRow): string | null {
  const [first, second] = [baseline.timing, contender.timing];
  const cause = causeText(report, item, baseline, contender);
  if (first !== null && second !== null)
    return `${formatTime(first.medianNs)} and ${formatTime(second.medianNs)}. ${cause ?? ''}`.trim();
  const [timed, other] = first === null ? [contender, baseline] : [baseline, contender];
  if (timed.timing === null) return null;
  const why = other.status === 'wrong' ? 'is wrong' : 'did not finish';
  return `${timed.contender.label} took ${formatTime(timed.timing.medianNs)}; ${other.contender.label} ${why}, so there is nothing to hold it against.`;
}

/** The short form, for a table's notes: `fused moves 3.5× less and ran 3.4× faster: memory was the limit.` null: nothing to say. */
export function savingsNote(report: Report, item: ReportCase): string | null {
  const pair = savingsPair(item);
  return pair === null ? null : causeText(report, item, pair[0].row, pair[1].row);
}

interface Counted {
  readonly row: ReportRow;
  readonly work: RowWork;
}

function savingsPair(item: ReportCase): readonly [Counted, Counted] | null {
  const counted = item.rows.flatMap((row) => (row.work === null || isPythonRow(row) ? [] : [{ row, work: row.work }]));
  const [baseline, ...more] = counted.filter(({ row }) => row.contender.baseline);
  const others = counted.filter(({ row }) => !row.contender.baseline && isKernelRow(row));
  const contender = others.find(({ row }) => row.status === 'timed') ?? others[0];
  return baseline === undefined || more.length > 0 || contender === undefined ? null : [baseline, contender];
}

/** `6 kernels move 1.88 GB, 3.5× the least there can be (537 MB)`; of one that moves no more than it must, that it is the least. */
function movesText({ leastBytes }: ReportCase, work: RowWork, { intermediates }: PassFlow): string {
  const moves = kernelsText(work);
  if (leastBytes === 0) return moves;
  const times = work.bytesMoved / leastBytes;
  if (times <= AS_LITTLE && intermediates.length === 0)
    return `${moves}, the least there can be: every input read once, every output written once`;
  if (times <= AS_LITTLE) return `${moves}, hardly more than the least there can be (${formatBytes(leastBytes)})`;
  return `${moves}, ${times < 1.1 ? formatRatio(times) : shortRatio(times)} the least there can be (${formatBytes(leastBytes)})`;
}

function kernelsText({ launches, bytesMoved }: RowWork): string {
  return `${plural(launches, 'kernel')} ${launches === 1 ? 'moves' : 'move'} ${formatBytes(bytesMoved)}`;
}

/** What is written by one pass for another, and what is read again. */
function handedOnText({ intermediates, sharedInputs }: PassFlow): string {
  const again = sharedInputs.map(({ name, times }) => `${name} is read ${times === 2 ? 'twice' : `${times} times`}`);
  const parts = [...(intermediates.length === 0 ? [] : [throughMemoryText(intermediates)]), ...again];
  return parts.length === 0 ? '' : `${capitalised(parts.join('; '))}.`;
}

/** `1.07 GB of it are results which one kernel writes to memory and another reads back: “squares” and … (268 MB each)`. */
function throughMemoryText(intermediates: readonly Intermediate[]): string {
  const trips = intermediates.map(roundTripBytes);
  const known = trips.filter((bytes) => bytes !== null);
  const sum = formatBytes(known.reduce((total, bytes) => total + bytes, 0));
  const amount = known.length === 0 ? 'some' : known.length < trips.length ? `at least ${sum}` : sum;
  const plain = intermediates.length === 1 ? 'a result which' : 'results which';
  return `${amount} of it ${intermediates.length === 1 ? 'is' : 'are'} ${plain} one kernel writes to memory and another reads back: ${namesText(intermediates)}`;
}

/** `“squares” and “normalized” (268 MB each) and 3 small ones`. */
export function namesText(intermediates: readonly Intermediate[]): string {
  const sorted = intermediates.toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0));
  const largest = sorted[0]?.bytes ?? 0;
  const large = sorted.filter(({ bytes }) => (bytes ?? 0) >= largest * SMALL);
  const named = large.slice(0, MOST_NAMES);
  const left = sorted.length - named.length;
  const sizes = new Set(named.map(({ bytes }) => (bytes === null ? '' : formatBytes(bytes))));
  const [size = ''] = sizes;
  const alike = sizes.size === 1;
  const names = named.map(({ name, bytes }) =>
    alike || bytes === null ? `“${name}”` : `“${name}” (${formatBytes(bytes)})`,
  );
  const each = alike && size !== '' ? ` (${size}${named.length > 1 ? ' each' : ''})` : '';
  const small = large.length > named.length ? 'more' : left === 1 ? 'small one' : 'small ones';
  return `${list(names)}${each}${left > 0 ? ` and ${left} ${small}` : ''}`;
}

function afterText(
  item: ReportCase,
  before: SavingsLane,
  work: RowWork,
  flow: PassFlow,
  gone: readonly Intermediate[],
): string {
  const kept = handedOnText(flow);
  const sentences = [`${movesText(item, work, flow)}.`, ...(kept === '' ? [] : [kept])];
  const baseline = before.row.contender.label;
  if (gone.length > 0) {
    const what = flow.intermediates.length === 0 ? `What ${baseline} writes to memory and reads back` : namesText(gone);
    const stays = work.launches === 1 ? 'stays inside this kernel' : 'no longer go through it';
    sentences.push(
      `${capitalised(what)} ${stays}, ${scratchText(baseline, before.work.scratchBytes, work.scratchBytes)}`,
    );
  } else if (before.flow.intermediates.length === 0 && flow.intermediates.length === 0) {
    sentences.push(`Like ${baseline} it hands nothing on through memory: what differs is how it computes.`);
  }
  return sentences.join(' ');
}

function scratchText(baseline: string, before: number, after: number): string {
  if (after === 0) return `so it needs no memory beside inputs and outputs (${baseline}: ${formatBytes(before)}).`;
  return `and beside inputs and outputs it needs ${formatBytes(after)} of memory (${baseline}: ${formatBytes(before)}).`;
}

/** `ONNX Runtime took 910 µs, fused is 4.9× faster; its 4 kernels move 1.34 GB.` */
function peerText(peer: ReportRow, contender: ReportRow): string | null {
  if (peer.timing === null) return null;
  const wrong = peer.status === 'wrong' ? ' for a wrong answer' : '';
  const took = `${peer.contender.label} took ${formatTime(peer.timing.medianNs)}${wrong}`;
  const counted = `; ${peer.work === null ? 'what it launches and moves is not counted' : `its ${kernelsText(peer.work)}`}`;
  if (peer.speedup === null || contender.speedup === null) return `${took}${counted}.`;
  const { ratio, verdict } = relativeSpeedup(contender.speedup, peer.speedup);
  const name = contender.contender.label;
  const beside = {
    FASTER: `${name} is ${shortRatio(ratio)} faster`,
    SLOWER: `${name} is ${shortRatio(1 / ratio)} slower`,
    SAME: `as long as ${name}`,
    UNCLEAR: `not clearly more or less than ${name}`,
  }[verdict];
  return `${took}, ${beside}${counted}.`;
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
