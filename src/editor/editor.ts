import * as vscode from 'vscode';
import type { LoadedKernel } from '../kernels/kernelCall';
import { EDITOR_LANGUAGES } from './editorLanguages';
import type { EditorParts, InsertAction, LateEditor } from './editorParts';

/** Commands of the editor's part; those for a kernel of the sidebar are the sidebar's. */
const EDITOR_COMMANDS = [
  'kernelLens.replaceOperation',
  'kernelLens.changeVersion',
  'kernelLens.runBenchmark',
  'kernelLens.compareFunctions',
  'kernelLens.hideLensesForLine',
  'kernelLens.hideLensesForFile',
  'kernelLens.hideLensesForWorkspace',
] as const;

export interface EditorOptions extends EditorParts {
  /** Loads what parses: it is large, and many windows never show code of these languages. */
  readonly load: () => Promise<{ readonly createLateEditor: (parts: EditorParts) => LateEditor }>;
  /** Registers commands; a failure is shown to the person. */
  readonly register: (table: Readonly<Record<string, (argument: unknown) => Promise<void>>>) => vscode.Disposable;
}

export interface EditorSide {
  /** For a kernel that was chosen elsewhere. */
  readonly insert: (kernel: LoadedKernel, action: InsertAction) => Promise<void>;
  readonly dispose: () => void;
}

/** What Kernel Lens does in editors. Until code of its languages is visible, or a command is run, it only waits. */
export function createEditor(options: EditorOptions): EditorSide {
  const { load, register, log } = options;
  let late: Promise<LateEditor> | null = null;
  let gone = false;
  const begin = (): Promise<LateEditor> => {
    late ??= load().then(({ createLateEditor }) => {
      const created = createLateEditor(options);
      if (gone) created.dispose();
      return created;
    });
    return late;
  };
  const look = (): void => {
    if (late !== null || !isCodeVisible()) return;
    begin().catch((error: unknown) => {
      log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  };
  const commands = EDITOR_COMMANDS.map((id) => [id, async (argument: unknown) => (await begin()).run(id, argument)]);
  const subscriptions = vscode.Disposable.from(
    register(Object.fromEntries(commands) as Readonly<Record<string, (argument: unknown) => Promise<void>>>),
    vscode.window.onDidChangeVisibleTextEditors(look),
    vscode.window.onDidChangeVisibleNotebookEditors(look),
    // A document may be given another language.
    vscode.workspace.onDidOpenTextDocument(look),
  );
  // After the window has started, which this would only hold up.
  setTimeout(look, 0);
  return {
    insert: async (kernel, action) => (await begin()).insert(kernel, action),
    dispose: () => {
      gone = true;
      subscriptions.dispose();
      void late?.then((created) => {
        created.dispose();
      });
    },
  };
}

function isCodeVisible(): boolean {
  const isRead = ({ languageId }: vscode.TextDocument): boolean => EDITOR_LANGUAGES.includes(languageId);
  return (
    vscode.window.visibleTextEditors.some(({ document }) => isRead(document)) ||
    vscode.window.visibleNotebookEditors.some(({ notebook }) =>
      notebook.getCells().some(({ document }) => isRead(document)),
    )
  );
}
