import * as vscode from 'vscode';

/** Says why nothing is run where the workspace is not trusted, with the way to trust it. @param what `Kernels of the Hub` */
export async function workspaceTrusted(what: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const answer = await vscode.window.showWarningMessage(
    `${what} are not run, because this workspace is not trusted. Trust it to run them.`,
    'Manage Workspace Trust',
  );
  if (answer !== undefined) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}
