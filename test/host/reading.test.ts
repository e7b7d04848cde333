import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { LineIndex } from '../../src/code/lineIndex';
import { unitText } from '../../src/editor/notebookText';
import { Reading } from '../../src/editor/reading';

async function reading(cells: readonly string[]): Promise<Reading> {
  const documents = await Promise.all(
    cells.map((content) => Promise.resolve(vscode.workspace.openTextDocument({ language: 'python', content }))),
  );
  const taken = unitText(documents, true);
  return new Reading('', taken, new LineIndex(taken.text), null, null);
}

const IMPORTS = 'import torch';

suite('the cells of a notebook, read as one text', () => {
  test('have each place of it in a cell, and none that reaches over two', async () => {
    const cells = ['a = 1\nb = 2', '%%bash\nls', '', 'c = 3'];
    const read = await reading(cells);
    assert.equal(read.text, 'a = 1\nb = 2\n      \n  \n\nc = 3\n');
    for (const [index, { document, from }] of read.parts.entries()) {
      const { length } = cells[index] ?? '';
      for (let at = 0; at <= length; at += 1) {
        const place = read.place({ from: from + at, to: from + at });
        assert.equal(place?.document, document);
        assert.deepEqual(place.range.start, document.positionAt(at));
        assert.equal(read.offset(document, document.positionAt(at)), from + at);
      }
    }
    assert.equal(read.place({ from: 8, to: 14 }), null);
  });

  // Lines that are put between the first cell and the second.
  for (const [what, cells, insert, cell, text] of [
    ['imports go below those of the cell above', [IMPORTS, 'y = 1'], 'import kernels\n', 0, '\nimport kernels'],
    ['other lines stay where they are needed', [IMPORTS, 'y = 1'], 'x = 1\n', 1, 'x = 1\n'],
    ['nothing is put above the magic of a cell', [IMPORTS, '%%bash\nls'], 'x = 1\n', 0, '\nx = 1'],
    ['what follows the last cell is put into it', [IMPORTS], 'x = 1\n', 0, '\nx = 1'],
    ['an empty cell gets no empty line', ['', 'y = 1'], 'import kernels\n', 0, 'import kernels'],
    ['a change within a line is one', [IMPORTS, 'y = 1'], '(', 1, '('],
  ] as const) {
    test(what, async () => {
      const read = await reading(cells);
      const at = cells[0].length + 1;
      const placed = read.placeEdit({ span: { from: at, to: at }, text: insert });
      assert.equal(placed?.place.document, read.parts[cell]?.document);
      assert.equal(placed?.text, text);
      assert.deepEqual(placed.place.range.start, placed.place.document.positionAt(cell === 0 ? cells[0].length : 0));
    });
  }
});
