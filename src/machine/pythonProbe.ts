// Asks an interpreter for its facts. Whatever it does instead of answering becomes a reason.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { shownText } from '../kernels/shownText';
import { readProbeAnswer, type ProbeFacts } from './probeAnswer';

export type ProbeResult =
  | { readonly facts: ProbeFacts }
  /** In words for people: what happened and what to do. */
  | { readonly failure: string };

export interface ProbeOptions {
  /** media/python/probe.py. */
  readonly probePath: string;
  /** Where the interpreter is started: version managers go by it. */
  readonly workingFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Import names to look for. */
  readonly modules: readonly string[];
  /** Milliseconds; 2000 where left out. */
  readonly limitMs?: number;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** How it came to an end. */
type Ending =
  | { readonly kind: 'exit'; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'late' }
  | { readonly kind: 'overflow' };

/** Characters of a path in a sentence. */
const LONGEST_PATH = 300;
const MOST_OUTPUT = 1024 * 1024;
const CANCELLED = 'Cancelled.';
const CHOOSE = 'Choose another interpreter, or mend this one.';

/** Starts the interpreter on the probe, for two seconds at most; nothing that it started outlives this. Never throws. */
export async function probePython(
  interpreter: string,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const shown = shownText(interpreter, LONGEST_PATH);
  if (!path.isAbsolute(interpreter)) {
    return { failure: `${shown} is not a full path. Name the interpreter with its folder.` };
  }
  if (signal.aborted) return { failure: CANCELLED };
  const limitMs = options.limitMs ?? 2000;
  let child: Child | null = null;
  try {
    const workingFolder = await folderThere(options.workingFolder, path.dirname(options.probePath));
    child = start(interpreter, { ...options, workingFolder });
    const output = new Output(child.stdout);
    const errors = new Output(child.stderr);
    const ending = await Promise.race([
      ended(child, output),
      aborted(signal, limitMs),
      output.overflow,
      errors.overflow,
    ]);
    const answer = readProbeAnswer(output.text);
    if (answer !== null && 'python' in answer) return { facts: answer };
    if (answer !== null) {
      return { failure: `${shown} is Python ${answer.tooOld}. The kernels library needs Python 3.10 or newer.` };
    }
    return { failure: failureText(shown, ending, output.text, errors.text, limitMs) };
  } catch (error) {
    return { failure: `${shown} ${startProblem(error)}. ${CHOOSE}` };
  } finally {
    if (child !== null) kill(child);
  }
}

function start(interpreter: string, { probePath, modules, workingFolder, env }: ProbeOptions): Child {
  return spawn(interpreter, [probePath, ...modules], {
    cwd: workingFolder,
    // Switches would be unknown to an old Python; variables are not. A person's own packages count, as in any program.
    env: {
      ...env,
      ...{ PYTHONUTF8: '1', PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1' },
      // Nothing is fetched, so no token is needed.
      ...{ HF_TOKEN: undefined, HUGGING_FACE_HUB_TOKEN: undefined },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be ended.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

/** A folder that is gone would look like an interpreter that is gone. */
async function folderThere(folder: string, otherwise: string): Promise<string> {
  return access(folder).then(
    () => folder,
    () => otherwise,
  );
}

/** Resolves once the process is gone and has no more to say; a descendant that holds its output open does not count. */
function ended(child: Child, output: Output): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ kind: 'exit', code, signal });
    });
    child.on('exit', (code, signal) => {
      if (readProbeAnswer(output.text) !== null) resolve({ kind: 'exit', code, signal });
    });
  });
}

async function aborted(signal: AbortSignal, limitMs: number): Promise<Ending> {
  await once(AbortSignal.any([signal, AbortSignal.timeout(limitMs)]), 'abort');
  return { kind: signal.aborted ? 'cancelled' : 'late' };
}

/** What a stream says, up to a limit. */
class Output {
  readonly overflow: Promise<Ending>;
  private readonly parts: Buffer[] = [];
  private size = 0;

  constructor(stream: Readable) {
    this.overflow = new Promise((resolve) => {
      stream.on('data', (part: Buffer) => {
        if (this.size > MOST_OUTPUT) return;
        this.size += part.length;
        this.parts.push(part);
        if (this.size > MOST_OUTPUT) resolve({ kind: 'overflow' });
      });
    });
  }

  get text(): string {
    return Buffer.concat(this.parts).toString('utf8');
  }
}

function failureText(shown: string, ending: Ending, output: string, errors: string, limitMs: number): string {
  if (ending.kind === 'cancelled') return CANCELLED;
  if (ending.kind === 'late') {
    return `${shown} did not answer within ${limitMs / 1000} s. Refresh to ask again, or choose another interpreter.`;
  }
  if (ending.kind === 'overflow') return `${shown} prints without an end instead of answering. ${CHOOSE}`;
  const said = lastLine(errors) ?? lastLine(output);
  const words = said === null ? '' : `: ${said}`;
  if (ending.signal !== null) return `${shown} was ended by ${ending.signal}${words}. ${CHOOSE}`;
  if (ending.code !== 0) return `${shown} ended with code ${ending.code ?? 'unknown'}${words}. ${CHOOSE}`;
  if (said === null) return `${shown} answered nothing: it may not be Python. ${CHOOSE}`;
  return `${shown} did not answer as Python does: ${said}. ${CHOOSE}`;
}

function lastLine(text: string): string | null {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? null : shownText(line, 160).replace(/[.!]+$/, '');
}

function startProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'is not there';
  if (code === 'EACCES' || code === 'EPERM') return 'is not allowed to run';
  return `cannot be started: ${error instanceof Error ? shownText(error.message) : 'for an unknown reason'}`;
}

function kill(child: Child): void {
  if (child.pid === undefined) return;
  if (process.platform !== 'win32') {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  } else if (child.exitCode === null) {
    const args = ['/pid', String(child.pid), '/T', '/F'];
    spawn('taskkill', args, { stdio: 'ignore', windowsHide: true }).on('error', () => child.kill());
  }
  child.stdout.destroy();
  child.stderr.destroy();
}
