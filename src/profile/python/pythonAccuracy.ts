// The accuracy of a row of Python: the harness's checks, judged as those of WebGPU are, with PyTorch's own error beside.
import { judge, largestError, type OutputCheck } from '../accuracy';
import { formatError } from '../format';
import type { RowAccuracy } from '../report';
import type { HarnessOutput, HarnessRow } from './harnessEvents';

/** What the harness calls a row that did not give what it should. */
const INACCURATE = ['wrong-output', 'wrong-values', 'changed-inputs'];
const VALUES: Readonly<Record<string, string>> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' };

/** What a case is held against. */
export interface AccuracyBaseline {
  readonly label: string;
  readonly accuracy: RowAccuracy;
}

/**
 * null for a row that no check was reached for.
 * @param baseline null for that row itself, or when it has no accuracy.
 */
export function rowAccuracy(row: HarnessRow, baseline: AccuracyBaseline | null): RowAccuracy | null {
  const { accuracy, problem } = row;
  const inaccurate = problem !== null && INACCURATE.includes(problem.kind);
  const [before, after] = [accuracy.before, accuracy.after].map((checks) =>
    checks.map(({ outputs }) => outputs.map(outputCheck)).filter((outputs) => outputs.length > 0),
  ) as [OutputCheck[][], OutputCheck[][]];
  if (accuracy.before.length === 0 && !inaccurate) return null;
  const judged = judge(
    { before, after, inputsUnchanged: accuracy.inputsUnchanged, oracle: accuracy.oracle },
    baseline?.accuracy ?? null,
  );
  if (inaccurate) {
    // What could not be compared at all leaves no number behind.
    const summary = judged.passed === false ? judged.summary : lowerFirst(problem.cause);
    return { ...judged, passed: false, summary };
  }
  if (row.contender.baseline && row.contender.kind === 'eager' && judged.passed === false && judged.inputsUnchanged) {
    // What all are held against is right by definition; how far off it is, is said.
    return {
      ...judged,
      passed: true,
      summary: `${judged.summary}: beyond the tolerance, and what all are held against`,
    };
  }
  return { ...judged, summary: beside(judged, baseline) };
}

/** The summary, with the baseline's own error where that is another one. */
function beside(judged: RowAccuracy, baseline: AccuracyBaseline | null): string {
  const own = baseline === null ? null : largestError(baseline.accuracy);
  const error = largestError(judged);
  if (judged.passed !== true || own === null || error === null || formatError(own) === formatError(error))
    return judged.summary;
  return `${judged.summary}; ${baseline?.label ?? 'the baseline'}'s own is ${formatError(own)}`;
}

function outputCheck(output: HarnessOutput): OutputCheck {
  const { worst, worstShare } = output;
  return {
    ...output,
    worst: worst === null ? null : { ...worst, got: valueText(worst.got), want: valueText(worst.want) },
    worstShare: worstShare ?? Infinity,
  };
}

/** Python and JavaScript spell what is no number differently. */
function valueText(text: string): string {
  return (Object.hasOwn(VALUES, text) ? VALUES[text] : undefined) ?? text;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/u, '');
}
