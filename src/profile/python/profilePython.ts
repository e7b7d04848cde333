// One profile of Python code, start to end: the harness is started in the user's interpreter, and what it tells grows the Report.
import { performance } from 'node:perf_hooks';
import { AdapterBusyError, AdapterLock } from '../webgpu/adapterLock';
import { readBattery } from '../machineWatch';
import { ProfileError, type ProfileHooks } from '../profile';
import type { Report } from '../report';
import { plannedContenders } from './contenderPlan';
import { casePattern } from './harnessCases';
import type { PythonProfileOptions } from './pythonOptions';
import { PythonRun } from './pythonRun';
import { fileDigest } from './sourceDigest';

/** Where the interpreter and the program's own parts lie. */
export interface PythonProfileEnvironment {
  /** The user's interpreter, an absolute path. */
  readonly python: string;
  /** dist/python/harness.py. */
  readonly harnessPath: string;
  /** Where the interpreter is started; a folder that exists. */
  readonly workingFolder: string;
  /** The environment of the child; HF_ENDPOINT and the like stand in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where locks of devices lie, the same for all windows and command lines: os.tmpdir(). */
  readonly lockFolder: string;
  /** As the driver names the GPU that torch will take, for the lock that WebGPU's profiles hold too; null: not known, or the CPU. */
  readonly gpuName: string | null;
  readonly toolVersion: string;
}

/**
 * Runs a profile in Python and resolves with its report, whatever became of it, as `profile` does for WebGPU.
 * Throws a ProfileError when there is nothing to report: no torch, no device, options that fit nothing, a busy GPU.
 */
export async function profilePython(
  options: PythonProfileOptions,
  environment: PythonProfileEnvironment,
  hooks: ProfileHooks,
): Promise<Report> {
  const started = performance.now();
  if (hooks.signal.aborted) throw new ProfileError('cancelled', 'Cancelled before the first case.');
  const contenders = plannedContenders(options);
  const pattern = casePattern(options);
  const lock = takeLock(options, environment);
  try {
    const { work } = options;
    const [onBattery, functionDigest] = await Promise.all([
      readBattery('/sys/class/power_supply'),
      work.kind === 'function' ? fileDigest(work.file) : '',
    ]);
    const run = new PythonRun({ options, environment, hooks, contenders, pattern, onBattery, functionDigest, started });
    return await run.run();
  } finally {
    lock?.release();
  }
}

/** The lock that profiles of WebGPU take on the same GPU; the harness holds another, among profiles of Python. */
function takeLock(
  options: PythonProfileOptions,
  { lockFolder, gpuName }: PythonProfileEnvironment,
): AdapterLock | null {
  if (gpuName === null || options.device === 'cpu') return null;
  try {
    return AdapterLock.take(lockFolder, gpuName);
  } catch (error) {
    const kind = error instanceof AdapterBusyError ? 'busy' : 'internal';
    throw new ProfileError(kind, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
