import { css, html, nothing, type TemplateResult } from 'lit';
import type { PanelAction, PanelProblem, PanelRun } from '../src/panel/protocol';
import type { Report, ReportKernel } from '../src/profile/report';
import { shortKernel } from '../src/profile/reportCells';
import { reportSentence } from '../src/profile/reportSentence';
import { flagLine } from './caseHeading';
import { icon } from './icon';

/** The id of the flags that say which cases were left out, and why. */
const LEFT_OUT_FLAG = 'left-out';
/** Letters of an answer beyond which it is set smaller, so that the table still has room. */
const LONG_ANSWER = 180;

/** The answer to what was asked, in one sentence. */
export function answerSentence(report: Report, run: PanelRun | null): TemplateResult {
  const text = run !== null && report.cases.length === 0 ? 'Measuring the first case.' : reportSentence(report);
  return html`<p class="answer ${run === null ? '' : 'growing'} ${text.length > LONG_ANSWER ? 'long' : ''}">
    ${unbroken(text)}
  </p>`;
}

/** A line must not end within `2e-7`. */
function unbroken(text: string): (TemplateResult | string)[] {
  return text
    .split(/(\d+e-\d+)/)
    .map((part, index) => (index % 2 === 0 ? part : html`<span class="number">${part}</span>`));
}

/** What has to be known of the numbers: why the run ended early, kernels that could not be used, the report's flags. */
export function noteLines(report: Report): TemplateResult {
  const ended =
    report.reason === null
      ? nothing
      : html`<div class="line">${icon('info', 'notice')} <span>${report.reason}</span></div>`;
  const leftOut = report.flags.filter(({ id }) => id === LEFT_OUT_FLAG);
  return html`<div class="notes">
    ${ended} ${report.kernels.map((kernel) => kernelProblem(kernel))}
    ${report.flags.filter((flag) => !leftOut.includes(flag)).map((flag) => flagLine(flag))}
    ${
      leftOut.length === 0
        ? nothing
        : html`<details class="quiet">
            <summary>Some cases were left out</summary>
            <ul>
              ${leftOut.map(({ text }) => html`<li>${text}</li>`)}
            </ul>
          </details>`
    }
  </div>`;
}

function kernelProblem({ id, problem }: ReportKernel): TemplateResult | typeof nothing {
  if (problem === null) return nothing;
  return html`<div class="line">${icon('error', 'bad')} <span>${shortKernel(id)}: ${problem}</span></div>`;
}

/** What went wrong and the steps that help. */
export function problemView(problem: PanelProblem, onAct: (action: PanelAction) => void): TemplateResult {
  return html`<section class="problem" role="alert">
    <h2>${icon('error', 'bad')} ${problem.title}</h2>
    <p .textContent=${problem.text}></p>
    ${problem.remedies.map(({ text, code }) => html`<p>${text}${code === null ? nothing : html`<code>${code}</code>`}</p>`)}
    <div class="steps">
      ${problem.actions.map(
        ({ action, label }, index) =>
          html`<vscode-button
            ?secondary=${index > 0}
            @click=${() => {
              onAct(action);
            }}
            >${label}</vscode-button
          >`,
      )}
    </div>
  </section>`;
}

export const pagePartsStyles = css`
  .answer {
    margin: 10px 0 8px;
    max-width: none;
    font-size: 1.4em;
    line-height: 1.35;
    text-wrap: pretty;
  }
  .answer.long {
    font-size: 1.15em;
  }
  /* Room for the sentence to grow while rows come in, so that the table stays where it is. */
  .answer.growing {
    min-height: 2.7em;
  }
  .notes {
    margin-bottom: 10px;
  }
  .notes summary {
    width: fit-content;
    cursor: pointer;
  }
  .notes ul {
    max-width: 110ch;
    margin: 4px 0;
    padding-left: 22px;
    line-height: 1.45;
    overflow-wrap: anywhere;
  }
  .message {
    margin: 6px 0;
    padding: 6px 10px;
    border: 1px solid var(--vscode-inputValidation-infoBorder, var(--vscode-contrastBorder));
    background: var(--vscode-inputValidation-infoBackground);
    color: var(--vscode-inputValidation-infoForeground, var(--vscode-foreground));
    white-space: pre-line;
  }
  .message.failed {
    border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-contrastBorder));
    background: var(--vscode-inputValidation-errorBackground);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
  }
  .problem {
    margin: 12px 0;
    padding: 4px 16px 16px;
    border: 1px solid var(--vscode-inputValidation-errorBorder, var(--vscode-contrastBorder));
    border-radius: 2px;
  }
  .problem h2 {
    margin: 10px 0 6px;
  }
  .problem p {
    white-space: pre-line;
  }
  .problem code {
    display: block;
    width: fit-content;
    max-width: 100%;
    box-sizing: border-box;
    margin-top: 4px;
    padding: 4px 8px;
    border-radius: 2px;
    background: var(--vscode-textCodeBlock-background);
    font-family: var(--vscode-editor-font-family);
    overflow-wrap: anywhere;
    user-select: text;
  }
  .steps {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 12px;
  }
`;
