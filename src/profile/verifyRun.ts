// A kernel's test.json, start to end: a case that takes the GPU worker with it fails alone, and a new worker goes on.
import type { KernelRef } from './profileOptions';
import { WorkerFailure, type GpuWorker, type GpuWorkerOptions } from './webgpu/workerClient';
import type { OpenedAdapter, VerifiedCase, VerifyTarget, WorkerCalls } from './webgpu/workerProtocol';

/** What to verify, and where. */
export interface VerifyRequest {
  readonly kernel: KernelRef;
  /** The folder of the bundled kernels. */
  readonly kernelsRoot: string;
  readonly adapter: string;
  readonly seed: number;
}

/** One run over one kernel. Make the worker with its `listeners`, then `run`. */
export class VerifyRun {
  readonly listeners: Required<Pick<GpuWorkerOptions, 'onVerifying' | 'onVerified'>> = {
    onVerifying: (target) => {
      this.current = target;
    },
    onVerified: (verified) => {
      this.tell(verified);
    },
  };
  private readonly cases: VerifiedCase[] = [];
  /** What the worker is at; null between two. */
  private current: VerifyTarget | null = null;

  /** `onVerified` hears of each result as it comes. */
  constructor(private readonly onVerified: (verified: VerifiedCase) => void) {}

  /**
   * Resolves with every result, those of lost workers as well. Throws a WorkerFailure when the adapter cannot be opened
   * (again), on a cancel, and when a worker is lost before it gets anywhere.
   */
  async run(
    worker: GpuWorker,
    { kernel, kernelsRoot, adapter, seed }: VerifyRequest,
    signal: AbortSignal,
  ): Promise<WorkerCalls['verify']['result']> {
    let opened = await worker.call('open', { adapter, quick: true });
    for (;;) {
      const before = this.cases.length;
      try {
        const result = await worker.call('verify', { kernel, kernelsRoot, seed, done: this.cases });
        return { kernel: result.kernel, cases: this.cases };
      } catch (error) {
        if (signal.aborted || !(error instanceof WorkerFailure) || !error.workerGone) throw error;
        if (this.current !== null) this.tell({ ...this.current, status: 'failed', detail: oneLine(error.message) });
        // Without a step forward the next worker would be lost in the same place.
        if (this.cases.length === before) throw error;
        opened = await openAgain(worker, opened, true);
      }
    }
  }

  private tell(verified: VerifiedCase): void {
    this.current = null;
    this.cases.push(verified);
    this.onVerified(verified);
  }
}

/** The same adapter, without measuring it again. */
export function openAgain(
  worker: GpuWorker,
  { adapter, reference }: OpenedAdapter,
  quick: boolean,
): Promise<OpenedAdapter> {
  return worker.call('open', { adapter: adapter.software ? 'software' : adapter.name, quick, reference });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
