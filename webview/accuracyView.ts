import { css, html, type TemplateResult } from 'lit';
import { formatCount, formatError } from '../src/profile/format';
import type { Report, ReportCase, ReportRow, RowAccuracy } from '../src/profile/report';
import { contenderName } from '../src/profile/reportCells';
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
  },
  { id: 'elements', title: 'Compared', hint: 'Elements compared, over all checks', numeric: true, wideOnly: true },
  {
    id: 'checks',
    title: 'Checks',
    hint: 'Comparisons before timing, and of what the timed runs wrote',
    numeric: true,
    wideOnly: true,
  },
];

/** How near each row is to the oracle, and by which rule it counts as right. */
export function accuracyView(report: Report): TemplateResult {
  const cases = report.cases.filter(({ rows }) => rows.some(({ accuracy }) => accuracy !== null));
  if (cases.length === 0) return html`<p class="quiet empty">Nothing has been checked yet.</p>`;
  return html`<kernel-lens-grid
    class="accuracy"
    label="Accuracy"
    .columns=${COLUMNS}
    .groups=${cases.map((item) => groupOf(item))}
  ></kernel-lens-grid>`;
}

function groupOf(item: ReportCase): GridGroup {
  return {
    id: item.id,
    heading: html`${caseHeading(item)}
      <div class="quiet oracle">Oracle: ${item.oracle.text} · ${rulesOf(item).join(' · ')}</div>`,
    rows: item.rows.flatMap((row) => rowsOf(item, row)),
  };
}

/** The rules of a case, each once; with its output's name where outputs differ. */
function rulesOf(item: ReportCase): string[] {
  const outputs = item.rows.flatMap(({ accuracy }) => accuracy?.outputs ?? []);
  const rules = new Set(outputs.map(({ tolerance }) => tolerance.rule));
  if (rules.size <= 1) return [...rules];
  return [...new Set(outputs.map(({ output, tolerance }) => `${output}: ${tolerance.rule}`))];
}

function rowsOf(item: ReportCase, row: ReportRow): GridRow[] {
  const { accuracy } = row;
  const id = `${item.id}/${row.contender.id}`;
  if (accuracy === null) return [];
  return accuracy.outputs.map((output, index) => ({
    id: `${id}/${output.output}`,
    cells: [
      contenderName(item, row),
      output.output,
      index === 0 ? passedMark(accuracy) : '',
      output.maxAbs === null ? '' : formatError(output.maxAbs),
      output.maxRel === null ? '' : formatError(output.maxRel),
      countOrNone(output.wrong),
      countOrNone(output.unwritten),
      formatCount(output.elements),
      `${formatCount(accuracy.checksBefore)} + ${formatCount(accuracy.checksAfter)}`,
    ],
    note: index === accuracy.outputs.length - 1 ? accuracyNote(accuracy) : null,
  }));
}

function passedMark({ passed }: RowAccuracy): TemplateResult {
  if (passed === null) return html`<span class="quiet">${icon('dash')} no oracle</span>`;
  return passed ? html`${icon('check', 'good')} right` : html`${icon('error', 'bad')} WRONG`;
}

function countOrNone(count: number): TemplateResult | string {
  return count === 0 ? '0' : html`<strong class="bad">${formatCount(count)}</strong>`;
}

/** What the numbers do not say: why it is not right, or by which exception it is. */
function accuracyNote({ passed, summary, outputs, inputsUnchanged }: RowAccuracy): TemplateResult | null {
  const plainlyRight = passed !== false && inputsUnchanged && outputs.every(({ wrong }) => wrong === 0);
  return plainlyRight ? null : html`<div class="line">${summary}</div>`;
}

export const accuracyStyles = css`
  .accuracy .oracle {
    line-height: 1.4;
  }
`;
