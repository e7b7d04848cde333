import { expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import type { CodeLanguage } from '../../src/code/parsedSource';
import { applied, bareCall, wantsExpression } from '../../src/editor/bareCall';
import { writePreview } from '../../src/editor/writePreview';

const library = { kernelsVersion: '0.17.2', trustRemoteCode: false };

/** The text with a kernel at `|`, or in place of what stands between two of them; null: no expression is wanted there. */
function written(marked: string, language: CodeLanguage): string | null {
  const [before = '', selected = '', after] = marked.split('|');
  const text = after === undefined ? before + selected : before + selected + after;
  const span = { from: before.length, to: before.length + (after === undefined ? 0 : selected.length) };
  const source = parseWhole(text, language);
  if (!wantsExpression(source, span)) return null;
  const kernel = { id: 'org/a', language: language === 'python' ? 'python' : 'javascript', version: 2 } as const;
  return applied(text, bareCall(source, span, kernel, library));
}

test.each([
  ['from kernels import get_kernel\nk = |\n', 'from kernels import get_kernel\nk = get_kernel("org/a", version=2)\n'],
  ['import kernels\nk = |\n', 'import kernels\nk = kernels.get_kernel("org/a", version=2)\n'],
  [
    'from kernels import get_kernel\nrun(|)\r\n',
    'from kernels import get_kernel\nrun(get_kernel("org/a", version=2))\r\n',
  ],
  [
    "from kernels import get_kernel\nname = 'x'\nk = |what|.a\n",
    "from kernels import get_kernel\nname = 'x'\nk = get_kernel('org/a', version=2).a\n",
  ],
  [
    'from kernels import get_kernel\ndef f():\n    return |\n',
    'from kernels import get_kernel\ndef f():\n    return get_kernel("org/a", version=2)\n',
  ],
])('in Python the call stands where an expression is wanted: %j', (marked, text) => {
  expect(written(marked, 'python')).toBe(text);
});

test.each(['|', 'x = 1|\n', '# a = |\n', 's = "a = |"\n', 'x = | + 1\n', 'def f():\n    |\n'])(
  'in Python no expression is wanted: %j',
  (marked) => {
    expect(written(marked, 'python')).toBeNull();
  },
);

test.each([
  [
    "import { getKernel } from '@huggingface/kernels';\nconst k = await |;\n",
    "import { getKernel } from '@huggingface/kernels';\nconst k = await getKernel('org/a', { version: 2 });\n",
  ],
  [
    "import { getKernel as load } from '@huggingface/kernels';\nconst k = await |what|;\n",
    "import { getKernel as load } from '@huggingface/kernels';\nconst k = await load('org/a', { version: 2 });\n",
  ],
])('in TypeScript too: %j', (marked, text) => {
  expect(written(marked, 'typescript')).toBe(text);
});

test('a preview shows what loads the kernel and what calls it, and nothing that a list would draw', () => {
  const edit = (text: string): { span: { from: number; to: number }; text: string } => ({
    span: { from: 0, to: 0 },
    text,
  });
  const offer = { id: 'org/a', member: { kind: 'function', name: 'gelu' } } as const;
  const edits = [edit('import torch\n'), edit('k = get_kernel("org/a", version=2)\n\n'), edit('k.gelu(out, x)')];
  expect(writePreview(edits, offer)).toBe('k = get_kernel("org/a", version=2) ⏎ k.gelu(out, x)');
  const talk = [edit('warn_once("org/a")\n'), edit('"""GELU by org/a."""\n')];
  expect(writePreview([...edits, ...talk], offer)).toBe('k = get_kernel("org/a", version=2) ⏎ k.gelu(out, x)');
  expect(writePreview([edit('$(zap) \u202Ex\n')], offer)).toBe('( zap) \uFFFDx');
});
