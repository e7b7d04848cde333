// Nothing that a kernel or a process does hangs the caller, loses what is done, or leaves anything running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT, WorkerRig, rowOf } from './workerRig';

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
