// Where the command line's own parts lie, and how it ends.
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { terminalText } from './cliTerminal';
import type { ProfileEnvironment } from './profile/profile';

export const EXIT = {
  right: 0,
  wrong: 1,
  usage: 2,
  noAdapter: 3,
  /** The Hub gave no answer, or has no such kernel. */
  noAnswer: 4,
  /** Nobody agreed to run what an untrusted publisher wrote. */
  refused: 5,
  cancelled: 130,
} as const;

/** The installed program's root folder: the parent of dist/. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const KERNELS_ROOT = path.join(ROOT, 'media', 'kernels');

export function environment(): ProfileEnvironment {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return {
    workerPath: path.join(ROOT, 'dist', 'gpuWorker.mjs'),
    kernelsRoot: KERNELS_ROOT,
    cacheFolder: path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'kernel-lens'),
    toolVersion: manifest.version,
  };
}

export function bundledKernels(): string[] {
  return readdirSync(KERNELS_ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Cancels on the first interrupt, so that finished rows are still printed and written; a second one leaves at once. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.cancelled);
      controller.abort();
    });
  }
  return controller.signal;
}

/** A line about the work, beside the result: on stderr. */
export function note(text: string): void {
  process.stderr.write(`kernel-lens: ${terminalText(text)}\n`);
}
