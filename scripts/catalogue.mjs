// Makes media/catalogue.json, the catalogue that ships, from data/catalogue-source.json; with --check only compares.
//   node scripts/catalogue.mjs [--check]
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './paths.mjs';
import { program } from './program.mjs';

/** @typedef {import('../src/kernels/kernelSummary').KernelSummary} KernelSummary */
/** @typedef {import('../src/kernels/kernelSummary').Platform} Platform */
/** @typedef {Pick<typeof import('../src/kernels/kernelGroup'), 'kernelGroup'>} Grouping */

/**
 * @typedef {object} PythonKernel
 * @property {string} id
 * @property {string} summary
 * @property {number} version
 * @property {string} license
 * @property {readonly Platform[]} platforms
 * @property {readonly string[]} pythonDepends
 * @property {readonly string[]} functions `gelu(out, x)`, or the name alone where the source has no signature
 * @property {readonly string[]} layers
 * @property {readonly string[]} benchmarks
 */

/**
 * @typedef {object} CatalogueSource
 * @property {{ at: string, kernels: readonly PythonKernel[] }} python
 * @property {{ at: string, organisation: string, version: number, operators: Record<string, readonly string[]> }} webgpu
 */

const sourceFile = path.join(root, 'data', 'catalogue-source.json');
const shippedFile = path.join(root, 'media', 'catalogue.json');

/** What nobody has asked the Hub for: counts and trust are never guessed. */
const unknown = {
  torch: null,
  downloads: null,
  likes: null,
  trending: null,
  updatedAt: null,
  private: false,
  gated: false,
  trusted: null,
};

/**
 * The text of media/catalogue.json: `{at, kernels}`, one kernel a line. `at` is the older of the dates of the sources.
 * @returns {Promise<string>}
 */
export async function catalogueText() {
  /** @type {CatalogueSource} */
  const source = JSON.parse(await readFile(sourceFile, 'utf8'));
  const { kernelGroup } = await grouping();
  const python = source.python.kernels.map((kernel) => pythonSummary(kernel, kernelGroup));
  const { organisation, version, operators } = source.webgpu;
  const webgpu = Object.values(operators)
    .flat()
    .map((operator) => webGpuSummary(`${organisation}/${operator}`, version, kernelGroup));
  const kernels = [...python, ...webgpu].sort((a, b) => (a.id < b.id ? -1 : 1));
  const [at] = [source.python.at, source.webgpu.at].sort();
  const lines = kernels.map((kernel) => JSON.stringify(kernel)).join(',\n');
  return `{"at":"${at ?? ''}T00:00:00.000Z","kernels":[\n${lines}\n]}\n`;
}

/**
 * @param {PythonKernel} kernel
 * @param {Grouping['kernelGroup']} kernelGroup
 * @returns {KernelSummary}
 */
function pythonSummary({ id, summary, version, license, platforms, functions, ...lists }, kernelGroup) {
  return {
    id,
    language: 'python',
    group: kernelGroup(id, { tags: [], summary }),
    summary,
    backends: platforms.map((platform) => ({ platform, hardware: [] })),
    ...unknown,
    version,
    license,
    functions: functions.map((text) => {
      const [name = text] = text.split('(', 1);
      return { name, signature: text.slice(name.length) };
    }),
    layers: lists.layers,
    benchmarks: lists.benchmarks,
    pythonDepends: lists.pythonDepends,
  };
}

/**
 * @param {string} id
 * @param {number} version
 * @param {Grouping['kernelGroup']} kernelGroup
 * @returns {KernelSummary}
 */
function webGpuSummary(id, version, kernelGroup) {
  const operator = id.slice(id.lastIndexOf('.') + 1);
  const summary = id.includes('/com.microsoft.')
    ? `${operator}, an operator that ONNX Runtime adds to ONNX`
    : `${operator}, an operator of ONNX`;
  return {
    id,
    language: 'javascript',
    group: kernelGroup(id, { tags: [], summary: null }),
    summary,
    backends: [{ platform: 'webgpu', hardware: [] }],
    ...unknown,
    version,
    license: null,
    functions: [],
    layers: [],
    benchmarks: null,
    pythonDepends: [],
  };
}

/**
 * The rules of the program itself, which are TypeScript.
 * @returns {Promise<Grouping>}
 */
async function grouping() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(root, 'src', 'kernels', 'kernelGroup.ts')],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  /** @type {Grouping} */
  const rules = await import(`data:text/javascript;base64,${Buffer.from(contents).toString('base64')}`);
  return rules;
}

await program(import.meta.url, async () => {
  const text = await catalogueText();
  if (process.argv.includes('--check')) {
    if ((await readFile(shippedFile, 'utf8').catch(() => '')) === text) return 0;
    throw new Error('media/catalogue.json does not fit data/catalogue-source.json: run node scripts/catalogue.mjs');
  }
  await writeFile(shippedFile, text);
  console.log(`${path.relative(process.cwd(), shippedFile)}  ${(text.length / 1000).toFixed(0)} kB`);
  return 0;
});
