import * as vscode from 'vscode';
import { kernelCall, type LoadedKernel } from '../kernels/kernelCall';

/** Languages of the editor in which a call can stand. */
const EDITOR_LANGUAGES: Readonly<Record<LoadedKernel['language'], readonly string[]>> = {
  python: ['python'],
  javascript: ['javascript', 'typescript', 'javascriptreact', 'typescriptreact', 'vue', 'svelte', 'html'],
};
const FILE_NAMES: Readonly<Record<LoadedKernel['language'], string>> = {
  python: 'a Python file',
  javascript: 'a JavaScript or TypeScript file',
};

/**
 * Puts the call that loads a kernel at the cursor, in one step that can be undone. Where no editor of its language is
 * open the call is copied instead, and that is said.
 */
export async function insertKernel(kernel: LoadedKernel): Promise<void> {
  const call = kernelCall(kernel);
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && EDITOR_LANGUAGES[kernel.language].includes(editor.document.languageId)) {
    const done = await editor.edit((edit) => {
      for (const selection of editor.selections) edit.replace(selection, call);
    });
    if (done) {
      await vscode.window.showTextDocument(editor.document, editor.viewColumn);
      return;
    }
  }
  await vscode.env.clipboard.writeText(call);
  const why =
    editor === undefined
      ? `Open ${FILE_NAMES[kernel.language]} to insert it`
      : `It goes into ${FILE_NAMES[kernel.language]}`;
  void vscode.window.showInformationMessage(`Copied ${call}. ${why}.`);
}
