import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PanelAction, PythonChoice, PythonSetup, RunSize } from '../src/panel/protocol';
import './popover';
import { inputsSheet, inputsText } from './pythonInputs';
import { checkRow, grouped, withItem } from './pythonList';
import { withKernel } from './pythonKernelChoice';

const SIZES: readonly (readonly [size: RunSize, label: string, detail: string])[] = [
  ['quick', 'Quick', 'few shapes, wider intervals'],
  ['default', 'Default', 'the main shapes'],
  ['full', 'Full', 'every shape, with more input seeds'],
];

/** The pickers of a run in Python: which kernels, against what, on which inputs. */
export function pythonSetup(
  setup: PythonSetup,
  onChoose: (choice: PythonChoice) => void,
  onAct: (action: PanelAction) => void,
): TemplateResult {
  const { kernels, choice } = setup;
  const alone = kernels.find((kernel) => kernel.alone && choice.kernels.includes(kernel.key));
  const isFunction = alone !== undefined;
  const against = alone?.against ?? null;
  return html`<kernel-lens-popover
      label="Kernels"
      value=${kernelsText(setup)}
      .content=${() => kernelSheet(setup, onChoose, onAct)}
    ></kernel-lens-popover>
    <kernel-lens-popover
      label="Against"
      value=${againstText(choice, against)}
      ?disabled=${against === ''}
      .content=${() => againstSheet(setup, against, onChoose)}
    ></kernel-lens-popover>
    <kernel-lens-popover
      label="Workloads"
      value=${workloadsText(setup, isFunction)}
      ?disabled=${isFunction || choice.kernels.length === 0}
      .content=${() => workloadSheet(setup, onChoose)}
    ></kernel-lens-popover>
    <kernel-lens-popover
      label="Inputs"
      value=${inputsText(setup, isFunction)}
      ?flawed=${setup.shapesProblem !== null}
      .content=${() => inputsSheet(setup, isFunction, onChoose)}
    ></kernel-lens-popover>
    <kernel-lens-popover
      label="Size"
      value=${sizeLabel(choice.size)}
      .content=${() => sizeSheet(choice, onChoose)}
    ></kernel-lens-popover>`;
}

/** Which Python runs it, or why none does, with a way out. */
export function interpreterLine(
  { interpreter, problem, trusted }: PythonSetup,
  isRunning: boolean,
  onAct: (action: PanelAction) => void,
): TemplateResult {
  const text = [trusted ? interpreter : '', problem ?? ''].filter((part) => part !== '').join(': ');
  return html`${text}
    <button
      class="link"
      ?disabled=${isRunning}
      @click=${() => {
        onAct(trusted ? 'choose-python' : 'manage-trust');
      }}
    >
      ${trusted ? 'choose another Python' : 'manage workspace trust'}
    </button>`;
}

function kernelsText({ kernels, choice }: PythonSetup): string {
  const [first, ...others] = choice.kernels.flatMap((key) => kernels.find((kernel) => kernel.key === key) ?? []);
  if (first === undefined) return 'none';
  return others.length === 0 ? first.label : `${first.label} and ${others.length} more`;
}

function kernelSheet(
  { kernels, choice }: PythonSetup,
  onChoose: (choice: PythonChoice) => void,
  onAct: (action: PanelAction) => void,
): TemplateResult {
  return html`${grouped(kernels, ({ key, label, detail, problem }) =>
      checkRow({
        label,
        details: [detail, problem ?? ''],
        checked: choice.kernels.includes(key),
        disabled: problem !== null,
        onChange: (checked) => {
          onChoose(withKernel(choice, kernels, key, checked));
        },
      }),
    )}
    ${kernels.length === 0 ? html`<div class="hint">Kernels that were measured or pinned stand here.</div>` : nothing}
    <div class="divider"></div>
    <button
      @click=${() => {
        onAct('add-hub-kernel');
      }}
    >
      Add from the Hub…
    </button>
    <button
      @click=${() => {
        onAct('add-python-folder');
      }}
    >
      Add a folder…
    </button>`;
}

/** @param against of a function, empty where nothing is; null: a kernel, which is held against PyTorch */
function againstText({ compile, versions }: PythonChoice, against: string | null): string {
  if (against === '') return 'nothing';
  const parts = [against ?? 'PyTorch'];
  if (compile) parts.push('torch.compile');
  parts.push(...versions.map((version) => `v${version}`));
  return parts.join(', ');
}

function againstSheet(
  { choice, versions }: PythonSetup,
  against: string | null,
  onChoose: (choice: PythonChoice) => void,
): TemplateResult {
  return html`${checkRow({ label: against ?? 'PyTorch, eager', details: ['the baseline'], checked: true, disabled: true })}
  ${checkRow({
    label: 'torch.compile',
    details: ['the same code compiled; compiling takes its time, apart from the measuring'],
    checked: choice.compile,
    onChange: (compile) => {
      onChoose({ ...choice, compile });
    },
  })}
  ${versions.length === 0 ? nothing : html`<div class="legend">Other versions</div>`}
  ${versions.map(({ version, label, detail }) =>
    checkRow({
      label,
      details: [detail],
      checked: choice.versions.includes(version),
      onChange: (checked) => {
        onChoose({ ...choice, versions: withItem(choice.versions, version, checked) });
      },
    }),
  )}`;
}

function workloadsText({ workloads, choice }: PythonSetup, isFunction: boolean): string {
  if (isFunction) return 'its own';
  if (choice.workloads.length === 0) return 'all that fit';
  const [first = ''] = choice.workloads;
  if (choice.workloads.length > 1) return `${choice.workloads.length} of ${workloads.length}`;
  return workloads.find(({ key }) => key === first)?.label ?? first;
}

function workloadSheet({ workloads, choice }: PythonSetup, onChoose: (choice: PythonChoice) => void): TemplateResult {
  return html`${checkRow({
    label: 'All that fit',
    details: ['what the kernel has functions for, and its own benchmarks'],
    checked: choice.workloads.length === 0,
    onChange: (checked) => {
      onChoose({ ...choice, workloads: checked ? [] : workloads.map(({ key }) => key) });
    },
  })}
  ${grouped(workloads, ({ key, label, detail }) =>
    checkRow({
      label,
      details: [detail],
      checked: choice.workloads.includes(key),
      onChange: (checked) => {
        onChoose({ ...choice, workloads: withItem(choice.workloads, key, checked) });
      },
    }),
  )}`;
}

function sizeLabel(size: RunSize): string {
  return SIZES.find(([one]) => one === size)?.[1] ?? size;
}

function sizeSheet(choice: PythonChoice, onChoose: (choice: PythonChoice) => void): TemplateResult {
  return html`${SIZES.map(
    ([size, label, detail]) =>
      html`<label
        ><input
          type="radio"
          name="size"
          .checked=${live(choice.size === size)}
          @change=${() => {
            onChoose({ ...choice, size });
          }}
        /><span>${label}<span class="detail">${detail}</span></span></label
      >`,
  )}`;
}

export const pythonSetupStyles = css`
  kernel-lens-popover[flawed] .opener {
    border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground));
  }
  .sheet .hint {
    padding: 4px 12px;
    color: var(--vscode-descriptionForeground);
  }
  .sheet .field {
    padding: 4px 12px 6px;
  }
  .sheet .field label {
    display: block;
    padding: 0 0 4px;
    cursor: default;
  }
  .sheet .field label:is(:hover, :focus-within) {
    background: none;
    color: inherit;
    outline: none;
  }
  .sheet .field vscode-textfield {
    width: 100%;
    min-width: 340px;
  }
  .sheet .field .flaw {
    margin-top: 4px;
    padding: 4px 8px;
    border: 1px solid var(--vscode-inputValidation-errorBorder, var(--vscode-contrastBorder));
    background: var(--vscode-inputValidation-errorBackground);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
  }
`;
