// The supervisor of the GPU worker process: starts it where a driver is found, watches over it, and ends it.
import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import { missingAdapterText } from './adapters';
import type { GpuEnvironment } from './gpuEnvironment';
import { departure, gpuEnvironments, spawnWorker, withinLimit, workerNode } from './workerProcess';
import type {
  AdapterListing,
  VerifiedCase,
  VerifyTarget,
  WorkerCalls,
  WorkerErrorKind,
  WorkerMessage,
  WorkerMethod,
} from './workerProtocol';

export interface GpuWorkerOptions {
  /** The built worker, dist/gpuWorker.mjs; the program's package is the folder above. */
  readonly workerPath: string;
  /** Where what is unpacked once is kept. */
  readonly cacheFolder: string;
  /** Ends the worker at once. */
  readonly signal: AbortSignal;
  /** A Node.js to run the worker with; by default KERNEL_LENS_NODE, this process's own, or one that is found. */
  readonly nodePath?: string | null;
  /** No phase may take longer, whatever it asks for, milliseconds. */
  readonly longestPhaseMs?: number;
  /** More variables for the worker's environment. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly onPhase?: (text: string) => void;
  readonly onVerifying?: (target: VerifyTarget) => void;
  readonly onVerified?: (verified: VerifiedCase) => void;
}

export type WorkerFailureKind = WorkerErrorKind | 'crash' | 'hang' | 'cancelled';

/** A call that got no result. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';
  constructor(
    readonly kind: WorkerFailureKind,
    message: string,
    /** The process is gone: call `open` and `plan` again to go on in a new one. */
    readonly workerGone: boolean,
    /** The contender that was run alone when it happened; null: several were, or none. */
    readonly contender: string | null = null,
  ) {
    super(message);
  }
}

interface PendingCall {
  readonly id: number;
  resolve(result: WorkerCalls[WorkerMethod]['result']): void;
  reject(failure: WorkerFailure): void;
}

/** What a new process may take until it answers. */
const START_LIMIT_MS = 30_000;
/** How long a process may take to end by itself before it is killed. */
const FAREWELL_MS = 300;
/** A process that a driver holds on to may never be gone; nobody waits longer for it. */
const DEPARTURE_MS = 5_000;
const STDERR_KEPT = 2000;
const STDERR_LINES = 6;

/** One worker at a time, and one call at a time. Dispose of it with `dispose`. */
export class GpuWorker {
  private child: ChildProcess | null = null;
  /** Resolves when the process before this one is gone, and with it its hold on the adapter. */
  private left: Promise<void> = Promise.resolve();
  private pending: PendingCall | null = null;
  private watchdog: NodeJS.Timeout | undefined;
  private phase = 'starting';
  private contender: string | null = null;
  private stderr = '';
  private lastId = 0;
  private readonly onAbort: () => void;

  constructor(private readonly options: GpuWorkerOptions) {
    this.onAbort = () => {
      this.end(new WorkerFailure('cancelled', 'Cancelled.', true));
    };
    options.signal.addEventListener('abort', this.onAbort, { once: true });
  }

  /** Process ids of what runs now, so that they are not taken for strangers on the GPU. */
  pids(): number[] {
    return this.child?.pid === undefined ? [] : [this.child.pid];
  }

  /**
   * Asks the worker. `open` and `adapters` start it; the others need an opened one.
   * Throws a WorkerFailure, for a crash, a hang or a cancel as well.
   */
  async call<M extends WorkerMethod>(
    method: M,
    argument: WorkerCalls[M]['argument'],
  ): Promise<WorkerCalls[M]['result']> {
    if (this.options.signal.aborted) throw new WorkerFailure('cancelled', 'Cancelled.', true);
    if (method === 'adapters') return this.listAdapters();
    if (method === 'open') return this.open(argument as WorkerCalls['open']['argument']);
    if (this.child === null) throw new WorkerFailure('usage', 'No adapter is open.', true);
    return this.ask(method, argument);
  }

  /** Ends the worker and waits until it is gone. */
  async dispose(): Promise<void> {
    this.options.signal.removeEventListener('abort', this.onAbort);
    const { child } = this;
    if (child === null) return withinLimit(this.left, DEPARTURE_MS);
    this.forget(new WorkerFailure('cancelled', 'The worker was disposed of.', true));
    // On this the worker gives the adapter back and ends, unless something in it hangs.
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), FAREWELL_MS);
    await withinLimit(this.left, DEPARTURE_MS);
    clearTimeout(timer);
  }

  private async listAdapters(): Promise<readonly AdapterListing[]> {
    const listed: AdapterListing[] = [];
    for (const environment of await this.environments()) {
      await this.start(environment);
      const found = await this.ask('adapters', {});
      listed.push(...found.filter((one) => !listed.some((other) => other.name === one.name)));
      this.stop();
    }
    return listed.sort((a, b) => Number(a.software) - Number(b.software));
  }

  /** Tries the machine's own drivers, then SwiftShader, then what the machine's own drivers have in software. */
  private async open(argument: WorkerCalls['open']['argument']): Promise<WorkerCalls['open']['result']> {
    const environments = await this.environments();
    const native = environments.find((one) => one.kind === 'native');
    const software = environments.find((one) => one.kind === 'software');
    const tries: { environment: GpuEnvironment | undefined; softwareAllowed: boolean }[] =
      argument.adapter === 'software'
        ? [
            { environment: software, softwareAllowed: true },
            { environment: native, softwareAllowed: true },
          ]
        : [
            { environment: native, softwareAllowed: argument.adapter !== 'auto' },
            { environment: software, softwareAllowed: true },
            ...(argument.adapter === 'auto' ? [{ environment: native, softwareAllowed: true }] : []),
          ];
    for (const { environment, softwareAllowed } of tries) {
      if (environment === undefined) continue;
      try {
        await this.start(environment);
        return await this.ask('open', { ...argument, softwareAllowed });
      } catch (error) {
        this.stop();
        if (!(error instanceof WorkerFailure) || error.kind !== 'no-adapter') throw error;
      }
    }
    const names = argument.adapter === 'auto' || argument.adapter === 'software' ? [] : await this.listAdapters();
    const text = missingAdapterText(
      argument.adapter,
      process.platform,
      names.map(({ name }) => name),
    );
    throw new WorkerFailure('no-adapter', text, true);
  }

  private async environments(): Promise<GpuEnvironment[]> {
    const { workerPath, cacheFolder } = this.options;
    return gpuEnvironments(workerPath, cacheFolder).catch(noAdapter);
  }

  private async start(environment: GpuEnvironment): Promise<void> {
    this.stop();
    await withinLimit(this.left, DEPARTURE_MS);
    const { workerPath, nodePath, signal, variables } = this.options;
    const node = await workerNode(nodePath ?? null).catch(noAdapter);
    if (signal.aborted) throw new WorkerFailure('cancelled', 'Cancelled.', true);
    const child = spawnWorker(node, workerPath, {
      ...environment,
      variables: { ...environment.variables, ...variables },
    });
    this.child = child;
    this.left = departure(child);
    this.stderr = '';
    this.phase = 'starting';
    this.contender = null;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_KEPT);
    });
    child.on('message', (message: WorkerMessage) => {
      if (this.child === child) this.receive(message);
    });
    child.on('error', (error) => {
      if (this.child === child)
        this.end(new WorkerFailure('crash', `The GPU worker could not start: ${error.message}.`, true));
    });
    child.on('exit', (code, signal) => {
      if (this.child === child)
        this.end(new WorkerFailure('crash', this.crashText(code, signal), true, this.contender));
    });
  }

  private ask<M extends WorkerMethod>(
    method: M,
    argument: WorkerCalls[M]['argument'],
  ): Promise<WorkerCalls[M]['result']> {
    const { child } = this;
    if (child === null) throw new WorkerFailure('cancelled', 'The worker is gone.', true);
    if (this.pending !== null) throw new Error('the worker takes one call at a time');
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending = { id, resolve, reject };
      this.watch(START_LIMIT_MS);
      child.send({ id, method, argument }, (error) => {
        if (error !== null && this.child === child)
          this.end(new WorkerFailure('crash', this.crashText(null, null), true));
      });
    });
  }

  private receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'phase':
        this.phase = message.text;
        this.contender = message.contender;
        this.watch(message.limitMs);
        this.options.onPhase?.(message.text);
        return;
      case 'verifying':
        this.options.onVerifying?.(message.target);
        return;
      case 'verified':
        this.options.onVerified?.(message.verified);
        return;
      case 'result':
      case 'error': {
        const { pending } = this;
        if (pending?.id !== message.id) return;
        clearTimeout(this.watchdog);
        this.pending = null;
        if (message.type === 'result') pending.resolve(message.result);
        else {
          // A lost device does not come back in the process that lost it.
          const gone = message.kind === 'device-lost';
          if (gone) this.stop();
          pending.reject(new WorkerFailure(message.kind, message.message, gone, this.contender));
        }
      }
    }
  }

  private watch(limitMs: number): void {
    clearTimeout(this.watchdog);
    const limit = Math.min(limitMs, this.options.longestPhaseMs ?? Infinity);
    this.watchdog = setTimeout(() => {
      const seconds = (limit / 1000).toLocaleString('en', { maximumFractionDigits: 1 });
      const text = `No answer for ${seconds} s while ${this.phase}: the worker was stopped. The kernel may never end.`;
      this.end(new WorkerFailure('hang', text, true, this.contender));
    }, limit);
  }

  private crashText(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? (code === null ? 'ended' : `ended with code ${code}`) : `was ended by ${signal}`;
    const lines = this.stderr.trim().split('\n').slice(-STDERR_LINES).join('\n');
    return `The GPU worker ${how} while ${this.phase}.${lines === '' ? '' : `\n${lines}`}`;
  }

  /** Kills the process and fails the call that waits for it. */
  private end(failure: WorkerFailure): void {
    this.child?.kill('SIGKILL');
    this.forget(failure);
  }

  private stop(): void {
    this.end(new WorkerFailure('cancelled', 'The worker was stopped.', true));
  }

  private forget(failure: WorkerFailure): void {
    clearTimeout(this.watchdog);
    const { pending } = this;
    this.child = null;
    this.pending = null;
    pending?.reject(failure);
  }
}

function noAdapter(error: unknown): never {
  throw new WorkerFailure('no-adapter', error instanceof Error ? error.message : String(error), true);
}
