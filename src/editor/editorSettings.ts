import * as vscode from 'vscode';
import { OPERATION_KINDS, type OperationKind } from '../code/operation';
import { LENS_RATES, type LensRate } from './lensRate';

export interface EditorSettings {
  readonly lenses: {
    readonly enabled: boolean;
    readonly calls: boolean;
    readonly operations: ReadonlySet<OperationKind>;
    readonly rate: LensRate;
  };
  readonly diagnostics: boolean;
}

/** The settings for a document as they are now. A value of another type counts as not set. */
export function editorSettings(document: vscode.Uri): EditorSettings {
  const section = vscode.workspace.getConfiguration('kernelLens', document);
  const kinds = section.get<unknown>('lenses.operations');
  const rate = section.get<unknown>('lenses.rate');
  return {
    lenses: {
      enabled: section.get<unknown>('lenses.enabled') !== false,
      calls: section.get<unknown>('lenses.calls') !== false,
      operations: new Set(
        Array.isArray(kinds) ? OPERATION_KINDS.filter((kind) => kinds.includes(kind)) : OPERATION_KINDS,
      ),
      rate: LENS_RATES.find((one) => one === rate) ?? 'every',
    },
    diagnostics: section.get<unknown>('diagnostics.enabled') !== false,
  };
}

/** Turns the lenses off for the workspace; where none is open, for the person. */
export async function hideLensesInWorkspace(): Promise<void> {
  const { Workspace, Global } = vscode.ConfigurationTarget;
  const target = vscode.workspace.workspaceFolders === undefined ? Global : Workspace;
  await vscode.workspace.getConfiguration('kernelLens').update('lenses.enabled', false, target);
}
