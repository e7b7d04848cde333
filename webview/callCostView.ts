import { css, html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatCount, formatTime } from '../src/profile/format';
import type { Report, ReportCase, ReportRow } from '../src/profile/report';
import { contenderName } from '../src/profile/reportCells';
import { barWithWhiskers } from './bars';
import { caseHeading } from './caseHeading';
import type { GridColumn, GridGroup, GridRow } from './dataGrid';
import './dataGrid';

interface CostColumn extends GridColumn {
  /** Whether a row has something for it; a column that no row has anything for is left out. */
  seen(row: ReportRow): boolean;
}

const always = (): boolean => true;
const hasLaunches = ({ launches }: ReportRow): boolean => launches !== null;
const hasMemory = ({ peakBytes }: ReportRow): boolean => peakBytes !== null;

/** What did not finish has none. */
const hasCost = (row: ReportRow): boolean => row.status === 'timed' || hasLaunches(row) || hasMemory(row);

const COLUMNS: readonly CostColumn[] = [
  { id: 'contender', title: 'Contender', hint: 'One way to compute the case', seen: always },
  {
    id: 'launches',
    title: 'Launches',
    hint: 'What one call put on the device, as the profiler saw it',
    numeric: true,
    seen: hasLaunches,
  },
  {
    id: 'device',
    title: 'On the device',
    hint: 'The time of its launches together, the gaps between them left out',
    numeric: true,
    seen: hasLaunches,
  },
  {
    id: 'memory',
    title: 'Peak memory',
    hint: 'Device memory that one call took at most beyond what was there, outputs included',
    numeric: true,
    seen: hasMemory,
  },
  { id: 'bar', title: '', hint: 'Peak memory, on one scale for the case', from: 900, seen: hasMemory },
  {
    id: 'host',
    title: 'CPU',
    hint: 'What launching one call costs the CPU',
    numeric: true,
    seen: ({ hostNs }) => hostNs !== null,
  },
  {
    id: 'compile',
    title: 'Compiled in',
    hint: 'Before the first call, apart from all other times',
    numeric: true,
    seen: ({ compileMs }) => compileMs !== null,
  },
  { id: 'time', title: 'Time', hint: 'Median over all samples', numeric: true, seen: always },
];

/** What one call of each contender costs beside its time: launches, memory, the CPU, and compiling. All of it measured. */
export function callCostView(report: Report): TemplateResult {
  const rows = report.cases.flatMap((item) => item.rows);
  const columns = COLUMNS.filter((column) => rows.some((row) => column.seen(row)));
  const seen = rows.some((row) => hasLaunches(row) || hasMemory(row));
  const intro = seen
    ? 'Measured, for one call. Memory is what it took beyond its inputs.'
    : 'Launches and memory can be seen on a GPU only.';
  // A contender and its time are in the other tables.
  if (columns.length <= 2)
    return html`<p class="quiet empty">${rows.length === 0 ? 'Nothing has been measured yet.' : intro}</p>`;
  return html`<p class="quiet intro">${intro}</p>
    <kernel-lens-grid
      class="call-cost"
      label="Launches and memory"
      .columns=${columns}
      .groups=${report.cases.filter((item) => item.rows.some(hasCost)).map((item) => groupOf(report, item, columns))}
    ></kernel-lens-grid>`;
}

function groupOf(report: Report, item: ReportCase, columns: readonly CostColumn[]): GridGroup {
  const most = Math.max(1, ...item.rows.map(({ peakBytes }) => peakBytes ?? 0));
  return {
    id: item.id,
    heading: html`${caseHeading(report, item)} ${launchList(item)}`,
    rows: item.rows.filter(hasCost).map((row) => rowOf(item, row, columns, most)),
  };
}

function rowOf(item: ReportCase, row: ReportRow, columns: readonly CostColumn[], most: number): GridRow {
  const { launches, peakBytes, hostNs, compileMs, timing, contender } = row;
  const kind = contender.baseline ? 'baseline' : 'plain';
  const drawn: Readonly<Record<string, TemplateResult | string>> = {
    contender: contenderName(item, row),
    launches: launches === null ? '' : formatCount(launches.count),
    device: launches === null ? '' : formatTime(launches.deviceNs),
    memory: peakBytes === null ? '' : formatBytes(peakBytes),
    bar: barWithWhiskers(peakBytes === null ? null : { start: 0, end: peakBytes / most, interval: null, kind }, []),
    host: hostNs === null ? '' : formatTime(hostNs),
    compile: compileMs === null ? '' : formatTime(compileMs * 1e6),
    time: timing === null ? '' : formatTime(timing.medianNs),
  };
  return {
    id: `${item.id}/${contender.id}`,
    cells: columns.map(({ id }) => drawn[id] ?? ''),
    note: null,
  };
}

/** The launches of all contenders by the names that the device has for them. */
function launchList(item: ReportCase): TemplateResult | typeof nothing {
  const seen = item.rows.filter(({ launches }) => launches !== null && launches.names.length > 0);
  if (seen.length === 0) return nothing;
  return html`<details class="quiet">
    <summary>launches by name</summary>
    <dl>
      ${seen.map(
        (row) =>
          html`<dt>${contenderName(item, row)}</dt>
            <dd>${launchNames(row)}</dd>`,
      )}
    </dl>
  </details>`;
}

function launchNames({ launches }: ReportRow): TemplateResult {
  const names = launches?.names ?? [];
  const more = (launches?.count ?? 0) - names.length;
  return html`<ol>
    ${names.map((name) => html`<li><code>${name}</code></li>`)}
    ${more > 0 ? html`<li>and ${formatCount(more)} more</li>` : nothing}
  </ol>`;
}

export const callCostStyles = css`
  .call-cost td.col-bar {
    width: 26%;
    min-width: 110px;
    padding-top: 5px;
  }
  .call-cost td.col-contender {
    white-space: nowrap;
  }
  .call-cost summary {
    width: fit-content;
    cursor: pointer;
  }
  .call-cost dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 2px 18px;
    margin: 4px 0;
  }
  .call-cost dd {
    margin: 0;
  }
  .call-cost ol {
    margin: 0;
    padding-left: 22px;
    line-height: 1.5;
  }
`;
