import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import type { CodeLanguage } from '../../src/code/parsedSource';
import { scriptUses } from '../../src/code/scriptUses';
import { scriptVariable } from '../../src/insert/scriptVariable';
import { writeScriptLoad, type ScriptLoadOptions } from '../../src/insert/writeScript';

const GELU = { id: 'webgpu-kernels/ai.onnx.Gelu', version: 1 };
const IMPORT = `import { getKernel } from '@huggingface/kernels';`;
const LOAD = `const gelu = await getKernel('webgpu-kernels/ai.onnx.Gelu', { version: 1 });`;
const PLAIN: ScriptLoadOptions = { gpuTensor: false, inputs: [] };

/** What becomes of a file whose cursor is `|`; of a refusal, its words. */
function written(marked: string, options = PLAIN, kernel: Parameters<typeof writeScriptLoad>[2] = GELU): string {
  const offset = marked.indexOf('|');
  return writtenAt(marked.replace('|', ''), offset, options, kernel);
}

function writtenAt(
  text: string,
  offset: number,
  options = PLAIN,
  kernel: Parameters<typeof writeScriptLoad>[2] = GELU,
  language: CodeLanguage = 'typescript',
): string {
  const answer = writeScriptLoad(parseWhole(text, language), offset, kernel, options);
  if ('refused' in answer) return `refused: ${answer.refused}`;
  expect(answer.pin).toBeNull();
  return answer.edits.reduceRight((whole, { span, text: put }) => {
    return whole.slice(0, span.from) + put + whole.slice(span.to);
  }, text);
}

test.each([
  ['an empty file', '|', `${IMPORT}\n\n${LOAD}\n`],
  ['an empty line', 'foo();\n\n|\n', `${IMPORT}\n\nfoo();\n\n${LOAD}\n`],
  ['a comment, which stays first', '// licence\n\n|', `// licence\n\n${IMPORT}\n\n${LOAD}\n`],
  ['a statement', 'a();\nfo|o();\n', `${IMPORT}\n\na();\n${LOAD}\nfoo();\n`],
  ['the end of a statement', 'a();|\nfoo();\n', `${IMPORT}\n\na();\n${LOAD}\nfoo();\n`],
  ['between two of a line', 'a(); |b();', `${IMPORT}\n\na(); \n${LOAD}\nb();`],
  ['a string of many lines', 'const s = `\n|\n`;', `${IMPORT}\n\n${LOAD}\nconst s = \`\n\n\`;`],
  ['a class', 'class A {\n  |\n}', `${IMPORT}\n\n${LOAD}\nclass A {\n  \n}`],
  ['imports', `|import a from 'b'; // c\n\nfoo();\n`, `import a from 'b'; // c\n${IMPORT}\n\n${LOAD}\n\nfoo();\n`],
  [
    '#! and a directive',
    `#!/usr/bin/env node\n'use strict';\n\n|`,
    `#!/usr/bin/env node\n'use strict';\n\n${IMPORT}\n\n${LOAD}\n`,
  ],
  [
    'a function, whose description stays with it',
    '/** f */\nasync function f() {\n    |\n    foo();\n}\n',
    `${IMPORT}\n\n/** f */\nasync function f() {\n    ${LOAD}\n    foo();\n}\n`,
  ],
  ['an empty function', 'async () => {|};', `${IMPORT}\n\nasync () => {\n  ${LOAD}\n};`],
  ['a method', 'class A { async m() {\n\t\t|\n\t} }', `${IMPORT}\n\nclass A { async m() {\n  ${LOAD}\n\t} }`],
  ['a return', 'async function f() {\n  return 1;|\n}', `${IMPORT}\n\nasync function f() {\n  ${LOAD}\n  return 1;\n}`],
  ['a switch', 'switch (a) {\n  case 1:\n    |\n}', `${IMPORT}\n\n${LOAD}\nswitch (a) {\n  case 1:\n    \n}`],
  ['a branch without braces', 'if (a) b|();', `${IMPORT}\n\n${LOAD}\nif (a) b();`],
  ['an expression of a function', 'const f = (x) => x|;', `${IMPORT}\n\n${LOAD}\nconst f = (x) => x;`],
  ['a comment beside code', 'foo(); // h|ere\n', `${IMPORT}\n\nfoo(); // here\n${LOAD}\n`],
])('writes next to %s', (_, marked, expected) => {
  expect(written(marked)).toBe(expected);
});

test.each([
  [
    'quotes and ends',
    `import a from "b"\n\n|`,
    `import a from "b"\nimport { getKernel } from "@huggingface/kernels"\n\nconst gelu = await getKernel("webgpu-kernels/ai.onnx.Gelu", { version: 1 })`,
  ],
  [
    'a statement that goes on below',
    'import a from "b"\nfoo()\n|\n;[1].map(a)\n',
    `import a from "b"\nimport { getKernel } from "@huggingface/kernels"\nconst gelu = await getKernel("webgpu-kernels/ai.onnx.Gelu", { version: 1 })\nfoo()\n\n;[1].map(a)\n`,
  ],
  [
    'a bracket that follows',
    'import a from "b"\nif (c) { }\n|\n(a)\n',
    `import a from "b"\nimport { getKernel } from "@huggingface/kernels"\nif (c) { }\nconst gelu = await getKernel("webgpu-kernels/ai.onnx.Gelu", { version: 1 });\n(a)\n`,
  ],
  [
    'braces',
    `import {a} from 'b';\n|`,
    `import {a} from 'b';\nimport {getKernel} from '@huggingface/kernels';\nconst gelu = await getKernel('webgpu-kernels/ai.onnx.Gelu', {version: 1});`,
  ],
  ['line ends', `import a from 'b';\r\n\r\n|\r\n`, `import a from 'b';\r\n${IMPORT}\r\n\r\n${LOAD}\r\n`],
])('keeps to the style of a file: %s', (_, marked, expected) => {
  expect(written(marked)).toBe(expected);
});

test.each([
  [`${IMPORT}\n|`, `${IMPORT}\n${LOAD}`],
  [
    `import { getKernel as load } from '@huggingface/kernels';\n|`,
    `import { getKernel as load } from '@huggingface/kernels';\n${LOAD.replace('getKernel', 'load')}`,
  ],
  [
    `import * as K from '@huggingface/kernels';\n|`,
    `import * as K from '@huggingface/kernels';\n${LOAD.replace('getKernel', 'K.getKernel')}`,
  ],
  [
    `import { dispose } from '@huggingface/kernels';\n|`,
    `import { getKernel, dispose } from '@huggingface/kernels';\n${LOAD}`,
  ],
  [
    `import { type Kernel } from '@huggingface/kernels';\n|`,
    `import { getKernel, type Kernel } from '@huggingface/kernels';\n${LOAD}`,
  ],
  [
    `import {\n  dispose,\n} from '@huggingface/kernels';\n|`,
    `import {\n  getKernel,\n  dispose,\n} from '@huggingface/kernels';\n${LOAD}`,
  ],
  [`import {} from '@huggingface/kernels';\n|`, `${IMPORT}\n${LOAD}`],
  [
    `import type { Kernel } from '@huggingface/kernels';\n|`,
    `import type { Kernel } from '@huggingface/kernels';\n${IMPORT}\n${LOAD}`,
  ],
  [
    `import { getKernel } from './mine';\n|`,
    `import { getKernel } from './mine';\nimport { getKernel as getKernel2 } from '@huggingface/kernels';\n${LOAD.replace('getKernel', 'getKernel2')}`,
  ],
  [
    `${IMPORT}\nasync function f(getKernel) {\n  |\n}`,
    `import { getKernel as getKernel2, getKernel } from '@huggingface/kernels';\nasync function f(getKernel) {\n  ${LOAD.replace('getKernel', 'getKernel2')}\n}`,
  ],
  [
    `const fs = require('fs');\nmodule.exports = async () => {\n  |\n};`,
    `const fs = require('fs');\nmodule.exports = async () => {\n  const { getKernel } = await import('@huggingface/kernels');\n  ${LOAD}\n};`,
  ],
])('uses the imports that are there: %s', (marked, expected) => {
  expect(written(marked)).toBe(expected);
});

test.each([
  ['function f() {\n  |\n}', /not async/],
  ['class A { constructor() { | } }', /not async/],
  ['async () => { xs.map((x) => { | }) };', /not async/],
  ['class A { static { | } }', /cannot be loaded here/],
  ['namespace N {\n|\n}', /cannot be loaded here/],
  ['async function f() {\n|\n', /cannot be read to its end/],
  [`const a = require('b');\n|`, /CommonJS/],
  [`'use strict';\nexports.a = 1;\n|`, /CommonJS/],
])('refuses in %s', (marked, reason) => {
  expect(written(marked)).toMatch(/^refused: /);
  expect(written(marked)).toMatch(reason);
});

test('refuses ids that are none, and Python', () => {
  expect(written('|', PLAIN, { id: `a/b'); evil('`, version: 1 })).toMatch(/^refused: .* is not a kernel/);
  expect(writtenAt('', 0, PLAIN, GELU, 'python')).toMatch(/^refused: /);
});

test.each([
  [
    { gpuTensor: false, inputs: ['x'] },
    `${LOAD}\nconst geluOutputs = await gelu({\n  x: { data: new Float32Array(4), shape: [2, 2] },\n});`,
  ],
  [
    { gpuTensor: true, inputs: ['a', 'b'] },
    `${LOAD}\nconst geluOutputs = await gelu({\n  a: { data: new Float32Array(4), shape: [2, 2] },\n  b: { data: new Float32Array(4), shape: [2, 2] },\n}, { output: 'gpu' });`,
  ],
  [
    { gpuTensor: true, inputs: [] },
    `${LOAD}\nconst geluOnGpu = (inputs: Parameters<typeof gelu>[0]) => gelu(inputs, { output: 'gpu' });`,
  ],
])('writes a call: %j', (options, expected) => {
  expect(written(`${IMPORT}\n|`, options)).toBe(`${IMPORT}\n${expected}`);
});

test.each([
  [`getKernel('web|', { version: 12 })`, `getKernel('${GELU.id}', { version: 1 })`],
  [`getKernel('|')`, `getKernel('${GELU.id}')`],
  [`getKernel('a/b|', { revision: 'x' })`, `getKernel('${GELU.id}', { revision: 'x' })`],
  [`getKernel('a/b|', OPTIONS)`, `getKernel('${GELU.id}', OPTIONS)`],
])('within an id writes the id: %s', (marked, expected) => {
  const before = `${IMPORT}\nconst n = 3, OPTIONS = { version: n };\n`;
  expect(written(`${before}function f() { ${marked}; }`)).toBe(`${before}function f() { ${expected}; }`);
});

test('loads main where a kernel has no version, and trusts other publishers only when told', () => {
  const kernel = { id: 'me/My-Kernel', version: null };
  expect(written(`${IMPORT}\n|`, PLAIN, kernel)).toBe(
    `${IMPORT}\nconst myKernel = await getKernel('me/My-Kernel', { revision: 'main' });`,
  );
  const trusting = { ...PLAIN, trustRemoteCode: true };
  expect(written(`${IMPORT}\n|`, trusting, kernel)).toContain(`{ revision: 'main', trustRemoteCode: true }`);
  expect(written(`${IMPORT}\n|`, trusting)).toContain('{ version: 1 }');
});

test.each([
  ['webgpu-kernels/ai.onnx.Gelu', [], 'gelu'],
  ['webgpu-kernels/ai.onnx.Gelu', ['gelu', 'gelu2'], 'gelu3'],
  ['webgpu-kernels/ai.onnx.RMSNormalization', [], 'rmsNormalization'],
  ['webgpu-kernels/ai.onnx.LSTM', [], 'lstm'],
  ['webgpu-kernels/com.microsoft.FusedMatMul', [], 'fusedMatMul'],
  ['webgpu-kernels/ai.onnx.If', [], 'ifKernel'],
  ['webgpu-kernels/ai.onnx.IsNaN', [], 'isNaNKernel'],
  ['kernels-community/flash-attn2', [], 'flashAttn2'],
  ['a/2d', [], 'kernel2d'],
  ['a/_', [], 'kernel'],
])('%s with %j taken is kept as %s', (id, taken, name) => {
  expect(scriptVariable(id, new Set(taken))).toBe(name);
});

const FILES: readonly string[] = [
  `// licence\n'use strict';\nimport a, { b as c } from "b" // d\nimport 'e';\n\n/** f */\nexport async function f(x = 1, { y }) {\n  if (x) return y; else { throw x }\n  for await (const z of y) { label: foo(z) }\n  return \`\${x} \${async () => { await 1 }}\`\n}\n`,
  `const r = require('r');\r\nclass A extends r { #p = 1; static async m() {\r\n\tawait (async () => { try { this.#p } catch { } finally { } })();\r\n} get q() { return 1 } }\r\nmodule.exports = { A, async b() { switch (1) { case 1: { break } default: c() } } };`,
  `import { getKernel } from '@huggingface/kernels';\nconst id = 'a/b', gelu = await getKernel(id, { version: 2 });\nconst view = () => ({ a: [1, 2], ...gelu });\ndo { gelu() } while (0)\nvar \u{1F600}x = 1; // \u{1F600}\nenum E { A }\ninterface I { m(): void }`,
];

test('at any place of a file, what is written is read back and nothing else changes', () => {
  for (const text of FILES) {
    const options = { gpuTensor: true, inputs: ['x', 'y z', '__proto__', `'"\\`] };
    const offsets = Array.from({ length: Math.ceil(text.length / 3) }, (_, i) => 3 * i);
    const results = new Set(offsets.map((offset) => writtenAt(text, offset, options)));
    for (const result of results) {
      if (result.startsWith('refused: ')) continue;
      const [use] = scriptUses(parseWhole(result, 'typescript')).filter(({ id }) => id?.value === GELU.id);
      expect(use?.members).toHaveLength(1);
      expect(mistakes(result), result).toBeLessThanOrEqual(mistakes(text));
      expect(isSpreadIn(text, result)).toBe(true);
    }
  }
});

/** As TypeScript counts them. */
function mistakes(text: string): number {
  const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(text, { reportDiagnostics: true, compilerOptions }).diagnostics?.length ?? 0;
}

test('never fails, whatever the file', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FILES), fc.nat(500), fc.nat(500), (text, end, offset) => {
      expect(typeof writtenAt(text.slice(0, end), offset)).toBe('string');
    }),
  );
});

/** Whether all that a text has, blanks apart, is in another one in the same order. */
function isSpreadIn(text: string, whole: string): boolean {
  let left = text.replace(/\s/g, '');
  for (const character of whole.replace(/\s/g, '')) {
    if (left.startsWith(character)) left = left.slice(character.length);
  }
  return left === '';
}

const STUB = `export async function getKernel(id, options) {
  return async (inputs, call) => { console.log(JSON.stringify([id, options, Object.keys(inputs), call ?? null])); return {}; };
}`;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kernel-lens-script-'));
  const library = path.join(folder, 'node_modules/@huggingface/kernels');
  mkdirSync(library, { recursive: true });
  writeFileSync(
    path.join(library, 'package.json'),
    JSON.stringify({ name: '@huggingface/kernels', type: 'module', exports: './index.js' }),
  );
  writeFileSync(path.join(library, 'index.js'), STUB);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['module.mjs', '|', { gpuTensor: false, inputs: ['x'] }, ['x'], null],
  [
    'gpu.mjs',
    '|',
    { gpuTensor: true, inputs: ['x', 'a-b', '__proto__'] },
    ['x', 'a-b', '__proto__'],
    { output: 'gpu' },
  ],
  ['function.mjs', 'async function f() {\n  |\n}\nawait f();', { gpuTensor: false, inputs: ['x'] }, ['x'], null],
  [
    'require.cjs',
    `const fs = require('fs');\n(async () => {\n  |\n})();`,
    { gpuTensor: false, inputs: ['x'] },
    ['x'],
    null,
  ],
  ['wrapped.mjs', `import fs from 'fs';\n|`, { gpuTensor: true, inputs: [] }, ['x'], { output: 'gpu' }],
])('what is written runs: %s', (name, marked, options, inputs, call) => {
  const offset = marked.indexOf('|');
  const text = writtenAt(marked.replace('|', ''), offset, options, GELU, 'jsx');
  writeFileSync(path.join(folder, name), name === 'wrapped.mjs' ? `${text}\nawait geluOnGpu({ x: 1 });` : text);
  const said = execFileSync(process.execPath, [path.join(folder, name)], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([GELU.id, { version: 1 }, inputs, call]);
});
