import { css, html, type TemplateResult } from 'lit';
import type { PanelRun } from '../src/panel/protocol';
import type { Report } from '../src/profile/report';
import { reportSentence } from '../src/profile/reportSentence';

/** A line below the head that fills while something runs; the same height when nothing does. */
export function progressBar(run: PanelRun | null): TemplateResult {
  if (run === null) return html`<div class="progress"></div>`;
  return html`<div class="progress">
    <vscode-progress-bar
      ?indeterminate=${run.total === 0 || run.cancelling}
      .value=${run.done}
      .max=${Math.max(1, run.total)}
      aria-label="Progress"
    ></vscode-progress-bar>
  </div>`;
}

/** `2 of 6 · Gelu 2048×4096 f16 · timing · about 9 s left` */
export function progressText(run: PanelRun): string {
  const left = run.secondsLeft === null ? '' : `about ${Math.max(1, Math.round(run.secondsLeft))} s left`;
  const parts = run.cancelling ? ['keeping what has finished'] : [countText(run), run.label, run.phase, left];
  return parts.filter((part) => part !== '').join(' · ');
}

/** For a screen reader: each case once, then the answer. */
export function progressWords(run: PanelRun | null, report: Report | null): string {
  if (run !== null) return run.cancelling ? 'Stopping' : `Running ${countText(run)} ${run.label}`;
  return report === null || report.status === 'running' ? '' : reportSentence(report);
}

function countText({ done, total }: PanelRun): string {
  return total === 0 ? '' : `${Math.min(done + 1, total)} of ${total}`;
}

export const runProgressStyles = css`
  .progress {
    height: 2px;
  }
`;
