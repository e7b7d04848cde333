import { css, html, nothing, type TemplateResult } from 'lit';
import type { ExportFormat, PanelSetup, PanelState } from '../src/panel/protocol';
import { formatRate } from '../src/profile/format';
import type { Report } from '../src/profile/report';
import { machineLine, productTexts, shortKernel } from '../src/profile/reportCells';
import { backendName } from './backendName';
import { interpreterLine } from './pythonSetup';
import { progressBar } from './runProgress';
import './popover';
import { setupBar, type SetupActions } from './setupBar';

export interface HeadActions extends SetupActions {
  readonly copy: () => void;
  readonly save: (format: ExportFormat) => void;
}

const EXPORT_ITEMS: readonly (readonly [ExportFormat, string, string])[] = [
  ['json', 'Save as JSON…', 'with raw samples; opens here again'],
  ['markdown', 'Save as Markdown…', 'for a pull request'],
  ['csv', 'Save as CSV…', 'for a spreadsheet'],
];

/** Of kernels in the heading; one more is named rather than counted. */
const MOST_NAMES = 4;

/** What was run, on which adapter, and what can be done now. Its height is the same whether something runs or not. */
export function pageHead(state: PanelState, actions: HeadActions): TemplateResult {
  const { report, run, setup } = state;
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
    ${whereLines(state, actions)} ${setup === null ? nothing : setupBar(setup, run, actions)} ${progressBar(run)}
  </header>`;
}

/** Where it was measured, and where the next run will be. */
function whereLines(state: PanelState, actions: HeadActions): readonly TemplateResult[] {
  const { report, run, setup, saved } = state;
  const line = (content: unknown): TemplateResult => html`<div class="where quiet">${content}</div>`;
  const measured = report === null ? nothing : adapterText(report);
  const kept = saved === null ? nothing : html`<span class="saved" title=${saved}>saved</span>`;
  if (setup === null) return [line(html`${measured} ${kept}`)];
  if (setup.language === 'javascript') return [line(html`${measured} ${adapterLine(setup, state, actions)} ${kept}`)];
  const interpreter = line(interpreterLine(setup.python, run !== null, actions.act));
  return report === null ? [interpreter] : [line(html`${measured} ${kept}`), interpreter];
}

function adapterLine({ webgpu }: PanelSetup, { report, run }: PanelState, { act }: HeadActions): TemplateResult {
  const adapter = webgpu.adapter === 'auto' ? 'the best there is' : webgpu.adapter;
  return html`${report === null ? `Adapter: ${adapter}` : nothing}
    <button
      class="link"
      ?disabled=${run !== null}
      @click=${() => {
        act('change-adapter');
      }}
    >
      change adapter
    </button>`;
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
  const names = report.kernels.map(({ id }) => shortKernel(id));
  const more = names.length > MOST_NAMES + 1 ? ` and ${names.length - MOST_NAMES} more` : '';
  return `${(more === '' ? names : names.slice(0, MOST_NAMES)).join(', ')}${more}` || 'Kernel Lens';
}

function adapterText(report: Report): string {
  const { machine, createdAt, mode } = report;
  const { adapter, reference } = machine;
  const rate = reference.copyBytesPerSecond;
  const where =
    machine.python === null
      ? [
          `on ${adapter.name} (WebGPU, ${backendName(adapter.backend)})`,
          rate === null ? 'copy rate not measured' : `copy rate here ${formatRate(rate)}`,
          ...productTexts(report),
        ]
      : [`on ${machineLine(report)}`];
  const parts = [...where, new Date(createdAt).toLocaleString()];
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
  .tools vscode-button {
    height: 26px;
  }
  .where {
    min-height: 18px;
    line-height: 18px;
  }
  .saved::before {
    content: '· ';
  }
`;
