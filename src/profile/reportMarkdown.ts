// A report as Markdown, ready to be pasted into a pull request.
import { formatBytes, formatTime, plural } from './format';
import { machineLine, noisyLine, rowCells, rowFlags } from './reportCells';
import { caseDifference, kernelSentence, reportSentence } from './reportSentence';
import type { Report, ReportCase, ReportFlag, ReportKernel } from './report';

/** The whole report: answer, flags, a table a kernel, machine, versions, method, and the command that repeats it. */
export function reportMarkdown(report: Report): string {
  const sections = [
    `**${escapeText(reportSentence(report))}**`,
    `on ${escapeText(machineLine(report))}`,
    ...(report.reason === null ? [] : [escapeText(report.reason)]),
    ...notices(report),
    ...report.kernels.map((kernel) => kernelSection(report, kernel)),
    details('How this was measured', methodItems(report)),
    details('Machine and versions', machineItems(report)),
    `\`\`\`sh\n${report.command.map(quoteArgument).join(' ')}\n\`\`\``,
  ];
  return `${sections.join('\n\n')}\n`;
}

function kernelSection(report: Report, kernel: ReportKernel): string {
  const cases = report.cases.filter((item) => item.kernel === kernel.id);
  const heading = `### ${escapeText(kernel.id)}`;
  if (kernel.problem !== null || cases.length === 0)
    return `${heading}\n\n${escapeText(kernel.problem ?? 'No case was run.')}`;
  const table = [
    '| case | contender | time | ± | speed-up [95%] | verdict | limit | error |',
    '|---|---|--:|--:|---|---|--:|---|',
    ...cases.flatMap(caseRows),
  ].join('\n');
  const notes = cases.flatMap(caseNotes);
  return [
    heading,
    escapeText(kernelSentence(report, kernel.id)),
    table,
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n');
}

function caseRows(item: ReportCase): string[] {
  if (item.rows.length === 0) return [tableRow([item.label, '–', '–', '–', '–', item.status.toUpperCase(), '–', '–'])];
  return item.rows.map((row, i) => {
    const cells = rowCells(item, row);
    const label = i === 0 ? item.label : '';
    return tableRow([
      label,
      cells.contender,
      cells.time,
      cells.spread,
      cells.speedup,
      cells.verdict,
      cells.limit,
      cells.error,
    ]);
  });
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(escapeText).join(' | ')} |`;
}

function caseNotes(item: ReportCase): string[] {
  const label = item.label;
  const why = caseDifference(item);
  const notes = [
    ...(item.status === 'done' ? [] : [`${item.status}: ${item.reason ?? 'no reason was given'}`]),
    ...item.rows
      .map((row) => rowCells(item, row))
      .flatMap(({ contender, note }) => (note === '' ? [] : [`${contender}: ${note}`])),
    ...(why === null ? [] : [why]),
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
    `Seed ${report.method.seed}. ± is half the 95% interval of the median; limit is the share of this run's copy rate.`,
  ];
}

function machineItems(report: Report): string[] {
  const { machine, tool } = report;
  const { adapter, timer, reference } = machine;
  return [
    `${adapter.name}${adapter.software ? ' (software)' : ''}: ${adapter.description}, ${adapter.backend}${
      machine.before.driver === null ? '' : `, driver ${machine.before.driver}`
    }`,
    `${machine.os}, ${machine.cpu}, ${plural(machine.cores, 'core')}, ${formatBytes(machine.memoryBytes)} of memory, ${machine.runtime}`,
    `Timer: ${timer.kind}, steps of ${formatTime(timer.resolutionNs)}. Copy of ${formatBytes(reference.copyBytes)}.`,
    `${tool.name} ${tool.version}, Dawn ${tool.dawn}, ${report.createdAt}, report ${report.id}`,
    ...report.kernels.map(kernelItem),
  ];
}

function kernelItem({ id, version, source, commit = null, digest }: ReportKernel): string {
  const place = commit === null ? source : `${source}, commit ${commit.slice(0, 12)}`;
  return `${id}: version ${version ?? 'none'}, ${place}, sha256 ${digest.slice(0, 12)}`;
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
