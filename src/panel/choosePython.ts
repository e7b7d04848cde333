import * as vscode from 'vscode';
import type { PythonEnvironment } from '../machine/machineTypes';

/** The command by which an extension has its Python chosen. */
const COMMANDS: Partial<Record<PythonEnvironment['source'], string>> = {
  'Python Environments extension': 'python-envs.set',
  'Python extension': 'python.setInterpreter',
};

/** Lets the person choose another Python where this one was chosen. @param source null: there is none */
export async function choosePython(source: PythonEnvironment['source'] | null): Promise<void> {
  const command = source === null ? undefined : COMMANDS[source];
  const isThere = command !== undefined && (await vscode.commands.getCommands(true)).includes(command);
  if (isThere) await vscode.commands.executeCommand(command);
  else await vscode.commands.executeCommand('workbench.action.openSettings', 'kernelLens.python.path');
}
