import { css, html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Language } from '../src/panel/protocol';

const LANGUAGES: readonly (readonly [language: Language, label: string, title: string])[] = [
  ['javascript', 'WebGPU', 'Kernels that run through WebGPU'],
  ['python', 'Python', 'Kernels and functions that PyTorch calls'],
];

/** Which kernels the pickers beside it are about. Arrow keys move the choice, as in any group of radio buttons. */
export function languageSwitch(chosen: Language, onChoose: (language: Language) => void): TemplateResult {
  return html`<div class="languages" role="radiogroup" aria-label="Kernels for">
    ${LANGUAGES.map(
      ([language, label, title]) =>
        html`<label title=${title}
          ><input
            type="radio"
            name="language"
            .checked=${live(language === chosen)}
            @change=${() => {
              onChoose(language);
            }}
          /><span>${label}</span></label
        >`,
    )}
  </div>`;
}

export const languageSwitchStyles = css`
  .languages {
    display: flex;
    box-sizing: border-box;
    height: 26px;
    border: 1px solid var(--vscode-radio-inactiveBorder, var(--vscode-dropdown-border, var(--vscode-contrastBorder)));
    border-radius: 2px;
  }
  .languages label {
    position: relative;
    display: flex;
    align-items: center;
    cursor: pointer;
  }
  .languages input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .languages span {
    display: flex;
    align-items: center;
    box-sizing: border-box;
    height: 100%;
    padding: 0 10px;
    color: var(--vscode-radio-inactiveForeground, var(--vscode-foreground));
  }
  .languages label:hover span {
    background: var(--vscode-radio-inactiveHoverBackground, var(--vscode-toolbar-hoverBackground));
  }
  .languages input:checked + span {
    background: var(--vscode-radio-activeBackground, var(--vscode-inputOption-activeBackground));
    color: var(--vscode-radio-activeForeground, var(--vscode-inputOption-activeForeground));
    outline: 1px solid var(--vscode-radio-activeBorder, var(--vscode-inputOption-activeBorder));
    outline-offset: -1px;
    font-weight: 600;
  }
  .languages input:focus-visible + span {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
`;
