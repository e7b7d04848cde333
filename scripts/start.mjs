// npm start: from a fresh clone to a speed-up table. Node's own modules only, until the others are installed.
//   npm start [-- OPTIONS OF kernel-lens profile]
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { install } from './install.mjs';
import { root } from './paths.mjs';
import { program } from './program.mjs';

await program(import.meta.url, async () => {
  await install();
  console.log('Building …');
  const { build } = await import('./build.mjs');
  await build();

  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const report = path.join('results', `profile-${stamp}.kernel-lens.json`);
  await mkdir(path.join(root, 'results'), { recursive: true });
  const code = await profile(['--json', report, ...process.argv.slice(2)]);
  // Wrong arguments or a missing adapter leave no report.
  if (existsSync(path.join(root, report))) {
    console.log(`\nThe report is ${report}. To see it in VS Code: npm run code, then open that file there.`);
  }
  return code;
});

/**
 * Runs the built command line in this terminal.
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
function profile(args) {
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.mjs'), 'profile', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  // An interrupt reaches both; the command line prints what it has, and this process waits for that.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => {
      resolve(status ?? 1);
    });
  });
}
