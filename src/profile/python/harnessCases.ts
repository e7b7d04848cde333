// Which cases of a plan are run, and what is said where there are none.
import { ProfileError } from '../profile';
import { shownText } from '../../kernels/shownText';
import { askedKernel, caseId } from './pythonCase';
import type { PlannedContender } from './contenderPlan';
import type { PythonProfileOptions } from './pythonOptions';

const NAMED = 6;

/** The expression of `cases`; null for all. @throws ProfileError of the kind `usage` where it is none */
export function casePattern({ cases }: PythonProfileOptions): RegExp | null {
  if (cases === null) return null;
  try {
    return new RegExp(cases);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /u, '') : String(error);
    throw new ProfileError(
      'usage',
      `The cases are chosen by ${quoted(cases)}, which is no regular expression: ${reason}.`,
      { cause: error },
    );
  }
}

/** The harness's ids of the cases whose ids in the report match. @throws ProfileError where none does */
export function matchingCases(
  planned: readonly { readonly id: string }[],
  pattern: RegExp,
  contenders: readonly PlannedContender[],
): string[] {
  const kernel = askedKernel(contenders);
  const matching = planned.filter(({ id }) => pattern.test(caseId(kernel, id)));
  if (matching.length > 0 || planned.length === 0) return matching.map(({ id }) => id);
  const ids = planned.slice(0, NAMED).map(({ id }) => caseId(kernel, id));
  const more = planned.length > NAMED ? ` and ${planned.length - NAMED} more` : '';
  throw new ProfileError('usage', `No case matches ${quoted(pattern.source)}. There are ${ids.join(', ')}${more}.`);
}

/** There is nothing to run. @param problems what went wrong with sources of workloads, in words */
export function noCases(
  options: PythonProfileOptions,
  contenders: readonly PlannedContender[],
  problems: readonly string[],
): ProfileError {
  const { work } = options;
  if (work.kind === 'kernels' && work.workloads.length > 0) {
    const names = work.workloads.map(quoted).join(', ');
    return new ProfileError(
      'usage',
      [
        ...problems,
        `Nothing to measure is called ${names} here: leave the choice out to see what there is, and name classes of the kernel's scripts or ids such as activation.silu_and_mul.`,
      ].join(' '),
    );
  }
  if (problems.length > 0) return new ProfileError('usage', problems.join(' '));
  const label = contenders.find(({ kernel }) => kernel !== null)?.label ?? 'this';
  return new ProfileError(
    'usage',
    `No workload is known for what ${label} computes, and it brings no benchmark scripts. Write a Benchmark class for it, or compare functions of your own.`,
  );
}

function quoted(text: string): string {
  return `“${shownText(text, 80)}”`;
}
