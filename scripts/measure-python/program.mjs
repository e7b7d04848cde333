// Runs a program, with the moment at which each line of its output came.
import { spawn } from 'node:child_process';

/**
 * @typedef {{ stream: 'stdout' | 'stderr', text: string, atMs: number }} Line `atMs`: since the start
 * @typedef {{ code: number | null, seconds: number, lines: Line[], stdout: string, stderr: string }} Ended
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd: string, input?: string, until?: (line: string) => boolean, limitS?: number }} options
 *   `input` goes to standard input, which stays open until a line is one to end at (`until`), or the program ends
 * @returns {Promise<Ended>} never rejects for an exit code
 */
export function runTimed(command, args, { env, cwd, input, until, limitS = 580 }) {
  const began = performance.now();
  const child = spawn(command, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'], timeout: limitS * 1000 });
  /** @type {Line[]} */
  const lines = [];
  for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
    let rest = '';
    child[stream].setEncoding('utf8').on('data', (/** @type {string} */ piece) => {
      const parts = (rest + piece).split('\n');
      rest = parts.pop() ?? '';
      for (const text of parts) {
        lines.push({ stream, text, atMs: performance.now() - began });
        if (until?.(text)) child.stdin.end();
      }
    });
    child[stream].on('end', () => {
      if (rest !== '') lines.push({ stream, text: rest, atMs: performance.now() - began });
    });
  }
  // A program that ends early leaves nobody to read.
  child.stdin.on('error', () => undefined);
  if (input !== undefined) child.stdin.write(input);
  if (until === undefined) child.stdin.end();
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      const seconds = (performance.now() - began) / 1000;
      /** @param {Line['stream']} stream */
      const textOf = (stream) => lines.flatMap((line) => (line.stream === stream ? [line.text] : [])).join('\n');
      resolve({ code, seconds, lines, stdout: textOf('stdout'), stderr: textOf('stderr') });
    });
  });
}
