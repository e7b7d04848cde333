// Why there is nothing to show, in words, with the steps that help. No vscode in here.
import type { RunRemedy } from './profileJob';
import type { RunFailure } from './profileRuns';
import { TRY_ACTIONS, type PanelAction, type PanelProblem } from './protocol';

const SHOW_LOG = { action: 'show-log', label: 'Show Log' } as const;

/** @param unsaved why the report could not be written; null: it could */
export function runProblem(failure: RunFailure | null, unsaved: string | null): PanelProblem | null {
  if (failure !== null) {
    const { title, message, remedies } = failure;
    return {
      title,
      text: message,
      remedies: remedies.filter(({ text }) => text !== '').map(({ text, code }) => ({ text, code })),
      actions: [...remedyActions(remedies), ...nextSteps(failure), SHOW_LOG],
    };
  }
  if (unsaved !== null) {
    return {
      title: 'The report is not saved',
      text: `${unsaved} The report is kept here until the window closes: export it, or run again.`,
      remedies: [],
      actions: [SHOW_LOG],
    };
  }
  return null;
}

/** Does what a button stands for; nothing where the page showed it too late. */
export async function tryRemedy(action: PanelAction, failure: RunFailure | null): Promise<void> {
  const index = TRY_ACTIONS.findIndex((one) => one === action);
  await buttonsOf(failure?.remedies ?? [])[index]?.press();
}

function remedyActions(remedies: readonly RunRemedy[]): PanelProblem['actions'] {
  return TRY_ACTIONS.flatMap((action, index) => {
    const button = buttonsOf(remedies)[index];
    return button === undefined ? [] : [{ action, label: button.label }];
  });
}

function buttonsOf(remedies: readonly RunRemedy[]): RunRemedy['buttons'] {
  return remedies.flatMap(({ buttons }) => buttons);
}

function nextSteps({ kind, language }: RunFailure): PanelProblem['actions'] {
  if (language === 'python') return [{ action: 'run-again', label: 'Run Again' }];
  if (kind === 'no-adapter') return [{ action: 'change-adapter', label: 'Choose an Adapter' }];
  return [{ action: 'run-default', label: 'Run Again' }];
}
