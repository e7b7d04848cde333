import { css, html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatError, formatRatio, plural } from '../src/profile/format';
import type { OutputError, Report, ReportCase, ReportRow, RowAccuracy } from '../src/profile/report';
import { contenderName } from '../src/profile/reportCells';
import { errorRatio, exactnessNote, exactnessNotes } from '../src/profile/reportExactness';
import { caseHeading } from './caseHeading';
import type { GridColumn, GridGroup, GridRow } from './dataGrid';
import './dataGrid';
import { icon } from './icon';

const COLUMNS: readonly GridColumn[] = [
  { id: 'contender', title: 'Contender', hint: 'One way to compute the case' },
  { id: 'output', title: 'Output', hint: 'The output that was compared' },
  { id: 'right', title: 'Right', hint: 'Whether every element is within its tolerance' },
  { id: 'abs', title: 'Max abs', hint: 'Largest absolute difference', numeric: true },
  { id: 'rel', title: 'Max rel', hint: 'Largest difference as a share of what was wanted', numeric: true },
  { id: 'wrong', title: 'Wrong', hint: 'Elements beyond their tolerance, over all checks', numeric: true },
  {
    id: 'unwritten',
    title: 'Unwritten',
    hint: 'Elements that still held the poison put there before the run',
    numeric: true,
    from: 900,
  },
  { id: 'elements', title: 'Compared', hint: 'Elements compared, over all checks', numeric: true, from: 900 },
  {
    id: 'checks',
    title: 'Checks',
    hint: 'Comparisons before timing, and of what the timed runs wrote',
    numeric: true,
    from: 900,
  },
];

/** Stands where the scales of a rule do. */
const SCALES = '#';

const BESIDE: GridColumn = {
  id: 'beside',
  title: 'Of baseline',
  hint: "Its largest relative error as a multiple of the baseline's own: below 1× it is more exact",
  numeric: true,
};

/** How near each row is to the oracle, and by which rule it counts as right; of Python, how near the baseline is. */
export function accuracyView(report: Report): TemplateResult {
  const columns = COLUMNS.flatMap((column) =>
    column.id === 'rel' && report.machine.python !== null ? [column, BESIDE] : [column],
  );
  const cases = report.cases.filter(({ rows }) => rows.some(({ accuracy }) => accuracy !== null));
  if (cases.length === 0) return html`<p class="quiet empty">Nothing has been checked yet.</p>`;
  return html`<kernel-lens-grid
    class="accuracy"
    label="Accuracy"
    .columns=${columns}
    .groups=${cases.map((item) => groupOf(report, item, columns))}
  ></kernel-lens-grid>`;
}

function groupOf(report: Report, item: ReportCase, columns: readonly GridColumn[]): GridGroup {
  return {
    id: item.id,
    heading: html`${caseHeading(report, item)}
      <div class="quiet oracle">Oracle: ${item.oracle.text} · ${rulesOf(item).join(' · ')}</div>
      ${exactnessNotes(item).map((note) => html`<div class="quiet oracle">${note}</div>`)} ${passedGuards(item)}`,
    rows: item.rows.flatMap((row) => rowsOf(item, row, columns)),
  };
}

/** The rules of a case, each once; with its output's name where outputs differ. */
export function rulesOf(item: ReportCase): string[] {
  const outputs = item.rows.flatMap(({ accuracy }) => accuracy?.outputs ?? []);
  const names = [...new Set(outputs.map(({ output }) => output))];
  const rules = names.map((name) => rulesOfOutput(outputs.filter(({ output }) => output === name)));
  if (new Set(rules.flat()).size <= 1) return [...new Set(rules.flat())];
  return names.flatMap((name, index) =>
    (rules[index] ?? []).map((rule) => (names.length === 1 ? rule : `${name}: ${rule}`)),
  );
}

/** Those that differ by the scale alone, which each check has of its own, as one: `max(|want|, 0.091 to 0.092)`. */
function rulesOfOutput(outputs: readonly OutputError[]): string[] {
  const scale = /max\(\|want\|, ([^)]+)\)/;
  const scales = new Map<string, Set<string>>();
  for (const { tolerance } of outputs) {
    const rest = tolerance.rule.replace(scale, SCALES);
    const known = scales.get(rest) ?? new Set<string>();
    scales.set(rest, known.add(scale.exec(tolerance.rule)?.[1] ?? ''));
  }
  return [...scales].map(([rest, found]) => {
    const sorted = [...found].toSorted((a, b) => Number(a) - Number(b));
    const [low = '', high = ''] = [sorted[0], sorted.at(-1)];
    return rest.replace(SCALES, `max(|want|, ${low === high ? low : `${low} to ${high}`})`);
  });
}

function rowsOf(item: ReportCase, row: ReportRow, columns: readonly GridColumn[]): GridRow[] {
  const { accuracy } = row;
  const id = `${item.id}/${row.contender.id}`;
  if (accuracy === null) return [];
  return accuracy.outputs.map((output, index) => {
    const drawn: Readonly<Record<string, TemplateResult | string>> = {
      contender: contenderName(item, row),
      output: output.output,
      right: index === 0 ? passedMark(row, accuracy) : '',
      abs: output.maxAbs === null ? '' : formatError(output.maxAbs),
      rel: output.maxRel === null ? '' : formatError(output.maxRel),
      beside: ratioText(errorRatio(item, row, output)),
      wrong: countOrNone(output.wrong),
      unwritten: countOrNone(output.unwritten),
      elements: formatCount(output.elements),
      checks: `${formatCount(accuracy.checksBefore)} + ${formatCount(accuracy.checksAfter)}`,
    };
    return {
      id: `${id}/${output.output}`,
      cells: columns.map((column) => drawn[column.id] ?? ''),
      note: index === accuracy.outputs.length - 1 ? rowNote(item, row, accuracy) : null,
    };
  });
}

function ratioText(ratio: number | null): string {
  return ratio === null ? '' : formatRatio(ratio);
}

function passedMark({ contender }: ReportRow, { passed, outputs }: RowAccuracy): TemplateResult {
  if (passed === null) return html`<span class="quiet">${icon('dash')} no oracle</span>`;
  // What all others are held against is timed whatever its error.
  if (passed && contender.kind === 'eager' && outputs.some(({ wrong }) => wrong > 0))
    return html`${icon('warning', 'caution')} beyond`;
  return passed ? html`${icon('check', 'good')} right` : html`${icon('error', 'bad')} WRONG`;
}

function countOrNone(count: number): TemplateResult | string {
  return count === 0 ? '0' : html`<strong class="bad">${formatCount(count)}</strong>`;
}

/** What the numbers do not say: why it is not right, by which exception it is, and whether its time can be trusted. */
function rowNote(item: ReportCase, row: ReportRow, accuracy: RowAccuracy): TemplateResult | null {
  const { passed, summary, outputs, inputsUnchanged } = accuracy;
  const plainlyRight = passed !== false && inputsUnchanged && outputs.every(({ wrong }) => wrong === 0);
  const text = plainlyRight ? null : (exactnessNote(item, row) ?? summary);
  const failed = row.guards.filter((guard) => !guard.passed);
  if (text === null && failed.length === 0) return null;
  return html`${text === null ? nothing : html`<div class="line">${text}</div>`}
  ${failed.map(
    (guard) =>
      html`<div class="line">${icon('error', 'bad')} <span>Its time cannot be trusted: ${guard.text}</span></div>`,
  )}`;
}

/** The looks at whether the times can be trusted that found nothing, folded. */
function passedGuards(item: ReportCase): TemplateResult | typeof nothing {
  const passed = item.rows.flatMap((row) =>
    row.guards.filter((guard) => guard.passed).map(({ text }) => `${contenderName(item, row)}: ${text}`),
  );
  if (passed.length === 0) return nothing;
  return html`<details class="quiet guards">
    <summary>${plural(passed.length, 'check')} of the times passed</summary>
    <ul>
      ${passed.map((text) => html`<li>${text}</li>`)}
    </ul>
  </details>`;
}

export const accuracyStyles = css`
  .accuracy .oracle {
    line-height: 1.4;
  }
  .guards summary {
    width: fit-content;
    cursor: pointer;
  }
  .guards ul {
    max-width: 110ch;
    margin: 2px 0 4px;
    padding-left: 22px;
    line-height: 1.45;
    overflow-wrap: anywhere;
  }
`;
