import { css, html, nothing, type TemplateResult } from 'lit';
import { shortKernel, type RowCells } from '../src/profile/reportCells';
import { caseDifference } from '../src/profile/reportSentence';
import type { Report, ReportCase, ReportFlag } from '../src/profile/report';
import { icon } from './icon';

/** The id of the flag on a row whose times vary more than they should. */
export const NOISY_FLAG = 'noisy';

/** What a case is called: its kernel and sizes; of Python, where kernels are contenders, the workload alone. */
export function caseTitle({ machine }: Report, item: ReportCase): string {
  return machine.python !== null ? item.label : `${shortKernel(item.kernel)} ${item.label}`;
}

/** The same as `caseTitle`, for the page. */
export function caseName({ machine }: Report, item: ReportCase): TemplateResult {
  if (machine.python !== null) return html`<strong class="number">${item.label}</strong>`;
  return html`<strong>${shortKernel(item.kernel)}</strong> <span class="number">${item.label}</span>`;
}

/** The heading of a case in every table: what it is, what changed between its contenders, what to know about it. */
export function caseHeading(report: Report, item: ReportCase): TemplateResult {
  const difference = caseDifference(item);
  return html`<div class="case">
    ${caseName(report, item)} ${difference === null ? nothing : html`<span class="quiet why">${difference}</span>`}
    ${item.status === 'done' ? nothing : html`<div class="line">${icon('circle-slash', 'bad')} ${caseStatus(item)}</div>`}
    ${flagsOf(item).map((flag) => flagLine(flag))}
  </div>`;
}

/** What is to be said of a row below it; null when its cells say everything. */
export function rowNote({ note }: RowCells): TemplateResult | null {
  return note === '' ? null : html`<div class="line">${note}</div>`;
}

/** The flags of a case and of its rows, each text once; what the column ± marks is left to that. */
function flagsOf(item: ReportCase): ReportFlag[] {
  const flags = [...item.flags, ...item.rows.flatMap((row) => row.flags.filter(({ id }) => id !== NOISY_FLAG))];
  return flags.filter((flag, index) => flags.findIndex(({ text }) => text === flag.text) === index);
}

/** A flag as icon and words. */
export function flagLine({ severity, text }: ReportFlag): TemplateResult {
  const kind = { info: 'notice', warning: 'caution', error: 'bad' }[severity];
  return html`<div class="line">${icon(severity, kind)} <span>${text}</span></div>`;
}

function caseStatus({ status, reason }: ReportCase): string {
  const word = status === 'failed' ? 'FAILED' : 'NOT RUN';
  return reason === null ? word : `${word}: ${reason}`;
}

export const caseHeadingStyles = css`
  .case {
    line-height: 1.5;
  }
  .why {
    margin-left: 12px;
  }
  .line {
    display: flex;
    gap: 6px;
    max-width: 110ch;
    line-height: 1.45;
  }
  .line > .icon {
    flex: none;
    margin-top: 1px;
  }
`;
