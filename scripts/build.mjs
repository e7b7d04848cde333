// Builds dist/: the extension, the GPU worker, the command line with its thread, the page, and the harness in Python.
//   node scripts/build.mjs [--dev] [extension] [editor] [markdown] [toml] [gpuWorker] [cli] [scanWorker] [webview]
// Without names everything is built. --dev keeps the code readable and links source maps.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { modulesFolder, root } from './paths.mjs';
import { program } from './program.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

/** @typedef {'extension' | 'editor' | 'markdown' | 'toml' | 'gpuWorker' | 'cli' | 'scanWorker' | 'webview'} BundleName */

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

/**
 * So is the reader of TOML, which only a workspace with kernels in its pyproject.toml needs. It is asked for in the middle
 * of a function, so what stands in for it loads it at the first call.
 * @type {esbuild.Plugin}
 */
const lateToml = {
  name: 'late TOML',
  setup: (building) => {
    building.onResolve({ filter: /\/parseToml$/ }, () => ({ path: 'toml', namespace: 'late' }));
    building.onLoad({ filter: /^toml$/, namespace: 'late' }, () => ({
      contents: "let toml; export const parseToml = (...given) => (toml ??= require('./toml.js')).parseToml(...given);",
    }));
    building.onResolve({ filter: /^\.\/toml\.js$/, namespace: 'late' }, ({ path }) => ({ path, external: true }));
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
    plugins: [lateEditor, lateMarkdown, lateToml],
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
  toml: {
    entryPoints: { toml: 'src/kernels/parseToml.ts' },
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
 * Builds the named bundles, all of them when no name is given. Files are replaced whole and only where they differ: what
 * runs from `outDir` meanwhile never meets half a program or none.
 * @param {{ names?: readonly BundleName[], production?: boolean, outDir?: string }} [options]
 * @returns {Promise<Record<string, number>>} bytes of each file made, by its path below `outDir`; without source maps
 */
export async function build({ names = [], production = true, outDir = path.join(root, 'dist') } = {}) {
  const wanted = Object.entries(bundles).filter(([name]) => names.length === 0 || names.some((one) => one === name));
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();
  /** @type {string[]} */
  const sources = [];
  for (const [name, options] of wanted) {
    const { metafile, outputFiles } = await esbuild.build({
      ...options,
      outdir: outDir,
      absWorkingDir: root,
      bundle: true,
      metafile: true,
      write: false,
      minify: production,
      sourcemap: production ? 'external' : 'linked',
      legalComments: 'none',
      logLevel: 'warning',
    });
    for (const file of outputFiles) files.set(path.relative(outDir, file.path), file.contents);
    sources.push(...Object.keys(metafile.inputs));
    if (name === 'gpuWorker') await takeOnnxRuntime(files);
  }
  if (wanted.some(([name]) => harnessUsers.includes(name))) await takeHarness(files);
  if (names.length === 0) files.set('ThirdPartyNotices.txt', Buffer.from(await thirdPartyNotices(sources)));
  for (const [name, content] of files) await replaceFile(path.join(outDir, name), content);
  if (names.length === 0) await removeOthers(outDir, files);
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const [name, { length }] of files) if (!name.endsWith('.map')) sizes[name] = length;
  return sizes;
}

/**
 * @param {string} file
 * @param {Uint8Array} content
 */
async function replaceFile(file, content) {
  const there = await readFile(file).catch(() => null);
  if (there?.equals(content)) return;
  await mkdir(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, content);
  await rename(fresh, file);
}

/**
 * Removes what an older build left.
 * @param {string} outDir
 * @param {ReadonlyMap<string, Uint8Array>} files
 */
async function removeOthers(outDir, files) {
  for (const entry of await readdir(outDir, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(path.relative(outDir, file)) && !file.endsWith('.new')) await rm(file);
  }
}

/**
 * @param {string} name
 * @returns {name is BundleName}
 */
function isBundle(name) {
  return Object.hasOwn(bundles, name);
}

/** @param {Map<string, Uint8Array>} files */
async function takeOnnxRuntime(files) {
  for (const name of ortFiles) {
    files.set(path.join('ort', name), await readFile(path.join(modulesFolder, 'onnxruntime-web/dist', name)));
  }
}

/**
 * Python is shipped as it is.
 * @param {Map<string, Uint8Array>} files
 */
async function takeHarness(files) {
  for (const name of await readdir(harnessFolder, { recursive: true })) {
    if (name.endsWith('.py')) files.set(path.join('python', name), await readFile(path.join(harnessFolder, name)));
  }
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
