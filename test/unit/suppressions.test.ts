import { expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import type { CodeLanguage } from '../../src/code/parsedSource';
import { readSuppressions, type Suppressible } from '../../src/code/suppressions';

/** Whether what `|…|` marks in a text is kept quiet. */
function quiet(marked: string, what: Suppressible = 'missing-version', language: CodeLanguage = 'python'): boolean {
  const [before = '', span = '', after = ''] = marked.split('|');
  const source = parseWhole(before + span + after, language);
  return readSuppressions(source).has({ from: before.length, to: before.length + span.length }, what);
}

test.each([
  ['beside it', 'x = |f("a")|  # kernel-lens: ignore'],
  ['after another comment', 'x = |f("a")|  # noqa: E501  # kernel-lens: ignore'],
  ['without a space', 'x = |f("a")| #kernel-lens:ignore'],
  ['with a reason', 'x = |f("a")|  # kernel-lens: ignore the cluster has it'],
  ['with codes', 'x = |f("a")|  # kernel-lens: ignore[no-build-here, missing-version] it has'],
  ['above it', '# kernel-lens: ignore\nx = |f("a")|'],
  ['above it, with others between', '# kernel-lens: ignore\n# because\n\nx = |f("a")|'],
  ['above it, with CRLF', '# kernel-lens: ignore\r\n\r\nx = |f("a")|'],
  ['after the last line of its statement', 'x = f(\n  |"a"|,\n)  # kernel-lens: ignore'],
  ['on the first line of its statement', 'x = f(  # kernel-lens: ignore\n  |"a"|,\n)'],
  ['within its brackets', 'x = f(\n  # kernel-lens: ignore\n  |"a"|,\n)'],
  ['above its statement', '# kernel-lens: ignore\nx = f(\n  |"a"|,\n)'],
  ['in a function', 'def f():\n    # kernel-lens: ignore\n    x = |f("a")|'],
  ['on the line of a definition', 'def |f|():  # kernel-lens: ignore\n    x = 1'],
  ['above a decorator', '# kernel-lens: ignore\n@|f("a")|\nclass A:\n    pass'],
  ['for the file', '# kernel-lens: ignore-file\nx = 1\n|f("a")|'],
  [
    'for the file, below its docstring',
    '#!/usr/bin/env python\n"""Text."""\n# kernel-lens: ignore-file\nx = 1\n|f("a")|',
  ],
  ['for the file, with codes', '# kernel-lens: ignore-file[missing-version]\nx = 1\n|f("a")|'],
  ['in a file that is nothing else', '# kernel-lens: ignore-file||'],
])('is quiet where a comment says so %s', (_, marked) => {
  expect(quiet(marked)).toBe(true);
});

test.each([
  ['for another line', 'y = 1  # kernel-lens: ignore\nx = |f("a")|'],
  ['for the line below', 'x = |f("a")|\n# kernel-lens: ignore\ny = 1'],
  ['for another code', 'x = |f("a")|  # kernel-lens: ignore[no-build-here]'],
  ['for no code', 'x = |f("a")|  # kernel-lens: ignore[]'],
  ['in other words', 'x = |f("a")|  # kernel-lens: ignored'],
  ['to another program', 'x = |f("a")|  # my-kernel-lens: ignore'],
  ['in a string', 'x = |f("a")|; y = "# kernel-lens: ignore"'],
  ['in a string of many lines', '"""\n# kernel-lens: ignore-file\n"""\nx = |f("a")|'],
  ['for the body of a definition', 'def f():  # kernel-lens: ignore\n    x = |f("a")|'],
  ['for a class below its decorator', '# kernel-lens: ignore\n@d\nclass A:\n    x = |f("a")|'],
  ['for the file, too late', 'x = 1\n# kernel-lens: ignore-file\n|f("a")|'],
  ['for the file, beside code', 'import a  # kernel-lens: ignore-file\nx = |f("a")|'],
  ['for the file, with another code', '# kernel-lens: ignore-file[lens]\nx = |f("a")|'],
  ['at the end', 'x = |f("a")|\n# kernel-lens: ignore'],
])('is not quiet where a comment says so %s', (_, marked) => {
  expect(quiet(marked)).toBe(false);
});

test.each([
  ['const x = |f("a")|; // kernel-lens: ignore', true],
  ['const x = |f("a")|; /* kernel-lens: ignore */', true],
  ['/* kernel-lens: ignore */ const x = |f("a")|;', true],
  ['/*\n * kernel-lens: ignore\n */\nconst x = |f("a")|;', true],
  ['// kernel-lens: ignore[missing-version]\nconst x = f(\n  |"a"|\n);', true],
  [`'use strict';\n// kernel-lens: ignore-file\nconst x = |f("a")|;`, true],
  ['#!/usr/bin/env node\n/* kernel-lens: ignore-file */\nconst x = |f("a")|;', true],
  ['const x = `// kernel-lens: ignore ${|f("a")|}`;', false],
  ['const x = () => {\n  |f("a")|;\n}; // kernel-lens: ignore', false],
  ['const x = () => { // kernel-lens: ignore\n  |f("a")|;\n};', false],
  ['const x = "http://kernel-lens: ignore", y = |f("a")|;', false],
])('in a script, %s: %s', (marked, expected) => {
  expect(quiet(marked, 'missing-version', 'typescript')).toBe(expected);
});

test('lenses are kept quiet with the rest, or alone', () => {
  expect(quiet('|f("a")|  # kernel-lens: ignore', 'lens')).toBe(true);
  expect(quiet('|f("a")|  # kernel-lens: ignore[lens]', 'lens')).toBe(true);
  expect(quiet('|f("a")|  # kernel-lens: ignore[lens]', 'no-build-here')).toBe(false);
  expect(quiet('|f("a")|  # kernel-lens: ignore[no-build-here]', 'lens')).toBe(false);
});

test('never fails, wherever a file ends', () => {
  const text =
    '# kernel-lens: ignore-file[a\n"""b"""\ndef f(  # kernel-lens: ignore[x]\r\n  a): # kernel-lens: ignore\n\tpass';
  for (const language of ['python', 'typescript'] as const) {
    for (let at = 0; at <= text.length; at += 1) {
      const source = parseWhole(text.slice(0, at), language);
      expect(() => readSuppressions(source).has({ from: 0, to: at }, 'lens')).not.toThrow();
    }
  }
});
