// The harness as a process: started in the user's interpreter, listened to, and ended with all that it started.
import { shownText } from '../../kernels/shownText';
import { HarnessProtocolError, readEvent, type HarnessEvent } from './harnessEvents';
import { LineReader, LongLineError } from './jsonLines';
import { signalGroup, startGroup, type GroupHead } from './processGroup';

export interface HarnessStart {
  /** The interpreter, an absolute path. */
  readonly python: string;
  readonly harnessPath: string;
  readonly workingFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One JSON document on one line. */
  readonly request: string;
  /** Cancels: the process and the GPU are free within two seconds. */
  readonly signal: AbortSignal;
  onEvent(event: HarnessEvent): void;
  /** For tests. */
  readonly times?: Partial<HarnessTimes>;
}

/** Milliseconds, and what is counted in them. */
export interface HarnessTimes {
  /** From a cancel to a signal that asks, and to one that does not. */
  readonly askAfterMs: number;
  readonly killAfterMs: number;
  /** From `end`, or from a kill, until nobody waits any longer. */
  readonly departureMs: number;
  /** Silence beyond what the harness allows a phase itself. */
  readonly slackMs: number;
  /** Silence in a phase that it sets no limit to. */
  readonly phaseMs: number;
}

export type HarnessEnding = Pick<Extract<HarnessEvent, { type: 'end' }>, 'status' | 'reason'>;

/** `start`: it could not be started, or is no Python. `died`: it ended without a word. `silent`, `protocol`: it was ended. */
export type HarnessFailureKind = 'start' | 'died' | 'silent' | 'protocol';

/** A harness that did not come to its end. The message says what happened and what to do. */
export class HarnessFailure extends Error {
  override readonly name = 'HarnessFailure';
  constructor(
    readonly kind: HarnessFailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const TIMES: HarnessTimes = {
  askAfterMs: 1200,
  killAfterMs: 1800,
  departureMs: 3000,
  slackMs: 120_000,
  // Importing torch from a cold disk, then kernels that are downloaded.
  phaseMs: 900_000,
};
/** A case with the samples of many contenders is a few MiB. */
const LONGEST_LINE = 64 * 2 ** 20;
const STDERR_KEPT = 4000;
const TICKS = 10;
const CHOOSE = 'Choose another interpreter, or mend this one.';

/**
 * Runs the harness to its end and resolves when the process is gone; `cancelled` where the signal was the reason.
 * Throws a HarnessFailure, and what `onEvent` throws.
 */
export function runHarness(start: HarnessStart): Promise<HarnessEnding> {
  return new HarnessRun(start).ending;
}

class HarnessRun {
  readonly ending: Promise<HarnessEnding>;
  private readonly head: GroupHead;
  private readonly times: HarnessTimes;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly reader = new LineReader(LONGEST_LINE, (line) => {
    this.hear(line);
  });
  private settle: { resolve(ending: HarnessEnding): void; reject(error: unknown): void } | null = null;
  private greeted = false;
  private ended: HarnessEnding | null = null;
  private failure: unknown = null;
  private stopping = false;
  private stderr = '';
  private silentMs = 0;
  private phase = { text: 'starting', limitMs: 0 };

  constructor(private readonly start: HarnessStart) {
    this.times = { ...TIMES, ...start.times };
    this.phase.limitMs = this.times.phaseMs;
    const { python, harnessPath, workingFolder, env, request, signal } = start;
    // What it prints is UTF-8 on Windows too; the folder of the program is not written to.
    const args = ['-B', '-u', harnessPath];
    const variables = { ...env, PYTHONIOENCODING: 'utf-8:backslashreplace' };
    this.head = startGroup({ program: python, args, folder: workingFolder, env: variables });
    this.ending = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.listen();
    signal.addEventListener('abort', this.onAbort, { once: true });
    this.head.stdin.write(`${request}\n`);
    if (signal.aborted) this.stop();
    this.watchSilence();
  }

  private readonly onAbort = (): void => {
    this.stop();
  };

  private listen(): void {
    const { head } = this;
    // A process that is gone does not take its input: that it is gone is told elsewhere.
    head.stdin.on('error', () => undefined);
    head.stdout.on('data', (piece: Buffer) => {
      this.take(piece);
    });
    head.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_KEPT);
    });
    head.on('error', (error) => {
      const shown = shownText(this.start.python, 300);
      this.failure ??= new HarnessFailure('start', `${shown} ${startProblem(error)}. ${CHOOSE}`, { cause: error });
      this.finish();
    });
    head.on('exit', () => {
      // What it wrote last may still be on its way; a descendant that holds its output open does not count.
      this.later(500, () => {
        this.finish();
      });
    });
    head.on('close', () => {
      this.finish();
    });
  }

  private take(piece: Buffer): void {
    if (this.failure !== null) return;
    try {
      this.reader.take(piece);
    } catch (error) {
      this.failure = asFailure(error);
      this.stop();
    }
  }

  private hear(line: string): void {
    this.silentMs = 0;
    // A Python whose start-up files print does so before anything of ours runs.
    if (!this.greeted && !line.startsWith('{"v":')) return;
    const event = readEvent(line);
    this.greeted = true;
    if (event === null || this.ended !== null) return;
    if (event.type === 'phase') {
      const limitMs = event.limitS === null ? this.times.phaseMs : event.limitS * 1000;
      this.phase = { text: event.text, limitMs };
    }
    if (event.type === 'end') {
      this.ended = { status: event.status, reason: event.reason };
      this.later(this.times.departureMs, () => {
        this.kill();
      });
    }
    this.start.onEvent(event);
  }

  /** Ticks are counted, not the clock read: while the machine sleeps, nobody is silent. */
  private watchSilence(): void {
    const tickMs = Math.max(10, this.times.slackMs / TICKS);
    const watch = setInterval(() => {
      this.silentMs += tickMs;
      const limitMs = this.phase.limitMs + this.times.slackMs;
      if (this.silentMs <= limitMs || this.failure !== null || this.ended !== null) return;
      const text = `The harness said nothing for ${Math.round(this.silentMs / 1000)} s while ${this.phase.text}, and was ended. Run again; if it stays so, choose smaller shapes.`;
      this.failure = new HarnessFailure('silent', text);
      this.stop();
    }, tickMs);
    this.timers.push(watch);
  }

  /** Asks for an end, then insists: at last the operating system does it. */
  private stop(): void {
    if (this.stopping || this.settle === null) return;
    this.stopping = true;
    this.head.stdin.write('{"cancel": true}\n');
    this.later(this.times.askAfterMs, () => {
      signalGroup(this.head, 'SIGTERM');
    });
    this.later(this.times.killAfterMs, () => {
      this.kill();
    });
  }

  private kill(): void {
    signalGroup(this.head, 'SIGKILL');
    // A process that a driver holds on to may never be gone.
    this.later(this.times.departureMs, () => {
      this.finish();
    });
  }

  private later(ms: number, action: () => void): void {
    this.timers.push(setTimeout(action, ms));
  }

  private finish(): void {
    const { settle } = this;
    if (settle === null) return;
    this.settle = null;
    this.start.signal.removeEventListener('abort', this.onAbort);
    for (const timer of this.timers) clearTimeout(timer);
    // What it started and left behind goes with it.
    signalGroup(this.head, 'SIGKILL');
    this.head.stdin.destroy();
    this.head.stdout.destroy();
    this.head.stderr.destroy();
    if (this.ended !== null) settle.resolve(this.ended);
    else if (this.start.signal.aborted) settle.resolve({ status: 'cancelled', reason: 'cancelled' });
    else settle.reject(this.failure ?? this.death());
  }

  private death(): HarnessFailure {
    const { exitCode, signalCode } = this.head;
    const how = signalCode === null ? `ended with code ${exitCode ?? 'unknown'}` : `was ended by ${signalCode}`;
    const said = this.stderr.trimEnd().split('\n').at(-1)?.trim() ?? '';
    const words = said === '' ? '' : `: ${shownText(said, 200).replace(/[.!]+$/u, '')}`;
    if (this.greeted)
      return new HarnessFailure('died', `The measuring process ${how} while ${this.phase.text}${words}. Run again.`);
    return new HarnessFailure(
      'start',
      `${shownText(this.start.python, 300)} ${how} before it could measure${words}. ${CHOOSE}`,
    );
  }
}

function asFailure(error: unknown): unknown {
  if (error instanceof HarnessProtocolError) return new HarnessFailure('protocol', error.message, { cause: error });
  if (!(error instanceof LongLineError)) return error;
  const text = `The harness wrote a line that is longer than any event. ${error.message}`;
  return new HarnessFailure('protocol', text, { cause: error });
}

function startProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'is not there';
  if (code === 'EACCES' || code === 'EPERM') return 'is not allowed to run';
  return `cannot be started: ${error instanceof Error ? shownText(error.message) : 'for an unknown reason'}`;
}
