// Starts the Hub of the tests, for use by hand, until it is interrupted.
//   node scripts/test-hub.mjs [--port N] [--prefix /path] [--generated N] [--hostile]
// Give what it prints to a client as HF_ENDPOINT.
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { root } from './paths.mjs';
import { program } from './program.mjs';

await program(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      prefix: { type: 'string', default: '' },
      generated: { type: 'string', default: '0' },
      hostile: { type: 'boolean', default: false },
    },
  });
  const { startHub } = await buildHub();
  const { prefix, hostile } = values;
  const hub = await startHub({ prefix, hostile, port: Number(values.port), generated: Number(values.generated) });
  console.log(hub.endpoint);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await hub.close();
  return 0;
});

/**
 * Bundles the Hub. It finds its kernels by the place of its sources.
 * @returns {Promise<typeof import('../test/hub/hub')>}
 */
async function buildHub() {
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
