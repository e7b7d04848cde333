import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import * as vscode from 'vscode';
import { answering } from './pinRig';
import {
  ACTIVATION,
  click,
  closeAll,
  lens,
  newFile,
  OFFER,
  openRig,
  show,
  SILU,
  until,
  type EditorRig,
} from './editorRig';

/** Takes the first of every list, and says yes to every question. */
const first = (_: string, items: readonly unknown[]): unknown => items.find((item) => typeof item === 'object') ?? null;

suite('the editor, writing', function () {
  this.timeout(120_000);
  let rig: EditorRig;

  suiteSetup(async () => {
    rig = await openRig();
  });
  suiteTeardown(async () => {
    await rig.close();
  });
  teardown(closeAll);

  test('changes the version of a call, in one step that can be undone', async () => {
    const text = `from kernels import get_kernel\n\nkernel = get_kernel("${ACTIVATION}", version=1)\n`;
    const { document } = await show('a.py', text);
    const change = await lens(document, /^v2 is newer$/);
    await answering(first, () => click(change));
    assert.equal(document.getText(), text.replace('version=1', 'version=2'));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  });

  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ] as const) {
    test(`writes a kernel in the place of an operation, in one step that can be undone, with ${name}`, async () => {
      const text = SILU.replaceAll('\n', end);
      const { document } = await show('a.py', text);
      const offer = await lens(document, OFFER);
      assert.equal(offer.range.start.line, 5);
      const asked = await answering(first, () => click(offer));
      assert.ok(asked.length > 0, 'the ways to write it are listed');
      const written = document.getText();
      assert.ok(written.includes(`"${ACTIVATION}"`), written);
      assert.ok(written.includes('from kernels import get_kernel'), written);
      assert.match(written, /\.silu\(out, /);
      assert.deepEqual(new Set(written.match(/\r?\n/g)), new Set([end]), 'line ends stay as they are');
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), text);
    });
  }

  test('writes nothing when the code has changed since', async () => {
    const { document } = await show('a.py', SILU);
    const offer = await lens(document, OFFER);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, document.lineAt(5).range, '    return F.silu(2 * x)');
    await vscode.workspace.applyEdit(edit);
    const text = document.getText();
    const asked = await answering(first, () => click(offer));
    assert.match(asked.join('\n'), /The code has changed; nothing was written/);
    assert.equal(document.getText(), text);
  });

  test('finds the code again where it has moved', async () => {
    const { document } = await show('a.py', SILU);
    const offer = await lens(document, OFFER);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(3, 0), 'TWO = 2\n\n\ndef other(x):\n    return x\n\n\n');
    await vscode.workspace.applyEdit(edit);
    await answering(first, () => click(offer));
    assert.match(document.getText(), /TWO = 2\n[^]*def act\(x\):\n[^]*\.silu\(out, /);
  });

  test('writes nothing when the code changes while the person chooses', async () => {
    const { document } = await show('a.py', SILU);
    const offer = await lens(document, OFFER);
    let text = '';
    const asked = await answering(
      (title, items) => {
        if (text === '') {
          const edit = new vscode.WorkspaceEdit();
          edit.replace(document.uri, document.lineAt(5).range, '    return F.silu(-x)');
          text = SILU.replace('F.silu(x)', 'F.silu(-x)');
          return vscode.workspace.applyEdit(edit).then(() => first(title, items));
        }
        return first(title, items);
      },
      () => click(offer),
    );
    assert.match(asked.join('\n'), /The code has changed; nothing was written/);
    assert.equal(document.getText(), text);
  });

  test('refuses a file that is read-only', async () => {
    const file = await newFile('a.py', SILU);
    const { document } = await vscode.window.showTextDocument(file);
    const offer = await lens(document, OFFER);
    await chmod(file.fsPath, 0o444);
    const asked = await answering(first, () => click(offer));
    await chmod(file.fsPath, 0o644);
    assert.match(asked.join('\n'), /is read-only; nothing was written/);
    assert.equal(document.getText(), SILU);
  });

  test('refuses a file that a setting makes read-only', async () => {
    const { document } = await show('kept.py', SILU);
    const offer = await lens(document, OFFER);
    const files = vscode.workspace.getConfiguration('files');
    await files.update('readonlyInclude', { '**/*kept.py': true }, vscode.ConfigurationTarget.Global);
    const asked = await answering(first, () => click(offer));
    await files.update('readonlyInclude', undefined, vscode.ConfigurationTarget.Global);
    assert.match(asked.join('\n'), /read-only by the setting/);
    assert.equal(document.getText(), SILU);
  });

  test('asks before it trusts a publisher, and writes nothing when nobody answers', async () => {
    const editor = await show('a.py', '');
    const kernel = { id: 'stranger/relu', version: 1 };
    const { document } = await show(
      'b.py',
      'from kernels import get_kernel\n\nk = get_kernel("stranger/relu", version=1)\n',
    );
    await until('it is known', () => {
      return vscode.languages.getDiagnostics(document.uri).find(({ code }) => code === 'untrusted-publisher') ?? null;
    });
    await vscode.window.showTextDocument(editor.document);
    const insert = async (): Promise<void> => {
      await vscode.commands.executeCommand('kernelLens.insertKernel', kernel);
    };
    const asked = await answering(() => undefined, insert);
    assert.match(asked.join('\n'), /Let this code trust stranger/);
    assert.equal(editor.document.getText(), '');
    await answering((_, items) => items.find((item) => String(item).startsWith('Write trust')), insert);
    assert.match(editor.document.getText(), /get_kernel\("stranger\/relu", version=1, trust_remote_code=True\)/);
  });

  test('reads the cells of a notebook as one, whatever IPython has in them', async () => {
    const cell = (text: string): vscode.NotebookCellData =>
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
    const notebook = await vscode.workspace.openNotebookDocument(
      'jupyter-notebook',
      new vscode.NotebookData([
        cell('%pip install kernels\nimport torch\nimport torch.nn.functional as F'),
        cell('%%bash\nls "'),
        cell('%timeit 1\ny = F.silu(torch.ones(4))'),
      ]),
    );
    await vscode.window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(2);
    const offer = await lens(document, OFFER);
    assert.equal(offer.range.start.line, 1);
    await answering(first, () => click(offer));
    const texts = notebook.getCells().map((one) => one.document.getText());
    assert.ok(texts[0]?.startsWith('%pip install kernels\n'), texts[0]);
    assert.match(texts[0] ?? '', /from kernels import get_kernel/);
    assert.equal(texts[1], '%%bash\nls "');
    assert.match(texts[2] ?? '', /^%timeit 1\n/);
    assert.match(texts[2] ?? '', /\.silu\(out, /);
  });
});
