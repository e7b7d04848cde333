import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

const PYTHON = { id: 'kernels-community/activation', version: 1 };
const WEBGPU = { id: 'webgpu-kernels/ai.onnx.Add', version: 1 };

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`Not within 30 s: ${what}.`);
}

/** A file of its own for each test: names of untitled ones are used again. */
async function show(name: string, content: string): Promise<vscode.TextEditor> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'a folder is open');
  const file = vscode.Uri.joinPath(folder.uri, 'inserted', `${randomUUID()}-${name}`);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(content));
  return vscode.window.showTextDocument(file);
}

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('kernelLens');

suite('the sidebar', () => {
  suiteSetup(async () => {
    // Nobody listens there: what is built in has to do.
    await settings().update('hub.endpoint', 'http://127.0.0.1:9', vscode.ConfigurationTarget.Global);
  });
  suiteTeardown(async () => {
    await settings().update('hub.endpoint', undefined, vscode.ConfigurationTarget.Global);
  });
  teardown(async () => {
    // What was inserted is not worth a question.
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const view of ['kernels', 'pinned', 'results', 'machine']) {
    test(`shows ${view}`, async () => {
      await vscode.commands.executeCommand(`kernelLens.${view}.focus`);
    });
  }

  test('inserts the call where one is wanted, with its import, in one step that can be undone', async () => {
    const editor = await show('a.py', 'kernel = \n');
    editor.selection = new vscode.Selection(0, 9, 0, 9);
    await vscode.commands.executeCommand('kernelLens.insertKernel', PYTHON);
    const text = 'from kernels import get_kernel\n\nkernel = get_kernel("kernels-community/activation", version=1)\n';
    assert.equal(editor.document.getText(), text);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), 'kernel = \n');
  });

  test('inserts in place of what is selected', async () => {
    const editor = await show('a.ts', 'const kernel = await what;');
    editor.selection = new vscode.Selection(0, 21, 0, 25);
    await vscode.commands.executeCommand('kernelLens.insertKernel', WEBGPU);
    assert.equal(
      editor.document.getText(),
      "import { getKernel } from '@huggingface/kernels';\n\nconst kernel = await getKernel('webgpu-kernels/ai.onnx.Add', { version: 1 });",
    );
  });

  test('inserts the whole statement on a line of its own', async () => {
    const editor = await show('a.py', 'import torch\n\n\ndef f(x):\n    y = x\n    \n    return y\n');
    editor.selection = new vscode.Selection(5, 4, 5, 4);
    await vscode.commands.executeCommand('kernelLens.insertKernel', PYTHON);
    assert.equal(
      editor.document.getText(),
      'import torch\nfrom kernels import get_kernel\n\n\ndef f(x):\n    y = x\n' +
        '    activation = get_kernel("kernels-community/activation", version=1)\n    return y\n',
    );
    await vscode.commands.executeCommand('undo');
    assert.ok(!editor.document.getText().includes('get_kernel'));
  });

  test('copies a snippet that runs as it stands', async () => {
    await vscode.commands.executeCommand('kernelLens.copySnippet', PYTHON);
    assert.match(
      await vscode.env.clipboard.readText(),
      /^from kernels import get_kernel\n+activation = get_kernel\("kernels-community\/activation", version=1\)\n?$/,
    );
  });

  test('knows the version of a kernel that is built in', async () => {
    const editor = await show('a.py', '');
    await vscode.commands.executeCommand('kernelLens.insertKernel', {
      id: 'kernels-community/flash-attn2',
      version: null,
    });
    assert.match(editor.document.getText(), / = get_kernel\("kernels-community\/flash-attn2", version=3\)\n?$/);
  });

  test('copies the snippet where it cannot stand, and changes nothing', async () => {
    const editor = await show('a.md', '# title\n');
    await vscode.commands.executeCommand('kernelLens.insertKernel', PYTHON);
    assert.equal(editor.document.getText(), '# title\n');
    await until('it is in the clipboard', async () => {
      return (await vscode.env.clipboard.readText()).includes('get_kernel("kernels-community/activation", version=1)');
    });
  });

  test('copies an id', async () => {
    await vscode.commands.executeCommand('kernelLens.copyKernelId', WEBGPU);
    assert.equal(await vscode.env.clipboard.readText(), WEBGPU.id);
  });

  for (const argument of [
    7,
    {},
    { id: '../x', version: 1 },
    { id: 'a/b', version: -1 },
    { id: `a/${'b'.repeat(9999)}` },
  ]) {
    test(`inserts nothing for ${JSON.stringify(argument).slice(0, 40)}`, async () => {
      const editor = await show('a.py', 'as it was');
      await vscode.commands.executeCommand('kernelLens.insertKernel', argument);
      assert.equal(editor.document.getText(), 'as it was');
    });
  }

  test('opens a page for a kernel, and the same one again', async () => {
    const tabs = (): readonly string[] =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter(({ input }) => input instanceof vscode.TabInputWebview)
        .map(({ label }) => label);
    await vscode.commands.executeCommand('kernelLens.openDetails', PYTHON);
    await until('it is open', () => tabs().includes('activation'));
    await vscode.commands.executeCommand('kernelLens.openDetails', PYTHON);
    assert.equal(tabs().filter((label) => label === 'activation').length, 1);
  });
});
