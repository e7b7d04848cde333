import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KernelUse } from '../../src/code/kernelUse';
import { parseWhole } from '../../src/code/parseSource';
import type { CodeLanguage } from '../../src/code/parsedSource';
import { isKernelsModule } from '../../src/code/scriptLoaders';
import { scriptUses } from '../../src/code/scriptUses';
import type { Span } from '../../src/code/span';

const ID = 'webgpu-kernels/ai.onnx.Gelu';
const IMPORT = `import { getKernel } from '@huggingface/kernels';\n`;

function uses(text: string, language: CodeLanguage = 'typescript'): readonly KernelUse[] {
  return scriptUses(parseWhole(text, language));
}

/** The one use there is. */
function only(text: string, language?: CodeLanguage): KernelUse {
  const [use, ...more] = uses(text, language);
  expect(more).toEqual([]);
  if (use === undefined) throw new Error(`no use in ${text}`);
  return use;
}

test.each([
  ['named', `import { getKernel } from '@huggingface/kernels'; getKernel('${ID}');`],
  ['renamed', `import { getKernel as load } from "@huggingface/kernels"; load('${ID}');`],
  ['with a type beside it', `import { type Kernel, getKernel } from '@huggingface/kernels'; getKernel('${ID}');`],
  ['as a namespace', `import * as K from '@huggingface/kernels'; K.getKernel('${ID}');`],
  ['when it is needed', `const { getKernel } = await import('@huggingface/kernels'); getKernel('${ID}');`],
  ['when it is needed, renamed', `const { getKernel: g = 1 } = await import('@huggingface/kernels'); g('${ID}');`],
  ['when it is needed, whole', `const K = await import('@huggingface/kernels'); K.getKernel('${ID}');`],
  ['in one expression', `(await import('@huggingface/kernels')).getKernel('${ID}');`],
  ['by require', `const { getKernel } = require('@huggingface/kernels'); getKernel('${ID}');`],
  ['by require in one expression', `require('@huggingface/kernels').getKernel('${ID}');`],
  ['under another name', `${IMPORT}const load = getKernel; load('${ID}');`],
  ['with a type argument', `${IMPORT}getKernel<Kernel>('${ID}');`],
  ['optionally', `${IMPORT}getKernel?.('${ID}');`],
  [
    'from a server of packages',
    `import { getKernel } from 'https://esm.sh/@huggingface/kernels@preview'; getKernel('${ID}');`,
  ],
  ['imported after it', `getKernel('${ID}'); ${IMPORT}`],
  ['in a function whose variable has another name', `${IMPORT}function f(get: X) { return getKernel('${ID}'); }`],
  ['beside a type of that name', `${IMPORT}type T = (getKernel: X) => void; getKernel('${ID}');`],
])('finds getKernel imported %s', (_, text) => {
  expect(only(text).id?.value).toBe(ID);
});

test.each([
  ['a parameter', `${IMPORT}function f(getKernel) { getKernel('${ID}'); }`],
  ['a parameter of an arrow function', `${IMPORT}const f = getKernel => getKernel('${ID}');`],
  ['a part of a parameter', `${IMPORT}const f = ({ getKernel }) => getKernel('${ID}');`],
  ['a local variable', `${IMPORT}{ const getKernel = other; getKernel('${ID}'); }`],
  ['a variable of the whole function', `${IMPORT}function f() { getKernel('${ID}'); if (a) { var getKernel = b; } }`],
  ['a function of its own', `${IMPORT}{ function getKernel() {} getKernel('${ID}'); }`],
  ['what a loop goes through', `${IMPORT}for (const getKernel of all) getKernel('${ID}');`],
  ['what is caught', `${IMPORT}try { } catch (getKernel) { getKernel('${ID}'); }`],
  ['of another module', `import { getKernel } from './kernels'; getKernel('${ID}'); // @huggingface/kernels`],
  ['of a module with a longer name', `import { getKernel } from '@huggingface/kernels-extra'; getKernel('${ID}');`],
  ['of nowhere', `getKernel('${ID}'); // @huggingface/kernels`],
  [
    'another function',
    `import { disposeSharedKernelRuntime } from '@huggingface/kernels'; disposeSharedKernelRuntime();`,
  ],
  [
    'another function under that name',
    `import { dispose as getKernel } from '@huggingface/kernels'; getKernel('${ID}');`,
  ],
  ['a type', `import type { getKernel } from '@huggingface/kernels'; getKernel('${ID}');`],
  ['a type among values', `import { type getKernel } from '@huggingface/kernels'; getKernel('${ID}');`],
  [
    'something given again',
    `let { getKernel } = await import('@huggingface/kernels'); getKernel = other; getKernel('${ID}');`,
  ],
  ['a promise', `const K = import('@huggingface/kernels'); K.getKernel('${ID}');`],
  ['deeper in the module', `const { a: { getKernel } } = await import('@huggingface/kernels'); getKernel('${ID}');`],
  ['a require of its own', `import require from 'x'; require('@huggingface/kernels').getKernel('${ID}');`],
  ['in a string', `${IMPORT}const s = "getKernel('${ID}')";`],
  ['in a comment', `${IMPORT}// getKernel('${ID}')\n/* getKernel('${ID}') */`],
  ['itself', `const getKernel = getKernel; getKernel('@huggingface/kernels');`],
])('does not take for it %s', (_, text) => {
  expect(uses(text)).toEqual([]);
});

test.each([
  [`'${ID}'`, ID, ID],
  [`\`${ID}\``, ID, ID],
  [`"${ID}"`, ID, ID],
  [`''`, '', ''],
  [`'a\\u002fb'`, 'a/b', null],
  [`'a\\x2Fb\\\nc'`, 'a/bc', null],
  ['KNOWN', 'a/known', null],
  ['(KNOWN as string)', 'a/known', null],
  ['CHANGED', undefined, null],
  ['`a/${x}`', undefined, null],
  [`'a/' + b`, undefined, null],
  ['...list', null, null],
  ['', null, null],
])('reads the id %s', (written, value, inner) => {
  const text = `${IMPORT}const KNOWN = 'a/known'; let CHANGED = 'a/b'; CHANGED = 'c/d';\ngetKernel(${written});`;
  const { id } = only(text);
  expect(id === null ? null : id.value).toBe(value);
  expect(id?.inner ? cut(text, id.inner) : null).toBe(inner);
});

test.each([
  ['{ version: 1 }', 1, null],
  ['{ version: 1 } as const', 1, null],
  ['{ "version": 0x2, }', 2, null],
  [`{ revision: 'v1', trustRemoteCode: true }`, null, 'v1'],
  ['{ version }', 3, null],
  ['OPTIONS', 4, null],
  ['{ version: -1 }', -1, null],
  ['{ version: }', undefined, null],
  ['{ version() {} }', undefined, null],
  ['{}', null, null],
])('reads the options %s', (written, version, revision) => {
  const text = `${IMPORT}const version = 3, OPTIONS = { version: 4 } as const;\ngetKernel('a/b', ${written});`;
  const use = only(text);
  expect(use.version === null ? null : use.version.value.value).toBe(version);
  expect(use.revision === null ? null : use.revision.value.value).toBe(revision);
  expect(use.call.arguments.some(({ spread }) => spread !== null)).toBe(false);
});

test.each(['options', '{ ...options }', '{ [key]: 1 }', 'make()'])('cannot tell what %s brings', (written) => {
  const use = only(`${IMPORT}getKernel('a/b', ${written});`);
  expect(use.version).toBeNull();
  expect(use.call.arguments.map(({ spread }) => spread)).toEqual([null, 'map']);
});

test.each([
  ['const gelu = await getKernel(ID);', 'gelu'],
  ['let gelu: Kernel = await getKernel(ID);', 'gelu'],
  ['const gelu = (await getKernel(ID)) as Kernel;', 'gelu'],
  ['const gelu = await (getKernel(ID));', 'gelu'],
  ['let gelu; gelu = await getKernel(ID);', 'gelu'],
  ['let gelu: Kernel | null = null; async function f() { gelu = await getKernel(ID); }', 'gelu'],
  ['let gelu = undefined; gelu = (await getKernel(ID))!;', 'gelu'],
  ['const [a, gelu] = await Promise.all([getKernel2(), getKernel(ID)]);', 'gelu'],
  ['const [, , gelu] = await Promise.all([x(1, 2), y, getKernel(ID)]);', 'gelu'],
  ['const gelu = getKernel(ID);', null],
  ['let gelu = other; gelu = await getKernel(ID);', null],
  ['let gelu = await getKernel(ID); gelu = other;', null],
  ['const { opId } = await getKernel(ID);', null],
  ['const [...all] = await Promise.all([getKernel(ID)]);', null],
  ['const [a] = await Promise.all([...more, getKernel(ID)]);', null],
  ['this.gelu = await getKernel(ID);', null],
  ['const gelu = [await getKernel(ID)];', null],
  ['const gelu = (await getKernel(ID)).opId;', null],
  ['function f(gelu) { gelu = await getKernel(ID); }', null],
])('%s is kept as %s', (written, name) => {
  const text = `${IMPORT}const ID = '${ID}'; ${written}`;
  const { keptAs } = only(text);
  expect(keptAs?.name ?? null).toBe(name);
  if (keptAs !== null) expect(cut(text, keptAs.span)).toBe(name);
});

test('finds what is done with a kernel, in its scope', () => {
  const text = `${IMPORT}const gelu = await getKernel('${ID}', { version: 1 });
const { y } = await gelu({ x: tensor }, { output: 'gpu' });
console.log(gelu.opId, gelu.call(null), gelu, other.gelu);
function f(gelu) { return gelu(1); }
const g = async () => await gelu(z);`;
  const { members } = only(text);
  expect(members.map((member) => [cut(text, member.expression), member.name, member.call?.arguments.length])).toEqual([
    ['gelu', 'gelu', 2],
    ['gelu.opId', 'opId', undefined],
    ['gelu.call', 'call', 1],
    ['gelu', 'gelu', 1],
  ]);
  expect(members.map((member) => cut(text, member.span))).toEqual(['gelu', 'opId', 'call', 'gelu']);
});

test('says where everything stands, with any line end and any character before it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\r\n'), (comment, end) => {
      const before = `/* ${comment.replaceAll('*/', '')} */${end}\t`;
      const call = `getKernel(${end}\t'${ID}',${end} { version: 1, revision: 'a' },${end})`;
      const text = `${before}${IMPORT}const k = await ${call};`;
      const use = only(text, 'jsx');
      expect(cut(text, use.call.span)).toBe(call);
      expect(cut(text, use.call.callee)).toBe('getKernel');
      expect(cut(text, use.call.between)).toBe(call.slice('getKernel('.length, -1));
      expect(cut(text, use.loaderSpan)).toBe('getKernel');
      expect(use.id?.inner && cut(text, use.id.inner)).toBe(ID);
      expect(use.version && cut(text, use.version.span)).toBe('version: 1');
      expect(use.version?.nameSpan && cut(text, use.version.nameSpan)).toBe('version');
      expect(use.revision && cut(text, use.revision.value.span)).toBe(`'a'`);
    }),
  );
});

test('never fails, wherever a file ends', () => {
  const text = `${IMPORT}const [gelu, b] = await Promise.all([getKernel('${ID}', { version: 1, ...c }), d]);
let e = (await getKernel(\`a/\${b}\`))!; for (const f of gelu) { var { h: [i] } = await f(e.opId, <T>{}); }`;
  for (const language of ['jsx', 'typescript', 'tsx'] as const) {
    for (let at = 0; at <= text.length; at += 1) expect(() => uses(text.slice(0, at), language)).not.toThrow();
  }
  // What is not typed to its end is a use all the same.
  expect(only(`${IMPORT}getKernel('${ID}', {`).id?.value).toBe(ID);
  expect(only(`${IMPORT}getKernel('a`).id).toMatchObject({ value: undefined, inner: null });
});

test.each([
  ['@huggingface/kernels', true],
  ['@huggingface/kernels@preview', true],
  ['npm:@huggingface/kernels@0.0.1', true],
  ['https://cdn.jsdelivr.net/npm/@huggingface/kernels@preview/+esm', true],
  ['https://esm.sh/@huggingface/kernels', true],
  ['@huggingface/kernels/types', false],
  ['x@huggingface/kernels', false],
  ['./@huggingface/kernels', false],
  ['@huggingface/kernelsx', false],
])('%s is the library: %s', (specifier, is) => {
  expect(isKernelsModule(specifier)).toBe(is);
});

function cut(text: string, { from, to }: Span): string {
  return text.slice(from, to);
}
