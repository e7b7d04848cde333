// Which cases a profile takes, and what it says about the others.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_PROFILE_OPTIONS } from '../../src/profile/profileOptions';
import type { GpuWorker } from '../../src/profile/webgpu/workerClient';
import { WorkerRig } from './workerRig';

describe('planning', () => {
  const VARIANTS = ['unfused', 'fused'];
  let rig: WorkerRig;
  let worker: GpuWorker;
  beforeAll(async () => {
    rig = await WorkerRig.create();
    worker = await rig.opened();
  });
  afterAll(async () => {
    await rig.dispose();
  });

  test('a software adapter gets few and short cases; the rest is left out with the reason', async () => {
    const cases = { tiny: [8, 8], small: [64, 64], medium: [128, 128], huge: [16384, 4096] };
    const plan = await rig.plan(worker, { variants: VARIANTS, cases });
    expect(plan.cases.map(({ name }) => name)).toHaveLength(2);
    expect(plan.cases.map(({ name }) => name)).not.toContain('huge');
    expect(plan.left).toHaveLength(2);
    for (const { reason } of plan.left) expect(reason).toMatch(/choose/);
  });

  test('a case that is asked for is taken, whatever its size', async () => {
    const cases = { tiny: [8, 8], large: [4096, 4096] };
    const plan = await rig.plan(worker, { variants: VARIANTS, cases }, { cases: '/large/' });
    expect(plan.cases.map(({ id }) => id)).toEqual(['ai.onnx.Relu/large/float32']);
  });

  test('a case larger than a buffer is left out, naming both sizes', async () => {
    const plan = await rig.plan(worker, { variants: VARIANTS, cases: { giant: [65536, 65536] } }, { cases: 'giant' });
    expect(plan.cases).toEqual([]);
    expect(plan.left[0]?.reason).toMatch(/`x` takes 17179869184 bytes; a buffer of this adapter holds \d+/);
  });

  test('named variants are taken in their order, by id or family', async () => {
    await rig.plan(worker, { variants: VARIANTS, cases: { tiny: [8, 8] } }, { variants: ['fused', 'unfused'] });
    const result = await worker.call('case', { id: 'ai.onnx.Relu/tiny/float32' });
    expect(result.rows.map(({ contender }) => [contender.id, contender.baseline])).toEqual([
      ['fused', true],
      ['unfused', false],
    ]);
  });

  const useless = {
    'a dtype that no case has': [{ dtypes: ['float16'] }, /No case has only the dtypes float16. There are: float32/],
    'a pattern that nothing matches': [{ cases: 'nowhere' }, /No case matches nowhere/],
    'a list where a pattern is meant': [{ cases: 'one,two' }, /Several are written a\|b\./],
    'a pattern that is none': [{ cases: '(' }, /pattern for cases cannot be used/],
    'a variant that no kernel has': [
      { variants: ['quick'] },
      /No kernel here has a variant quick. There are: unfused, fused/,
    ],
    'a bundled kernel that is not there': [
      { kernels: [{ kind: 'bundled', id: 'ai.onnx.Nothing' }] },
      /There is no bundled kernel ai.onnx.Nothing/,
    ],
  } as const;
  test.each(Object.entries(useless))('%s is a usage error', async (_, [options, message]) => {
    const asked = rig.plan(worker, { variants: VARIANTS, cases: { tiny: [8, 8] } }, structuredClone(options) as object);
    await expect(asked).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(message) as string });
  });

  test('a kernel that is wrong is in the plan with its problem, and the others go on', async () => {
    await rig.plan(worker, { variants: VARIANTS, cases: { tiny: [8, 8] } });
    const good = join(rig.folder, 'relu-unfused-fused');
    await rig.plan(worker, { variants: ['fused'], cases: { tiny: [8, 8] } });
    const bad = join(rig.folder, 'relu-fused');
    await writeFile(join(bad, 'build', 'webgpu', 'manifest.json'), '{"name": "Relu", "inptus": {}}');
    const plan = await worker.call('plan', {
      kernelsRoot: rig.folder,
      options: {
        ...DEFAULT_PROFILE_OPTIONS,
        kernels: [
          { kind: 'folder', path: bad },
          { kind: 'folder', path: good },
        ],
      },
    });
    expect(plan.kernels.map(({ problem }) => problem === null)).toEqual([false, true]);
    expect(plan.kernels[0]?.problem).toMatch(/manifest\.json.*inptus/);
    expect(plan.cases).toHaveLength(1);
  });

  test('a case that was not planned cannot be run', async () => {
    await expect(worker.call('case', { id: 'nowhere' })).rejects.toMatchObject({ kind: 'usage', workerGone: false });
  });
});
