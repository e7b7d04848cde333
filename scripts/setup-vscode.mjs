// Puts a real VS Code (its server, Node extension host and web workbench) into the cache, from npm alone.
//   node scripts/setup-vscode.mjs
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cached } from './cache.mjs';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { program } from './program.mjs';

const pins = ['package.json', 'package-lock.json'].map((file) => path.join(root, 'scripts/vscode', file));

/**
 * Installs VS Code unless it is there.
 * @returns {Promise<{ node: string, serverMain: string }>} the Node that this VS Code wants, and its server's main file
 */
export async function setUpVSCode() {
  if (process.platform !== 'linux') {
    throw new Error('The VS Code that the scripts install runs on Linux only. Use a desktop VS Code here.');
  }
  const hash = createHash('sha256');
  for (const file of pins) hash.update(await readFile(file));
  const folder = await cached(`vscode-${process.arch}-${hash.digest('hex').slice(0, 12)}`, async (target) => {
    for (const file of pins) await copyFile(file, path.join(target, path.basename(file)));
    await npm(['ci'], target);
    // The package leaves this part to its install script. Its shrinkwrap lacks entries that `ci` insists on.
    await npm(['install', '--omit=dev'], path.join(target, 'node_modules/code-server/lib/vscode'));
  });
  const node = path.join(folder, `node_modules/node-linux-${process.arch}/bin/node`);
  if (!existsSync(node)) throw new Error(`There is no Node for VS Code on linux-${process.arch} in ${folder}.`);
  return { node, serverMain: path.join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js') };
}

await program(import.meta.url, async () => {
  console.log((await setUpVSCode()).serverMain);
  return 0;
});
