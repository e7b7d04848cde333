import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { KernelChoice, PanelAction, RunChoice, WebGpuSetup } from '../src/panel/protocol';
import './popover';

/** The pickers of a run of WebGPU kernels: which kernels, which cases, and whether quick. */
export function runSetup(
  setup: WebGpuSetup,
  onChoose: (choice: RunChoice) => void,
  onAct: (action: PanelAction) => void,
): TemplateResult {
  const { kernels, choice } = setup;
  const chosen = kernels.filter(({ key }) => choice.kernels.includes(key));
  return html`<kernel-lens-popover
      label="Kernels"
      value=${kernelsText(kernels, choice)}
      .content=${() => kernelList(kernels, choice, onChoose, onAct)}
    ></kernel-lens-popover>
    <kernel-lens-popover
      label="Cases"
      value=${casesText(chosen, choice)}
      ?disabled=${chosen.length === 0}
      .content=${() => caseList(chosen, choice, onChoose)}
    ></kernel-lens-popover>
    <label class="quick" title="Fewer and smaller cases, wider intervals"
      ><input
        type="checkbox"
        .checked=${live(choice.quick)}
        @change=${(event: Event) => {
          onChoose({ ...choice, quick: isChecked(event) });
        }}
      />Quick</label
    >`;
}

function kernelsText(kernels: readonly KernelChoice[], choice: RunChoice): string {
  const runnable = kernels.filter(({ problem }) => problem === null);
  if (choice.kernels.length === 0) return 'none';
  if (choice.kernels.length === runnable.length) return `all ${runnable.length}`;
  if (choice.kernels.length > 1) return `${choice.kernels.length} of ${runnable.length}`;
  return runnable.find(({ key }) => key === choice.kernels[0])?.label ?? '1';
}

function kernelList(
  kernels: readonly KernelChoice[],
  choice: RunChoice,
  onChoose: (choice: RunChoice) => void,
  onAct: (action: PanelAction) => void,
): TemplateResult {
  const runnable = kernels.filter(({ problem }) => problem === null).map(({ key }) => key);
  return html`<label
      ><input
        type="checkbox"
        .checked=${live(choice.kernels.length === runnable.length)}
        @change=${(event: Event) => {
          onChoose({ ...choice, kernels: isChecked(event) ? runnable : [] });
        }}
      /><span>All kernels</span></label
    >
    <div class="divider"></div>
    ${kernels.map(
      ({ key, label, detail, problem }) =>
        html`<label class=${problem === null ? '' : 'refused'}
          ><input
            type="checkbox"
            .checked=${live(choice.kernels.includes(key))}
            ?disabled=${problem !== null}
            @change=${(event: Event) => {
              const others = choice.kernels.filter((other) => other !== key);
              onChoose({ ...choice, kernels: isChecked(event) ? [...others, key] : others });
            }}
          /><span
            >${label}<span class="detail">${detail}</span
            >${problem === null ? nothing : html`<span class="detail">${problem}</span>`}</span
          ></label
        >`,
    )}
    <div class="divider"></div>
    <button
      @click=${() => {
        onAct('add-folder');
      }}
    >
      Add a folder…
    </button>
    ${
      kernels.some(({ problem }) => problem !== null)
        ? html`<button
            @click=${() => {
              onAct('manage-trust');
            }}
          >
            Manage workspace trust…
          </button>`
        : ''
    }`;
}

function casesText(kernels: readonly KernelChoice[], { cases }: RunChoice): string {
  if (cases === null) return 'suited to the adapter';
  const count = kernels.reduce((sum, { key }) => sum + (cases[key]?.length ?? 0), 0);
  return count === 0 ? 'none' : `${count} chosen`;
}

function caseList(
  kernels: readonly KernelChoice[],
  choice: RunChoice,
  onChoose: (choice: RunChoice) => void,
): TemplateResult {
  const all = Object.fromEntries(kernels.map(({ key, cases }) => [key, cases.map(({ name }) => name)]));
  const suited = choice.cases === null;
  return html`<label
      ><input
        type="checkbox"
        .checked=${live(suited)}
        @change=${(event: Event) => {
          onChoose({ ...choice, cases: isChecked(event) ? null : all });
        }}
      /><span
        >Suited to the adapter<span class="detail">sizes that it can time well; in software, small ones</span></span
      ></label
    >
    <div class="divider"></div>
    ${kernels.map(
      ({ key, label, cases }) =>
        html`<div class="legend">${label}</div>
          ${cases.map(({ name, detail }) => {
            const names = choice.cases?.[key] ?? [];
            return html`<label
              ><input
                type="checkbox"
                .checked=${live(names.includes(name))}
                @change=${(event: Event) => {
                  const kept = names.filter((other) => other !== name);
                  onChoose({
                    ...choice,
                    cases: { ...choice.cases, [key]: isChecked(event) ? [...kept, name] : kept },
                  });
                }}
              /><span>${name}<span class="detail">${detail}</span></span></label
            >`;
          })}`,
    )}`;
}

function isChecked(event: Event): boolean {
  return (event.target as HTMLInputElement).checked;
}
