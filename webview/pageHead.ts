import { css, html, nothing, type TemplateResult } from 'lit';
import type { ExportFormat, PanelAction, PanelState, RunChoice } from '../src/panel/protocol';
import { formatRate } from '../src/profile/format';
import type { Report } from '../src/profile/report';
import { shortKernel } from '../src/profile/reportCells';
import { backendName } from './backendName';
import { progressBar, progressText } from './runProgress';
import './popover';
import { runSetup } from './runSetup';

export interface HeadActions {
  readonly run: () => void;
  readonly cancel: () => void;
  readonly choose: (choice: RunChoice) => void;
  readonly copy: () => void;
  readonly save: (format: ExportFormat) => void;
  readonly act: (action: PanelAction) => void;
}

const EXPORT_ITEMS: readonly (readonly [ExportFormat, string, string])[] = [
  ['json', 'Save as JSON…', 'with raw samples; opens here again'],
  ['markdown', 'Save as Markdown…', 'for a pull request'],
  ['csv', 'Save as CSV…', 'for a spreadsheet'],
];

/** What was run, on which adapter, and what can be done now. Its height is the same whether something runs or not. */
export function pageHead(state: PanelState, actions: HeadActions): TemplateResult {
  const { report, run, setup } = state;
  const runnable = setup !== null && setup.choice.kernels.length > 0;
  return html`<header>
    <div class="top">
      <h1>${titleOf(state)}</h1>
      <div class="tools">
        <vscode-button
          secondary
          icon="copy"
          title="Copy the table as Markdown, with machine and method"
          ?disabled=${report === null}
          @click=${actions.copy}
          >Copy</vscode-button
        >
        <kernel-lens-popover
          class="align-end"
          kind="menu"
          label="Export"
          ?disabled=${report === null}
          .content=${() => exportItems(actions)}
        ></kernel-lens-popover>
      </div>
    </div>
    <div class="where quiet">
      ${report === null ? nothing : adapterText(report)}
      ${
        setup === null
          ? nothing
          : html`${report === null ? `Adapter: ${setup.adapter === 'auto' ? 'the best there is' : setup.adapter}` : nothing}
              <button
                class="link"
                ?disabled=${run !== null}
                @click=${() => {
                  actions.act('change-adapter');
                }}
              >
                change adapter
              </button>`
      }
      ${state.saved === null ? nothing : html`<span class="saved" title=${state.saved}>saved</span>`}
    </div>
    ${
      setup === null
        ? nothing
        : html`<div class="setup">
            ${
              run === null
                ? html`<vscode-button class="main" icon="play" ?disabled=${!runnable} @click=${actions.run}
                      >Run</vscode-button
                    >
                    ${runSetup(setup, actions.choose, actions.act)}`
                : html`<vscode-button
                      class="main"
                      icon="debug-stop"
                      ?disabled=${run.cancelling}
                      @click=${actions.cancel}
                      >${run.cancelling ? 'Stopping' : 'Cancel'}</vscode-button
                    >
                    <span class="now number">${progressText(run)}</span>`
            }
          </div>`
    }
    ${progressBar(run)}
  </header>`;
}

function exportItems(actions: HeadActions): TemplateResult {
  return html`${EXPORT_ITEMS.map(
    ([format, label, detail]) =>
      html`<button
        role="menuitem"
        @click=${() => {
          actions.save(format);
        }}
      >
        <span>${label}<span class="detail">${detail}</span></span>
      </button>`,
  )}`;
}

function titleOf({ surface, fileName, report }: PanelState): string {
  if (surface === 'file') return fileName;
  if (report === null) return 'Kernel Lens';
  return report.kernels.map(({ id }) => shortKernel(id)).join(', ') || 'Kernel Lens';
}

function adapterText({ machine, createdAt, mode }: Report): string {
  const { adapter, reference } = machine;
  const rate = reference.copyBytesPerSecond;
  const parts = [
    `on ${adapter.name} (WebGPU, ${backendName(adapter.backend)})`,
    rate === null ? 'copy rate not measured' : `copy rate here ${formatRate(rate)}`,
    new Date(createdAt).toLocaleString(),
  ];
  if (mode === 'aa') parts.push('every contender against itself');
  return parts.join(' · ');
}

export const pageHeadStyles = css`
  header {
    display: flex;
    flex-direction: column;
    gap: 8px;
    padding-top: 14px;
  }
  .top {
    display: flex;
    align-items: flex-start;
    justify-content: space-between;
    gap: 12px;
  }
  h1 {
    margin: 0;
    font-size: 1.25em;
    font-weight: 600;
    line-height: 26px;
    overflow-wrap: anywhere;
  }
  .tools {
    display: flex;
    flex: none;
    gap: 6px;
  }
  .tools vscode-button,
  .setup vscode-button {
    height: 26px;
  }
  .where {
    min-height: 18px;
    line-height: 18px;
  }
  .saved::before {
    content: '· ';
  }
  .setup {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    min-height: 26px;
  }
  .setup .main {
    min-width: 92px;
  }
  .setup .now {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .setup .quick {
    display: flex;
    align-items: center;
    gap: 6px;
    cursor: pointer;
  }
  .setup .quick input {
    margin: 0;
    accent-color: var(--vscode-focusBorder);
  }
`;
