import { css, html, nothing, type TemplateResult } from 'lit';
import { formatTime } from '../src/profile/format';
import type { Report, ReportCase, ReportRow } from '../src/profile/report';
import { NOTHING, rejectedNotes, rowCells, type RowCells } from '../src/profile/reportCells';
import { exactnessNotes } from '../src/profile/reportExactness';
import { limitMeaning } from '../src/profile/reportLimits';
import { barWithWhiskers } from './bars';
import { NOISY_FLAG, caseHeading, rowNote } from './caseHeading';
import type { GridColumn, GridGroup, GridRow } from './dataGrid';
import './dataGrid';
import { icon } from './icon';
import { ratioScale, speedupBar, type RatioScale } from './ratioScale';
import { sortCases } from './caseOrder';
import type { SortOrder } from './sortOrder';
import { verdictMark } from './verdictMark';

const CONTENDER: GridColumn = {
  id: 'contender',
  title: 'Contender',
  hint: 'One way to compute the case',
  sortable: true,
};
const TIMES: readonly GridColumn[] = [
  { id: 'time', title: 'Time', hint: 'Median over all samples', numeric: true, sortable: true },
  {
    id: 'spread',
    title: '±',
    hint: 'Half of the 95% interval, as a share of the median',
    numeric: true,
    sortable: true,
    from: 600,
  },
  {
    id: 'speedup',
    title: 'Speed-up',
    hint: "The baseline's median time divided by this one's, with its 95% interval",
    numeric: true,
    sortable: true,
  },
  { id: 'bar', title: '', hint: 'The speed-up and its interval; the dashed line is 1×', from: 900 },
  { id: 'verdict', title: 'Verdict', hint: 'Decided by the interval, not by the median', sortable: true },
];
const ERROR: GridColumn = {
  id: 'error',
  title: 'Error',
  hint: 'Largest relative error against the oracle',
  sortable: true,
};
const COMPUTE: GridColumn = {
  id: 'compute',
  title: 'Compute',
  hint: 'Multiplications and additions of the case, a second',
  numeric: true,
  sortable: true,
};
/** What it is a share of depends on the report. */
const LIMIT: GridColumn = { id: 'limit', title: 'Limit', hint: '', numeric: true, sortable: true };
const COLUMNS: readonly GridColumn[] = [CONTENDER, ...TIMES, LIMIT, { ...COMPUTE, from: 1100 }, ERROR];
const COLUMNS_OF_PYTHON: readonly GridColumn[] = [
  CONTENDER,
  ...TIMES,
  LIMIT,
  {
    id: 'bandwidth',
    title: 'Bandwidth',
    hint: 'Every input read once and every output written once, a second',
    numeric: true,
    sortable: true,
    from: 1300,
  },
  { ...COMPUTE, from: 1300 },
  {
    id: 'launches',
    title: 'Launches',
    hint: 'What one call put on the device, as the profiler saw it',
    numeric: true,
    sortable: true,
    from: 1100,
  },
  {
    id: 'memory',
    title: 'Memory',
    hint: 'Device memory that one call took at most beyond what was there, outputs included',
    numeric: true,
    sortable: true,
    from: 1100,
  },
  ERROR,
];

/** The speed-up table: cases in the order they were run, or sorted by a column. */
export function resultTable(report: Report, order: SortOrder | null, onSort: (column: string) => void): TemplateResult {
  const scale = ratioScale(report.cases);
  const columns = columnsOf(report);
  // From the start, so that the column stays as wide while rows come in.
  const named = report.machine.python !== null || Object.keys(report.machine.reference.products).length > 0;
  return html`<kernel-lens-grid
    class="results ${named ? 'named-limits' : ''}"
    label="Speed-up table"
    .columns=${columns}
    .groups=${sortCases(report.cases, order).map((item) => groupOf(report, item, columns, scale))}
    .order=${order}
    @grid-sort=${(event: CustomEvent<string>) => {
      onSort(event.detail);
    }}
  ></kernel-lens-grid>`;
}

/** Without those that no row has anything for: a CPU tells neither launches nor memory. */
function columnsOf(report: Report): readonly GridColumn[] {
  const inPython = report.machine.python !== null;
  const rows = report.cases.flatMap((item) => item.rows);
  const meaning = limitMeaning(report);
  const hint = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}`;
  const seen: Readonly<Record<string, (row: ReportRow) => boolean>> = {
    compute: (row) => row.flopsPerSecond !== null,
    launches: (row) => row.launches !== null,
    memory: (row) => row.peakBytes !== null,
  };
  const growing = inPython && rows.length === 0;
  return (inPython ? COLUMNS_OF_PYTHON : COLUMNS)
    .filter(({ id }) => growing || seen[id] === undefined || rows.some(seen[id]))
    .map((column) => (column.id === 'limit' ? { ...column, hint } : column));
}

function groupOf(report: Report, item: ReportCase, columns: readonly GridColumn[], scale: RatioScale): GridGroup {
  return {
    id: item.id,
    heading: html`${caseHeading(report, item)}
    ${[...exactnessNotes(item), ...rejectedNotes(item)].map((note) => html`<div class="line quiet">${note}</div>`)}`,
    rows: item.rows.map((row) => rowOf(item, row, columns, scale)),
  };
}

function rowOf(item: ReportCase, row: ReportRow, columns: readonly GridColumn[], scale: RatioScale): GridRow {
  const cells = rowCells(item, row);
  const drawn: Readonly<Record<string, TemplateResult | string>> = {
    contender: html`<span title=${row.contender.description}>${cells.contender}</span>`,
    time: html`<span title=${row.timing === null ? nothing : timingText(row.timing)}>${cells.time}</span>`,
    spread: spreadText(row, cells),
    speedup: speedupText(cells),
    bar: barWithWhiskers(speedupBar(row, scale), [scale.place(1)]),
    verdict: verdictMark(row),
    limit: limitText(cells),
    bandwidth: cells.bandwidth,
    compute: cells.compute,
    launches: html`<span title=${row.launches === null ? nothing : row.launches.names.join('\n')}
      >${cells.launches}</span
    >`,
    memory: cells.memory,
    error: errorText(row, cells),
  };
  return {
    id: `${item.id}/${row.contender.id}`,
    cells: columns.map(({ id }) => drawn[id] ?? ''),
    note: rowNote(cells),
  };
}

/** The share and, where it may be either, of which limit; the rates behind it stand beside it where there is room. */
function limitText({ limit, bandwidth, compute }: RowCells): TemplateResult | string {
  const rates = [bandwidth, compute].filter((rate) => rate !== NOTHING).join(', ');
  const [share = '', of = ''] = limit.split(' ');
  return html`<span title=${rates === '' ? nothing : rates}>${share}<span class="quiet limit-of">${of}</span></span>`;
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
  const shown = interval.length === 0 ? ratio : html`<strong title=${speedup}>${ratio}</strong>`;
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
  .results td.col-contender {
    overflow-wrap: anywhere;
  }
  .results td.col-bar svg {
    margin-top: 2px;
  }
  .results .interval {
    display: inline-block;
    min-width: 88px;
    margin-left: 6px;
    text-align: left;
  }
  .results.named-limits .limit-of {
    display: inline-block;
    min-width: 46px;
    margin-left: 5px;
    text-align: left;
  }
  .verdict,
  .results td.col-error {
    white-space: nowrap;
  }
  @media (max-width: 900px) {
    .results td.col-contender {
      min-width: 70px;
      overflow-wrap: normal;
    }
  }
  @media (max-width: 640px) {
    .results .interval {
      display: none;
    }
  }
  /* Where there is room, columns have their width from the start and stay where they are while rows come in. */
  @media (min-width: 901px) {
    .results table {
      table-layout: fixed;
    }
    .results thead th.col-contender {
      width: 140px;
    }
    .results thead th.col-time {
      width: 66px;
    }
    .results thead th.col-spread {
      width: 60px;
    }
    .results thead th.col-speedup {
      width: 148px;
    }
    .results thead th.col-verdict {
      width: 92px;
    }
    .results thead th.col-limit {
      width: 50px;
    }
    .results thead th.col-error {
      width: 70px;
    }
    .results.named-limits thead th.col-limit {
      width: 92px;
    }
    .results thead th.col-bandwidth {
      width: 78px;
    }
    .results thead th.col-compute {
      width: 94px;
    }
    .results thead th.col-launches,
    .results thead th.col-memory {
      width: 62px;
    }
  }
`;
