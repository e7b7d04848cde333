import assert from 'node:assert/strict';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { PythonRequestSchema } from '../../src/profile/python/pythonRequest';
import { closeAll, newFile, show, until } from './editorRig';
import { answering } from './pinRig';

const CODE = `import torch


def slow(x, power: int = 2):
    """Squares.

    x: (batch, hidden)
    """
    return x ** power


def fast(x):
    return x * x
`;

type Commands = { -readonly [Name in keyof typeof vscode.commands]: (typeof vscode.commands)[Name] };
type Window = { -readonly [Name in keyof typeof vscode.window]: (typeof vscode.window)[Name] };

interface Answers {
  /** Of the lists, by a part of their titles; else the first item. */
  readonly picks?: Readonly<Record<string, string>>;
  /** Of the boxes, in their order; null: what stands in it. */
  readonly texts?: readonly (string | null)[];
  /** Of the questions; undefined: none. */
  readonly button?: string;
}

interface Outcome {
  /** What the profile was asked for; empty: it was not. */
  readonly requests: readonly unknown[];
  readonly asked: readonly string[];
  readonly boxes: readonly vscode.InputBoxOptions[];
}

/** Runs the command with a person who answers, and without the profile that it asks for. */
async function compare(argument: unknown, { picks = {}, texts = [], button }: Answers = {}): Promise<Outcome> {
  const commands: Commands = vscode.commands;
  const window = vscode.window as Window;
  const { executeCommand } = commands;
  const { showInputBox } = window;
  const requests: unknown[] = [];
  const boxes: vscode.InputBoxOptions[] = [];
  Object.assign(commands, {
    executeCommand: (id: string, ...rest: readonly unknown[]): Thenable<unknown> => {
      if (id !== 'kernelLens.profilePython') return executeCommand(id, ...rest);
      requests.push(...rest);
      return Promise.resolve();
    },
  });
  Object.assign(window, {
    showInputBox: (options: vscode.InputBoxOptions): Promise<string | undefined> => {
      const text = texts[boxes.length];
      boxes.push(options);
      return Promise.resolve(text === null ? options.value : text);
    },
  });
  const answer = (title: string, items: readonly unknown[]): unknown => {
    const [, wanted] = Object.entries(picks).find(([part]) => title.includes(part)) ?? [];
    const labels = items as readonly { readonly label?: string }[];
    return wanted === undefined ? button : labels.find(({ label = '' }) => label.includes(wanted));
  };
  try {
    const asked = await answering(answer, async () => {
      await executeCommand('kernelLens.compareFunctions', argument);
    });
    return { requests, asked, boxes };
  } finally {
    Object.assign(commands, { executeCommand });
    Object.assign(window, { showInputBox });
  }
}

async function problem(box: vscode.InputBoxOptions | undefined, text: string): Promise<string> {
  const found = await box?.validateInput?.(text);
  assert.ok(typeof found === 'string', 'there is something wrong with it');
  return found;
}

suite('a function against another', function () {
  this.timeout(60_000);
  teardown(closeAll);

  test('is the one at the cursor against another of the file, with inputs from its signature', async () => {
    const editor = await show('a.py', CODE);
    editor.selection = new vscode.Selection(8, 4, 8, 4);
    const { requests, boxes, asked } = await compare(undefined, { picks: { 'Measure slow': 'fast' }, texts: [null] });
    assert.deepEqual(requests, [
      {
        kernels: [],
        work: {
          kind: 'function',
          file: editor.document.uri.fsPath,
          function: 'slow',
          against: 'fast',
          inputs: [
            { tensors: [{ name: 'x', shape: [4, 4096], dtype: null, values: 'normal' }], arguments: {}, outputs: [] },
          ],
          tolerance: null,
        },
      },
    ]);
    assert.ok(
      asked.some((item) => item.includes('A Function of a Module')),
      asked.join('\n'),
    );
    const [box] = boxes;
    assert.equal(box?.value, 'x=4x4096');
    assert.equal(await box.validateInput?.('x=4x4096; power:=3'), null);
    assert.match(await problem(box, 'x=4096y4096'), /x=4096x4096/);
  });

  test('is asked for where the cursor is in none, and may be one of a module', async () => {
    const editor = await show('a.py', CODE);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const { requests, boxes } = await compare(undefined, {
      picks: { 'Compare Python Functions': 'fast', 'Measure fast': 'Module' },
      texts: [' torch.square ', 'x=8 | x=16; ', ''],
    });
    const { work } = v.parse(PythonRequestSchema, requests[0]);
    assert.ok(work.kind === 'function');
    assert.deepEqual([work.function, work.against, work.inputs.length], ['fast', 'torch.square', 2]);
    assert.equal(await boxes[0]?.validateInput?.('torch.square'), null);
    assert.match(await problem(boxes[0], 'square'), /Put its module in front/);
  });

  test('is not measured where the person leaves', async () => {
    const editor = await show('a.py', CODE);
    editor.selection = new vscode.Selection(8, 4, 8, 4);
    assert.deepEqual((await compare(undefined)).requests, []);
    assert.deepEqual((await compare(undefined, { picks: { 'Measure slow': 'fast' } })).requests, []);
  });

  test('is saved first, if the person says so', async () => {
    const editor = await show('a.py', CODE);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(13, 0), '\n\ndef third(x):\n    return x\n');
    });
    const target = { uri: editor.document.uri.toString(), function: 'third' };
    const left = await compare(target);
    assert.deepEqual(left.requests, []);
    assert.match(left.asked.join('\n'), /^Save .*a\.py first\?$/m);
    assert.ok(editor.document.isDirty);
    const went = await compare(target, { picks: { 'Measure third': 'slow' }, texts: [null], button: 'Save' });
    assert.equal(went.requests.length, 1);
    assert.ok(!editor.document.isDirty);
  });

  test('is not run in a workspace that nobody trusts', async () => {
    const editor = await show('a.py', CODE);
    editor.selection = new vscode.Selection(8, 4, 8, 4);
    const trusted = Object.getOwnPropertyDescriptor(vscode.workspace, 'isTrusted');
    assert.ok(trusted, 'it is a property of its own');
    Object.defineProperty(vscode.workspace, 'isTrusted', { configurable: true, get: () => false });
    try {
      const { requests, asked } = await compare(undefined, { picks: { 'Measure slow': 'fast' }, texts: [null] });
      assert.deepEqual(requests, []);
      assert.match(asked.join('\n'), /this workspace is not trusted\. Trust it to run its code\.$/m);
    } finally {
      Object.defineProperty(vscode.workspace, 'isTrusted', trusted);
    }
  });

  test('has to be in a Python file, and there has to be one', async () => {
    await show('a.txt', 'nothing');
    assert.match((await compare(undefined)).asked.join('\n'), /open one, and put the cursor into a function/);
    await show('b.py', 'x = 1\n');
    assert.match((await compare(undefined)).asked.join('\n'), /b\.py has no function at its top/);
  });

  test('is offered where a function begins, in code that may concern kernels', async () => {
    const document = await vscode.workspace.openTextDocument(await newFile('a.py', CODE));
    await vscode.window.showTextDocument(document);
    const titles = async (line: number): Promise<readonly vscode.CodeAction[]> => {
      const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(line, 2, line, 2),
        vscode.CodeActionKind.Refactor.value,
      );
      return actions.filter(({ title }) => title === 'Measure against another function…');
    };
    const action = await until('it is offered', async () => (await titles(3))[0] ?? null);
    assert.deepEqual(action.command?.arguments, [{ uri: document.uri.toString(), function: 'slow' }]);
    assert.deepEqual(await titles(8), [], 'not within it');
    const other = await vscode.workspace.openTextDocument(await newFile('b.py', 'def f(x):\n    return x\n'));
    await vscode.window.showTextDocument(other);
    assert.deepEqual(
      await vscode.commands.executeCommand(
        'vscode.executeCodeActionProvider',
        other.uri,
        new vscode.Range(0, 2, 0, 2),
        vscode.CodeActionKind.Refactor.value,
      ),
      [],
    );
  });
});
