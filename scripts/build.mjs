// Builds dist/: the extension, the GPU worker, the command line with its thread, the page, and the harness in Python.
//   node scripts/build.mjs [--dev] [extension] [editor] [markdown] [gpuWorker] [cli] [scanWorker] [webview]
// Without names everything is built. --dev keeps the code readable and links source maps.
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { modulesFolder, root } from './paths.mjs';
import { program } from './program.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

/** @typedef {'extension' | 'editor' | 'markdown' | 'gpuWorker' | 'cli' | 'scanWorker' | 'webview'} BundleName */

const harnessFolder = path.join(root, 'src/profile/python');
/** The bundles that start the harness. */
const harnessUsers = ['extension', 'cli'];
const ortFiles = ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

/**
 * What reads code is a bundle of its own, which a window loads once it shows code: the extension starts without the parsers.
 * @type {esbuild.Plugin}
 */
const lateEditor = {
  name: 'late editor',
  setup: (building) => {
    building.onResolve({ filter: /\/lateEditor$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './editor.js', external: true } : undefined,
    );
  },
};

/**
 * The reader of Markdown is large, and only the page of a kernel needs it.
 * @type {esbuild.Plugin}
 */
const lateMarkdown = {
  name: 'late markdown',
  setup: (building) => {
    building.onResolve({ filter: /^markdown-it$/ }, () => ({ path: './markdown.js', external: true }));
  },
};

/** @type {Record<BundleName, esbuild.BuildOptions>} */
const bundles = {
  extension: {
    entryPoints: { extension: 'src/extension.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    plugins: [lateEditor, lateMarkdown],
    // Loaded with require, as VS Code loads the extension itself.
    supported: { 'dynamic-import': false },
  },
  editor: {
    entryPoints: { editor: 'src/editor/lateEditor.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
  },
  markdown: {
    entryPoints: { markdown: 'markdown-it' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  },
  gpuWorker: {
    entryPoints: { gpuWorker: 'src/profile/webgpu/worker.ts' },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    // A native addon, found beside dist/ in node_modules/.
    external: ['webgpu'],
    // ONNX Runtime then loads its wasm and the glue for it from files, which dist/ort/ holds.
    conditions: ['onnxruntime-web-use-extern-wasm'],
  },
  cli: {
    entryPoints: { cli: 'src/cli.ts' },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    banner: {
      // Packages in CommonJS ask for Node's modules with require, which a module does not have.
      js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
  },
  scanWorker: {
    entryPoints: { scanWorker: 'src/scan/scanWorker.ts' },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
  },
  webview: {
    entryPoints: {
      'webview/main': 'webview/main.ts',
      'webview/details': 'webview/details.ts',
      'webview/detailsStyle': 'webview/details.css',
      'webview/codicon': path.join(modulesFolder, '@vscode/codicons/dist/codicon.css'),
    },
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    loader: { '.ttf': 'copy' },
    assetNames: 'webview/[name]',
  },
};

/**
 * Builds the named bundles, all of them when no name is given.
 * @param {{ names?: readonly BundleName[], production?: boolean, outDir?: string }} [options]
 * @returns {Promise<Record<string, number>>} bytes of each file written, by its path below `outDir`; without source maps
 */
export async function build({ names = [], production = true, outDir = path.join(root, 'dist') } = {}) {
  const wanted = Object.entries(bundles).filter(([name]) => names.length === 0 || names.some((one) => one === name));
  if (names.length === 0) await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  /** @type {Record<string, number>} */
  const sizes = {};
  /** @type {string[]} */
  const sources = [];
  for (const [name, options] of wanted) {
    const { metafile } = await esbuild.build({
      ...options,
      outdir: outDir,
      absWorkingDir: root,
      bundle: true,
      metafile: true,
      minify: production,
      sourcemap: production ? 'external' : 'linked',
      legalComments: 'none',
      logLevel: 'warning',
    });
    for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
      if (!file.endsWith('.map')) sizes[path.relative(outDir, path.resolve(root, file))] = bytes;
    }
    sources.push(...Object.keys(metafile.inputs));
    if (name === 'gpuWorker') Object.assign(sizes, await copyOnnxRuntime(outDir));
  }
  if (wanted.some(([name]) => harnessUsers.includes(name))) Object.assign(sizes, await copyHarness(outDir));
  if (names.length === 0) await writeFile(path.join(outDir, 'ThirdPartyNotices.txt'), await thirdPartyNotices(sources));
  return sizes;
}

/**
 * @param {string} name
 * @returns {name is BundleName}
 */
function isBundle(name) {
  return Object.hasOwn(bundles, name);
}

/** @param {string} outDir */
async function copyOnnxRuntime(outDir) {
  const folder = path.join(outDir, 'ort');
  await mkdir(folder, { recursive: true });
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const name of ortFiles) {
    await copyFile(path.join(modulesFolder, 'onnxruntime-web/dist', name), path.join(folder, name));
    sizes[path.join('ort', name)] = (await stat(path.join(folder, name))).size;
  }
  return sizes;
}

/**
 * Python is shipped as it is. What is there already stays untouched: a run may be reading it.
 * @param {string} outDir
 */
async function copyHarness(outDir) {
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const name of await readdir(harnessFolder, { recursive: true })) {
    if (!name.endsWith('.py')) continue;
    const source = await readFile(path.join(harnessFolder, name));
    const target = path.join(outDir, 'python', name);
    const there = await readFile(target).catch(() => null);
    if (there === null || !source.equals(there)) {
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, source);
    }
    sizes[path.join('python', name)] = source.length;
  }
  return sizes;
}

await program(import.meta.url, async () => {
  const { values, positionals } = parseArgs({ options: { dev: { type: 'boolean' } }, allowPositionals: true });
  const names = positionals.map((name) => {
    if (isBundle(name)) return name;
    throw new Error(`There is no bundle named '${name}': choose from ${Object.keys(bundles).join(', ')}.`);
  });
  const sizes = await build({ names, production: !values.dev });
  for (const [file, bytes] of Object.entries(sizes)) {
    console.log(`${(bytes / 1000).toFixed(1).padStart(9)} kB  dist/${file}`);
  }
  return 0;
});
