// Is an output right? The tolerance of a dtype, the verdict on a row, and the sentence that says so.
import { formatCoordinates, formatCount, formatError } from './format';
import type { ElementTolerance, OutputError, RowAccuracy } from './report';

/** One output compared once; several are combined into the OutputError of a row. */
export interface OutputCheck extends OutputError {
  /** The largest error as a share of what its element was allowed: above 1 is wrong, Infinity for a lost NaN or infinity. */
  readonly worstShare: number;
}

/** What was seen of one contender. Each check holds every output. */
export interface Evidence {
  readonly before: readonly (readonly OutputCheck[])[];
  readonly after: readonly (readonly OutputCheck[])[];
  readonly inputsUnchanged: boolean;
  /** false when there was nothing to compare with. */
  readonly oracle: boolean;
}

/** How far an element may be off, as a share of the largest of |want| and the root mean squares of output and row. */
const RELATIVE_TOLERANCE: Readonly<Record<string, number>> = { float16: 4e-3, float32: 2e-5 };
/** What a dtype cannot tell from zero, or a GPU may flush to it. */
const LEAST_STEP: Readonly<Record<string, number>> = { float16: 2 ** -24, float32: 2 ** -126 };
/** A contender beyond the tolerance is still right within this multiple of the error of a baseline that is right. */
const BASELINE_MULTIPLE = 2;

/** What else a tolerance depends on. */
export interface ToleranceSetting {
  /** What the case itself brings, which is then used alone, with 1 as the scale. */
  readonly stored?: number | undefined;
  /** Whether the output has rows, whose root mean square counts where it is larger than that of the whole. */
  readonly rows?: boolean;
}

/**
 * The tolerance of one output: |got − want| ≤ max(abs, rel × |want|). Whole numbers and bool must be equal.
 * @param want the oracle's values, for the scale of the output: a softmax of 4096 is small everywhere.
 */
export function toleranceFor(
  dtype: string,
  want: ArrayLike<number | bigint>,
  { stored, rows = false }: ToleranceSetting = {},
): ElementTolerance {
  if (stored !== undefined) {
    return { abs: stored, rel: stored, rule: `|got − want| ≤ ${stored} × max(1, |want|), as the case says` };
  }
  const rel = RELATIVE_TOLERANCE[dtype];
  const step = LEAST_STEP[dtype];
  if (rel === undefined || step === undefined) return { abs: 0, rel: 0, rule: 'equal, as for all whole numbers' };
  const scale = rootMeanSquare(want);
  return {
    abs: Math.max(step, rel * scale),
    rel,
    rule: `|got − want| ≤ ${formatError(rel)} × max(|want|, ${formatError(scale)}), the second being the output's root mean square${rows ? ", or that of the element's row if that is larger" : ''}`,
  };
}

/**
 * The accuracy of a row from all of its checks.
 * @param baseline the baseline's own accuracy; null for the baseline itself or when it has none.
 */
export function judge(evidence: Evidence, baseline: RowAccuracy | null): RowAccuracy {
  const checks = [...evidence.before, ...evidence.after];
  const outputs = combine(checks.flat());
  const wrong = outputs.filter((output) => output.wrong > 0 || output.unwritten > 0);
  const likeBaseline = wrong.length > 0 && wrong.every((output) => isNearBaseline(output, baseline));
  const right = evidence.inputsUnchanged && (wrong.length === 0 || likeBaseline);
  return {
    passed: evidence.oracle || !right ? right : null,
    summary: summary(evidence, outputs, likeBaseline),
    outputs: outputs.map(withoutShare),
    checksBefore: evidence.before.length,
    checksAfter: evidence.after.length,
    inputsUnchanged: evidence.inputsUnchanged,
  };
}

/** The number a table shows for a row: the largest relative error of its outputs; null when there is none to show. */
export function largestError(accuracy: RowAccuracy): number | null {
  const errors = accuracy.outputs.map((output) => output.maxRel).filter((error) => error !== null);
  return errors.length === 0 || errors.length < accuracy.outputs.length ? null : Math.max(...errors);
}

/** One entry an output, over all checks; the tolerance shown is that of the check that came nearest to it. */
function combine(checks: readonly OutputCheck[]): OutputCheck[] {
  const byOutput = new Map<string, OutputCheck>();
  for (const check of checks) {
    const before = byOutput.get(check.output);
    byOutput.set(check.output, before === undefined ? check : addCheck(before, check));
  }
  return [...byOutput.values()];
}

function addCheck(a: OutputCheck, b: OutputCheck): OutputCheck {
  const nearer = b.worstShare > a.worstShare ? b : a;
  return {
    ...nearer,
    maxAbs: a.maxAbs === null || b.maxAbs === null ? null : Math.max(a.maxAbs, b.maxAbs),
    maxRel: a.maxRel === null || b.maxRel === null ? null : Math.max(a.maxRel, b.maxRel),
    wrong: a.wrong + b.wrong,
    unwritten: a.unwritten + b.unwritten,
    elements: a.elements + b.elements,
  };
}

/** What of a check goes into the report. */
function withoutShare(check: OutputCheck): OutputError {
  const { output, maxAbs, maxRel, tolerance, wrong, unwritten, elements, worst } = check;
  return { output, maxAbs, maxRel, tolerance, wrong, unwritten, elements, worst };
}

function isNearBaseline(output: OutputCheck, baseline: RowAccuracy | null): boolean {
  if (baseline?.passed !== true || output.unwritten > 0 || output.maxRel === null) return false;
  const own = baseline.outputs.find((other) => other.output === output.output);
  const allowed = own?.maxRel ?? null;
  return allowed !== null && output.maxRel <= BASELINE_MULTIPLE * allowed;
}

function summary(evidence: Evidence, outputs: readonly OutputCheck[], likeBaseline: boolean): string {
  if (!evidence.inputsUnchanged) return 'the kernel changed one of its inputs';
  const worst = outputs.toSorted((a, b) => b.unwritten - a.unwritten || b.worstShare - a.worstShare)[0];
  if (worst === undefined) return evidence.oracle ? 'no output to compare' : 'ran, no oracle';
  const name = outputs.length > 1 ? `${worst.output}: ` : '';
  if (worst.unwritten > 0) {
    const where = worst.worst === null ? '' : `, one at ${formatCoordinates(worst.worst.coordinates)}`;
    return `${name}${formatCount(worst.unwritten)} of ${formatCount(worst.elements)} elements never written${where}`;
  }
  if (worst.wrong > 0 && !likeBaseline) {
    const before = combine(evidence.before.flat()).some((output) => output.wrong > 0);
    return `${name}${describeWrong(worst)}${before ? '' : ', in what the timed runs wrote'}`;
  }
  if (!evidence.oracle) return 'ran, no oracle';
  if (worst.elements === 0) return 'no element to compare';
  const error = `${name}max error ${formatError(worst.maxRel ?? 0)}`;
  return likeBaseline
    ? `${error}, within ${BASELINE_MULTIPLE} times the baseline's own`
    : `${error}, tolerance ${formatError(worst.tolerance.rel)}`;
}

function describeWrong(output: OutputCheck): string {
  const count = `${formatCount(output.wrong)} of ${formatCount(output.elements)} elements wrong`;
  if (output.worst === null) return count;
  const { coordinates, got, want } = output.worst;
  const place = formatCoordinates(coordinates);
  const off = Math.abs(Number(got) - Number(want));
  return Number.isFinite(off)
    ? `max error ${formatError(off)} at ${place}, ${count}`
    : `${got} at ${place} (want ${want}), ${count}`;
}

/** Over finite values; 0 when there are none. With `start` and `count`, over so many from there on, round the end. */
export function rootMeanSquare(values: ArrayLike<number | bigint>, start = 0, count = values.length): number {
  let sum = 0;
  let finite = 0;
  for (let i = 0, at = start % values.length; i < count; i++, at++) {
    if (at === values.length) at = 0;
    const value = Number(values[at]);
    if (!Number.isFinite(value)) continue;
    sum += value * value;
    finite++;
  }
  return finite === 0 ? 0 : Math.sqrt(sum / finite);
}
