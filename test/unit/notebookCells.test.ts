import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinCells } from '../../src/code/notebookCells';
import { withoutMagics } from '../../src/code/notebookMagics';
import { parseWhole } from '../../src/code/parseSource';

describe('what of a cell is Python', () => {
  test.each([
    ['x = 1\n', 'x = 1\n'],
    ['%matplotlib inline\nx = 1', '                  \nx = 1'],
    ['!pip install kernels\r\nx = 1', '                    \r\nx = 1'],
    ['!pip install \\\n  kernels\nx = 1', '              \n         \nx = 1'],
    ['get_kernel?\nx = 1', '           \nx = 1'],
    ['?get_kernel\nx', '           \nx'],
    ['f(x)??  # help', '              '],
    ['%%bash\nls -l\n', '      \n     \n'],
    ['%%writefile a.py\nx = 1', '                \n     '],
    ['%%html\n<b>', '      \n   '],
    ['\n%%time\nx = 1', '\n      \nx = 1'],
    ['%%capture out\n%%time\nx = 1', '             \n      \nx = 1'],
    ['%%time?', '       '],
    ['%%own_magic\nx', '           \n '],
    ['files = !ls\nx', 'files = ()   \nx'.replace('()   ', '() ')],
    ['t = %timeit -o f()\nx', 't = ()            \nx'],
    ['if a:\n    !ls\nx', 'if a:\n    () \nx'],
    ['if a:\n    %ls\n    y', 'if a:\n    () \n    y'],
    ['x = (a\n  % b)\n', 'x = (a\n  % b)\n'],
    ['x = a \\\n  % b\n', 'x = a \\\n  % b\n'],
    ['s = """\n%matplotlib\n!ls\n"""\n%ls', 's = """\n%matplotlib\n!ls\n"""\n   '],
    ['s = "a?"\n', 's = "a?"\n'],
    ['x  # really?\n', 'x  # really?\n'],
    ["s = 'it\\'s'\n!ls", "s = 'it\\'s'\n   "],
    ['a != b\n', 'a != b\n'],
    ['a = b % c\n', 'a = b % c\n'],
    ['', ''],
    ['%', ' '],
    ['😀!\n!😀', '😀!\n   '],
  ])('%j is %j', (cell, code) => {
    expect(withoutMagics(cell)).toBe(code);
  });

  test('keeps its length and its line ends, whatever it is', () => {
    const part = fc.constantFrom(
      '%',
      '%%',
      '!',
      '?',
      '\n',
      '\r\n',
      '\\',
      '"',
      '"""',
      "'",
      '(',
      ')',
      '#',
      ' ',
      'x',
      '=',
      'time',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const cell = parts.join('');
        const code = withoutMagics(cell);
        expect(code).toHaveLength(cell.length);
        expect(code.replace(/[^\r\n]/g, ' ')).toBe(cell.replace(/[^\r\n]/g, ' '));
      }),
      { numRuns: 500 },
    );
  });
});

describe('cells as one text', () => {
  const cells = [
    { languageId: 'python', text: 'import torch.nn.functional as F' },
    { languageId: 'markdown', text: '# F.gelu' },
    { languageId: 'python', text: '%time\nF.gelu(x)\n' },
    { languageId: 'python', text: '' },
  ];
  const joined = joinCells(cells);

  test('one statement never goes on in the next cell', () => {
    expect(joined.text).toBe('import torch.nn.functional as F\n     \nF.gelu(x)\n\n\n');
    const names: string[] = [];
    for (let node = parseWhole(joined.text, 'python').tree.topNode.firstChild; node !== null; node = node.nextSibling) {
      names.push(node.name);
    }
    expect(names).toEqual(['ImportStatement', 'ExpressionStatement']);
  });

  test('a place is found in its cell, and back', () => {
    const from = joined.text.indexOf('F.gelu');
    expect(joined.inCell({ from, to: from + 6 })).toEqual({ cell: 2, span: { from: 6, to: 12 } });
    expect(joined.inText(2, 6)).toBe(from);
    cells.forEach(({ languageId, text }, cell) => {
      for (let at = 0; at <= text.length; at += 1) {
        const there = joined.inText(cell, at);
        if (languageId === 'python') {
          expect(there === null ? null : joined.inCell({ from: there, to: there })).toEqual({
            cell,
            span: { from: at, to: at },
          });
        } else expect(there).toBeNull();
      }
    });
  });

  test('what is of no cell, or of two, is nowhere', () => {
    expect(joined.inCell({ from: 0, to: joined.text.length })).toBeNull();
    expect(joined.inCell({ from: 30, to: 34 })).toBeNull();
    expect(joined.inText(0, 100)).toBeNull();
    expect(joined.inText(0, -1)).toBeNull();
    expect(joined.inText(9, 0)).toBeNull();
  });
});
