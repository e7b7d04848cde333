// The worker as a process: what it is run with, how it is started, and when it is gone.
import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import process from 'node:process';
import { nativeEnvironment, softwareEnvironment, type GpuEnvironment } from './gpuEnvironment';
import { findNode } from './nodeRuntime';
import { findSoftwareGpu } from './softwareAdapter';

/** What the editor tells its own processes is not meant for the worker, and it has no business with the Hub. */
const NOT_PASSED_ON: readonly string[] = [
  ...['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'VSCODE_INSPECTOR_OPTIONS'],
  ...['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'],
];
/** Names a Node.js to run the worker with. */
const NODE_VARIABLE = 'KERNEL_LENS_NODE';

/**
 * The environments in which a driver may be found here: the machine's own first, then SwiftShader's where there is one.
 * Throws when KERNEL_LENS_SOFTWARE_GPU names a folder without it.
 */
export async function gpuEnvironments(workerPath: string, cacheFolder: string): Promise<GpuEnvironment[]> {
  const { platform, env, execPath } = process;
  const root = dirname(dirname(workerPath));
  const software = await findSoftwareGpu({ platform, env, execPath, root, cacheFolder });
  const native = await nativeEnvironment(platform, env, software);
  return software === null ? [native] : [native, softwareEnvironment(platform, env, software)];
}

/** The Node.js that runs the worker. Throws with what to do when there is none. */
export async function workerNode(chosen: string | null): Promise<string> {
  const { platform, env, execPath, versions } = process;
  const electron = versions['electron'] !== undefined;
  return findNode({ platform, env, execPath, electron, chosen: chosen ?? env[NODE_VARIABLE] ?? null });
}

export function spawnWorker(node: string, workerPath: string, environment: GpuEnvironment): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_PASSED_ON.includes(name));
  return spawn(node, [workerPath], {
    env: { ...Object.fromEntries(inherited), ...environment.variables },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    windowsHide: true,
  });
}

/** Resolves when the process has ended or could not start. */
export function departure(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
}

/** Waits for `promise`, but not longer than `limitMs`. */
export async function withinLimit(promise: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
