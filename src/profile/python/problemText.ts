// A problem of the harness as a sentence or two: what happened, then what to do.
import { shownText } from '../../kernels/shownText';
import type { HarnessProblem } from './harnessEvents';

const LONGEST_DETAIL = 300;
/** Of a process that ended: what it printed last says most. */
const OF_A_PROCESS = ['crash', 'killed', 'exit-called', 'closed', 'illegal-access', 'device-assert'];
/** Nothing is known but that it failed: its own words take the place of the cause. */
const UNKNOWN = 'failed';

/** `The device's memory was not enough (CUDA out of memory. …). Choose smaller shapes.` */
export function problemText(problem: HarnessProblem): string {
  return [causeText(problem), problem.advice.trim()].filter((part) => part !== '').join(' ');
}

/** What happened, as one sentence. */
export function causeText(problem: HarnessProblem): string {
  const detail = detailOf(problem);
  const cause = problem.cause.trim();
  if (detail === null || says(cause, detail)) return cause;
  const start = cause.replace(/[.:]$/u, '');
  return problem.kind === UNKNOWN ? `${start}: ${detail}.` : `${start} (${detail}).`;
}

function detailOf({ kind, detail }: HarnessProblem): string | null {
  const lines = (detail ?? '').split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '');
  const line = OF_A_PROCESS.includes(kind) ? said.at(-1) : said[0];
  if (line === undefined) return null;
  // A bare name of an exception says less than the cause does.
  const words = shownText(line, LONGEST_DETAIL).replace(/[.:]$/u, '');
  return words === '' || /^\w+$/u.test(words) ? null : words;
}

/** Whether a sentence says the same already; an exception's words stand behind its name. */
function says(cause: string, detail: string): boolean {
  return cause.toLowerCase().includes(detail.replace(/^[\w.]+: /u, '').toLowerCase());
}
