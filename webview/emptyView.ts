import { css, html, type TemplateResult } from 'lit';
import type { PanelAction, PanelState, PythonSetup } from '../src/panel/protocol';

/** What the page says before there is a report: the question it answers and the next step. */
export function emptyView({ run, setup }: PanelState, onAct: (action: PanelAction) => void): TemplateResult {
  if (run !== null) {
    return html`<section class="empty">
      <p class="answer">
        ${setup?.language === 'python' ? 'Getting ready to measure in Python.' : 'Opening the adapter and measuring how fast it copies.'}
      </p>
      <p class="quiet">Rows appear here as they finish.</p>
    </section>`;
  }
  if (setup?.language === 'python') return pythonEmpty(setup.python, onAct);
  if (setup?.webgpu.kernels.length === 0)
    return html`<section class="empty"><p class="quiet">Looking for kernels.</p></section>`;
  return html`<section class="empty">
    <p class="answer">Which kernel is faster on this machine, and is it still right?</p>
    <p>
      Each kernel runs fused and unfused on this machine's GPU through WebGPU. Every output is compared with an oracle,
      every time comes with its interval, and the copy rate of this GPU says how near the limit it is.
    </p>
    <div class="steps">
      <vscode-button
        icon="play"
        @click=${() => {
          onAct('run-default');
        }}
        >Profile This Machine</vscode-button
      >
      <vscode-button
        secondary
        @click=${() => {
          onAct('open-report');
        }}
        >Open a Report…</vscode-button
      >
    </div>
  </section>`;
}

function pythonEmpty({ kernels }: PythonSetup, onAct: (action: PanelAction) => void): TemplateResult {
  return html`<section class="empty">
    <p class="answer">Which kernel is faster than PyTorch on this machine, and is it still right?</p>
    <p>
      Each kernel runs in your own Python beside PyTorch and torch.compile, on the same inputs. Every output is compared
      with a float64 reference, and every time comes with its interval.
    </p>
    <div class="steps">
      <vscode-button
        icon="add"
        ?secondary=${kernels.length > 0}
        @click=${() => {
          onAct('add-hub-kernel');
        }}
        >Choose a Kernel…</vscode-button
      >
      <vscode-button
        secondary
        @click=${() => {
          onAct('open-report');
        }}
        >Open a Report…</vscode-button
      >
    </div>
  </section>`;
}

export const emptyStyles = css`
  .empty {
    padding: 16px 0;
  }
  .empty p {
    line-height: 1.5;
  }
`;
