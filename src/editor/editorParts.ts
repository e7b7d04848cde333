// What the editor's part is given by the rest of the extension.
import type * as vscode from 'vscode';
import type { Catalogue } from '../hub/catalogueTypes';
import type { PinTexts } from '../kernels/pinTexts';
import type { LoadedKernel } from '../kernels/kernelCall';
import type { Machine } from '../machine/machineTypes';

/** The Hub as it is set now. */
export interface EditorHub {
  readonly settings: { readonly offline: boolean };
  readonly catalogue: Catalogue;
}

export interface EditorParts {
  /** The same one until `onDidChange`. */
  readonly hub: { readonly open: () => Promise<EditorHub>; readonly onDidChange: vscode.Event<undefined> };
  readonly machine: Machine;
  /** The files of pins as they are on disk. Rejects where one cannot be read. */
  readonly readPins: (folder: vscode.WorkspaceFolder) => Promise<PinTexts>;
  readonly reports: { readonly folders: () => readonly vscode.Uri[]; readonly onDidWrite: vscode.Event<void> };
  readonly log: vscode.LogOutputChannel;
}

/** What the sidebar asks of the editor's part for a kernel. */
export type InsertAction = 'insert' | 'choose form' | 'docker lines' | 'copy';

export interface LateEditor {
  /** @param id one of EDITOR_COMMANDS */
  run(id: string, argument: unknown): Promise<void>;
  insert(kernel: LoadedKernel, action: InsertAction): Promise<void>;
  dispose(): void;
}
