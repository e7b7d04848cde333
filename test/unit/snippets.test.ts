import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { KernelUse } from '../../src/code/kernelUse';
import { kernelUses } from '../../src/code/kernelUses';
import { languageOf, parseWhole } from '../../src/code/parseSource';
import { dropText } from '../../src/editor/dropText';
import { dockerLines } from '../../src/insert/dockerLines';
import { parseKernelReference } from '../../src/kernels/kernelId';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const Snippets = v.record(
  v.string(),
  v.strictObject({ prefix: v.string(), description: v.string(), body: v.array(v.string()) }),
);
const { contributes } = v.parse(
  v.object({ contributes: v.object({ snippets: v.array(v.object({ language: v.string(), path: v.string() })) }) }),
  read('package.json'),
);
const all = contributes.snippets.flatMap(({ language, path: file }) =>
  Object.entries(v.parse(Snippets, read(file))).map(([name, snippet]) => ({ language, name, ...snippet })),
);

/** What the editor writes where nobody changes a default. */
function expanded(body: readonly string[]): string {
  const text = body.join('\n');
  const defaults = new Map<string, string>();
  let at = 0;
  const until = (end: string): string => {
    let out = '';
    while (at < text.length && !(end !== '' && text.startsWith(end, at))) {
      if (text[at] === '\\' && '\\$}'.includes(text[at + 1] ?? ' ')) {
        out += text[at + 1] ?? '';
        at += 2;
        continue;
      }
      const [whole = '', plain, placed] = /^(?:\$(\d+)|\$\{(\d+):)/.exec(text.slice(at)) ?? [];
      expect(text[at] === '$' && whole === '', `a bare $ in ${text}`).toBe(false);
      if (whole === '') {
        out += text[at] ?? '';
        at += 1;
        continue;
      }
      at += whole.length;
      if (placed === undefined) out += defaults.get(plain ?? '') ?? '';
      else {
        const value = until('}');
        at += 1;
        expect(defaults.get(placed) ?? value, `placeholder ${placed} has two defaults`).toBe(value);
        defaults.set(placed, value);
        out += value;
      }
    }
    return out;
  };
  return until('');
}

/** Loader, id, version, and what is done with the kernel. */
function shortUse({ loader, id, version, members }: KernelUse): readonly unknown[] {
  return [loader, id?.value, version?.value.value ?? null, members.map(({ name }) => name)];
}

const ACTIVATION = 'kernels-community/activation';
const GELU = 'webgpu-kernels/ai.onnx.Gelu';
const GET = ['getKernel', GELU, 1];
const EXPECTED: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  'python kernel': [['get_kernel', ACTIVATION, 1, []]],
  'python kernel-module': [['get_kernel', ACTIVATION, 1, ['gelu']]],
  'python kernel-fallback': [['get_kernel', ACTIVATION, 1, ['gelu']]],
  'python kernel-switch': [['get_kernel', ACTIVATION, 1, ['gelu']]],
  'python kernel-locked': [['load_kernel', ACTIVATION, null, []]],
  'python kernel-layer': [
    ['use_kernel_forward_from_hub', 'SiluAndMul', null, []],
    ['LayerRepository', ACTIVATION, 1, []],
  ],
  'python kernel-attention': [],
  'dockerfile kernel-docker': [],
  ...Object.fromEntries(
    ['javascript', 'javascriptreact', 'typescript', 'typescriptreact'].flatMap((language) => [
      [`${language} kernel`, [[...GET, []]]],
      [`${language} kernel-get`, [[...GET, ['gelu']]]],
      [`${language} kernel-get-gpu`, [[...GET, ['gelu']]]],
      [`${language} kernel-get-function`, [[...GET, []]]],
    ]),
  ),
};

test('there is a snippet for every form and language', () => {
  expect(all.map(({ language, prefix }) => `${language} ${prefix}`).toSorted()).toEqual(
    Object.keys(EXPECTED).toSorted(),
  );
  const files = readdirSync(path.join(root, 'media/snippets')).map((name) => `./media/snippets/${name}`);
  expect([...new Set(contributes.snippets.map((one) => one.path))].toSorted()).toEqual(files.toSorted());
});

test.each(all)('$language $prefix is code that uses the kernel', ({ language, prefix, description, body }) => {
  const text = expanded(body);
  expect(description).not.toMatch(/!|\.$/);
  const parsed = languageOf(language);
  if (parsed === null) return;
  const source = parseWhole(text, parsed);
  let mistakes = 0;
  source.tree.iterate({
    enter: ({ type }) => {
      if (type.isError) mistakes += 1;
    },
  });
  expect(mistakes, text).toBe(0);
  expect(kernelUses(source).map(shortUse), text).toEqual(EXPECTED[`${language} ${prefix}`]);
  if (parsed === 'python') return;
  const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext };
  expect(ts.transpileModule(text, { reportDiagnostics: true, compilerOptions }).diagnostics).toEqual([]);
});

test('the lines for Docker are those that the command inserts', () => {
  const [docker] = all.filter(({ language }) => language === 'dockerfile');
  expect(expanded(docker?.body ?? []).trimEnd()).toBe(
    dockerLines({ projectFolder: '.', kernelsVersion: null }).trimEnd(),
  );
});

test('the kernels in them are there, with the port names that they have', () => {
  const { kernels } = v.parse(
    v.object({
      kernels: v.array(
        v.object({
          id: v.string(),
          version: v.nullable(v.number()),
          functions: v.array(v.object({ name: v.string(), signature: v.string() })),
        }),
      ),
    }),
    read('media/catalogue.json'),
  );
  const activation = kernels.find(({ id }) => id === ACTIVATION);
  expect(activation?.version).toBeGreaterThanOrEqual(1);
  expect(activation?.functions).toContainEqual({ name: 'gelu', signature: '(out, x)' });
  expect(kernels.some(({ id }) => id === GELU)).toBe(true);
  expect(existsSync(path.join(root, 'media/kernels/ai.onnx.Gelu/build/webgpu/manifest.json'))).toBe(true);
  expect(read('media/kernels/ai.onnx.Gelu/build/webgpu/manifest.json')).toMatchObject({
    inputs: { x: {} },
    outputs: { y: {} },
  });
});

const PYTHON = { id: ACTIVATION, language: 'python', version: 1 } as const;
const SCRIPT = { id: GELU, language: 'javascript', version: null } as const;

test.each([
  [PYTHON, 'toml', `"${ACTIVATION}" = 1\n`],
  [{ ...PYTHON, version: null }, 'toml', ACTIVATION],
  [SCRIPT, 'toml', GELU],
  [PYTHON, 'plaintext', `${ACTIVATION}@v1`],
  [SCRIPT, 'plaintext', GELU],
  [SCRIPT, 'vue', `await getKernel("${GELU}", { revision: "main" })`],
  [PYTHON, 'vue', `${ACTIVATION}@v1`],
  [
    PYTHON,
    'markdown',
    `\`\`\`python\nfrom kernels import get_kernel\n\nkernel = get_kernel("${ACTIVATION}", version=1)\n\`\`\`\n`,
  ],
  [{ ...PYTHON, id: 'a"\n/b' }, 'toml', null],
])('%j dropped into %s', (kernel, languageId, text) => {
  expect(dropText(kernel, languageId)).toBe(text);
});

test.each([
  [PYTHON, 'python'],
  [SCRIPT, 'typescript'],
] as const)('%j dropped into code is a load of it', (kernel, languageId) => {
  const source = parseWhole(dropText(kernel, languageId) ?? '', languageId);
  const [use] = kernelUses(source);
  expect(use?.id?.value).toBe(parseKernelReference(kernel.id).id);
  expect(use?.keptAs?.name).toBe('kernel');
});
