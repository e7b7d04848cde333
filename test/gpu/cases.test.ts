// Right kernels get a time and a verdict; every planted cheat and fault is caught and costs its own row only.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReportCase } from '../../src/profile/report';
import type { GpuWorker } from '../../src/profile/webgpu/workerClient';
import { WorkerRig, rowOf } from './workerRig';

describe('cases', () => {
  let rig: WorkerRig;
  let worker: GpuWorker;
  beforeAll(async () => {
    rig = await WorkerRig.create();
    worker = await rig.opened();
  });
  afterAll(async () => {
    await rig.dispose();
  });

  describe('right and wrong contenders in one case', () => {
    let result: ReportCase;
    beforeAll(async () => {
      const variants = ['unfused', 'fused', 'half', 'cached', 'changesInputs', 'broken', 'tooMuchMemory'];
      const plan = await rig.plan(worker, { variants, cases: { odd: [37, 129] } });
      expect(plan.cases.map(({ id }) => id)).toEqual(['ai.onnx.Relu/odd/float32']);
      result = await worker.call('case', { id: 'ai.onnx.Relu/odd/float32' });
    });

    test('the case says what it was', () => {
      expect(result).toMatchObject({
        kernel: 'ai.onnx.Relu',
        label: '37×129 f32',
        status: 'done',
        reason: null,
        leastBytes: 2 * 37 * 129 * 4,
        inputs: { x: { dtype: 'float32', shape: [37, 129] } },
        oracle: { kind: 'onnxruntime' },
      });
      expect(result.cache).toMatch(/software adapter/);
    });

    test('right contenders are timed, checked on five data sets before and on two or, with scratch, three after', () => {
      for (const id of ['unfused', 'fused']) {
        const row = rowOf(result, id);
        expect(row).toMatchObject({ status: 'timed', reason: null });
        expect(row.accuracy).toMatchObject({
          passed: true,
          checksBefore: 5,
          checksAfter: id === 'fused' ? 2 : 3,
          inputsUnchanged: true,
        });
        expect(row.timing?.samplesNs.every((sample) => sample > 0)).toBe(true);
        expect((row.timing?.samplesNs.length ?? 0) % 2).toBe(0);
        expect(row.shareOfLimit).toBeGreaterThan(0);
      }
    });

    test('only the contender is compared, and its passes are counted', () => {
      expect(rowOf(result, 'unfused').speedup).toBeNull();
      expect(rowOf(result, 'fused').speedup?.ratio).toBeGreaterThan(0);
      const bytes = 37 * 129 * 4;
      expect(rowOf(result, 'unfused').work).toMatchObject({ launches: 2, bytesMoved: 5 * bytes, scratchBytes: bytes });
      expect(rowOf(result, 'fused').work).toMatchObject({ launches: 1, bytesMoved: 2 * bytes, scratchBytes: 0 });
    });

    const wrong = {
      half: /elements never written/,
      cached: /elements (never written|wrong, in what the timed runs wrote)/,
      changesInputs: /changed one of its inputs/,
    };
    test.each(Object.entries(wrong))('%s is wrong and has no time', (id, reason) => {
      const row = rowOf(result, id);
      expect(row).toMatchObject({ status: 'wrong', timing: null, speedup: null, shareOfLimit: null });
      expect(row.reason).toMatch(reason);
    });

    test('a template that does not compile fails with the line of the rendered text', () => {
      const row = rowOf(result, 'broken');
      expect(row).toMatchObject({ status: 'failed', timing: null });
      expect(row.reason).toMatch(/broken\.wgsl\.jinja \(variant broken, pass broken\) does not compile/);
      expect(row.reason).toMatch(/> +\d+ \| +y\[i\] = nonsense;/);
    });

    test('scratch larger than memory fails with its size', () => {
      const row = rowOf(result, 'tooMuchMemory');
      expect(row).toMatchObject({ status: 'failed', timing: null });
      expect(row.reason).toMatch(/scratch huge of tooMuchMemory \(1073741824 bytes\) ran out of GPU memory/);
    });
  });

  test('without an oracle a contender is timed, but never called right', async () => {
    await rig.plan(worker, { variants: ['unfused', 'half'], cases: { odd: [5, 7] }, operator: 'Mystery' });
    const result = await worker.call('case', { id: 'test.Mystery/odd/float32' });
    expect(result.oracle).toMatchObject({ kind: 'none', text: expect.stringMatching(/^ran, no oracle/) as string });
    expect(rowOf(result, 'unfused')).toMatchObject({ status: 'timed', accuracy: { passed: null } });
    // What was never written needs no oracle to be seen.
    expect(rowOf(result, 'half')).toMatchObject({ status: 'wrong', timing: null });
  });

  test('in a large case of repeated slices every element is still looked at', async () => {
    const cases = { large: [4099, 600] };
    const plan = await rig.plan(worker, { variants: ['fused', 'half'], cases, independent: true });
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    expect(rowOf(result, 'fused')).toMatchObject({ status: 'timed', accuracy: { passed: true } });
    expect(rowOf(result, 'fused').accuracy?.outputs[0]?.elements).toBe(4099 * 600 * 6 + 3 * 600);
    const half = rowOf(result, 'half');
    expect(half).toMatchObject({ status: 'wrong' });
    expect(half.accuracy?.outputs[0]?.unwritten).toBeGreaterThan(4099 * 600 * 0.9);
  });

  test('zeros and large values are checked as well', async () => {
    const plan = await rig.plan(worker, { variants: ['fused', 'ordinary'], cases: { odd: [37, 129] } });
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    expect(rowOf(result, 'fused')).toMatchObject({ status: 'timed', accuracy: { passed: true } });
    const { status, accuracy } = rowOf(result, 'ordinary');
    expect(status).toBe('wrong');
    // All of the zeros, and about half of the large values.
    expect(accuracy?.outputs[0]?.wrong).toBeGreaterThan(37 * 129 * 1.3);
  });

  test('slices beyond the repeated ones have to be read', async () => {
    const cases = { large: [2053, 600] };
    const plan = await rig.plan(worker, { variants: ['fused', 'period'], cases, independent: true });
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    expect(rowOf(result, 'fused')).toMatchObject({ status: 'timed', accuracy: { passed: true } });
    expect(rowOf(result, 'period')).toMatchObject({ status: 'wrong', timing: null });
  });

  test('a contender that changes inputs late costs its own row only', async () => {
    const variants = ['fused', 'unfused', 'changesInputsLate'];
    const plan = await rig.plan(worker, { variants, cases: { odd: [37, 129] } });
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    for (const id of ['fused', 'unfused']) {
      expect(rowOf(result, id)).toMatchObject({
        status: 'timed',
        accuracy: { passed: true, checksAfter: id === 'fused' ? 2 : 3 },
      });
    }
    const late = rowOf(result, 'changesInputsLate');
    expect(late).toMatchObject({ status: 'wrong', timing: null, reason: 'the kernel changed one of its inputs' });
  });

  test('answers kept for inputs seen before are no answers', async () => {
    const variants = ['slow', 'unfused', 'remembers'];
    const plan = await rig.plan(worker, { variants, cases: { odd: [61, 256] } });
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    for (const id of ['slow', 'unfused']) expect(rowOf(result, id)).toMatchObject({ status: 'timed', reason: null });
    const remembers = rowOf(result, 'remembers');
    expect(remembers).toMatchObject({ status: 'wrong', timing: null, accuracy: { passed: false } });
    expect(remembers.reason).toMatch(
      /^answers are kept between runs: new inputs took \d+x as long as inputs seen before$/,
    );
  });

  test('A/A: every contender meets itself with buffers of its own', async () => {
    await rig.plan(worker, { variants: ['unfused', 'fused'], cases: { odd: [64, 65] } }, { aa: true });
    const result = await worker.call('case', { id: 'ai.onnx.Relu/odd/float32' });
    const rows = result.rows.map(({ contender, speedup }) => [contender.id, contender.baseline, speedup !== null]);
    expect(rows).toEqual([
      ['unfused', true, false],
      ['unfused again', false, true],
      ['fused', true, false],
      ['fused again', false, true],
    ]);
    for (const { speedup } of result.rows) {
      if (speedup === null) continue;
      expect(speedup.low).toBeLessThanOrEqual(speedup.ratio);
      expect(speedup.high).toBeGreaterThanOrEqual(speedup.ratio);
    }
  });

  test('inputs outside the domain of an operator make nobody wrong', async () => {
    const plan = await rig.plan(worker, { variants: ['logarithm'], cases: { odd: [31, 7] }, operator: 'Log' });
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    expect(rowOf(result, 'logarithm').accuracy).toMatchObject({ passed: true });
  });
});
