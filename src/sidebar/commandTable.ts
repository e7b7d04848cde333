import * as vscode from 'vscode';
import { HubError } from '../hub/hubError';
import { noticeText } from '../kernels/noticeText';

/** Commands by id. What a menu or a caller hands over is not known before it has been looked at. */
export type CommandTable = Readonly<Record<string, (argument: unknown) => Promise<void> | void>>;

/** Registers commands. One that fails says why, with a button for the most likely next step. */
export function registerTable(table: CommandTable, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(table).map(([id, run]) =>
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        try {
          await run(argument);
        } catch (error) {
          // What is shown waits for the person; the command has ended.
          void showFailure(error, log);
        }
      }),
    ),
  );
}

async function showFailure(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof HubError && error.kind === 'cancelled') return;
  const message = error instanceof Error ? error.message : String(error);
  log.error(error instanceof Error ? (error.stack ?? message) : message);
  if (error instanceof HubError && (error.kind === 'unauthorized' || error.kind === 'forbidden')) {
    const answer = await vscode.window.showErrorMessage(noticeText(message), 'Set Token');
    if (answer === 'Set Token') await vscode.commands.executeCommand('kernelLens.setToken');
    return;
  }
  const answer = await vscode.window.showErrorMessage(noticeText(message), 'Show Log');
  if (answer === 'Show Log') log.show();
}
