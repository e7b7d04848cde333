// An opened GPU device: errors of any kind become one exception that says what happened and to what.
import { readLimits } from './deviceFacts';
import type { FoundAdapter } from './adapters';

/** Values of GPUBufferUsage, which Dawn does not put on globalThis. */
export const USAGE = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;
export const MAP_READ = 0x1;

export type GpuErrorKind = 'compile' | 'validation' | 'out-of-memory' | 'internal' | 'device-lost';

/** Something the GPU or its driver refused. The message says what was being done. */
export class GpuError extends Error {
  override readonly name = 'GpuError';
  constructor(
    readonly kind: GpuErrorKind,
    message: string,
  ) {
    super(message);
  }
}

/** Enough for every kernel, where a driver refuses to give all it lists. */
const USEFUL_FEATURES: readonly string[] = [
  'core-features-and-limits',
  'timestamp-query',
  'shader-f16',
  'subgroups',
  'subgroup-size-control',
  'chromium-experimental-subgroup-matrix',
];
const SCOPES = ['validation', 'out-of-memory', 'internal'] as const;
const SCOPE_WORDS: Record<(typeof SCOPES)[number], string> = {
  validation: 'was refused as invalid',
  'out-of-memory': 'ran out of GPU memory',
  internal: 'failed inside the driver',
};

/** A device with what can go wrong on it watched. Dispose of it with `destroy`. */
export class OpenDevice {
  private readonly strays: string[] = [];
  private lostReason: string | null = null;
  private readonly whenLost: Promise<never>;

  private constructor(
    readonly found: FoundAdapter,
    readonly device: GPUDevice,
  ) {
    this.whenLost = device.lost.then((info) => {
      this.lostReason = info.message === '' ? info.reason : info.message;
      throw this.lostError();
    });
    // Nobody may be waiting when it happens; `guard` and `check` tell of it later.
    this.whenLost.catch(() => undefined);
    device.onuncapturederror = (event) => {
      this.strays.push(event.error.message);
    };
  }

  /** Opens with every feature and the highest limits that the adapter has. Throws GpuError where the driver refuses. */
  static async open(found: FoundAdapter): Promise<OpenDevice> {
    const requiredLimits = readLimits(found.adapter.limits);
    const all = [...found.adapter.features] as GPUFeatureName[];
    const useful = all.filter((feature) => USEFUL_FEATURES.includes(feature));
    try {
      return new OpenDevice(found, await found.adapter.requestDevice({ requiredFeatures: all, requiredLimits }));
    } catch {
      const device = await found.adapter
        .requestDevice({ requiredFeatures: useful, requiredLimits })
        .catch((error: unknown) => {
          throw new GpuError('internal', `${found.name} could not be opened: ${textOf(error)}. Update its driver.`);
        });
      return new OpenDevice(found, device);
    }
  }

  get lost(): boolean {
    return this.lostReason !== null;
  }

  /** Waits for a promise of Dawn's; a lost device ends the wait. */
  async guard<T>(promise: Promise<T>): Promise<T> {
    try {
      return await Promise.race([promise, this.whenLost]);
    } catch (error) {
      if (this.lost) throw this.lostError();
      throw error;
    }
  }

  /** Throws for a device that was lost, and for an error that no scope has caught, e.g. of a timed pass. */
  check(what: string): void {
    if (this.lost) throw this.lostError();
    const stray = this.strays.splice(0);
    if (stray[0] !== undefined) throw new GpuError('validation', `${what} failed: ${firstLines(stray[0])}`);
  }

  /**
   * Runs `action` and throws what the device says about it. `what` begins the message: `Binding pass softmax`.
   * One at a time: the device keeps its error scopes on one stack.
   */
  async scoped<T>(what: string, action: () => T | Promise<T>): Promise<T> {
    for (const scope of SCOPES) this.device.pushErrorScope(scope);
    let result: T | undefined;
    let thrown: unknown = null;
    try {
      result = await action();
    } catch (error) {
      thrown = error;
    }
    let failure: GpuError | null = null;
    // Asked for together: each answer waits for a turn of the event loop.
    const answers = [...SCOPES].reverse().map((scope) => ({ scope, answer: this.device.popErrorScope() }));
    const errors = await this.guard(Promise.all(answers.map(({ answer }) => answer)));
    for (const [index, { scope }] of answers.entries()) {
      const error = errors[index] ?? null;
      if (error !== null)
        failure ??= new GpuError(scope, `${what} ${SCOPE_WORDS[scope]}: ${firstLines(error.message)}`);
    }
    if (failure !== null) throw failure;
    if (thrown !== null) throw thrown instanceof Error ? thrown : new Error(textOf(thrown));
    this.check(what);
    return result as T;
  }

  /** Makes a buffer, or throws GpuError of the kind `out-of-memory`. `bytes` is rounded up to what WebGPU takes. */
  async buffer(label: string, bytes: number, usage: number): Promise<GPUBuffer> {
    const size = bufferBytes(bytes);
    const most = this.device.limits.maxBufferSize;
    if (size > most) {
      throw new GpuError('out-of-memory', `${label} needs ${size} bytes; this device gives ${most} to one buffer.`);
    }
    const buffer = await this.scoped(`Making ${label} (${size} bytes)`, () =>
      this.device.createBuffer({ label, size, usage }),
    );
    return buffer;
  }

  /** Waits until all that was submitted has run. */
  async idle(): Promise<void> {
    await this.guard(this.device.queue.onSubmittedWorkDone());
  }

  destroy(): void {
    this.device.destroy();
  }

  private lostError(): GpuError {
    return new GpuError('device-lost', `The GPU device was lost: ${this.lostReason ?? 'unknown'}.`);
  }
}

/** A storage buffer's size: at least 4 bytes, a multiple of 4. */
export function bufferBytes(bytes: number): number {
  return Math.max(4, Math.ceil(bytes / 4) * 4);
}

/** Dawn appends a trace of its own calls to a message; the first part is what a person can use. */
function firstLines(message: string): string {
  return (message.split('\n - While')[0] ?? message).trim();
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
