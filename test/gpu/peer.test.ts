// ONNX Runtime's WebGPU provider as a contender: right, timed in turn with the variants, and never at their cost.
import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { profile } from '../../src/profile/profile';
import { DEFAULT_PROFILE_OPTIONS, type ProfileOptions } from '../../src/profile/profileOptions';
import type { ReportCase } from '../../src/profile/report';
import { PEER } from '../../src/profile/webgpu/peerCall';
import { PEER_MISSING } from '../../src/profile/webgpu/peerRuntime';
import type { GpuWorker } from '../../src/profile/webgpu/workerClient';
import { ROOT, WORKER_PATH, WorkerRig, rowOf } from './workerRig';

const KERNELS = join(ROOT, 'media', 'kernels');

function options(kernel: string, cases: string): ProfileOptions {
  const kernels = [{ kind: 'bundled', id: kernel } as const];
  return { ...DEFAULT_PROFILE_OPTIONS, adapter: 'software', quick: true, peer: 'onnxruntime', kernels, cases };
}

describe('ONNX Runtime beside the variants', () => {
  let rig: WorkerRig;
  let worker: GpuWorker;
  beforeAll(async () => {
    rig = await WorkerRig.create();
    worker = await rig.opened();
  });
  afterAll(async () => {
    await rig.dispose();
  });

  async function run(kernel: string, cases: string): Promise<ReportCase> {
    const plan = await worker.call('plan', { options: options(kernel, cases), kernelsRoot: KERNELS });
    return worker.call('case', { id: plan.cases[0]?.id ?? 'none' });
  }

  test.each([
    ['ai.onnx.Softmax', '/logits-64x1000/float32'],
    ['ai.onnx.LayerNormalization', '/token-1x4096/float32'],
    ['ai.onnx.Gelu', '/4096/float32'],
    ['ai.onnx.MatMul', '/128x128x128/float32'],
    ['kernel-lens.SiluMul', '/token-1x11008/float32'],
  ])('%s is right, counted, and timed in the same blocks', async (kernel, cases) => {
    const result = await run(kernel, cases);
    const row = rowOf(result, PEER.id);
    expect(row).toMatchObject({
      status: 'timed',
      reason: null,
      contender: { label: 'ONNX Runtime', baseline: false },
      accuracy: { passed: true, inputsUnchanged: true },
    });
    expect(row.speedup?.ratio).toBeGreaterThan(0);
    expect(row.work?.launches).toBeGreaterThan(0);
    expect(row.work?.bytesMoved).toBeGreaterThanOrEqual(result.leastBytes);
    expect(result.rows.at(-1)).toBe(row);
    expect(result.rows.length).toBeGreaterThan(1);
    const samples = result.rows.map(({ timing }) => timing?.samplesNs.length);
    expect(new Set(samples).size).toBe(1);
    expect(row.accuracy?.checksBefore).toBe(result.rows[0]?.accuracy?.checksBefore);
    expect(row.accuracy?.checksAfter).toBeGreaterThan(0);
  });

  describe('that is less exact than it should be', () => {
    // WGSL's own asinh loses every digit far below zero in software, as the plain formula does.
    const inexact = { variants: ['inverse'], cases: { odd: [37, 129] }, operator: 'Asinh' as const };
    const nothing = { speedup: null, bytesPerSecond: null, shareOfLimit: null, flopsPerSecond: null };

    test('is wrong, and has its time, with which nobody is compared', async () => {
      const plan = await rig.plan(worker, inexact, { peer: 'onnxruntime' });
      const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
      expect(rowOf(result, 'inverse')).toMatchObject({ status: 'timed', accuracy: { passed: true } });
      const row = rowOf(result, PEER.id);
      expect(row).toMatchObject({ status: 'wrong', accuracy: { passed: false, inputsUnchanged: true }, ...nothing });
      expect(row.reason).toMatch(/elements wrong$/u);
      expect(row.timing?.samplesNs.length).toBe(rowOf(result, 'inverse').timing?.samplesNs.length);
    });

    test('of a variant that is as far off, none', async () => {
      const plan = await rig.plan(worker, { ...inexact, variants: ['inverse', 'plainInverse'] });
      const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
      expect(rowOf(result, 'plainInverse')).toMatchObject({ status: 'wrong', timing: null, ...nothing });
    });
  });

  test('against itself its twin has its own buffers, and is not compared with a variant', async () => {
    const plan = await rig.plan(
      worker,
      { variants: ['unfused', 'fused'], cases: { odd: [37, 129] } },
      { peer: 'onnxruntime', aa: true },
    );
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    const rows = result.rows.map(({ contender, status, speedup }) => [contender.id, status, speedup !== null]);
    expect(rows.slice(-2)).toEqual([
      [PEER.id, 'timed', false],
      [`${PEER.id} again`, 'timed', true],
    ]);
    expect(result.rows.map(({ contender }) => contender.baseline)).toEqual([true, false, true, false, true, false]);
    const [one, again] = result.rows.slice(-2).map(({ timing }) => timing?.samplesNs);
    expect(one?.length).toBe(again?.length);
    expect(one).not.toEqual(again);
  });

  test('whole vectors at the end of a tensor that has none are written', async () => {
    const variants = ['unfused', 'fused'];
    const plan = await rig.plan(worker, { variants, cases: { odd: [37, 129] } }, { peer: 'onnxruntime' });
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    expect(result.rows.map(({ contender, status }) => [contender.id, status])).toEqual([
      ['unfused', 'timed'],
      ['fused', 'timed'],
      [PEER.id, 'timed'],
    ]);
  });

  test('an operator that it lacks makes no row, but a reason', async () => {
    const relu = { variants: ['unfused'], cases: { odd: [5, 7] }, operator: 'Mystery' as const };
    await rig.plan(worker, relu, { peer: 'onnxruntime' });
    const result = await worker.call('case', { id: 'test.Mystery/odd/float32' });
    expect(result.rows.map(({ contender }) => contender.id)).toEqual(['unfused']);
    expect(result.rejected.find(({ variant }) => variant === PEER.id)?.reason).toMatch(
      /^ONNX Runtime does not take it: /,
    );
  });

  test('nor does float16 where the adapter has no half precision', async () => {
    const result = await run('ai.onnx.RMSNormalization', '/token-1x4096/float16');
    expect(result.rows.map(({ status }) => status)).not.toContain('failed');
    expect(result.rejected).toContainEqual({ variant: PEER.id, reason: expect.stringMatching(/shader-f16/) as string });
  });

  test('a case without it says why, and the variants are timed', async () => {
    const all = options('ai.onnx.Gelu', '/4096/float32');
    const plan = await worker.call('plan', { options: all, kernelsRoot: KERNELS });
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '', withoutPeer: 'it crashed before' });
    expect(rowOf(result, PEER.id)).toMatchObject({ status: 'failed', reason: 'it crashed before', timing: null });
    expect(result.rows.slice(0, -1).every(({ status }) => status === 'timed')).toBe(true);
  });
});

test('where it is not installed, a plan with it says so, and one without it is made', async () => {
  const rig = await WorkerRig.create();
  onTestFinished(() => rig.dispose());
  const alone = join(rig.folder, 'installed', 'dist', 'gpuWorker.mjs');
  await mkdir(dirname(alone), { recursive: true });
  await copyFile(WORKER_PATH, alone);
  const modules = join(rig.folder, 'installed', 'node_modules');
  await mkdir(modules);
  for (const one of ['webgpu', '@sparticuz']) await symlink(join(ROOT, 'node_modules', one), join(modules, one), 'dir');
  const other = await rig.opened({ workerPath: alone });
  const asked = { options: options('ai.onnx.Gelu', '/4096/float32'), kernelsRoot: KERNELS };
  await expect(other.call('plan', asked)).rejects.toThrow(PEER_MISSING);
  const { peer, ...without } = asked.options;
  expect(peer).toBe('onnxruntime');
  expect((await other.call('plan', { ...asked, options: without })).cases).toHaveLength(1);
});

test('a process that it takes down costs its row only', async () => {
  const left = new Set(['compiling ONNX Runtime']);
  const kills: Promise<void>[] = [];
  const report = await profile(
    options('ai.onnx.Gelu', '/4096/float32'),
    { workerPath: WORKER_PATH, kernelsRoot: KERNELS, cacheFolder: join(ROOT, '.cache'), toolVersion: 'test' },
    {
      signal: new AbortController().signal,
      onReport: () => undefined,
      onProgress: ({ phase }) => {
        if (left.delete(phase)) kills.push(killWorkers());
      },
    },
  );
  await Promise.all(kills);
  expect(left.size).toBe(0);
  expect(report.status).toBe('complete');
  const [result] = report.cases;
  expect(result?.rows.map(({ status }) => status)).toEqual(['timed', 'timed', 'failed']);
  expect(result?.rows.at(-1)?.reason).toMatch(/was ended by SIGKILL while compiling ONNX Runtime/);
});

async function killWorkers(): Promise<void> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
  for (const child of children.trim().split(' ')) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8');
    if (command.includes('gpuWorker.mjs')) process.kill(Number(child), 'SIGKILL');
  }
}
