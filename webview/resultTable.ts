import { css, html, nothing, type TemplateResult } from 'lit';
import { formatTime } from '../src/profile/format';
import type { Report, ReportCase, ReportRow } from '../src/profile/report';
import { rowCells, type RowCells } from '../src/profile/reportCells';
import { barWithWhiskers, type Bar } from './bars';
import { NOISY_FLAG, caseHeading, rowNote } from './caseHeading';
import type { GridColumn, GridGroup, GridRow } from './dataGrid';
import './dataGrid';
import { icon } from './icon';
import { sortCases } from './caseOrder';
import type { SortOrder } from './sortOrder';
import { verdictMark } from './verdictMark';

const COLUMNS: readonly GridColumn[] = [
  { id: 'contender', title: 'Contender', hint: 'One way to compute the case', sortable: true },
  { id: 'time', title: 'Time', hint: 'Median over all samples', numeric: true, sortable: true },
  {
    id: 'spread',
    title: '±',
    hint: 'Half of the 95% interval, as a share of the median',
    numeric: true,
    sortable: true,
  },
  {
    id: 'speedup',
    title: 'Speed-up',
    hint: "The baseline's median time divided by this one's, with its 95% interval",
    numeric: true,
    sortable: true,
  },
  { id: 'bar', title: '', hint: 'The speed-up and its interval; the dashed line is 1×', wideOnly: true },
  { id: 'verdict', title: 'Verdict', hint: 'Decided by the interval, not by the median', sortable: true },
  {
    id: 'limit',
    title: 'Limit',
    hint: 'Share of the copy rate that this adapter reached in this run',
    numeric: true,
    sortable: true,
  },
  { id: 'error', title: 'Error', hint: 'Largest relative error against the oracle', sortable: true },
];

/** The speed-up table: cases in the order they were run, or sorted by a column. */
export function resultTable(report: Report, order: SortOrder | null, onSort: (column: string) => void): TemplateResult {
  const widest = widestRatio(report.cases);
  return html`<kernel-lens-grid
    class="results"
    label="Speed-up table"
    .columns=${COLUMNS}
    .groups=${sortCases(report.cases, order).map((item) => groupOf(item, widest))}
    .order=${order}
    @grid-sort=${(event: CustomEvent<string>) => {
      onSort(event.detail);
    }}
  ></kernel-lens-grid>`;
}

/** The scale of the bars: the highest interval of all, at least 1×. */
export function widestRatio(cases: readonly ReportCase[]): number {
  const highs = cases.flatMap(({ rows }) => rows.map(({ speedup }) => speedup?.high ?? 1));
  return Math.max(1, ...highs) * 1.02;
}

/** A row's speed-up as a bar on a scale up to `widest`; null where there is none. */
export function speedupBar({ status, contender, speedup }: ReportRow, widest: number): Bar | null {
  if (status !== 'timed') return null;
  if (speedup === null) return contender.baseline ? { length: 1 / widest, interval: null, kind: 'baseline' } : null;
  const kinds = { FASTER: 'faster', SLOWER: 'slower', SAME: 'plain', UNCLEAR: 'plain' };
  return {
    length: speedup.ratio / widest,
    interval: { low: speedup.low / widest, high: speedup.high / widest },
    kind: kinds[speedup.verdict],
  };
}

function groupOf(item: ReportCase, widest: number): GridGroup {
  return { id: item.id, heading: caseHeading(item), rows: item.rows.map((row) => rowOf(item, row, widest)) };
}

function rowOf(item: ReportCase, row: ReportRow, widest: number): GridRow {
  const cells = rowCells(item, row);
  return {
    id: `${item.id}/${row.contender.id}`,
    cells: [
      html`<span title=${row.contender.description}>${cells.contender}</span>`,
      html`<span title=${row.timing === null ? nothing : timingText(row.timing)}>${cells.time}</span>`,
      spreadText(row, cells),
      speedupText(cells),
      barWithWhiskers(speedupBar(row, widest), [1 / widest]),
      verdictMark(row),
      cells.limit,
      errorText(row, cells),
    ],
    note: rowNote(cells),
  };
}

function timingText(timing: NonNullable<ReportRow['timing']>): string {
  const { samplesNs, batch, stoppedBy, q1Ns, q3Ns } = timing;
  return `${samplesNs.length} samples of ${batch}, half of them between ${formatTime(q1Ns)} and ${formatTime(q3Ns)}; stopped by ${stoppedBy}`;
}

/** How well the median is known; marked where that is not well enough. */
function spreadText({ flags }: ReportRow, { spread }: RowCells): TemplateResult {
  const noisy = flags.find(({ id }) => id === NOISY_FLAG);
  if (noisy === undefined) return html`<span class="quiet">${spread}</span>`;
  return html`<span title=${noisy.text}
    >${icon('warning', 'caution')}<span class="unseen">${noisy.text}</span> ${spread}</span
  >`;
}

/** The ratio and, so that ratios stand below each other, its interval in a column of its own. */
function speedupText({ speedup }: RowCells): TemplateResult {
  const [ratio = '', ...interval] = speedup.split(' ');
  const shown = interval.length === 0 ? ratio : html`<strong>${ratio}</strong>`;
  return html`${shown}<span class="quiet interval">${interval.join(' ')}</span>`;
}

function errorText({ accuracy }: ReportRow, { error }: RowCells): TemplateResult | string {
  if (typeof accuracy?.passed !== 'boolean') return html`<span class="quiet">${error}</span>`;
  const mark = accuracy.passed ? icon('check', 'good') : icon('error', 'bad');
  return html`<span title=${accuracy.summary}
    >${mark}<span class="unseen">${accuracy.passed ? 'right' : 'wrong'}</span> ${error.replace(/^[✓✗] ?/, '')}</span
  >`;
}

export const resultTableStyles = css`
  .results td:nth-child(1) {
    overflow-wrap: anywhere;
  }
  .results td:nth-child(5) svg {
    margin-top: 2px;
  }
  .results .interval {
    display: inline-block;
    min-width: 88px;
    margin-left: 6px;
    text-align: left;
  }
  .verdict,
  .results td:nth-child(8) {
    white-space: nowrap;
  }
  @media (max-width: 900px) {
    .results td:nth-child(1) {
      min-width: 70px;
      overflow-wrap: normal;
    }
  }
  /* Where there is room, columns have their width from the start and stay where they are while rows come in. */
  @media (min-width: 901px) {
    .results table {
      table-layout: fixed;
    }
    .results thead th:nth-child(1) {
      width: 140px;
    }
    .results thead th:nth-child(2) {
      width: 66px;
    }
    .results thead th:nth-child(3) {
      width: 60px;
    }
    .results thead th:nth-child(4) {
      width: 148px;
    }
    .results thead th:nth-child(6) {
      width: 92px;
    }
    .results thead th:nth-child(7) {
      width: 50px;
    }
    .results thead th:nth-child(8) {
      width: 70px;
    }
  }
`;
