// Calls npm. Node's own modules only: this runs before anything is installed.
import path from 'node:path';
import { run } from './child.mjs';

/**
 * Runs npm without install scripts and waits for it.
 * @param {readonly string[]} args
 * @param {string} cwd a folder with a package.json
 * @returns {Promise<void>} rejects with what npm printed
 */
export async function npm(args, cwd) {
  const own = process.env['npm_execpath'];
  // Under `npm start` and its like, npm says where it is; the same npm is used again.
  const isNpm = own !== undefined && path.basename(own) === 'npm-cli.js';
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run(isNpm ? process.execPath : 'npm', [...(isNpm ? [own] : []), ...args, ...quiet], {
    cwd,
    env: outsideNpm(process.env),
  });
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${output.trim()}`);
}

/**
 * The environment without what the npm around this process says of its own folders; settings stay.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function outsideNpm(env) {
  const local = /^(npm_(package|lifecycle|command|node_execpath)|npm_config_(local|global)_prefix$|INIT_CWD$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !local.test(name)));
}
