// The speed-up table for a terminal.
import { caseDifference, kernelSentence, reportSentence } from './reportSentence';
import {
  NOTHING,
  casesByKernel,
  machineLine,
  noisyLine,
  rejectedNotes,
  rowCells,
  rowFlags,
  type RowCells,
} from './reportCells';
import { exactnessNotes } from './reportExactness';
import { limitMeaning } from './reportLimits';
import { overviewCells, reportOverview } from './reportOverview';
import { savingsNote } from './reportSavings';
import type { Report, ReportCase, ReportFlag } from './report';

export interface TableOptions {
  /** Columns of the terminal; undefined: as wide as it needs to be. */
  readonly width: number | undefined;
  readonly colour: boolean;
}

type Column = 'case' | keyof Omit<RowCells, 'note'>;
type Line = Readonly<Record<Column, string>>;

const HEADINGS: Line = {
  case: 'case',
  contender: 'contender',
  time: 'time',
  spread: '±',
  speedup: 'speed-up [95%]',
  verdict: 'verdict',
  limit: 'limit',
  bandwidth: 'bandwidth',
  compute: 'compute',
  launches: 'launches',
  memory: 'memory',
  error: 'error',
};
const RIGHT_ALIGNED: ReadonlySet<Column> = new Set([
  'time',
  'spread',
  'limit',
  'bandwidth',
  'compute',
  'launches',
  'memory',
]);
/** Only what was measured in Python has these. */
const OF_PYTHON: ReadonlySet<Column> = new Set(['bandwidth', 'launches', 'memory']);
/** Left out where no row has anything for them. */
const PERHAPS: ReadonlySet<Column> = new Set([...OF_PYTHON, 'compute']);
/** What a narrow terminal goes without, first to go first. */
const DROPPED_WHEN_NARROW: readonly Column[] = ['spread', 'limit', 'error', 'verdict'];
/** Cases of Python have long names: before more numbers go, the name gets a line of its own. */
const DROPPED_OF_PYTHON: readonly Column[] = ['bandwidth', 'compute', 'case', 'memory', 'launches'];
const DROPPED_OF_WEBGPU: readonly Column[] = ['compute'];
const GAP = '  ';

/** The whole answer as text, ending with a line break: sentence, machine, flags, a table a kernel, and what its columns mean. */
export function reportTable(report: Report, options: TableOptions): string {
  const paint = painter(options.colour);
  const lines = [paint.bold(reportSentence(report)), machineLine(report)];
  lines.push(...report.flags.map((flag) => flagLine(flag)));
  const noisy = noisyLine(report);
  if (noisy !== null) lines.push(`warning: ${noisy}`);
  if (report.reason !== null) lines.push(report.reason);
  const columns = columnsFor(report, options.width);
  const parts = casesByKernel(report);
  for (const { kernel, cases } of parts) {
    lines.push('', paint.bold(kernel.id));
    if (kernel.problem !== null || cases.length === 0) {
      lines.push(`  ${kernel.problem ?? 'no case was run'}`);
      continue;
    }
    if (parts.filter((part) => part.cases.length > 0).length > 1) lines.push(`  ${kernelSentence(report, kernel.id)}`);
    lines.push(paint.dim(heading(columns)));
    for (const item of cases) lines.push(...caseLines(report, item, columns, paint));
  }
  lines.push(...overviewLines(report, paint), '', paint.dim(footnote(report, columns)));
  return `${lines.join('\n')}\n`;
}

/** One line a kernel, last: where a long table leaves a reader. */
function overviewLines(report: Report, paint: Painter): string[] {
  const overview = reportOverview(report);
  if (overview === null) return [];
  const cells = overviewCells(overview);
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  const [head = '', ...lines] = cells.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
  return ['', paint.bold('All kernels'), paint.dim(head), ...lines];
}

/** What the columns mean that are there. */
function footnote(report: Report, columns: Columns): string {
  const shown = new Set(columns.map(([column]) => column));
  const parts = ['±: half the 95% interval of the median'];
  if (shown.has('limit')) parts.push(`limit: ${limitMeaning(report)}`);
  if (shown.has('launches')) parts.push('launches, memory: measured, of one call');
  return [...parts, 'error: largest, relative'].join('; ');
}

function caseLines(report: Report, item: ReportCase, columns: Columns, paint: Painter): string[] {
  const named = columns.some(([column]) => column === 'case');
  const indent = named ? '' : GAP;
  const lines = item.rows.map((row, i) => {
    const cells = rowCells(item, row);
    return {
      cells,
      text: paint.verdict(cells.verdict, indent + format({ ...cells, case: i === 0 ? item.label : '' }, columns)),
    };
  });
  const notes = lines
    .filter(({ cells }) => cells.note !== '')
    .map(({ cells }) => `    ${cells.contender}: ${cells.note}`);
  const [why, saved] = [caseDifference(item), savingsNote(report, item)];
  const unfinished =
    item.status === 'done' ? [] : [`${item.label}${GAP}${item.status}: ${item.reason ?? 'no reason was given'}`];
  return [
    ...(named || item.rows.length === 0 ? [] : [item.label]),
    ...lines.map(({ text }) => text),
    ...unfinished,
    ...notes,
    ...(why === null ? [] : [paint.dim(`    why: ${why}`)]),
    ...(saved === null ? [] : [paint.dim(`    ${saved}`)]),
    ...[...exactnessNotes(item), ...rejectedNotes(item)].map((note) => paint.dim(`    ${note}`)),
    ...item.flags.map((flag) => `  ${flagLine(flag)}`),
    ...item.rows.flatMap((row) => rowFlags(row).map((flag) => `    ${row.contender.id}: ${flag.text}`)),
  ];
}

function flagLine(flag: ReportFlag): string {
  return `${flag.severity === 'info' ? 'note' : flag.severity}: ${flag.text}`;
}

type Columns = readonly (readonly [Column, number])[];

/** Columns and their widths, the same for every kernel, so that numbers can be read downwards. */
function columnsFor(report: Report, width: number | undefined): Columns {
  const lines: Line[] = [HEADINGS];
  for (const item of report.cases) {
    for (const row of item.rows) lines.push({ ...rowCells(item, row), case: item.label });
  }
  const inPython = report.machine.python !== null;
  const known = (Object.keys(HEADINGS) as Column[]).filter(
    (column) =>
      (inPython || !OF_PYTHON.has(column)) &&
      (!PERHAPS.has(column) || lines.some((line) => line !== HEADINGS && line[column] !== NOTHING)),
  );
  let columns = known.map((column) => [column, Math.max(...lines.map((line) => line[column].length))] as const);
  for (const column of [...(inPython ? DROPPED_OF_PYTHON : DROPPED_OF_WEBGPU), ...DROPPED_WHEN_NARROW]) {
    const indent = columns.some(([other]) => other === 'case') ? 0 : GAP.length;
    const total = columns.reduce((sum, [, size]) => sum + size + GAP.length, indent - GAP.length);
    if (width === undefined || total <= width) break;
    columns = columns.filter(([other]) => other !== column);
  }
  return columns;
}

function heading(columns: Columns): string {
  return `${columns.some(([column]) => column === 'case') ? '' : GAP}${format(HEADINGS, columns)}`;
}

function format(line: Line, columns: Columns): string {
  const cells = columns.map(([column, size]) =>
    RIGHT_ALIGNED.has(column) ? line[column].padStart(size) : line[column].padEnd(size),
  );
  return cells.join(GAP).trimEnd();
}

interface Painter {
  bold(text: string): string;
  dim(text: string): string;
  /** Marks the verdict's word within a line. */
  verdict(verdict: string, line: string): string;
}

const VERDICT_COLOURS: Readonly<Record<string, number>> = {
  FASTER: 32,
  SLOWER: 33,
  WRONG: 31,
  FAILED: 31,
  UNCLEAR: 33,
};

function painter(colour: boolean): Painter {
  const wrap = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    bold: (text) => wrap(1, text),
    dim: (text) => wrap(2, text),
    verdict: (verdict, line) => {
      const code = VERDICT_COLOURS[verdict];
      return code === undefined ? line : line.replace(verdict, wrap(code, verdict));
    },
  };
}
