import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  ACTIVATION,
  closeAll,
  HEAD,
  lens,
  lenses,
  newFile,
  OFFER,
  openRig,
  set,
  show,
  SILU,
  until,
  type EditorRig,
} from './editorRig';

suite('the editor', function () {
  this.timeout(120_000);
  let rig: EditorRig;

  suiteSetup(async () => {
    rig = await openRig();
  });
  suiteTeardown(async () => {
    await rig.close();
  });
  teardown(closeAll);

  test('says above a call whether the kernel runs here, and that there is a newer version', async () => {
    const { document } = await show(
      'a.py',
      `from kernels import get_kernel\n\nkernel = get_kernel("${ACTIVATION}", version=1)\n`,
    );
    const works = await lens(document, /runs here · v1/);
    assert.equal(works.range.start.line, 2);
    assert.deepEqual(works.command?.arguments, [{ id: ACTIVATION, version: 1 }]);
    await lens(document, /^v2 is newer$/);
    await lens(document, /^change version$/);
  });

  test('underlines a call that fails, and mends it', async () => {
    const text = `from kernels import get_kernel\n\nkernel = get_kernel("${ACTIVATION}")\n`;
    const { document } = await show('a.py', text);
    const found = await until('it is underlined', () => {
      return vscode.languages.getDiagnostics(document.uri).find(({ code }) => code === 'missing-version') ?? null;
    });
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(found.source, 'Kernel Lens');
    assert.equal(document.getText(found.range), ACTIVATION);
    await lens(document, /fails as written/);
    const fix = await until('there is a quick fix', async () => {
      const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        found.range,
        vscode.CodeActionKind.QuickFix.value,
      );
      return actions.find(({ title }) => title === 'Use version 2') ?? null;
    });
    assert.ok(fix.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), text.replace(`"${ACTIVATION}"`, `"${ACTIVATION}", version=2`));
    await until('nothing is underlined', () => {
      return vscode.languages.getDiagnostics(document.uri).some(({ code }) => code === 'missing-version') ? null : true;
    });
    await lens(document, /runs here · v2/);
  });

  test('completes an id within its quotes, those that run here first', async () => {
    const editor = await show('a.py', 'from kernels import get_kernel\n\nkernel = get_kernel("")\n');
    const position = new vscode.Position(2, 'kernel = get_kernel("'.length);
    const found = await until('it is offered', async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        editor.document.uri,
        position,
      );
      return list.items.find(({ insertText }) => insertText === ACTIVATION) ?? null;
    });
    assert.ok(typeof found.label === 'object');
    assert.match(found.label.description ?? '', /runs here|should run here/);
  });

  test('tells of a kernel under the pointer', async () => {
    const { document } = await show(
      'a.py',
      `from kernels import get_kernel\n\nkernel = get_kernel("${ACTIVATION}", version=2)\nkernel.silu(a, b)\n`,
    );
    await lens(document, /runs here · v2/);
    const at = async (line: number, character: number): Promise<string> => {
      const hovers = await vscode.commands.executeCommand<readonly vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        new vscode.Position(line, character),
      );
      return hovers
        .flatMap(({ contents }) => contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')))
        .join('\n');
    };
    assert.match(await at(2, 30), /Runs here, with the build/);
    assert.match(await at(3, 8), /silu\(out, x\)/);
  });

  test('shows no lenses where the settings or a comment say so', async () => {
    const { document } = await show('a.py', SILU);
    const offer = await lens(document, OFFER);
    try {
      await set('lenses.operations', ['gelu']);
      await until('they are gone', async () => ((await lenses(document)).length === 0 ? true : null));
      await set('lenses.operations', undefined);
      await lens(document, OFFER);
      await set('lenses.enabled', false);
      await until('they are gone', async () => ((await lenses(document)).length === 0 ? true : null));
    } finally {
      await set('lenses.enabled', undefined);
      await set('lenses.operations', undefined);
    }
    await lens(document, OFFER);
    await vscode.commands.executeCommand('kernelLens.hideLensesForLine', offer.command?.arguments?.[0]);
    assert.match(document.getText(), /\n {4}# kernel-lens: ignore\[lens\]\n {4}return F\.silu\(x\)\n/);
    await until('it is gone', async () => ((await lenses(document)).length === 0 ? true : null));
  });

  test('offers to hide the lenses where there are some, and a kernel for an operation', async () => {
    const { document } = await show('a.py', SILU);
    await lens(document, OFFER);
    const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(5, 13, 5, 13),
    );
    const titles = actions.map(({ title }) => title);
    const fixes = actions.filter(({ kind }) => kind !== undefined && vscode.CodeActionKind.QuickFix.contains(kind));
    assert.deepEqual(fixes, [], 'nothing is wrong here');
    for (const wanted of [/^Use silu of .*activation for F\.silu…$/, /^Hide lenses for this file$/]) {
      assert.ok(
        titles.some((title) => wanted.test(title)),
        titles.join('\n'),
      );
    }
    await vscode.commands.executeCommand('kernelLens.hideLensesForFile');
    assert.ok(document.getText().startsWith('# kernel-lens: ignore-file[lens]\n'), document.getText());
    await until('they are gone', async () => ((await lenses(document)).length === 0 ? true : null));
  });

  test('reads a file of 200,000 lines, and looks for no operations in it', async () => {
    const filler = Array.from({ length: 200_000 }, (_, line) => `x${line} = F.silu(${line})`).join('\n');
    const file = await newFile(
      'large.py',
      `${HEAD}from kernels import get_kernel\n${filler}\nkernel = get_kernel("${ACTIVATION}", version=2)\n`,
    );
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    const works = await lens(document, /runs here · v2/);
    assert.equal(works.range.start.line, 200_005);
    assert.deepEqual(
      (await lenses(document)).filter(({ command }) => (command?.title ?? '').includes('has silu for this')),
      [],
    );
  });

  test('has nothing to say about code that concerns no kernels', async () => {
    const { document } = await show('a.py', 'import numpy\n\nprint(numpy.ones(3))\n');
    assert.deepEqual(await lenses(document), []);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });
});
