// Nothing that a kernel or a process does hangs the caller, loses what is done, or leaves anything running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VerifyRun } from '../../src/profile/verifyRun';
import type { GpuWorkerOptions } from '../../src/profile/webgpu/workerClient';
import { writeReluKernel } from './reluKernel';
import { ROOT, WorkerRig, rowOf } from './workerRig';

/** So many elements that an oracle takes longer over them than a signal takes to arrive. */
const MANY = 300_000;

describe('supervision', () => {
  const SMALL = { tiny: [8, 8] };
  let rig: WorkerRig;
  beforeEach(async () => {
    rig = await WorkerRig.create();
  });
  afterEach(async () => {
    await rig.dispose();
  });

  function isAlive(pid: number): boolean {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  /** Waits for a process to be gone; one that stays fails the test by its time limit. */
  async function gone(pid: number): Promise<void> {
    while (isAlive(pid)) await sleep(20);
  }

  test('a kernel that never ends costs its case; the next worker goes on', async () => {
    const worker = await rig.opened({ longestPhaseMs: 10_000 });
    const [pid = 0] = worker.pids();
    await rig.plan(worker, { variants: ['endless'], cases: SMALL });
    const failure = await worker.call('case', { id: 'ai.onnx.Relu/tiny/float32' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'WorkerFailure', kind: 'hang', workerGone: true });
    expect(String(failure)).toMatch(/No answer for 10 s while checking endless.*may never end/);
    await gone(pid);

    await worker.call('open', { adapter: 'software', quick: true });
    await rig.plan(worker, { variants: ['fused'], cases: SMALL });
    const result = await worker.call('case', { id: 'ai.onnx.Relu/tiny/float32' });
    expect(rowOf(result, 'fused').status).toBe('timed');
  });

  test('a worker that crashes says how and during what', async () => {
    const worker = rig.worker({
      onPhase: (text) => {
        if (text.startsWith('checking')) for (const pid of worker.pids()) process.kill(pid, 'SIGSEGV');
      },
    });
    await worker.call('open', { adapter: 'software', quick: true });
    await rig.plan(worker, { variants: ['fused'], cases: SMALL });
    await expect(worker.call('case', { id: 'ai.onnx.Relu/tiny/float32' })).rejects.toMatchObject({
      kind: 'crash',
      workerGone: true,
      message: expect.stringMatching(/was ended by SIGSEGV while checking fused/) as string,
    });
    await expect(worker.call('case', { id: 'any' })).rejects.toMatchObject({ kind: 'usage', workerGone: true });
  });

  /** Verifies Relu's cases, each told as `name/variant/status`. */
  async function verify(
    variants: readonly string[],
    names: readonly string[],
    options: Partial<GpuWorkerOptions>,
    deadly: readonly string[] = [],
    elements = 3,
  ) {
    const path = join(rig.folder, 'verified');
    const data = { kind: 'fillFloat32', sinStep: 0.37, cosStep: 0.11 };
    const x = { dtype: 'float32', shape: [elements], data };
    const y = { dtype: 'float32', shape: [elements] };
    const tests = names.map((name) => ({ name, inputs: { x }, outputs: { y } }));
    await writeReluKernel(path, { variants, cases: {}, tests });
    const told: string[] = [];
    const run = new VerifyRun(({ name, variant, status }) => told.push([name, variant, status].join('/')));
    const left = new Set(deadly);
    const worker = rig.worker({
      ...run.listeners,
      onPhase: (text) => {
        if (left.delete(text)) for (const pid of worker.pids()) process.kill(pid, 'SIGKILL');
      },
      ...options,
    });
    const request = {
      kernel: { kind: 'folder', path },
      kernelsRoot: rig.folder,
      adapter: 'software',
      seed: 7,
    } as const;
    const { cases, kernel } = await run.run(worker, request, new AbortController().signal);
    expect(kernel.problem).toBeNull();
    expect(cases.map(({ name, variant, status }) => [name, variant, status].join('/'))).toEqual(told);
    return { told, details: cases.map(({ detail }) => detail) };
  }

  test('verifying: a variant that never ends fails alone, the others are run, cases of the same name too', async () => {
    const { told, details } = await verify(['fused', 'endless', 'unfused'], ['same', 'same'], {
      longestPhaseMs: 10_000,
    });
    const once = ['same/fused/passed', 'same/endless/failed', 'same/unfused/passed'];
    expect(told).toEqual([...once, ...once]);
    expect(details[1]).toMatch(/^No answer for 10 s while verifying same with endless: /);
  });

  test('verifying: a worker that is killed costs the variant or the case that it was at', async () => {
    const deadly = ['verifying b', 'verifying c with fused', 'verifying d with unfused'];
    const { told, details } = await verify(['fused', 'unfused'], ['a', 'b', 'c', 'd'], {}, deadly, MANY);
    expect(told).toEqual([
      ...['a/fused/passed', 'a/unfused/passed', 'b//failed', 'c/fused/failed'],
      ...['c/unfused/passed', 'd/fused/passed', 'd/unfused/failed'],
    ]);
    expect(details[2]).toMatch(/was ended by SIGKILL while verifying b\./);
    expect(details.filter((text) => text.includes('\n'))).toEqual([]);
  });

  test('cancelling ends the worker and fails the call that waits', async () => {
    const worker = await rig.opened();
    const [pid = 0] = worker.pids();
    await rig.plan(worker, { variants: ['endless'], cases: SMALL });
    const running = worker.call('case', { id: 'ai.onnx.Relu/tiny/float32' });
    setTimeout(() => {
      rig.abort();
    }, 300);
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    await gone(pid);
    await expect(worker.call('open', { adapter: 'software', quick: true })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });

  test('two runs at once: the second is told who has the adapter, and gets it when the first has ended', async () => {
    const first = await rig.opened();
    const second = rig.worker();
    const [pid = 0] = first.pids();
    await expect(second.call('open', { adapter: 'software', quick: true })).rejects.toMatchObject({
      kind: 'busy',
      message: expect.stringContaining(`process ${pid}`) as string,
    });
    await first.dispose();
    await gone(pid);
    await expect(second.call('open', { adapter: 'software', quick: true })).resolves.toBeDefined();
  });

  test('a lock that a killed run left behind is taken over', async () => {
    const first = await rig.opened();
    for (const pid of first.pids()) {
      process.kill(pid, 'SIGKILL');
      await gone(pid);
    }
    await expect(rig.opened()).resolves.toBeDefined();
  });

  test('when the parent is killed, the worker goes too, even with a kernel that never ends', async () => {
    const script = join(rig.folder, 'parent.mjs');
    await build({
      entryPoints: [join(ROOT, 'test', 'gpu', 'doomedParent.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const parent = spawn(process.execPath, [script, ROOT, rig.folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
    const pid = Number.parseInt(line, 10);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await gone(pid);
  });
});
