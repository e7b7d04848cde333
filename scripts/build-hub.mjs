// The Hub of the tests, for scripts: they cannot import its sources.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { root } from './paths.mjs';

/**
 * Bundles the Hub. It finds its kernels by the place of its sources.
 * @returns {Promise<typeof import('../test/hub/hub')>}
 */
export async function buildHub() {
  const outfile = path.join(root, 'out', 'hub', 'hub.mjs');
  await esbuild.build({
    entryPoints: [path.join(root, 'test', 'hub', 'hub.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
    define: { 'import.meta.dirname': JSON.stringify(path.join(root, 'test', 'hub')) },
  });
  /** @type {typeof import('../test/hub/hub')} */
  const built = await import(pathToFileURL(outfile).href);
  return built;
}
