import { css, html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatCount, plural } from '../src/profile/format';
import type { PassWork, Report, ReportCase, ReportRow, RowWork } from '../src/profile/report';
import { contenderName, shortKernel, timeText } from '../src/profile/reportCells';
import { caseSavings, type CaseSavings, type SavingsLane } from '../src/profile/reportSavings';
import { segmentedBar } from './bars';
import { callCostView } from './callCostView';
import { caseHeading, caseName, caseTitle } from './caseHeading';
import type { GridColumn, GridGroup } from './dataGrid';
import './dataGrid';
import { passDiagram } from './passDiagram';

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
/** Cases that are explained one after the other; of more, one for each kernel. */
const MOST_AT_ONCE = 12;
const NOT_COUNTED = html`<span class="quiet">not counted</span>`;

/** What the view is called: of WebGPU it is counted, of Python measured. */
export function savingsTitle({ machine }: Report): string {
  return machine.python === null ? 'What fusing saves' : 'Launches and memory';
}

/** What fusing saves, case by case in words and as a picture, then in numbers; of Python what one call costs. */
export function savingsView(report: Report): TemplateResult {
  if (report.machine.python !== null) return callCostView(report);
  const cases = report.cases.filter(({ rows }) => rows.some(({ work }) => work !== null));
  if (cases.length === 0) return html`<p class="quiet empty">Nothing has been counted yet.</p>`;
  const explained = cases.flatMap((item) => {
    const savings = caseSavings(report, item);
    return savings === null ? [] : [{ item, savings }];
  });
  return html`<p class="quiet intro">
      A kernel is one launch on the GPU. What one kernel hands to the next goes through the GPU's memory and back, which
      often takes longer than computing it. Fused into one kernel, it need not. Launches and bytes are counted from each
      variant's passes, each buffer once a pass. What they should take is computed from the rates that this run
      measured: copying memory, multiplying matrices (a FLOP is one multiplication or addition), and launching an empty
      kernel.
    </p>
    ${[...new Set(explained.map(({ item }) => item.kernel))].map((kernel) => {
      const own = explained.filter(({ item }) => item.kernel === kernel);
      return explained.length <= MOST_AT_ONCE ? explanations(report, own) : foldedExplanations(report, own);
    })}
    ${
      explained.length <= MOST_AT_ONCE
        ? html`${explained.length === 0 ? nothing : html`<h2>In numbers</h2>`} ${numbers(report, cases)}`
        : html`<details class="others">
            <summary>All cases in numbers</summary>
            ${numbers(report, cases)}
          </details>`
    }`;
}

function numbers(report: Report, cases: readonly ReportCase[]): TemplateResult {
  return html`<kernel-lens-grid
    class="savings"
    label="What fusing saves"
    .columns=${COLUMNS}
    .groups=${cases.map((item) => groupOf(report, item))}
  ></kernel-lens-grid>`;
}

interface Explained {
  readonly item: ReportCase;
  readonly savings: CaseSavings;
}

/** The cases of one kernel, the picture of the first unfolded. */
function explanations(report: Report, own: readonly Explained[]): TemplateResult[] {
  return own.map(({ item, savings }, index) => explanation(report, item, savings, index === 0));
}

/** Of the cases of one kernel the largest that has a speed-up, the others folded. */
function foldedExplanations(report: Report, own: readonly Explained[]): TemplateResult | typeof nothing {
  const compared = own.filter(({ savings }) => savings.after.row.speedup !== null);
  const [largest] = (compared.length > 0 ? compared : own).toSorted((a, b) => b.item.leastBytes - a.item.leastBytes);
  if (largest === undefined) return nothing;
  const others = own.filter((one) => one !== largest);
  return html`${explanations(report, [largest])}
  ${
    others.length === 0
      ? nothing
      : html`<details class="others">
          <summary>${plural(others.length, 'more case')} of ${shortKernel(largest.item.kernel)}</summary>
          ${others.map(({ item, savings }) => explanation(report, item, savings, false))}
        </details>`
  }`;
}

/** @param open whether the picture is unfolded from the start: that of the first case of a kernel is */
function explanation(report: Report, item: ReportCase, savings: CaseSavings, open: boolean): TemplateResult {
  const { before, after, expected, measured, others } = savings;
  return html`<section class="explained" aria-label=${caseTitle(report, item)}>
    <h3>${caseName(report, item)}</h3>
    <dl>
      ${laneText(before)} ${laneText(after)}
      ${
        expected === null
          ? nothing
          : html`<dt>expected</dt>
              <dd>${unbroken(expected)}</dd>`
      }
      ${
        measured === null
          ? nothing
          : html`<dt>measured</dt>
              <dd><strong>${unbroken(measured)}</strong></dd>`
      }
      ${
        others.length === 0
          ? nothing
          : html`<dt>beside</dt>
              ${others.map((text) => html`<dd>${unbroken(text)}</dd>`)}`
      }
    </dl>
    <details ?open=${open}>
      <summary>The passes, and what they hand on through memory</summary>
      ${passDiagram(item, savings)}
    </details>
  </section>`;
}

function laneText({ row, text }: SavingsLane): TemplateResult {
  return html`<dt>${row.contender.label}</dt>
    <dd>${unbroken(text)}</dd>`;
}

/** A line must not end between a number and its unit. */
function unbroken(text: string): string {
  return text.replace(/(?<=\d) (?=[kMGTµmn]?(?:B|s|FLOP)\b)/g, '\u00a0');
}

function groupOf(report: Report, item: ReportCase): GridGroup {
  const most = Math.max(item.leastBytes, ...item.rows.map(({ work }) => work?.bytesMoved ?? 0)) * 1.02;
  return {
    id: item.id,
    heading: caseHeading(report, item),
    rows: item.rows.flatMap((row) => {
      const { work, timing } = row;
      if (work === null && timing === null) return [];
      return [
        {
          id: `${item.id}/${row.contender.id}`,
          cells: [
            contenderName(item, row),
            work === null ? NOT_COUNTED : formatCount(work.launches),
            work === null ? '' : formatBytes(work.bytesMoved),
            work === null ? '' : segmentedBar(segmentsOf(work, most), [item.leastBytes / most]),
            work === null ? '' : formatBytes(work.scratchBytes),
            timeText(row) ?? '',
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
  .explained {
    padding: 10px 10px 8px;
    border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-contrastBorder));
  }
  .explained h3 {
    margin: 0;
    font-size: inherit;
    font-weight: inherit;
  }
  .explained dl {
    display: grid;
    grid-template-columns: fit-content(140px) 1fr;
    gap: 3px 14px;
    margin: 4px 0 6px;
    max-width: 110ch;
    line-height: 1.45;
  }
  .explained dt {
    color: var(--vscode-descriptionForeground);
    overflow-wrap: anywhere;
  }
  .explained dd {
    grid-column: 2;
    margin: 0;
  }
  .others > summary {
    padding: 6px 10px;
  }
  .others > summary,
  .explained summary,
  .savings summary {
    width: fit-content;
    color: var(--vscode-descriptionForeground);
    cursor: pointer;
  }
  .savings td.col-bar {
    width: 34%;
    min-width: 110px;
    padding-top: 5px;
  }
  .savings ol {
    margin: 4px 0;
    padding-left: 26px;
    line-height: 1.5;
  }
  @media (max-width: 900px) {
    .explained {
      padding: 10px 6px 8px;
    }
  }
`;
