import { describe, expect, test } from 'vitest';
import { cursorContext } from '../../src/code/cursorContext';
import type { CursorContext } from '../../src/code/cursorTypes';
import { hoverTarget } from '../../src/code/hoverTarget';
import { kernelUses } from '../../src/code/kernelUses';
import { parseWhole } from '../../src/code/parseSource';
import type { CodeLanguage } from '../../src/code/parsedSource';

const PY = 'from kernels import get_kernel, LayerRepository, use_kernel_forward_from_hub\n';
const ACT = `${PY}act = get_kernel("kernels-community/activation", version=1)\n`;
const JS = `import { getKernel } from '@huggingface/kernels';\n`;
const GELU = `${JS}const gelu = await getKernel('webgpu-kernels/ai.onnx.Gelu', { version: 1 });\n`;

/** What stands at the `|` of a text. */
function at(marked: string, language: CodeLanguage = 'python'): CursorContext | null {
  const offset = marked.indexOf('|');
  const source = parseWhole(marked.replace('|', ''), language);
  return cursorContext(source, kernelUses(source), offset);
}

/** In short: its kind, what is typed, and what would be replaced. */
function short(marked: string, language?: CodeLanguage): readonly unknown[] | null {
  const context = at(marked, language);
  if (context === null) return null;
  const replaced = marked.replace('|', '').slice(context.span.from, context.span.to);
  const kind =
    context.kind === 'value' ? context.argument : context.kind === 'argument' && context.bare ? 'bare' : context.kind;
  return [kind, context.typed, replaced];
}

describe('in Python', () => {
  test.each([
    ['x = get_kernel("kern|els-community")', ['id', 'kern', 'kernels-community']],
    ['x = get_kernel("|")', ['id', '', '']],
    ['x = get_kernel("a/b|")', ['id', 'a/b', 'a/b']],
    ['x = get_kernel(repo_id="a|")', ['id', 'a', 'a']],
    [`x = get_kernel('''a|''')`, ['id', 'a', 'a']],
    ['x = LayerRepository("a|")', ['id', 'a', 'a']],
    // Half typed.
    ['x = get_kernel("|', ['id', '', '']],
    ['x = get_kernel("kern|', ['id', 'kern', 'kern']],
    [`x = get_kernel('kern|)\ny = 1`, ['id', 'kern', 'kern']],
    ['x = get_kernel("kern|\ny = "z"', ['id', 'kern', 'kern']],
    ['def f():\n    x = get_kernel("kern|\n\ndef g():\n    pass', ['id', 'kern', 'kern']],
    // Elsewhere.
    ['@use_kernel_forward_from_hub("R|")\nclass A: pass', null],
    ['x = get_kernel("a")|', null],
    ['x = |get_kernel("a")', null],
    ['# get_kernel("a|")', null],
    ['x = "get_kernel(|)"', null],
    ['x = other("a|")', null],
    ['x = get_kernel(f"a|{b}")', null],
    ['|', null],
  ])('%s', (code, expected) => {
    expect(short(PY + code)).toEqual(expected);
  });

  test.each([
    ['x = get_kernel("a/b", |)', ['argument', '', '']],
    ['x = get_kernel("a/b", ver|)', ['argument', 'ver', 'ver']],
    ['x = get_kernel("a/b", v|er=1)', ['argument', 'v', 'ver']],
    ['x = get_kernel("a/b", revision="x", |)', ['argument', '', '']],
    ['x = get_kernel(\n    "a/b",\n    |\n)', ['argument', '', '']],
    ['x = get_kernel("a/b", version=|)', ['version', '', '']],
    ['x = get_kernel("a/b", version=1|)', ['version', '1', '1']],
    ['x = get_kernel("a/b", version = |12)', ['version', '', '12']],
    ['x = get_kernel("a/b", revision="v|")', ['revision', 'v', 'v']],
    // Half typed.
    ['x = get_kernel("a/b", |', ['argument', '', '']],
    ['x = get_kernel("a/b", ver|', ['argument', 'ver', 'ver']],
    ['x = get_kernel("a/b", version=|', ['version', '', '']],
    ['x = get_kernel("a/b", version=|\ny = 1', ['version', '', '']],
    ['x = get_kernel("a/b", version=1|', ['version', '1', '1']],
    // Elsewhere.
    ['x = get_kernel(|)', null],
    ['x = get_kernel("a/b" |)', null],
    ['x = get_kernel("a/b", f(|))', null],
    ['x = get_kernel("a/b", backend=|)', null],
    ['x = get_kernel("a/b", f(version=|))', null],
  ])('%s', (code, expected) => {
    expect(short(PY + code)).toEqual(expected);
  });

  test.each([
    ['act.|', ['member', '', '']],
    ['act.|\ny = 1', ['member', '', '']],
    ['act.ge|', ['member', 'ge', 'ge']],
    ['act.ge|lu(out, x)', ['member', 'ge', 'gelu']],
    ['y = f(act.|', ['member', '', '']],
    ['def f(x):\n    act.|\n    return x', ['member', '', '']],
    ['if act.|:\n    pass', ['member', '', '']],
    ['other.|', null],
    ['act|', null],
    ['def f(act):\n    act.|', null],
    ['"act.|"', null],
    ['# act.|', null],
  ])('%s', (code, expected) => {
    expect(short(ACT + code)).toEqual(expected);
  });

  test('knows the kernel, the path, and what is given already', () => {
    expect(at(`${ACT}act.layers.|`)).toMatchObject({ kind: 'member', path: ['layers'], typed: '' });
    const kernel = { loader: 'get_kernel', id: 'kernels-community/activation', version: 1 };
    expect(at(`${ACT}act.|`)).toMatchObject({ kernel, language: 'python' });
    expect(at(`${PY}get_kernel("a/b", revision="x", v|)`)).toMatchObject({ given: ['revision'] });
  });
});

describe('in JavaScript', () => {
  test.each([
    [`getKernel('web|gpu')`, ['id', 'web', 'webgpu']],
    ['getKernel(`|`)', ['id', '', '']],
    [`const x = await getKernel('|`, ['id', '', '']],
    [`const x = await getKernel('web|\nfoo();`, ['id', 'web', 'web']],
    [`getKernel('a/b', |)`, ['bare', '', '']],
    [`getKernel('a/b', ver|)`, ['bare', 'ver', 'ver']],
    [`getKernel('a/b', { | })`, ['argument', '', '']],
    [`getKernel('a/b', { ver| })`, ['argument', 'ver', 'ver']],
    [`getKernel('a/b', { revision: 'a', | })`, ['argument', '', '']],
    [`getKernel('a/b', { version: | })`, ['version', '', '']],
    [`getKernel('a/b', { version: 1| })`, ['version', '1', '1']],
    [`getKernel('a/b', { revision: 'v|' })`, ['revision', 'v', 'v']],
    // Half typed.
    [`getKernel('a/b', {|`, ['argument', '', '']],
    [`getKernel('a/b', { |\nfoo();`, ['argument', '', '']],
    [`getKernel('a/b', { ver|`, ['argument', 'ver', 'ver']],
    [`getKernel('a/b', { version: |`, ['version', '', '']],
    [`getKernel('a/b', { version: |\nfoo();`, ['version', '', '']],
    // Elsewhere.
    [`other('a|')`, null],
    [`getKernel(|)`, null],
    [`getKernel('a/b', { token: { | } })`, null],
    [`getKernel('a/b', { token: f(|) })`, null],
    [`// getKernel('a|')`, null],
    [`/* getKernel('|') */`, null],
  ])('%s', (code, expected) => {
    expect(short(JS + code, 'typescript')).toEqual(expected);
  });

  test.each([
    ['gelu.|', ['member', '', '']],
    ['gelu.|\nx = 1;', ['member', '', '']],
    ['gelu.op|Id', ['member', 'op', 'opId']],
    ['foo(gelu.|)', ['member', '', '']],
    ['await gelu|({})', null],
    ['other.|', null],
  ])('%s', (code, expected) => {
    expect(short(GELU + code, 'jsx')).toEqual(expected);
  });
});

const FILES: readonly (readonly [CodeLanguage, string])[] = [
  [
    'python',
    `${ACT}@use_kernel_forward_from_hub("RMSNorm")\nclass A:\n    def f(self, x):\r\n\ty = act.layers.Silu()(x)  # act.\n\treturn act.gelu(x, get_kernel('a/b', revision="c"))\n`,
  ],
  [
    'python',
    `import kernels as k\nnames = [k.get_kernel(f"a/{n}", version=v) for n, v in {"x": 1}.items()]\nk.get_kernel(\n  # version=\n  repo_id="a" "b", version\n`,
  ],
  [
    'tsx',
    `${GELU}const { y } = await gelu({ x: { data, shape: [1] } }, { output: 'gpu' });\nconst e = <A b={gelu.opId} c="getKernel('">{\`\${await getKernel('a', {`,
  ],
];

test('answers at every place of every file, wherever it ends, with a span around the cursor', () => {
  for (const [language, text] of FILES) {
    for (let end = 0; end <= text.length; end += 1) {
      const source = parseWhole(text.slice(0, end), language);
      const uses = kernelUses(source);
      const offsets = end === text.length ? Array.from({ length: end + 1 }, (_, i) => i) : [end];
      for (const offset of offsets) {
        const context = cursorContext(source, uses, offset);
        hoverTarget(uses, offset);
        if (context === null) continue;
        expect(context.span.from).toBeLessThanOrEqual(offset);
        expect(context.span.to).toBeGreaterThanOrEqual(offset);
        expect(context.span.to).toBeLessThanOrEqual(end);
        expect(context.typed).toBe(source.text.slice(context.span.from, offset));
      }
    }
  }
});

test.each([
  [`${PY}get_kernel("a/|b", version=1)`, ['kernel', 'a/b']],
  [ACT.replace('act =', 'a|ct ='), ['kernel', 'act']],
  [`${ACT}a|ct.gelu(out, x)`, ['kernel', 'act']],
  [`${ACT}act.ge|lu(out, x)`, ['member', 'gelu']],
  [`${ACT}act.layers.Si|lu`, ['member', 'Silu']],
  [`${PY}NAME = "a/b"\nget_kernel(NA|ME)`, ['kernel', 'NAME']],
  [`${PY}get_ker|nel("a/b")`, null],
  [`${PY}@use_kernel_forward_from_hub("R|")\nclass A: pass`, null],
])('the pointer in %s', (marked, expected) => {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const target = hoverTarget(kernelUses(parseWhole(text, 'python')), offset);
  expect(target === null ? null : [target.kind, text.slice(target.span.from, target.span.to)]).toEqual(expected);
});

test('the pointer on a call of a kernel of JavaScript', () => {
  const text = `${GELU}await gelu({}); gelu.opId;`;
  const uses = kernelUses(parseWhole(text, 'typescript'));
  expect(hoverTarget(uses, text.indexOf('gelu({}') + 1)).toMatchObject({
    kind: 'kernel',
    id: 'webgpu-kernels/ai.onnx.Gelu',
  });
  expect(hoverTarget(uses, text.indexOf('opId') + 1)).toMatchObject({ kind: 'member' });
});
