import { expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import type { CodeLanguage } from '../../src/code/parsedSource';
import type { TextEdit } from '../../src/code/span';
import { readSuppressions } from '../../src/code/suppressions';
import { ignoreFile, ignoreLine } from '../../src/editor/suppressionEdits';

function applied(text: string, { span, text: insert }: TextEdit): string {
  return text.slice(0, span.from) + insert + text.slice(span.to);
}

/** Whether a lens at the mark is hidden once the comment stands there; null: none can stand there. */
function hides(text: string, language: CodeLanguage, mark = 'F.gelu'): { text: string; hidden: boolean } | null {
  const source = parseWhole(text, language);
  const from = text.indexOf(mark);
  const edit = ignoreLine(source, { from, to: from + mark.length }, 'lens');
  if (edit === null) return null;
  const after = applied(text, edit);
  const at = after.indexOf(mark);
  const hidden = readSuppressions(parseWhole(after, language)).has({ from: at, to: at + mark.length }, 'lens');
  return { text: after, hidden };
}

const python = [
  ['a statement', 'y = F.gelu(x)\n', '# kernel-lens: ignore[lens]\ny = F.gelu(x)\n'],
  [
    'its indentation',
    'def f(x):\n\treturn F.gelu(x)\n',
    'def f(x):\n\t# kernel-lens: ignore[lens]\n\treturn F.gelu(x)\n',
  ],
  [
    'a statement of several lines',
    'y = g(\n    1,\n    F.gelu(x),\n)\n',
    '# kernel-lens: ignore[lens]\ny = g(\n    1,\n    F.gelu(x),\n)\n',
  ],
  ['one in a line with its head', 'if a: y = F.gelu(x)\n', '# kernel-lens: ignore[lens]\nif a: y = F.gelu(x)\n'],
  ['windows line ends', 'a = 1\r\ny = F.gelu(x)\r\n', 'a = 1\r\n# kernel-lens: ignore[lens]\ny = F.gelu(x)\r\n'],
] as const;

test.each(python)('in Python a comment for %s hides its lens', (_, text, after) => {
  expect(hides(text, 'python')).toEqual({ text: after, hidden: true });
});

test.each([
  ['within a string', 's = """\n"""; y = F.gelu(x)\n'],
  ['for the second statement of a line', 'a = 1; y = F.gelu(x)\n'],
  ['behind a line that goes on', 'a = 1; \\\ny = F.gelu(x)\n'],
])('no comment is written %s', (_, text) => {
  expect(hides(text, 'python')).toBeNull();
});

test('in TypeScript the comment is one of TypeScript', () => {
  const text = 'async function f() {\n  const k = await getKernel("a/b");\n}\n';
  expect(hides(text, 'typescript', 'getKernel')).toEqual({
    text: 'async function f() {\n  // kernel-lens: ignore[lens]\n  const k = await getKernel("a/b");\n}\n',
    hidden: true,
  });
});

test.each([
  ['an empty file', '', '# kernel-lens: ignore-file[lens]\n'],
  ['code', 'import torch\n', '# kernel-lens: ignore-file[lens]\nimport torch\n'],
  [
    'a line for the shell',
    '#!/usr/bin/python\nimport torch\n',
    '#!/usr/bin/python\n# kernel-lens: ignore-file[lens]\nimport torch\n',
  ],
  ['only that line', '#!/usr/bin/python', '#!/usr/bin/python\n# kernel-lens: ignore-file[lens]\n'],
  [
    'an encoding',
    '# -*- coding: latin-1 -*-\nx = 1\n',
    '# -*- coding: latin-1 -*-\n# kernel-lens: ignore-file[lens]\nx = 1\n',
  ],
  ['a docstring', '"""What it is."""\nx = 1\n', '# kernel-lens: ignore-file[lens]\n"""What it is."""\nx = 1\n'],
])('for a file that begins with %s the comment holds for all of it', (_, text, after) => {
  const made = applied(text, ignoreFile(parseWhole(text, 'python'), 'lens'));
  expect(made).toBe(after);
  const suppressions = readSuppressions(parseWhole(made, 'python'));
  expect(suppressions.has({ from: made.length, to: made.length }, 'lens')).toBe(true);
  expect(suppressions.has({ from: made.length, to: made.length }, 'missing-version')).toBe(false);
});
