import { css, html, nothing, type TemplateResult } from 'lit';
import type { Report } from '../src/profile/report';
import { reportOverview, type KernelLine } from '../src/profile/reportOverview';
import { icon } from './icon';

/** One line a kernel, above the cases; a click on its name leaves its cases alone. Nothing for a single kernel. */
export function overviewTable(report: Report, onKernel: (kernel: string) => void): TemplateResult | typeof nothing {
  // While rows come in, nothing above them may grow.
  const overview = report.status === 'running' ? null : reportOverview(report);
  if (overview === null) return nothing;
  const { peers, lines } = overview;
  const troubled = lines.some(({ trouble }) => trouble !== '');
  return html`<table class="overview" aria-label="Kernels">
    <thead>
      <tr>
        <th scope="col">Kernel</th>
        <th scope="col" class="number perhaps">Cases</th>
        <th scope="col" title="The chosen variant of each case over its baseline, geometric mean of its cases">
          Over baseline
        </th>
        ${peers.map((label) => html`<th scope="col" title="The same over ${label}, where both were right">Over ${label}</th>`)}
        <th scope="col" class="number perhaps" title="The nearest that a chosen variant came to a limit of this run">
          Best limit
        </th>
        ${troubled ? html`<th scope="col" title="Cases in which it was slower than its baseline, wrong, or did not finish">Look at</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${lines.map((line) => row(line, peers, troubled, onKernel))}
    </tbody>
  </table>`;
}

/** @param troubled whether there is a column for what to look at */
function row(
  line: KernelLine,
  peers: readonly string[],
  troubled: boolean,
  onKernel: (kernel: string) => void,
): TemplateResult {
  return html`<tr>
    <th scope="row">
      <button
        class="link"
        title="Only its cases"
        @click=${() => {
          onKernel(line.kernel);
        }}
      >
        ${line.name}
      </button>
    </th>
    <td class="number perhaps">${line.cases}</td>
    <td>${verdictWords(line.speedup)}</td>
    ${peers.map((label) => html`<td>${verdictWords(line.peers[label] ?? '')}</td>`)}
    <td class="number perhaps">${line.limit}</td>
    ${troubled ? html`<td>${line.trouble === '' ? nothing : html`${icon('warning', 'caution')} ${line.trouble}`}</td>` : nothing}
  </tr>`;
}

/** `2.3× FASTER (3 cases)`, the ratio in bold. */
function verdictWords(words: string): TemplateResult | string {
  const [, ratio, rest] = /^(\S+×)(.*)$/.exec(words) ?? [];
  return ratio === undefined ? words : html`<strong class="number">${ratio}</strong><span class="quiet">${rest}</span>`;
}

export const overviewStyles = css`
  table.overview {
    width: auto;
    margin: 4px 0 16px;
  }
  .overview thead th {
    position: static;
  }
  .overview tbody th {
    padding: 3px 10px;
  }
  .overview tbody tr > * {
    white-space: nowrap;
  }
  .overview tbody tr:last-child > * {
    padding-bottom: 3px;
    box-shadow: none;
  }
  .overview :is(td, tbody th) {
    vertical-align: top;
  }
  @media (max-width: 900px) {
    .overview :is(td, th) {
      padding-left: 6px;
      padding-right: 6px;
    }
    .overview tbody td:last-child {
      white-space: normal;
    }
  }
  @media (max-width: 700px) {
    .overview .perhaps {
      display: none;
    }
  }
`;
