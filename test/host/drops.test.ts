import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { KERNEL_MIME } from '../../src/kernels/kernelCall';
import { KernelDrops } from '../../src/editor/drops';
import { KnowledgeSource } from '../../src/editor/knowledgeSource';
import { KernelDrag } from '../../src/sidebar/kernelDrag';
import type { ListNode } from '../../src/sidebar/kernelNodes';
import { summary } from '../unit/kernelSummaries';
import { closeAll, show } from './editorRig';

const token = new vscode.CancellationTokenSource().token;
const nothing = new vscode.EventEmitter<undefined>();

/** It knows nothing, and asks nobody. */
function knowledge(): KnowledgeSource {
  return new KnowledgeSource({
    hub: { open: () => Promise.reject(new Error('nobody is asked')), onDidChange: nothing.event },
    machine: {
      state: {
        system: { python: { missing: 'none' }, webgpu: { missing: 'none' } },
        python: null,
        missing: [],
        adapters: [],
        loading: false,
      },
      onChange: () => () => undefined,
      refresh: () => Promise.resolve(),
    },
    readPins: () => Promise.resolve({ pyproject: null, lock: null, pins: null }),
    log: vscode.window.createOutputChannel('drops', { log: true }),
  });
}

function dragged(version: number | null, id = 'org/fast-gelu'): vscode.DataTransfer {
  const data = new vscode.DataTransfer();
  const node: ListNode = { kind: 'kernel', id, version: null, kernel: summary({ id, version }) };
  new KernelDrag().handleDrag([node], data);
  return data;
}

async function dropped(data: vscode.DataTransfer, text: string, line: number, character: number): Promise<string> {
  const { document } = await show('a.py', text);
  const drop = await new KernelDrops(knowledge()).provideDocumentDropEdits(
    document,
    new vscode.Position(line, character),
    data,
    token,
  );
  assert.equal(drop?.insertText ?? '', '', 'all of it is one edit');
  if (drop?.additionalEdit !== undefined) await vscode.workspace.applyEdit(drop.additionalEdit);
  return document.getText();
}

suite('a kernel dragged out of the sidebar', () => {
  teardown(closeAll);

  test('becomes its load, with the import', async () => {
    assert.match(
      await dropped(dragged(2), 'import torch\n\nx = 1\n', 1, 0),
      /^import torch\nfrom kernels import get_kernel\n+fast_gelu = get_kernel\("org\/fast-gelu", version=2\)\n+x = 1\n$/,
    );
  });

  test('becomes the call where an expression is wanted', async () => {
    const text = await dropped(dragged(2), 'import torch\n\nk = \n', 2, 4);
    assert.ok(text.endsWith('\nk = get_kernel("org/fast-gelu", version=2)\n'), text);
  });

  test('is plain text elsewhere: the call, or the id where the version is not known', async () => {
    assert.equal(await dragged(2).get('text/plain')?.asString(), 'get_kernel("org/fast-gelu", version=2)');
    assert.equal(await dragged(null).get('text/plain')?.asString(), 'org/fast-gelu');
  });

  test('becomes a block of code in Markdown', async () => {
    const editor = await show('a.md', '# Title\n');
    const drop = await new KernelDrops(knowledge()).provideDocumentDropEdits(
      editor.document,
      new vscode.Position(1, 0),
      dragged(2),
      token,
    );
    assert.ok(typeof drop?.insertText === 'string');
    assert.match(drop.insertText, /^```python\n[^]*get_kernel\("org\/fast-gelu", version=2\)\n```\n$/);
  });

  for (const text of ['', 'null', '{}', '[{"id":"../x","language":"python","version":1}]', '[{"id":"a/b\\n"}]']) {
    test(`writes nothing for ${JSON.stringify(text)}`, async () => {
      const data = new vscode.DataTransfer();
      data.set(KERNEL_MIME, new vscode.DataTransferItem(text));
      assert.equal(await dropped(data, 'x = 1\n', 1, 0), 'x = 1\n');
    });
  }
});
