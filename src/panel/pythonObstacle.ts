import * as vscode from 'vscode';
import type { HubError } from '../hub/hubError';
import type { KernelRemedy } from '../hub/pythonKernel';
import { shownText } from '../kernels/shownText';
import { RunObstacle, type RunRemedy } from './profileJob';
import { workingFolder } from './pythonEnvironment';

/** Profiles another kernel instead. `version` null: the newest. */
export type ProfileInstead = (id: string, version: number | null) => Promise<void>;

/** Nothing can be run with this Python, or there is none. */
export function pythonObstacle(
  message: string,
  remedies: readonly KernelRemedy[],
  instead: ProfileInstead,
  choose: () => Promise<void>,
): RunObstacle {
  const offered = remedies.map((remedy) => runRemedy(remedy, instead));
  const another = { text: '', code: null, buttons: [{ label: 'Choose Another Python', press: choose }] };
  return new RunObstacle('Kernels cannot be run with this Python', message, [...offered, another]);
}

/** A kernel does not run here. */
export function kernelObstacle(
  message: string,
  remedies: readonly KernelRemedy[],
  instead: ProfileInstead,
): RunObstacle {
  const offered = remedies.map((remedy) => runRemedy(remedy, instead));
  return new RunObstacle('The kernel does not run here', message, offered);
}

/** The Hub does not give the kernel. */
export function hubObstacle(error: HubError): RunObstacle {
  const needsToken = error.kind === 'unauthorized' || error.kind === 'forbidden';
  const token: RunRemedy = {
    text: '',
    code: null,
    buttons: [
      {
        label: 'Set Token',
        press: async () => {
          await vscode.commands.executeCommand('kernelLens.setToken');
        },
      },
    ],
  };
  return new RunObstacle('The Hub did not give the kernel', error.message, needsToken ? [token] : []);
}

function runRemedy(remedy: KernelRemedy, instead: ProfileInstead): RunRemedy {
  switch (remedy.kind) {
    case 'version': {
      const { id, version, text } = remedy;
      const press = (): Promise<void> => instead(id, version);
      return { text, code: null, buttons: [{ label: `Profile v${version} Instead`, press }] };
    }
    case 'kernel': {
      const { id, version, text } = remedy;
      const press = (): Promise<void> => instead(id, version);
      const name = shownText(id.slice(id.indexOf('/') + 1), 40);
      return { text, code: null, buttons: [{ label: `Profile ${name}`, press }] };
    }
    case 'command': {
      const { command, text } = remedy;
      return {
        text,
        code: command,
        buttons: [
          { label: 'Copy Command', press: () => copyCommand(command) },
          { label: 'Run in Terminal', press: () => runInTerminal(command) },
        ],
      };
    }
  }
}

async function copyCommand(command: string): Promise<void> {
  await vscode.env.clipboard.writeText(command);
  vscode.window.setStatusBarMessage('$(check) Command copied', 3000);
}

/** Only after somebody has read the command and agreed. */
async function runInTerminal(command: string): Promise<void> {
  if (/\p{Cc}/u.test(command))
    throw new Error('The command has characters that a terminal would act on. Copy it instead.');
  const run = 'Run It';
  const answer = await vscode.window.showWarningMessage(
    'Run this command in a terminal?',
    { modal: true, detail: command },
    run,
  );
  if (answer !== run) return;
  const terminal = vscode.window.createTerminal({ name: 'Kernel Lens', cwd: workingFolder() });
  terminal.show();
  terminal.sendText(command);
}
