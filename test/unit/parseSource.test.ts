import type { Tree } from '@lezer/common';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CodeLanguage, SourceChange } from '../../src/code/parsedSource';
import { languageOf, languageOfFile, parseAgain, parseInSlices, parseWhole } from '../../src/code/parseSource';
import { benchmarkClasses } from '../../src/code/benchmarkClasses';
import { readPythonNames } from '../../src/code/pythonNames';
import { pythonUses } from '../../src/code/pythonUses';

const PYTHON = `import torch.nn.functional as F
from kernels import get_kernel

activation = get_kernel("kernels-community/activation", version=1)


class Block(nn.Module):
    """A block."""

    def __init__(self, dim: int = 8, eps=1.e-6):
        self.kernel = get_kernel('kernels-community/rmsnorm', version=2)
        self.names = [name for name in (f"{dim}", r"\\d", 1.) if name]

    def forward(self, x):
        if x is None:
            return 1.
        x = F.gelu(x * 2.) + self.kernel.rms_norm(
            x,  # the input
            eps=1e-6,
        )
        return (lambda y: activation.gelu(out, y))(x)
`;
const SCRIPT = `import { getKernel } from '@huggingface/kernels';
const kernel = await getKernel("kernels-community/relu", { version: 1 });
export const run = (x) => \`\${kernel.relu(x)} /\`;
function f() { return /a[/]b/.test("x") ? <div a="b">{kernel.y}</div> : null; }
`;

/** Names and places of all nodes: what a reader of the tree can see. */
function shape(tree: Tree): string[] {
  const nodes: string[] = [];
  tree.iterate({ enter: ({ name, from, to }) => void nodes.push(`${name} ${from} ${to}`) });
  return nodes;
}

function changed(text: string, { from, to, insert }: SourceChange): string {
  return text.slice(0, from) + insert + text.slice(to);
}

const PIECES = [
  'x',
  '(',
  ')',
  '"',
  '\n',
  '    ',
  '.',
  '1.',
  'e',
  '# ',
  ' = ',
  'def f(a):\n',
  '"""',
  '\\\r\n',
  '😀',
  '[',
  ':',
  '',
];
const edit = fc.record({ at: fc.nat(), length: fc.nat(12), insert: fc.constantFrom(...PIECES) });

function editOf(text: string, { at, length, insert }: { at: number; length: number; insert: string }): SourceChange {
  const from = at % (text.length + 1);
  return { from, to: Math.min(text.length, from + length), insert };
}

describe('a language', () => {
  test.each([
    ['python', 'python'],
    ['javascript', 'jsx'],
    ['javascriptreact', 'jsx'],
    ['typescript', 'typescript'],
    ['typescriptreact', 'tsx'],
    ['vue', null],
    ['svelte', null],
    ['html', null],
    ['constructor', null],
  ])('of the editor %s is %s', (id, language) => {
    expect(languageOf(id)).toBe(language);
  });

  test.each([
    ['model.py', 'python'],
    ['/a.b/MODEL.PY', 'python'],
    ['stub.pyi', 'python'],
    ['a.js', 'jsx'],
    ['a.mjs', 'jsx'],
    ['a.cjs', 'jsx'],
    ['a.jsx', 'jsx'],
    ['a.ts', 'typescript'],
    ['a.d.mts', 'typescript'],
    ['a.cts', 'typescript'],
    ['a.tsx', 'tsx'],
    ['a.ipynb', null],
    ['py', null],
    ['a.py/b', null],
    ['', null],
  ])('of the file %s is %s', (path, language) => {
    expect(languageOfFile(path)).toBe(language);
  });
});

describe('parsed again after changes', () => {
  test.each<[CodeLanguage, string]>([
    ['python', PYTHON],
    ['python', PYTHON.repeat(5)],
    ['python', PYTHON.replaceAll('\n', '\r\n')],
    ['jsx', SCRIPT.repeat(5)],
    ['tsx', SCRIPT.repeat(5)],
  ])('%s is as parsed in one go, where nothing is broken', (language, start) => {
    let whole = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        let source = parseWhole(start, language);
        const undo: SourceChange[] = [];
        const apply = (change: SourceChange): void => {
          const text = changed(source.text, change);
          source = parseAgain(source, text, [change]);
          expect(source.text).toBe(text);
          const fresh = shape(parseWhole(text, language).tree);
          // How broken code is read depends on what was there before, and that is for the better.
          if (fresh.some((node) => node.startsWith('⚠'))) return;
          expect(shape(source.tree)).toEqual(fresh);
          whole += 1;
        };
        for (const one of edits) {
          const change = editOf(source.text, one);
          const end = change.from + change.insert.length;
          undo.unshift({ from: change.from, to: end, insert: source.text.slice(change.from, change.to) });
          apply(change);
        }
        undo.forEach(apply);
        expect(shape(source.tree)).toEqual(shape(parseWhole(start, language).tree));
      }),
      { numRuns: 25 },
    );
    expect(whole).toBeGreaterThan(20);
  });

  test('broken code does not spoil what follows it', () => {
    const text = PYTHON.repeat(3);
    const at = text.indexOf('self.kernel');
    const source = parseWhole(text, 'python');
    const change = { from: at, to: at, insert: 'x = f(' };
    const after = parseAgain(source, changed(text, change), [change]);
    const uses = (one: typeof source): number => pythonUses(one, readPythonNames(one)).length;
    expect(uses(source)).toBe(6);
    expect(uses(after)).toBeGreaterThanOrEqual(5);
  });

  test('several changes at once, in any order', () => {
    const source = parseWhole(PYTHON, 'python');
    const [first, second] = [PYTHON.indexOf('version=1'), PYTHON.indexOf('version=2')];
    const changes = [
      { from: second + 8, to: second + 9, insert: '30' },
      { from: first + 8, to: first + 9, insert: '40' },
    ];
    const text = PYTHON.replace('version=1', 'version=40').replace('version=2', 'version=30');
    expect(shape(parseAgain(source, text, changes).tree)).toEqual(shape(parseWhole(text, 'python').tree));
  });

  test.each<[string, SourceChange[]]>([
    ['that tell of another text', [{ from: 0, to: 1, insert: 'q' }]],
    [
      'that overlap',
      [
        { from: 0, to: 5, insert: '' },
        { from: 3, to: 6, insert: '' },
      ],
    ],
    ['that end before they begin', [{ from: 5, to: 3, insert: '' }]],
    ['that are missing', []],
  ])('changes %s are not believed', (_what, changes) => {
    const text = 'k = get_kernel("a/b", version=1)\n';
    const source = parseAgain(parseWhole(PYTHON, 'python'), text, changes);
    expect(shape(source.tree)).toEqual(shape(parseWhole(text, 'python').tree));
  });
});

describe('parsed in slices', () => {
  test('is as parsed in one go, and lets others have their turn', async () => {
    const text = PYTHON.repeat(100);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const source = await parseInSlices(text, 'python', { signal: new AbortController().signal, sliceMs: 1 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    expect(shape(source.tree)).toEqual(shape(parseWhole(text, 'python').tree));
  });

  test('takes over what did not change', async () => {
    const previous = parseWhole(PYTHON, 'python');
    const change = { from: 0, to: 0, insert: 'import os\n' };
    const text = changed(PYTHON, change);
    const { signal } = new AbortController();
    const source = await parseInSlices(text, 'python', { previous, changes: [change], signal });
    expect(shape(source.tree)).toEqual(shape(parseWhole(text, 'python').tree));
  });

  test('of another language takes nothing over', async () => {
    const previous = parseWhole(SCRIPT, 'jsx');
    const { signal } = new AbortController();
    const source = await parseInSlices(SCRIPT, 'typescript', { previous, changes: [], signal });
    expect(shape(source.tree)).toEqual(shape(parseWhole(SCRIPT, 'typescript').tree));
  });

  test('ends when it is aborted, before and within', async () => {
    const reason = new Error('typed on');
    await expect(parseInSlices(PYTHON, 'python', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const parse = parseInSlices(PYTHON.repeat(400), 'python', { signal: controller.signal, sliceMs: 1 });
    setTimeout(() => {
      controller.abort(reason);
    }, 0);
    await expect(parse).rejects.toBe(reason);
  });
});

describe('any text is read without complaint', () => {
  const all = (text: string): void => {
    const source = parseWhole(text, 'python');
    const names = readPythonNames(source);
    pythonUses(source, names);
    benchmarkClasses(source, names);
    source.tree.iterate({
      enter: ({ node }) => {
        names.resolve(node);
        names.valueOf(node);
        names.usesOf(node);
      },
    });
    parseWhole(text, 'jsx');
    parseWhole(text, 'tsx');
  };

  test.each([
    ['nothing', ''],
    ['a byte order mark within', 'import torch\n\ufeffx = 1\n'],
    ['half of a character', 'x = "\ud83d"\n\udc00 = get_kernel("\ud800")\n'],
    ['zeroes', '\0\0\0kernels\0get_kernel(\0'],
    ['a string without its end', 'from kernels import get_kernel\nk = get_kernel("""a/b\nx = 1\n'],
    ['tabs and spaces', 'if x:\n\ty\n        z\n    \tw\n'],
    ['line ends of three kinds', 'import torch\r\nx = 1\rfrom kernels import *\n'],
    ['deep brackets', '('.repeat(800)],
    ['deep calls', `${'f('.repeat(800)}${')'.repeat(800)}`],
    ['a long chain', `x = a${'.b'.repeat(1500)}\n`],
    ['a long sum', `x = 1${' + 1'.repeat(1500)}\n`],
    ['names that are properties of every object', 'constructor = __proto__ = toString\n__proto__.f(constructor)\n'],
    ['a name that is itself', 'a = a\nb = c\nc = b\na.f()\nb.f()\n'],
    ['global in a module', 'global a\na = 1\nnonlocal b\nb = 2\n'],
  ])('%s', (_what, text) => {
    expect(() => {
      all(text);
    }).not.toThrow();
  });

  test('bytes, and code that is cut off or shuffled', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), all), { numRuns: 100 });
    fc.assert(
      fc.property(fc.nat(PYTHON.length), (end) => {
        all(PYTHON.slice(0, end));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(PYTHON.length), { minLength: 2, maxLength: 6 }), (cuts) => {
        all(cuts.map((cut) => PYTHON.slice(cut, cut + 60)).join(''));
      }),
    );
  });

  test('200,000 lines', () => {
    const source = parseWhole('x = 1\n'.repeat(200_000), 'python');
    expect(source.tree.length).toBe(6 * 200_000);
  }, 120_000);
});
