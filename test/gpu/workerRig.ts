// A worker on the software adapter, as the tests use it: an own lock folder, own kernels, and everything gone afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PROFILE_OPTIONS, type ProfileOptions } from '../../src/profile/profileOptions';
import type { ReportCase, ReportRow } from '../../src/profile/report';
import { GpuWorker, type GpuWorkerOptions } from '../../src/profile/webgpu/workerClient';
import type { Plan } from '../../src/profile/webgpu/workerProtocol';
import { writeReluKernel, type ReluOptions } from './reluKernel';

export const ROOT = join(import.meta.dirname, '..', '..');
export const WORKER_PATH = join(ROOT, 'dist', 'gpuWorker.mjs');

export class WorkerRig {
  readonly phases: string[] = [];
  private readonly cancel = new AbortController();
  private readonly workers: GpuWorker[] = [];

  private constructor(readonly folder: string) {}

  static async create(): Promise<WorkerRig> {
    return new WorkerRig(await mkdtemp(join(tmpdir(), 'kernel-lens-gpu-')));
  }

  /** A worker whose process is not started yet. */
  worker(options: Partial<GpuWorkerOptions> = {}): GpuWorker {
    const worker = new GpuWorker({
      workerPath: WORKER_PATH,
      cacheFolder: join(ROOT, '.cache'),
      signal: this.cancel.signal,
      onPhase: (text) => {
        this.phases.push(text);
      },
      ...options,
    });
    this.workers.push(worker);
    return worker;
  }

  /** A worker with the software adapter open. */
  async opened(options: Partial<GpuWorkerOptions> = {}): Promise<GpuWorker> {
    const worker = this.worker(options);
    await worker.call('open', { adapter: 'software', quick: true });
    return worker;
  }

  /** Writes a Relu kernel and plans its cases. */
  async plan(worker: GpuWorker, relu: ReluOptions, options: Partial<ProfileOptions> = {}): Promise<Plan> {
    const kernel = join(this.folder, `relu-${relu.variants.join('-')}`);
    await writeReluKernel(kernel, relu);
    return worker.call('plan', {
      kernelsRoot: this.folder,
      options: {
        ...DEFAULT_PROFILE_OPTIONS,
        adapter: 'software',
        quick: true,
        kernels: [{ kind: 'folder', path: kernel }],
        ...options,
      },
    });
  }

  abort(): void {
    this.cancel.abort();
  }

  async dispose(): Promise<void> {
    for (const worker of this.workers) await worker.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The row of a contender, which has to be there. */
export function rowOf(result: ReportCase, id: string): ReportRow {
  const row = result.rows.find(({ contender }) => contender.id === id);
  if (row === undefined) throw new Error(`no row ${id} in ${result.id}`);
  return row;
}
