import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { HubError } from '../../src/hub/hubError';
import { PinConflict } from '../../src/sidebar/pinFiles';
import { PinnedView } from '../../src/sidebar/pinnedView';
import { build, kernelHub } from '../unit/kernelHub';
import { A, answering, B, fileUri, PYPROJECT, read, run, sampleHub, write } from './pinRig';

suite('pins', function () {
  this.timeout(60_000);

  async function clean(): Promise<void> {
    for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['pyproject.toml', 'kernels.lock', 'kernel-lens.pins.json']) {
      if ((await read(name)) !== null) await vscode.workspace.fs.delete(fileUri(name));
    }
  }
  setup(clean);
  teardown(clean);

  test('pin, update and unpin change the files and nothing else in them', async () => {
    await write('pyproject.toml', PYPROJECT);
    const hub = sampleHub();
    const said = await answering(
      () => undefined,
      () => run(hub, 'kernelLens.pinKernel', { id: 'org/plain', version: 1 }),
    );
    const pinned = `${PYPROJECT}\r\n[tool.kernels.dependencies]\r\n"org/plain" = 1\r\n`;
    assert.equal(await read('pyproject.toml'), pinned);
    assert.match((await read('kernels.lock')) ?? '', new RegExp(`"commit": "${A}"`));
    assert.deepEqual(said, ['Pinned org/plain v1 @ aaaaaaa in pyproject.toml and kernels.lock.']);

    const moved = kernelHub({
      'org/plain': {
        branches: { v1: B },
        commits: { [A]: build('torch-universal'), [B]: { ...build('torch-universal'), ...build('torch-cpu') } },
      },
    });
    const offered = await answering(
      (_, items) => items[0],
      () => run(moved, 'kernelLens.updatePin', { id: 'org/plain' }),
    );
    assert.deepEqual(offered, ['v1 @ bbbbbbb Gains torch-cpu', 'Updated org/plain from v1 @ aaaaaaa to v1 @ bbbbbbb.']);
    assert.match((await read('kernels.lock')) ?? '', new RegExp(`"commit": "${B}"`));
    assert.equal(await read('pyproject.toml'), pinned);

    await run(moved, 'kernelLens.unpinKernel', { id: 'org/plain' });
    assert.equal(await read('pyproject.toml'), `${PYPROJECT}\r\n[tool.kernels.dependencies]\r\n`);
    assert.equal(await read('kernels.lock'), '[]');
  });

  test('a pin is undone by one step, in all of its files', async () => {
    await write('pyproject.toml', PYPROJECT);
    await write('kernels.lock', '[]');
    await vscode.window.showTextDocument(fileUri('pyproject.toml'));
    await run(sampleHub(), 'kernelLens.pinKernel', { id: 'org/plain', version: 1 });
    const project = await vscode.workspace.openTextDocument(fileUri('pyproject.toml'));
    const lock = await vscode.workspace.openTextDocument(fileUri('kernels.lock'));
    assert.deepEqual([project.isDirty, lock.isDirty], [false, false]);
    await vscode.window.showTextDocument(project);
    await vscode.commands.executeCommand('undo');
    assert.equal(`\ufeff${project.getText()}`, PYPROJECT);
    assert.equal(lock.getText(), '[]');
  });

  test('a pin that made a file is undone with it', async () => {
    await write('pyproject.toml', PYPROJECT);
    await vscode.window.showTextDocument(fileUri('pyproject.toml'));
    await run(sampleHub(), 'kernelLens.pinKernel', { id: 'org/plain', version: 1 });
    const project = await vscode.workspace.openTextDocument(fileUri('pyproject.toml'));
    await vscode.window.showTextDocument(project);
    await vscode.commands.executeCommand('undo');
    assert.equal(`\ufeff${project.getText()}`, PYPROJECT);
    assert.equal(await read('kernels.lock'), null);
  });

  test('without pyproject.toml our own file is written', async () => {
    await run(sampleHub(), 'kernelLens.pinKernel', { id: 'org/plain', version: 1 });
    assert.match(
      (await read('kernel-lens.pins.json')) ?? '',
      /"id": "org\/plain",\n\s+"version": 1,\n\s+"commit": "a{40}"/,
    );
    assert.equal(await read('kernels.lock'), null);
  });

  test('a file that changes while the Hub is asked is left alone', async () => {
    await write('pyproject.toml', PYPROJECT);
    const hub = sampleHub();
    hub.onAsked = async () => {
      await write('pyproject.toml', `${PYPROJECT}# mine\n`);
    };
    await assert.rejects(run(hub, 'kernelLens.pinKernel', { id: 'org/plain', version: 1 }), (error: unknown) => {
      assert.ok(error instanceof PinConflict);
      assert.equal(error.message, 'pyproject.toml was changed in the meantime, so nothing was written. Try again.');
      return true;
    });
    assert.equal(await read('pyproject.toml'), `${PYPROJECT}# mine\n`);
    assert.equal(await read('kernels.lock'), null);
  });

  test('a file that appears while the Hub is asked is left alone', async () => {
    await write('pyproject.toml', PYPROJECT);
    const hub = sampleHub();
    hub.onAsked = async () => {
      await write('kernels.lock', 'mine');
    };
    await assert.rejects(
      run(hub, 'kernelLens.pinKernel', { id: 'org/plain', version: 1 }),
      /kernels\.lock was changed/,
    );
    assert.equal(await read('kernels.lock'), 'mine');
    assert.equal(await read('pyproject.toml'), PYPROJECT);
  });

  test('a file with changes that are not saved is left alone', async () => {
    await write('pyproject.toml', PYPROJECT);
    const editor = await vscode.window.showTextDocument(fileUri('pyproject.toml'));
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), '# unsaved\r\n');
    });
    await assert.rejects(
      run(sampleHub(), 'kernelLens.pinKernel', { id: 'org/plain', version: 1 }),
      /^PinConflict: pyproject\.toml has changes that are not saved\. Save or revert them, then try again\.$/,
    );
    assert.equal(await read('pyproject.toml'), PYPROJECT);
    assert.equal(editor.document.isDirty, true);
  });

  test('a lock file of the future is left alone', async () => {
    await write('pyproject.toml', '[tool.kernels.dependencies]\n"org/plain" = 1\n');
    await write('kernels.lock', '{"format": 9}');
    for (const command of ['pinKernel', 'unpinKernel', 'updatePin', 'lockPins']) {
      await assert.rejects(
        run(sampleHub(), `kernelLens.${command}`, { id: 'org/plain', version: 1 }),
        /kernels\.lock cannot be read/,
      );
    }
    assert.equal(await read('kernels.lock'), '{"format": 9}');
  });

  test('an untrusted publisher is asked about, and without consent nothing is written', async () => {
    await write('pyproject.toml', PYPROJECT);
    const argument = { id: 'stranger/odd', version: 1 };
    const asked = await answering(
      () => undefined,
      () => assert.rejects(run(sampleHub(), 'kernelLens.pinKernel', argument), HubError),
    );
    assert.deepEqual(asked, ['Pin stranger/odd, although the Hub does not vouch for its publisher?']);
    assert.equal(await read('pyproject.toml'), PYPROJECT);
    await answering(
      (text) => (text.startsWith('Pin stranger') ? 'Pin Anyway' : undefined),
      () => run(sampleHub(), 'kernelLens.pinKernel', argument),
    );
    assert.match((await read('kernels.lock')) ?? '', /stranger\/odd/);
  });

  test('the Pinned view shows pins, what the Hub has for them, and files that cannot be read', async () => {
    await write('pyproject.toml', '[tool.kernels.dependencies]\n"org/plain" = 1\n');
    await write('kernel-lens.pins.json', '{');
    const hub = sampleHub();
    const log = vscode.window.createOutputChannel('pins', { log: true });
    const view = new PinnedView({ hub: () => Promise.resolve(hub), log });
    try {
      const shown = async (): Promise<string[]> => {
        const nodes = await view.getChildren();
        return nodes.map((node) => {
          const { label, description } = view.getTreeItem(node);
          assert.ok(typeof label === 'string');
          return `${label}: ${String(description)}`;
        });
      };
      const first = await shown();
      assert.equal(first.length, 2);
      assert.match(first[0] ?? '', /^kernel-lens\.pins\.json: .*is not JSON/);
      assert.equal(first[1], 'plain: v1 · not locked');
      await run(hub, 'kernelLens.lockPins', undefined).catch(() => undefined);
      await write('kernel-lens.pins.json', '{"schema": "kernel-lens/pins", "version": 1, "kernels": []}');
      await answering(
        () => undefined,
        () => run(hub, 'kernelLens.lockPins', undefined),
      );
      const heard = new Promise((resolve) => view.onDidChangeTreeData(resolve));
      view.refresh();
      await heard;
      assert.deepEqual(await shown(), ['plain: v1 @ aaaaaaa']);
    } finally {
      view.dispose();
      log.dispose();
    }
  });
});
