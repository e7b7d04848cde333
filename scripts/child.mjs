// Runs a program and keeps what it prints. Node's own modules only.
import { spawn } from 'node:child_process';

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, print?: boolean }} [options] `print`: also show its
 *   output as it comes; `limitMs`: it is killed after so long
 * @returns {Promise<{ code: number | null, output: string }>} its exit code, null when it was killed, and both outputs
 */
export function run(command, args, { cwd, env, limitMs = 0, print = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ text) => {
      output += text;
      if (print) process.stdout.write(text);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}
