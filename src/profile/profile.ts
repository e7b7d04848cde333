// One profile, start to end: open the adapter, plan, run case after case, and grow the one Report that every view shows.
import { machineFlags, readMachine } from './machineWatch';
import type { KernelRef, ProfileOptions, ProfileProgress } from './profileOptions';
import { shortKernel } from './reportCells';
import { emptyReport, ending, failedCase, type Prepared } from './profileReport';
import type { Report, ReportCase } from './report';
import { TimeLeft } from './timeLeft';
import { isPeerId } from './reportComparison';
import { openAgain, VerifyRun } from './verifyRun';
import { GpuWorker, WorkerFailure, type GpuWorkerOptions } from './webgpu/workerClient';
import type { AdapterListing, PlannedCase, VerifiedCase, WorkerCalls } from './webgpu/workerProtocol';

/** Where the program's own parts lie. */
export interface ProfileEnvironment {
  /** The built GPU worker, dist/gpuWorker.mjs. */
  readonly workerPath: string;
  /** media/kernels: the bundled kernels, one folder an op id. */
  readonly kernelsRoot: string;
  /** A folder of ours for what is unpacked once; made when missing. */
  readonly cacheFolder: string;
  readonly toolVersion: string;
  /** The Node.js that runs the worker; null or left out: this process's own, or one that is found. */
  readonly nodePath?: string | null;
}

export interface ProfileHooks {
  /** Cancels: the worker is gone within a second, finished rows stay in the report. */
  readonly signal: AbortSignal;
  /** The report as it grows, after every case. */
  onReport(report: Report): void;
  onProgress(progress: ProfileProgress): void;
}

/** `usage`: options that fit nothing. `busy`: another run holds the GPU. `no-python`: an interpreter that cannot measure. */
export type ProfileErrorKind = 'usage' | 'no-adapter' | 'no-python' | 'busy' | 'cancelled' | 'internal';

/** A profile that could not begin; one that began always ends in a Report. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  constructor(
    readonly kind: ProfileErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Runs a profile and resolves with its report, whatever became of it: `complete`, `cancelled`, or `failed` with a reason.
 * A case whose kernel crashes, hangs or loses the device fails alone; the worker starts again for the next one.
 * Throws a ProfileError when there is nothing to report: no adapter, options that fit nothing, a busy GPU.
 */
export async function profile(
  options: ProfileOptions,
  environment: ProfileEnvironment,
  hooks: ProfileHooks,
): Promise<Report> {
  const started = performance.now();
  let progress: ProfileProgress = { done: 0, total: 0, label: '', phase: 'starting', secondsLeft: null };
  const tell = (change: Partial<ProfileProgress>): void => {
    progress = { ...progress, ...change };
    hooks.onProgress(progress);
  };
  const worker = new GpuWorker({
    ...environment,
    signal: hooks.signal,
    onPhase: (phase) => {
      tell({ phase });
    },
  });
  try {
    const prepared = await prepare(worker, options, environment, null);
    const before = await readMachine(worker.pids());
    let report = emptyReport(options, environment.toolVersion, prepared, before);
    const publish = (change: Partial<Report>): void => {
      report = { ...report, ...change, durationMs: performance.now() - started };
      hooks.onReport(report);
    };
    publish({});
    const { cases } = prepared.plan;
    const restart = (): Promise<Prepared> => prepare(worker, options, environment, prepared);
    let failure: string | null = null;
    try {
      await runCases(worker, cases, restart, hooks.signal, tell, (result) => {
        publish({ cases: [...report.cases, result] });
      });
    } catch (error) {
      failure = reasonOf(error);
    }
    const after = await readMachine(worker.pids());
    publish({
      ...ending(hooks.signal.aborted, failure, report.cases.length, cases.length),
      machine: { ...report.machine, after },
      flags: [...report.flags, ...machineFlags(before, after)],
    });
    return report;
  } catch (error) {
    throw profileError(error, hooks.signal);
  } finally {
    await worker.dispose();
  }
}

/** Case after case. Throws only when the worker cannot be brought back, or when the run is cancelled. */
async function runCases(
  worker: GpuWorker,
  cases: readonly PlannedCase[],
  restart: () => Promise<Prepared>,
  signal: AbortSignal,
  tell: (change: Partial<ProfileProgress>) => void,
  finished: (result: ReportCase) => void,
): Promise<void> {
  const clock = new TimeLeft(cases);
  const withoutPeer = new Map<string, string>();
  for (const [done, planned] of cases.entries()) {
    tell({
      done,
      total: cases.length,
      label: `${shortKernel(planned.kernel)} ${planned.label}`,
      phase: 'starting',
      secondsLeft: clock.secondsLeft(done),
    });
    const begun = performance.now();
    const ask = (): Promise<ReportCase> => {
      const reason = withoutPeer.get(planned.kernel);
      return worker.call('case', { id: planned.id, ...(reason === undefined ? {} : { withoutPeer: reason }) });
    };
    try {
      finished(
        await ask().catch(async (error: unknown) => {
          if (signal.aborted || !isPeerFailure(error)) throw error;
          // The next cases of the kernel would end the same way.
          withoutPeer.set(planned.kernel, error.message);
          await restart();
          return ask();
        }),
      );
    } catch (error) {
      if (signal.aborted || !(error instanceof WorkerFailure)) throw error;
      finished(failedCase(planned, error.message, performance.now() - begun));
      if (error.workerGone) await restart();
    }
    clock.finished(done, performance.now() - begun);
  }
}

/** Whether another runtime took the worker down with it: that costs its rows only. */
function isPeerFailure(error: unknown): error is WorkerFailure {
  return error instanceof WorkerFailure && error.workerGone && isPeerId(error.contender);
}

/** The adapters WebGPU finds here, hardware first. */
export async function listAdapters(
  environment: ProfileEnvironment,
  signal: AbortSignal,
): Promise<readonly AdapterListing[]> {
  return withWorker(environment, signal, {}, (worker) => worker.call('adapters', {}));
}

/**
 * Runs every case of a kernel's test.json on every eligible variant; a bad kernel is in `kernel.problem`.
 * A case that crashes, hangs or loses the device fails alone; the worker starts again for the next one.
 */
export async function verifyKernel(
  kernel: KernelRef,
  options: { readonly adapter: string; readonly seed: number },
  environment: ProfileEnvironment,
  hooks: { readonly signal: AbortSignal; onVerified(verified: VerifiedCase): void },
): Promise<WorkerCalls['verify']['result']> {
  const run = new VerifyRun((verified) => {
    hooks.onVerified(verified);
  });
  const request = { kernel, kernelsRoot: environment.kernelsRoot, ...options };
  return withWorker(environment, hooks.signal, run.listeners, (worker) => run.run(worker, request, hooks.signal));
}

async function withWorker<T>(
  environment: ProfileEnvironment,
  signal: AbortSignal,
  listeners: Pick<GpuWorkerOptions, 'onVerifying' | 'onVerified'>,
  work: (worker: GpuWorker) => Promise<T>,
): Promise<T> {
  const worker = new GpuWorker({ ...environment, ...listeners, signal });
  try {
    return await work(worker);
  } catch (error) {
    throw profileError(error, signal);
  } finally {
    await worker.dispose();
  }
}

/** Opens and plans. After a restart the same adapter, limit and cases as `earlier`: a new copy rate would choose others. */
async function prepare(
  worker: GpuWorker,
  options: ProfileOptions,
  environment: ProfileEnvironment,
  earlier: Prepared | null,
): Promise<Prepared> {
  const { kernelsRoot } = environment;
  const { quick } = options;
  if (earlier === null) {
    const opened = await worker.call('open', { adapter: options.adapter, quick });
    const plan = await worker.call('plan', { options, kernelsRoot });
    return { opened: { ...opened, reference: { ...opened.reference, products: plan.products } }, plan };
  }
  const opened = await openAgain(worker, earlier.opened, quick);
  const only = earlier.plan.cases.map(({ id }) => id);
  return { opened, plan: await worker.call('plan', { options, kernelsRoot, only }) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function profileError(error: unknown, signal: AbortSignal): ProfileError {
  if (error instanceof ProfileError) return error;
  if (signal.aborted) return new ProfileError('cancelled', 'Cancelled before the first case.', { cause: error });
  if (error instanceof WorkerFailure) {
    const kind =
      error.kind === 'no-adapter' || error.kind === 'busy' || error.kind === 'usage' ? error.kind : 'internal';
    return new ProfileError(kind, error.message, { cause: error });
  }
  return new ProfileError('internal', reasonOf(error), { cause: error });
}
