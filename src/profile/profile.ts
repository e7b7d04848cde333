// One profile, start to end: open the adapter, plan, run case after case, and grow the one Report that every view shows.
import { randomUUID } from 'node:crypto';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import { machineFlags, readMachine } from './machineWatch';
import { commandLine } from './profileCommand';
import type { KernelRef, ProfileOptions, ProfileProgress } from './profileOptions';
import {
  REPORT_SCHEMA_ID,
  REPORT_VERSION,
  type MachineReading,
  type Report,
  type ReportCase,
  type ReportFlag,
} from './report';
import { methodOf } from './profileMethod';
import { GpuWorker, WorkerFailure } from './webgpu/workerClient';
import type {
  AdapterListing,
  OpenedAdapter,
  Plan,
  PlannedCase,
  VerifiedCase,
  WorkerCalls,
} from './webgpu/workerProtocol';

/** Where the program's own parts lie. */
export interface ProfileEnvironment {
  /** The built GPU worker, dist/gpuWorker.mjs. */
  readonly workerPath: string;
  /** media/kernels: the bundled kernels, one folder an op id. */
  readonly kernelsRoot: string;
  /** A folder of ours for what is unpacked once; made when missing. */
  readonly cacheFolder: string;
  readonly toolVersion: string;
}

export interface ProfileHooks {
  /** Cancels: the worker is gone within a second, finished rows stay in the report. */
  readonly signal: AbortSignal;
  /** The report as it grows, after every case. */
  onReport(report: Report): void;
  onProgress(progress: ProfileProgress): void;
}

/** `usage`: options that fit nothing. `busy`: another run holds the GPU. */
export type ProfileErrorKind = 'usage' | 'no-adapter' | 'busy' | 'cancelled' | 'internal';

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
    const prepared = await prepare(worker, options, environment);
    const before = await readMachine(worker.pids());
    let report = emptyReport(options, environment, prepared, before);
    const publish = (change: Partial<Report>): void => {
      report = { ...report, ...change, durationMs: performance.now() - started };
      hooks.onReport(report);
    };
    publish({});
    const { cases } = prepared.plan;
    const restart = (): Promise<Prepared> => prepare(worker, options, environment);
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
  const clock = new Estimate(cases);
  for (const [done, planned] of cases.entries()) {
    tell({ done, total: cases.length, label: planned.label, phase: 'starting', secondsLeft: clock.secondsLeft(done) });
    const begun = performance.now();
    try {
      finished(await worker.call('case', { id: planned.id }));
    } catch (error) {
      if (signal.aborted || !(error instanceof WorkerFailure)) throw error;
      finished(failedCase(planned, error.message, performance.now() - begun));
      if (error.workerGone) await restart();
    }
    clock.finished(done, performance.now() - begun);
  }
}

function ending(
  cancelled: boolean,
  failure: string | null,
  done: number,
  total: number,
): Pick<Report, 'status' | 'reason'> {
  const reached = `${String(done)} of ${String(total)} cases`;
  if (cancelled) return { status: 'cancelled', reason: `Cancelled after ${reached}.` };
  if (failure !== null) return { status: 'failed', reason: `Stopped after ${reached}: ${failure}` };
  return { status: 'complete', reason: null };
}

/** The adapters WebGPU finds here, hardware first. */
export async function listAdapters(
  environment: ProfileEnvironment,
  signal: AbortSignal,
): Promise<readonly AdapterListing[]> {
  return withWorker(environment, signal, {}, (worker) => worker.call('adapters', {}));
}

/** Runs every case of a kernel's test.json on every eligible variant; a bad kernel is in `kernel.problem`. */
export async function verifyKernel(
  kernel: KernelRef,
  options: { readonly adapter: string; readonly seed: number },
  environment: ProfileEnvironment,
  hooks: { readonly signal: AbortSignal; onVerified(verified: VerifiedCase): void },
): Promise<WorkerCalls['verify']['result']> {
  return withWorker(
    environment,
    hooks.signal,
    {
      onVerified: (verified) => {
        hooks.onVerified(verified);
      },
    },
    async (worker) => {
      await worker.call('open', { adapter: options.adapter, quick: true });
      return worker.call('verify', { kernel, kernelsRoot: environment.kernelsRoot, seed: options.seed });
    },
  );
}

async function withWorker<T>(
  environment: ProfileEnvironment,
  signal: AbortSignal,
  listeners: { readonly onVerified?: (verified: VerifiedCase) => void },
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

interface Prepared {
  readonly opened: OpenedAdapter;
  readonly plan: Plan;
}

async function prepare(worker: GpuWorker, options: ProfileOptions, environment: ProfileEnvironment): Promise<Prepared> {
  const opened = await worker.call('open', { adapter: options.adapter, quick: options.quick });
  const plan = await worker.call('plan', { options, kernelsRoot: environment.kernelsRoot });
  return { opened, plan };
}

function emptyReport(
  options: ProfileOptions,
  environment: ProfileEnvironment,
  { opened, plan }: Prepared,
  before: MachineReading,
): Report {
  return {
    schema: REPORT_SCHEMA_ID,
    version: REPORT_VERSION,
    id: randomUUID(),
    createdAt: new Date().toISOString(),
    durationMs: 0,
    tool: { name: 'Kernel Lens', version: environment.toolVersion, dawn: opened.dawn },
    command: commandLine(options),
    mode: options.aa ? 'aa' : 'compare',
    status: 'running',
    reason: null,
    method: methodOf(options, opened.adapter.software, opened.timer.kind),
    machine: {
      os: `${type()} ${release()}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      runtime: `Node ${process.versions.node}`,
      adapter: opened.adapter,
      timer: opened.timer,
      reference: opened.reference,
      before,
      after: null,
    },
    kernels: [...plan.kernels],
    cases: [],
    flags: openingFlags(opened, plan),
  };
}

function openingFlags(opened: OpenedAdapter, plan: Plan): ReportFlag[] {
  const flags: ReportFlag[] = [];
  if (opened.adapter.software) {
    flags.push({
      id: 'software-adapter',
      severity: 'warning',
      text: `${opened.adapter.name} runs on the CPU: the accuracy checks hold, but the times say nothing about a GPU.`,
    });
  }
  if (opened.timer.kind === 'host') {
    flags.push({
      id: 'host-timer',
      severity: 'warning',
      text: 'This adapter has no GPU timestamps: times are taken on the CPU and include the cost of launching.',
    });
  }
  const reasons = new Map<string, number>();
  for (const { reason } of plan.left) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, number] of reasons) {
    flags.push({
      id: 'left-out',
      severity: 'info',
      text: `${String(number)} ${number === 1 ? 'case' : 'cases'} left out: ${reason}`,
    });
  }
  return flags;
}

/** A case that took its worker down, or that the worker refused. */
function failedCase(planned: PlannedCase, reason: string, durationMs: number): ReportCase {
  return {
    id: planned.id,
    kernel: planned.kernel,
    name: planned.name,
    label: planned.label,
    tags: [...planned.tags],
    dtype: planned.dtype,
    attributes: {},
    inputs: {},
    outputs: {},
    leastBytes: 0,
    oracle: { kind: 'none', text: 'not reached' },
    cache: 'not reached',
    status: 'failed',
    reason,
    rows: [],
    rejected: [],
    flags: [],
    durationMs,
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function profileError(error: unknown, signal: AbortSignal): ProfileError {
  if (error instanceof ProfileError) return error;
  if (signal.aborted) return new ProfileError('cancelled', 'Cancelled before the first case.', { cause: error });
  if (error instanceof WorkerFailure) {
    const kind =
      error.kind === 'no-adapter' || error.kind === 'busy' || error.kind === 'usage' ? error.kind : 'internal';
    return new ProfileError(kind, error.message, { cause: error });
  }
  return new ProfileError('internal', reasonOf(error), { cause: error });
}

/** The time left, from the planner's guesses, scaled by how far off they were so far. */
class Estimate {
  private guessedMs = 0;
  private tookMs = 0;

  constructor(private readonly cases: readonly PlannedCase[]) {}

  finished(index: number, tookMs: number): void {
    this.guessedMs += this.cases[index]?.estimatedMs ?? 0;
    this.tookMs += tookMs;
  }

  /** Seconds from the beginning of case `index`. */
  secondsLeft(index: number): number {
    const guess = this.cases.slice(index).reduce((sum, planned) => sum + planned.estimatedMs, 0);
    return ((this.guessedMs > 0 ? this.tookMs / this.guessedMs : 1) * guess) / 1000;
  }
}
