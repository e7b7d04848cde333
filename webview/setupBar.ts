import { css, html, type TemplateResult } from 'lit';
import type { Language, PanelAction, PanelRun, PanelSetup, PythonChoice, RunChoice } from '../src/panel/protocol';
import { languageSwitch } from './languageSwitch';
import { pythonSetup } from './pythonSetup';
import { progressText } from './runProgress';
import { runSetup } from './runSetup';

export interface SetupActions {
  readonly run: () => void;
  readonly cancel: () => void;
  readonly choose: (choice: RunChoice) => void;
  readonly choosePython: (choice: PythonChoice) => void;
  readonly chooseLanguage: (language: Language) => void;
  readonly act: (action: PanelAction) => void;
}

/** What is run next, or what runs now: the same height either way. */
export function setupBar(setup: PanelSetup, run: PanelRun | null, actions: SetupActions): TemplateResult {
  if (run !== null) {
    return html`<div class="setup">
      <vscode-button class="main" icon="debug-stop" ?disabled=${run.cancelling} @click=${actions.cancel}
        >${run.cancelling ? 'Stopping' : 'Cancel'}</vscode-button
      >
      <span class="now number">${progressText(run)}</span>
    </div>`;
  }
  const { language, webgpu, python } = setup;
  const runnable = language === 'python' ? python.runnable : webgpu.choice.kernels.length > 0;
  return html`<div class="setup">
    <vscode-button class="main" icon="play" ?disabled=${!runnable} @click=${actions.run}>Run</vscode-button>
    ${languageSwitch(language, actions.chooseLanguage)}
    ${
      language === 'python'
        ? pythonSetup(python, actions.choosePython, actions.act)
        : runSetup(webgpu, actions.choose, actions.act)
    }
  </div>`;
}

export const setupBarStyles = css`
  .setup {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    min-height: 26px;
  }
  .setup vscode-button {
    height: 26px;
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
