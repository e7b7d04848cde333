import { css, html, type TemplateResult } from 'lit';
import { formatBytes, formatCount, formatTime, plural } from '../src/profile/format';
import type { PassWork, Report, ReportCase, ReportRow, RowWork } from '../src/profile/report';
import { contenderName } from '../src/profile/reportCells';
import { segmentedBar } from './bars';
import { callCostView } from './callCostView';
import { caseHeading } from './caseHeading';
import type { GridColumn, GridGroup } from './dataGrid';
import './dataGrid';

const COLUMNS: readonly GridColumn[] = [
  { id: 'contender', title: 'Contender', hint: 'One way to compute the case' },
  { id: 'launches', title: 'Launches', hint: 'Compute passes dispatched for one call', numeric: true },
  {
    id: 'moved',
    title: 'Moved',
    hint: 'Bytes its passes read and write: each bound buffer once a pass',
    numeric: true,
  },
  { id: 'bar', title: 'Moved, pass by pass', hint: 'The dashed line is the least that any variant can move' },
  { id: 'scratch', title: 'Scratch', hint: 'Memory for values between passes', numeric: true },
  { id: 'time', title: 'Time', hint: 'Median over all samples', numeric: true },
];

/** What the view is called: of WebGPU it is counted, of Python measured. */
export function savingsTitle({ machine }: Report): string {
  return machine.python === null ? 'What fusing saves' : 'Launches and memory';
}

/** Launches, bytes and scratch memory of each contender, counted from its passes; of Python what one call costs. */
export function savingsView(report: Report): TemplateResult {
  if (report.machine.python !== null) return callCostView(report);
  const cases = report.cases.filter(({ rows }) => rows.some(({ work }) => work !== null));
  if (cases.length === 0) return html`<p class="quiet empty">Nothing has been counted yet.</p>`;
  return html`<p class="quiet intro">
      Counted from each variant's passes, not measured. The dashed line is the least that any variant can move: every
      input read once, every output written once.
    </p>
    <kernel-lens-grid
      class="savings"
      label="What fusing saves"
      .columns=${COLUMNS}
      .groups=${cases.map((item) => groupOf(report, item))}
    ></kernel-lens-grid>`;
}

function groupOf(report: Report, item: ReportCase): GridGroup {
  const most = Math.max(item.leastBytes, ...item.rows.map(({ work }) => work?.bytesMoved ?? 0)) * 1.02;
  return {
    id: item.id,
    heading: caseHeading(report, item),
    rows: item.rows.flatMap((row) => {
      const { work, timing } = row;
      if (work === null) return [];
      return [
        {
          id: `${item.id}/${row.contender.id}`,
          cells: [
            contenderName(item, row),
            formatCount(work.launches),
            formatBytes(work.bytesMoved),
            segmentedBar(segmentsOf(work, most), [item.leastBytes / most]),
            formatBytes(work.scratchBytes),
            timing === null ? '' : formatTime(timing.medianNs),
          ],
          note: passList(row),
        },
      ];
    }),
  };
}

function segmentsOf(work: RowWork, most: number) {
  return work.passes.map((pass) => ({ length: (pass.readBytes + pass.writtenBytes) / most, title: passText(pass) }));
}

function passList({ work }: ReportRow): TemplateResult | null {
  if (work === null || work.passes.length === 0) return null;
  return html`<details>
    <summary>${plural(work.passes.length, 'pass', 'passes')}</summary>
    <ol>
      ${work.passes.map((pass) => html`<li>${passText(pass)}</li>`)}
    </ol>
  </details>`;
}

function passText(pass: PassWork): string {
  const reads = `reads ${pass.reads.join(', ')} (${formatBytes(pass.readBytes)})`;
  const writes = `writes ${pass.writes.join(', ')} (${formatBytes(pass.writtenBytes)})`;
  return `${pass.name}: ${reads}, ${writes}, ${pass.workgroups.map(formatCount).join(' × ')} workgroups`;
}

export const savingsStyles = css`
  .intro {
    margin-top: 12px;
  }
  .savings td.col-bar {
    width: 34%;
    min-width: 110px;
    padding-top: 5px;
  }
  .savings summary {
    width: fit-content;
    color: var(--vscode-descriptionForeground);
    cursor: pointer;
  }
  .savings ol {
    margin: 4px 0;
    padding-left: 26px;
    line-height: 1.5;
  }
`;
