// Why a contender ran as it did: what its passes save, as counted, beside the time it saved, as measured.
import { formatBytes, formatOperations, formatRatio, formatShare, formatTime, plural, shortRatio } from './format';
import { leastTimes, limitOfCase } from './reportLimits';
import type { Report, ReportCase, ReportReference, ReportRow, RowSpeedup, RowTiming, RowWork } from './report';

/** Bytes and times agree when the one ratio is within this factor of the other. */
const AGREES = 1.15;
/** A saving this many times less than was expected, or more, is not explained by it: empty launches are the shortest. */
const FAR_LESS = 1.5;
const FAR_MORE = 2;
/** Bytes that take this many times less, or more, than the launches are not worth a word, or alone are. */
const OUTWEIGHS = 4;
/** Below this share of the copy rate, memory is not what holds a program up. */
const NEAR_COPY_RATE = 0.6;

/** A row with its time and its passes. */
interface Measured {
  readonly name: string;
  readonly row: ReportRow;
  readonly timing: RowTiming;
  readonly work: RowWork;
}

interface Pair {
  readonly from: Measured;
  readonly to: Measured;
  readonly speedup: RowSpeedup;
}

/**
 * `fused moves 3.5× less and ran 3.4× faster: memory was the limit.` In one or two sentences, from the report's numbers
 * alone. null where the rows were not compared, or where their passes are not known.
 * @param reference the baseline that `contender`, a row of `item` like it, was compared with.
 */
export function causeText(
  { machine }: Report,
  item: ReportCase,
  reference: ReportRow,
  contender: ReportRow,
): string | null {
  const [from, to] = [measured(reference), measured(contender)];
  if (from === null || to === null || contender.speedup === null) return null;
  const pair: Pair = { from, to, speedup: contender.speedup };
  const { copyBytesPerSecond: copy, dispatchNs } = machine.reference;
  if (machine.adapter.software)
    return `${to.name} ${movedText(pair)}; it ${ranText(pair)} in software, which says nothing about a GPU.`;
  if (copy === null || copy === 0) return `${to.name} ${movedText(pair)}; it ${ranText(pair)}.`;
  const copyNs = (from.work.bytesMoved / copy) * 1e9;
  const { productNs } = leastTimes(item, machine.reference);
  const launchesNs = (dispatchNs ?? 0) * from.work.launches;
  if (Math.max(copyNs, productNs ?? 0) * OUTWEIGHS < launchesNs)
    return launchesAloneText(pair, dispatchNs ?? 0, copyNs, productNs);
  if (limitOfCase(item, machine.reference) === 'product') return operationsText(item, machine.reference, pair, copy);
  return copyNs >= launchesNs * OUTWEIGHS ? memoryText(pair, copy) : launchesText(pair, copy, dispatchNs ?? 0);
}

function measured(row: ReportRow): Measured | null {
  const { timing, work, contender } = row;
  return timing === null || work === null ? null : { name: contender.label, row, timing, work };
}

/** Both compute the same; what the one moves beside may have hidden that. */
function operationsText(item: ReportCase, reference: ReportReference, pair: Pair, copy: number): string {
  const { from, to } = pair;
  const { productNs } = leastTimes(item, reference);
  const least = formatTime(productNs ?? 0);
  const copyNs = (from.work.bytesMoved / copy) * 1e9;
  const work = formatOperations(item.flops ?? 0);
  const shares = `${shareOf(to.row.shareOfProduct)} of the product rate, ${from.name} ${shareOf(from.row.shareOfProduct)}`;
  if (copyNs > (productNs ?? 0)) {
    const bytes = `${formatBytes(from.work.bytesMoved)} of ${from.name} take at least ${formatTime(copyNs)}`;
    const faster = pair.speedup.verdict === 'FASTER';
    const reached = faster
      ? `it reaches ${shares}`
      : `it reaches only ${shares}, and so loses in how it computes what it saves in memory`;
    return `The ${work} of both take at least ${least} here, but the ${bytes}. ${to.name} ${movedText(pair)}${faster ? ' and' : ', but'} ${ranText(pair)}: ${reached}.`;
  }
  return `Operations are the limit here, not memory: both do the same ${work}, at least ${least}. ${to.name} ${ranText(pair)}: it reaches ${shares}.`;
}

/** Bytes alone should tell the times; where they do not, how near each came to the copy rate tells more. */
function memoryText(pair: Pair, copy: number): string {
  const { from, to, speedup } = pair;
  const less = from.work.bytesMoved / to.work.bytesMoved;
  const agreement = speedup.ratio / less;
  const [fromShare, toShare] = [copyShare(from, copy), copyShare(to, copy)];
  const faster = speedup.verdict === 'FASTER';
  if (faster && agreement <= AGREES && agreement >= 1 / AGREES) {
    const but = Math.max(fromShare, toShare) < NEAR_COPY_RATE ? `, though ${ratesText(pair, copy)}` : '';
    return `${to.name} ${movedText(pair)} and ${ranText(pair)}: memory was the limit${but}.`;
  }
  if (faster && agreement > AGREES) {
    const more = movesAlike(pair) ? '' : ', more than its bytes explain';
    return `${to.name} ${movedText(pair)} and ${ranText(pair)}${more}: ${ratesText(pair, copy)}.`;
  }
  const held = toShare < NEAR_COPY_RATE ? ', so there is room left' : '';
  return `${to.name} ${movedText(pair)}, but ${ranText(pair).replace(/^ran/, faster ? 'ran only' : 'ran')}: ${ratesText(pair, copy)}${held}.`;
}

/** So little to move that starting the kernels counts as much. */
function launchesText(pair: Pair, copy: number, dispatchNs: number): string {
  const { from, to } = pair;
  const lessBytes = from.work.bytesMoved - to.work.bytesMoved;
  const bytes =
    lessBytes > 0 ? `, ${formatBytes(lessBytes)} less at the copy rate ${formatTime((lessBytes / copy) * 1e9)}` : '';
  const savedNs = savedText(pair, launchesSavedNs(pair, dispatchNs) + (lessBytes / copy) * 1e9);
  return `Small enough for launches to count: ${fewerText(pair, dispatchNs)}${bytes}; ${savedNs === null ? tookText(pair) : `${savedNs}: ${ratesText(pair, copy)}`}.`;
}

/** So little to do that starting the kernels is all of it. */
function launchesAloneText(pair: Pair, dispatchNs: number, copyNs: number, productNs: number | null): string {
  const what = productNs === null ? 'memory' : 'memory or operations';
  const operations = productNs === null ? '' : `, its operations ${formatTime(productNs)} at the product rate`;
  const took = savedText(pair, launchesSavedNs(pair, dispatchNs)) ?? tookText(pair);
  return `Too small for ${what} to matter: all that ${pair.from.name} moves takes ${formatTime(copyNs)} at the copy rate${operations}. ${capitalised(fewerText(pair, dispatchNs))}; ${took}.`;
}

function launchesSavedNs({ from, to }: Pair, dispatchNs: number): number {
  return (from.work.launches - to.work.launches) * dispatchNs;
}

/** `5 launches fewer save 9.50 µs (1.90 µs for an empty one)`. */
function fewerText(pair: Pair, dispatchNs: number): string {
  const { launches } = pair.from.work;
  const fewer = launches - pair.to.work.launches;
  if (fewer === 0) return `both launch ${plural(launches, 'kernel')}`;
  const count = `${plural(Math.abs(fewer), 'launch', 'launches')} ${fewer > 0 ? 'fewer' : 'more'}`;
  const one = Math.abs(fewer) === 1;
  const verb = `${fewer > 0 ? 'save' : 'cost'}${one ? 's' : ''}`;
  const each = one ? '(as an empty one)' : `(${formatTime(dispatchNs)} for an empty one)`;
  return `${count} ${verb} ${formatTime(Math.abs(launchesSavedNs(pair, dispatchNs)))} ${each}`;
}

function tookText({ from, to }: Pair): string {
  return differenceText(from.timing.medianNs - to.timing.medianNs, to.name);
}

/** That `fused took 11.9 µs less, more than that`, or less; null where it is about what was expected. */
function savedText(pair: Pair, expectedNs: number): string | null {
  const { from, to } = pair;
  const savedNs = from.timing.medianNs - to.timing.medianNs;
  if (expectedNs <= 0) return null;
  if (savedNs < 0) return `${tookText(pair)}, so it loses more in how it computes`;
  if (savedNs > expectedNs * FAR_MORE) return `${tookText(pair)}, more than that explains`;
  return savedNs * FAR_LESS < expectedNs ? `${tookText(pair)}, less than that` : null;
}

function differenceText(savedNs: number, name: string): string {
  if (savedNs === 0) return `${name} took as long`;
  return `${name} took ${formatTime(Math.abs(savedNs))} ${savedNs > 0 ? 'less' : 'more'}`;
}

/** `unfused moved its bytes at 31% of the copy rate, fused at 98%`. */
function ratesText({ from, to }: Pair, copy: number): string {
  const [first, second] = [copyShare(from, copy), copyShare(to, copy)];
  const cached = Math.max(first, second) > 1.05 ? ', some of it out of a cache' : '';
  return `${from.name} moved its bytes at ${formatShare(first)} of the copy rate, ${to.name} at ${formatShare(second)}${cached}`;
}

/** How fast it moved what its passes move, as a share of the copy rate. */
function copyShare({ timing, work }: Measured, copy: number): number {
  return timing.medianNs === 0 ? 0 : (work.bytesMoved / timing.medianNs) * (1e9 / copy);
}

function shareOf(share: number | null): string {
  return share === null ? 'an unknown share' : formatShare(share);
}

function movesAlike({ from, to }: Pair): boolean {
  const less = from.work.bytesMoved / to.work.bytesMoved;
  return less > 0.99 && less < 1.01;
}

function movedText(pair: Pair): string {
  const less = pair.from.work.bytesMoved / pair.to.work.bytesMoved;
  if (movesAlike(pair) || !Number.isFinite(less) || less === 0) return 'moves as much';
  return less > 1 ? `moves ${shortRatio(less)} less` : `moves ${formatRatio(1 / less)} as much`;
}

function ranText({ speedup: { verdict, ratio } }: Pair): string {
  switch (verdict) {
    case 'FASTER':
      return `ran ${shortRatio(ratio)} faster`;
    case 'SLOWER':
      return `ran ${shortRatio(1 / ratio)} slower`;
    case 'SAME':
      return 'took the same time';
    case 'UNCLEAR':
      return 'took no clearly different time';
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
