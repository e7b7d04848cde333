import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PythonChoice, PythonSetup } from '../src/panel/protocol';
import { checkRow, withItem } from './pythonList';

/** What the button says: `2 shapes, float16`. */
export function inputsText({ choice, shapesProblem }: PythonSetup, isFunction: boolean): string {
  if (shapesProblem !== null && !isFunction) return 'cannot be read';
  const parts = isFunction ? ['its own'] : [choice.shapes.trim() === '' ? 'of real models' : 'as typed'];
  if (choice.dtypes.length > 0) parts.push(choice.dtypes.join(', '));
  if (choice.backward) parts.push('with backward');
  return parts.join(', ');
}

/** Shapes, dtypes, and whether gradients are measured too. */
export function inputsSheet(
  setup: PythonSetup,
  isFunction: boolean,
  onChoose: (choice: PythonChoice) => void,
): TemplateResult {
  const { choice, dtypes } = setup;
  return html`${isFunction ? nothing : shapesField(setup, onChoose)}
    <div class="legend">Dtypes</div>
    ${checkRow({
      label: 'Suited to device and workload',
      details: [],
      checked: choice.dtypes.length === 0,
      onChange: (checked) => {
        onChoose({ ...choice, dtypes: checked ? [] : dtypes.slice(0, 1).map(({ key }) => key) });
      },
    })}
    ${dtypes.map(({ key, label, detail }) =>
      checkRow({
        label,
        details: [detail],
        checked: choice.dtypes.includes(key),
        onChange: (checked) => {
          onChoose({ ...choice, dtypes: withItem(choice.dtypes, key, checked) });
        },
      }),
    )}
    ${
      isFunction
        ? nothing
        : html`<div class="divider"></div>
            ${checkRow({
              label: 'Forward and backward',
              details: ['where the kernel computes gradients'],
              checked: choice.backward,
              onChange: (backward) => {
                onChoose({ ...choice, backward });
              },
            })}`
    }`;
}

function shapesField(
  { choice, shapesProblem, shapesExample }: PythonSetup,
  onChoose: (choice: PythonChoice) => void,
): TemplateResult {
  return html`<div class="field">
    <label for="shapes"
      >Shapes <span class="detail">empty: those of real models; benchmarks keep their own</span></label
    >
    <vscode-textfield
      id="shapes"
      .label=${'Shapes'}
      placeholder=${shapesExample}
      .value=${live(choice.shapes)}
      ?invalid=${shapesProblem !== null}
      @input=${(event: Event) => {
        onChoose({ ...choice, shapes: (event.target as HTMLInputElement).value });
      }}
    ></vscode-textfield>
    <div class="flaw" role="alert" ?hidden=${shapesProblem === null} .textContent=${shapesProblem ?? ''}></div>
  </div>`;
}
