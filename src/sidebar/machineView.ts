import * as vscode from 'vscode';
import type { Machine } from '../machine/machineTypes';
import { machineRows, type MachineRow } from './machineRows';

/** Rows that have something to copy. */
export const COMMAND_ROW = 'kernelLens.machine.command';

const NEXT_STEPS: Readonly<Record<NonNullable<MachineRow['leadsTo']>, vscode.Command>> = {
  'python setting': {
    command: 'workbench.action.openSettings',
    title: 'Choose a Python',
    arguments: ['kernelLens.python.path'],
  },
  'workspace trust': { command: 'workbench.trust.manage', title: 'Manage Workspace Trust' },
};

/** This Machine: what can run kernels here, what is missing, and the command that mends it. */
export class MachineView implements vscode.TreeDataProvider<MachineRow>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly stop: () => void;

  constructor(private readonly machine: Machine) {
    this.stop = machine.onChange(() => {
      this.changed.fire(undefined);
    });
  }

  dispose(): void {
    this.stop();
    this.changed.dispose();
  }

  getChildren(row?: MachineRow): MachineRow[] {
    return row === undefined ? machineRows(this.machine.state, vscode.workspace.isTrusted) : [];
  }

  getTreeItem(row: MachineRow): vscode.TreeItem {
    const item = new vscode.TreeItem(row.label);
    item.id = row.id;
    item.description = row.description;
    item.tooltip = row.detail;
    item.iconPath = new vscode.ThemeIcon(row.icon, row.colour === null ? undefined : new vscode.ThemeColor(row.colour));
    item.accessibilityInformation = { label: row.spoken };
    if (row.command !== null) item.contextValue = COMMAND_ROW;
    if (row.leadsTo !== null) item.command = NEXT_STEPS[row.leadsTo];
    return item;
  }
}

/** Copies what mends a row: `kernelLens.copyMachineCommand`, with the row as its argument. */
export async function copyMachineCommand(row: MachineRow | undefined): Promise<void> {
  if (row?.command === undefined || row.command === null) return;
  await vscode.env.clipboard.writeText(row.command);
  vscode.window.setStatusBarMessage(`Copied: ${row.command}`, 5000);
}
