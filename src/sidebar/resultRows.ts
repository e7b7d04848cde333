// What a report's row in Results says. No vscode in here: the words are tested as a table.
import { shownText } from '../kernels/shownText';
import { formatRatio } from '../profile/format';
import type { Report, ReportKernel, RowSpeedup } from '../profile/report';
import { shortKernel } from '../profile/reportCells';
import { isKernelRow } from '../profile/reportComparison';
import { overallSpeedup, reportSentence } from '../profile/reportSentence';
import type { RowText } from './kernelRows';
import { shownDay } from '../kernels/shownDay';

const ICONS: Readonly<Record<RowSpeedup['verdict'], string>> = {
  FASTER: 'arrow-up',
  SLOWER: 'arrow-down',
  SAME: 'dash',
  UNCLEAR: 'question',
};
/** More kernels than this are counted. */
const MOST_NAMES = 2;

/** The row of a report: what was measured, how it came out, where, when. @param file the report's name. */
export function resultRow(report: Report, file: string, now: Date): RowText {
  const label = shownText(subject(report));
  const { icon, words } = outcome(report);
  const { adapter } = report.machine;
  const day = shownDay(report.createdAt, now);
  const parts = [words, shownText(adapter.name, 60), day].filter((part) => part !== '');
  return {
    label,
    description: parts.join(' · '),
    tooltip: [shownText(capitalised(reportSentence(report)), 400), shownText(file)],
    icon,
    colour: null,
    spoken: [label, ...parts, file].map((part) => shownText(part)).join(', '),
  };
}

/** The row of a file that is no report, with the reason. */
export function damagedRow(file: string, problem: string): RowText {
  const [name, reason] = [shownText(file), shownText(problem, 300)];
  return {
    label: name,
    description: 'cannot be read',
    tooltip: [reason],
    icon: 'warning',
    colour: null,
    spoken: `${name}, ${reason}`,
  };
}

/** `Gelu 16384×4096 f16` for one case, the kernels else; of one Python kernel its version, `activation v1`. */
function subject({ kernels, cases }: Report): string {
  const names = kernels.map(nameOf);
  const [only] = cases;
  if (names.length === 1 && cases.length === 1 && only !== undefined) return `${names[0] ?? ''} ${only.label}`;
  if (names.length <= MOST_NAMES + 1) return names.join(', ');
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
}

function nameOf({ id, language, version }: ReportKernel): string {
  const name = shortKernel(id).replace(/@(v\d+)$/, ' $1');
  return language === 'python' && version !== null && name === shortKernel(id) ? `${name} v${version}` : name;
}

function outcome(report: Report): { readonly icon: string; readonly words: string } {
  // What a kernel is held against may be wrong as well: the report's sentence says so.
  const rows = report.cases.flatMap((item) => item.rows).filter(isKernelRow);
  const wrong = rows.filter(({ status }) => status === 'wrong').length;
  if (wrong > 0) return { icon: 'error', words: wrong === 1 ? 'WRONG' : `WRONG in ${wrong} rows` };
  if (report.mode === 'aa') return { icon: 'beaker', words: 'against itself' };
  const speedup = overallSpeedup(report);
  if (speedup !== null)
    return { icon: ICONS[speedup.verdict], words: `${formatRatio(speedup.ratio)} ${speedup.verdict}` };
  const unusable = report.kernels.length > 0 && report.kernels.every(({ problem }) => problem !== null);
  if (unusable) return { icon: 'circle-slash', words: 'could not be used' };
  const failed = rows.length > 0 && rows.every(({ status }) => status === 'failed');
  return { icon: 'circle-slash', words: failed ? 'FAILED' : 'nothing compared' };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
