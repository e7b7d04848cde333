// test.json: stored outputs, an oracle's, none; cases that are skipped or cannot be run; every variant.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GpuWorker } from '../../src/profile/webgpu/workerClient';
import type { VerifiedCase } from '../../src/profile/webgpu/workerProtocol';
import { writeReluKernel, type ReluOptions } from './reluKernel';
import { WorkerRig } from './workerRig';

describe('verifying', () => {
  let rig: WorkerRig;
  let worker: GpuWorker;
  const told: VerifiedCase[] = [];
  beforeAll(async () => {
    rig = await WorkerRig.create();
    worker = await rig.opened({
      onVerified: (verified) => {
        told.push(verified);
      },
    });
  });
  afterAll(async () => {
    await rig.dispose();
  });

  const values = (list: readonly number[]) => ({ kind: 'values', values: list });
  const tensor = (shape: readonly number[], data?: object) => ({ dtype: 'float32', shape, ...(data ? { data } : {}) });
  const wave = { kind: 'fillFloat32', sinStep: 0.37, cosStep: 0.11, scale: 2 };

  async function verify(name: string, options: Partial<ReluOptions>): Promise<string[]> {
    const folder = join(rig.folder, name);
    await writeReluKernel(folder, { variants: ['fused', 'unfused'], cases: {}, ...options });
    told.length = 0;
    const kernel = { kind: 'folder', path: folder } as const;
    const result = await worker.call('verify', { kernel, kernelsRoot: rig.folder, seed: 7 });
    expect(result.kernel.problem).toBeNull();
    expect(result.cases).toEqual(told);
    return result.cases.map((one) => [one.name, one.variant, one.status].join('/'));
  }

  test('every variant is held against stored outputs, an oracle, and generated data', async () => {
    const tests = [
      {
        name: 'stored',
        inputs: { x: tensor([3], values([-1, 0, 2])) },
        outputs: { y: { ...tensor([3], values([0, 0, 2])), tolerance: 0 } },
      },
      { name: 'oracle', inputs: { x: tensor([1], values([-4])) }, outputs: { y: tensor([1]) } },
      { name: 'generated', inputs: { x: tensor([7, 9], wave) }, outputs: { y: tensor([7, 9]) } },
      { name: 'empty', inputs: { x: tensor([0, 4], values([])) }, outputs: { y: tensor([0, 4]) } },
    ];
    expect(await verify('right', { tests })).toEqual(
      tests.flatMap(({ name }) => [`${name}/fused/passed`, `${name}/unfused/passed`]),
    );
    expect(told[0]?.detail).toMatch(/stored/);
    expect(told[2]?.detail).toMatch(/ONNX Runtime/);
  });

  test('a wrong variant fails, and so does a stored output that is wrong', async () => {
    const tests = [
      { name: 'oracle', inputs: { x: tensor([9], wave) }, outputs: { y: tensor([9]) } },
      { name: 'lie', inputs: { x: tensor([2], values([1, 2])) }, outputs: { y: tensor([2], values([1, 3])) } },
    ];
    const variants = ['fused', 'half', 'broken'];
    expect(await verify('wrong', { tests, variants })).toEqual([
      'oracle/fused/passed',
      'oracle/half/failed',
      'oracle/broken/failed',
      'lie/fused/failed',
      'lie/half/failed',
      'lie/broken/failed',
    ]);
    expect(told[2]?.detail).toMatch(/does not compile/);
  });

  test('where an operator is not defined any answer will do, unless the case states one', async () => {
    const tests = [
      { name: 'generated', inputs: { x: tensor([7, 9], wave) }, outputs: { y: tensor([7, 9]) } },
      { name: 'given', inputs: { x: tensor([2], values([-1, 1])) }, outputs: { y: tensor([2]) } },
      { name: 'stored', inputs: { x: tensor([2], values([-1, 1])) }, outputs: { y: tensor([2], values([5, 0])) } },
    ];
    expect(await verify('domain', { tests, variants: ['logarithm'], operator: 'Log' })).toEqual([
      'generated/logarithm/passed',
      'given/logarithm/passed',
      'stored/logarithm/failed',
    ]);
  });

  test('what is skipped or not understood says why, and is never called passed', async () => {
    const tests = [
      { name: 'skipped', skipGpu: { category: 'todo', reason: 'later' }, inputs: {}, outputs: {} },
      { name: 'unknown', inputs: { x: tensor([2], { kind: 'gaussian' }) }, outputs: { y: tensor([2]) } },
      {
        name: 'half',
        inputs: { x: { ...tensor([2], values([1, 2])), dtype: 'float16' } },
        outputs: { y: tensor([2]) },
      },
    ];
    const outcomes = await verify('odd', { tests, variants: ['fused'] });
    expect(outcomes.slice(0, 2)).toEqual(['skipped//skipped', 'unknown//not run']);
    expect(outcomes[2]).not.toMatch(/passed/);
    expect(told.map(({ detail }) => detail)[0]).toBe('todo: later');
    expect(told.map(({ detail }) => detail)[1]).toMatch(/unknown generator gaussian/);
  });

  test('an operator that no oracle knows only ran', async () => {
    const tests = [{ name: 'x', inputs: { x: tensor([5], wave) }, outputs: { y: tensor([5]) } }];
    expect(await verify('mystery', { tests, operator: 'Mystery', variants: ['fused', 'half'] })).toEqual([
      'x/fused/ran, no oracle',
      'x/half/failed',
    ]);
  });
});
