import { css, html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatCount, formatTime } from '../src/profile/format';
import type { PassWork, ReportCase } from '../src/profile/report';
import type { Intermediate } from '../src/profile/reportPasses';
import type { CaseSavings, SavingsLane } from '../src/profile/reportSavings';

/** The passes of both, one below the other: boxes, and what goes through memory between them. What vanishes is struck through. */
export function passDiagram(item: ReportCase, { before, after, gone }: CaseSavings): TemplateResult {
  return html`<div class="lanes">
    ${lane(item, before, gone, after.row.contender.label)} ${lane(item, after, [], '')}
  </div>`;
}

function lane(
  item: ReportCase,
  { name, row, work, flow }: SavingsLane,
  gone: readonly Intermediate[],
  without: string,
): TemplateResult {
  const time =
    row.timing === null ? nothing : html`<span class="quiet number">${formatTime(row.timing.medianNs)}</span>`;
  return html`<div class="lane">
    <div class="lane-name">${name} ${time}</div>
    <ol class="passes" aria-label="Passes of ${name}, in order">
      ${work.passes.map((pass, index) => {
        const written = flow.intermediates.filter(({ writtenBy }) => writtenBy === index);
        return html`<li>
          ${box(item, pass)} ${written.map((one) => chip(one, work.passes, gone.includes(one) ? without : null))}
        </li>`;
      })}
    </ol>
  </div>`;
}

function box({ inputs, outputs }: ReportCase, pass: PassWork): TemplateResult {
  const { name, reads, readBytes, writes, writtenBytes, workgroups } = pass;
  const groups = `${workgroups.map(formatCount).join(' × ')} workgroups`;
  const text = `reads ${reads.join(', ') || 'nothing'} (${formatBytes(readBytes)}), writes ${writes.join(', ') || 'nothing'} (${formatBytes(writtenBytes)})`;
  return html`<span class="pass" title="${name}: ${text}, ${groups}"
    >${name}<span class="unseen">: ${text}.</span>
    <span class="tensors" aria-hidden="true"
      >${[
        ...reads.filter((buffer) => buffer in inputs).map((buffer) => `${buffer} in`),
        ...writes.filter((buffer) => buffer in outputs).map((buffer) => `${buffer} out`),
      ].join(', ')}</span
    ></span
  >`;
}

/** @param without the contender that does without it; null: none does */
function chip(
  { name, bytes, readBy }: Intermediate,
  passes: readonly PassWork[],
  without: string | null,
): TemplateResult {
  const readers = readBy.map((index) => passes[index]?.name ?? '');
  const size = bytes === null ? 'size not known' : formatBytes(bytes);
  const read = readers.length === 0 ? 'read by none' : `read back by ${readers.join(', ')}`;
  const told = `The result of ${name} goes through memory: ${size}, ${read}.`;
  const vanishes = without === null ? '' : ` Not with ${without}.`;
  return html`<span class="handed ${without === null ? '' : 'gone'}" title="${told}${vanishes}">
    <span class="arrow" aria-hidden="true"></span>
    ${without === null ? html`<span aria-hidden="true">${size}</span>` : html`<s aria-hidden="true">${size}</s>`}
    <span class="unseen">${told}${vanishes}</span>
    <span class="arrow" aria-hidden="true"></span>
  </span>`;
}

export const passDiagramStyles = css`
  .lanes {
    margin: 6px 0 2px;
  }
  .lane {
    display: grid;
    grid-template-columns: minmax(90px, 140px) 1fr;
    gap: 4px 12px;
    align-items: baseline;
    padding: 4px 0;
  }
  .lane-name {
    overflow-wrap: anywhere;
  }
  .passes {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 0;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .passes li {
    display: flex;
    align-items: center;
  }
  .pass {
    padding: 2px 8px;
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-charts-blue));
    border-radius: 3px;
    white-space: nowrap;
  }
  .tensors {
    display: block;
    min-height: 1.2em;
    color: var(--vscode-descriptionForeground);
    font-size: 0.85em;
    line-height: 1.2;
  }
  .handed {
    display: inline-flex;
    align-items: center;
    gap: 3px;
    margin: 0 3px;
    font-size: 0.9em;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .handed.gone s {
    color: var(--vscode-descriptionForeground);
    text-decoration-color: var(--vscode-errorForeground);
    text-decoration-thickness: 2px;
  }
  .arrow {
    width: 10px;
    height: 0;
    border-top: 1px solid var(--vscode-descriptionForeground);
  }
  .handed .arrow:last-child::after {
    content: '';
    float: right;
    margin-top: -4px;
    border: 3.5px solid transparent;
    border-right-width: 0;
    border-left-color: var(--vscode-descriptionForeground);
  }
  @media (max-width: 900px) {
    .lane {
      grid-template-columns: 1fr;
    }
  }
`;
