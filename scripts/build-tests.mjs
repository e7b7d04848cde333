// Bundles the tests that Mocha runs into out/: those for the extension host as CommonJS, those that drive it as modules.
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './paths.mjs';

/** @typedef {'host' | 'ui'} MochaSuite */

/** @type {Record<MochaSuite, esbuild.BuildOptions>} */
const formats = {
  host: { format: 'cjs', external: ['vscode', 'mocha'] },
  // The scripts are not bundled: they find their files by their own place, which out/ui/ has in common with test/ui/.
  ui: { format: 'esm', packages: 'external', external: ['../../scripts/*'], outExtension: { '.js': '.mjs' } },
};

/**
 * @param {MochaSuite} suite
 * @returns {Promise<string>} the built index file
 */
export async function buildTests(suite) {
  const source = path.join(root, 'test', suite);
  const target = path.join(root, 'out', suite);
  const names = (await readdir(source)).filter((name) => name === 'index.ts' || name.endsWith('.test.ts'));
  await rm(target, { recursive: true, force: true });
  await esbuild.build({
    ...formats[suite],
    entryPoints: names.map((name) => path.join(source, name)),
    outdir: target,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(target, suite === 'ui' ? 'index.mjs' : 'index.js');
}
