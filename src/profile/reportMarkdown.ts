// A report as Markdown, ready to be pasted into a pull request.
import { formatBytes, formatFlops, formatTime, plural } from './format';
import {
  NOTHING,
  casesByKernel,
  machineLine,
  noisyLine,
  rejectedNotes,
  rowCells,
  rowFlags,
  type KernelCases,
  type RowCells,
} from './reportCells';
import { exactnessNotes } from './reportExactness';
import { limitMeaning } from './reportLimits';
import { overviewCells, reportOverview } from './reportOverview';
import { savingsNote } from './reportSavings';
import { caseDifference, kernelSentence, reportSentence } from './reportSentence';
import type { PythonRuntime, Report, ReportCase, ReportFlag, ReportKernel, ReportReference } from './report';

/** The whole report: answer, flags, a table a kernel, machine, versions, method, and the command that repeats it. */
export function reportMarkdown(report: Report): string {
  const sections = [
    `**${escapeText(reportSentence(report))}**`,
    `on ${escapeText(machineLine(report))}`,
    ...(report.reason === null ? [] : [escapeText(report.reason)]),
    ...notices(report),
    ...overviewTable(report),
    ...casesByKernel(report).map((part) => kernelSection(report, part)),
    details('How this was measured', methodItems(report)),
    details('Machine and versions', machineItems(report)),
    `\`\`\`sh\n${report.command.map(quoteArgument).join(' ')}\n\`\`\``,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** A column of the table: its heading, its line of dashes, and what of a row's cells it shows; `case` is the case's name. */
type Column = readonly [heading: string, line: string, cell: keyof RowCells | 'case'];

const COLUMNS: readonly Column[] = [
  ['case', '---', 'case'],
  ['contender', '---', 'contender'],
  ['time', '--:', 'time'],
  ['±', '--:', 'spread'],
  ['speed-up [95%]', '---', 'speedup'],
  ['verdict', '---', 'verdict'],
  ['limit', '--:', 'limit'],
];
const COMPUTE: Column = ['compute', '--:', 'compute'];
const OF_PYTHON: readonly Column[] = [
  ['bandwidth', '--:', 'bandwidth'],
  COMPUTE,
  ['launches', '--:', 'launches'],
  ['memory', '--:', 'memory'],
];
const ERROR: Column = ['error', '---', 'error'];

function kernelSection(report: Report, { kernel, cases }: KernelCases): string {
  const heading = `### ${escapeText(kernel.id)}`;
  if (kernel.problem !== null || cases.length === 0)
    return `${heading}\n\n${escapeText(kernel.problem ?? 'No case was run.')}`;
  const computed = cases.some(({ rows }) => rows.some(({ flopsPerSecond }) => flopsPerSecond !== null));
  const ofWebGpu = computed ? [COMPUTE] : [];
  const columns = [...COLUMNS, ...(report.machine.python === null ? ofWebGpu : OF_PYTHON), ERROR];
  const table = [
    `| ${columns.map(([title]) => title).join(' | ')} |`,
    `|${columns.map(([, line]) => line).join('|')}|`,
    ...cases.flatMap((item) => caseRows(item, columns)),
  ].join('\n');
  const notes = cases.flatMap((item) => caseNotes(report, item));
  return [
    heading,
    escapeText(kernelSentence(report, kernel.id)),
    table,
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n');
}

function caseRows(item: ReportCase, columns: readonly Column[]): string[] {
  if (item.rows.length === 0) {
    const alone: Readonly<Record<string, string>> = { case: item.label, verdict: item.status.toUpperCase() };
    return [tableRow(columns.map(([, , cell]) => alone[cell] ?? NOTHING))];
  }
  return item.rows.map((row, i) => {
    const cells = { ...rowCells(item, row), case: i === 0 ? item.label : '' };
    return tableRow(columns.map(([, , cell]) => cells[cell]));
  });
}

/** One line a kernel, before their tables. */
function overviewTable(report: Report): string[] {
  const overview = reportOverview(report);
  if (overview === null) return [];
  const [head = [], ...lines] = overviewCells(overview);
  return [[tableRow(head), `|${head.map(() => '---').join('|')}|`, ...lines.map(tableRow)].join('\n')];
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(escapeText).join(' | ')} |`;
}

function caseNotes(report: Report, item: ReportCase): string[] {
  const label = item.label;
  const why = [caseDifference(item), savingsNote(report, item)].filter((note) => note !== null);
  const notes = [
    ...(item.status === 'done' ? [] : [`${item.status}: ${item.reason ?? 'no reason was given'}`]),
    ...item.rows
      .map((row) => rowCells(item, row))
      .flatMap(({ contender, note }) => (note === '' ? [] : [`${contender}: ${note}`])),
    ...why,
    ...exactnessNotes(item),
    ...rejectedNotes(item),
    ...[...item.flags, ...item.rows.flatMap(rowFlags)].map((flag) => `${flag.severity}: ${flag.text}`),
  ];
  return notes.map((note) => `- ${escapeText(label)}: ${escapeText(note)}`);
}

function methodItems(report: Report): string[] {
  const caches = new Set(report.cases.map((item) => item.cache));
  const oracles = new Set(report.cases.map((item) => item.oracle.text));
  return [
    ...report.method.text,
    ...[...caches].map((cache) => `Caches: ${cache}.`),
    ...[...oracles].map((oracle) => `Held against: ${oracle}.`),
    `Seed ${report.method.seed}. ± is half the 95% interval of the median; limit is the ${limitMeaning(report)}.`,
  ];
}

function machineItems(report: Report): string[] {
  const { machine, tool } = report;
  const { adapter, timer, reference, python } = machine;
  return [
    `${adapter.name}${adapter.software ? ' (software)' : ''}: ${adapter.description}, ${adapter.backend}${
      machine.before.driver === null ? '' : `, driver ${machine.before.driver}`
    }`,
    `${machine.os}, ${machine.cpu}, ${plural(machine.cores, 'core')}, ${formatBytes(machine.memoryBytes)} of memory, ${machine.runtime}`,
    ...(python === null ? [] : [pythonItem(python)]),
    `Timer: ${timer.kind}, steps of ${formatTime(timer.resolutionNs)}. Copy of ${formatBytes(reference.copyBytes)}.`,
    ...productItems(reference),
    `${tool.name} ${tool.version}${python === null ? `, Dawn ${tool.dawn}` : ''}, ${report.createdAt}, report ${report.id}`,
    ...report.kernels.map(kernelItem),
  ];
}

function pythonItem({ python, torch, platform, kernels, triton, capability }: PythonRuntime): string {
  const parts = [
    `Python ${python}`,
    `PyTorch ${torch}`,
    ...(platform === null ? [] : [platform]),
    ...(kernels === null ? [] : [`kernels ${kernels}`]),
    ...(triton === null ? [] : [`Triton ${triton}`]),
    ...(capability === null ? [] : [`compute capability ${capability}`]),
  ];
  return parts.join(', ');
}

function productItems({ products }: ReportReference): string[] {
  return Object.entries(products).map(
    ([dtype, { flopsPerSecond, size }]) =>
      `Product of two ${dtype} matrices, ${size}×${size}: ${formatFlops(flopsPerSecond)}.`,
  );
}

function kernelItem({ id, version, source, commit = null, variant, digest }: ReportKernel): string {
  const parts = [
    `${id}: version ${version ?? 'none'}`,
    commit === null ? source : `${source}, commit ${commit.slice(0, 12)}`,
    ...(variant === null ? [] : [variant]),
    ...(digest === '' ? [] : [`sha256 ${digest.slice(0, 12)}`]),
  ];
  return parts.join(', ');
}

function details(summary: string, items: readonly string[]): string {
  const list = items.map((item) => `- ${escapeText(item)}`).join('\n');
  return `<details><summary>${summary}</summary>\n\n${list}\n\n</details>`;
}

function notices(report: Report): string[] {
  const noisy = noisyLine(report);
  const flags = report.flags.map(flagItem);
  if (noisy !== null) flags.push(`> **warning**: ${escapeText(noisy)}`);
  return flags.length === 0 ? [] : [flags.join('\n')];
}

function flagItem(flag: ReportFlag): string {
  return `> **${flag.severity}**: ${escapeText(flag.text)}`;
}

/** Text from kernels and drivers must not become markup, a mention or a second table cell. */
function escapeText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~#]/g, '\\$&')
    .replace(/@/g, '@\u200b');
}

/** An argument as a POSIX shell takes it back. */
function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
