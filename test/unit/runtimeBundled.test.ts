// Every bundled kernel, as far as that goes without an adapter: each variant that takes a case can be built for it.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadKernel } from '../../src/profile/webgpu/kernel';
import { buildProgram } from '../../src/profile/webgpu/programBuilder';
import { rankVariants } from '../../src/profile/webgpu/selection';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import { LARGE_LIMITS, LEAST_LIMITS, device } from './kernelFixture';

const ROOT = path.join(import.meta.dirname, '../../media/kernels');

/** A product alone has nothing to fuse. */
const UNFUSABLE: ReadonlySet<string> = new Set(['ai.onnx.MatMul']);

const DEVICES = {
  'a large one': device({
    features: new Set(['shader-f16', 'subgroups', 'timestamp-query']),
    limits: LARGE_LIMITS,
    adapterInfo: { vendor: 'x', architecture: '', subgroupMinSize: 32, subgroupMaxSize: 32, isFallbackAdapter: false },
  }),
  'a small one': device({
    features: new Set(),
    limits: { ...LEAST_LIMITS, maxBufferSize: 2 ** 31 },
  }),
};

describe.each(readdirSync(ROOT))('%s', (id) => {
  test('is verified, has tests that are all understood, and cases to measure', async () => {
    const kernel = await loadKernel(await folderFiles(path.join(ROOT, id)));
    expect(kernel).toMatchObject({ id, digestVerified: true, spec: '2.1', benchProblem: null });
    expect(kernel.tests?.cases.filter(({ notRun }) => notRun !== null)).toEqual([]);
    expect(kernel.tests?.cases.length).toBeGreaterThan(0);
    expect(kernel.benches?.cases.filter((one) => one.default).length).toBeGreaterThan(0);
  });

  test.each(Object.entries(DEVICES))('%s takes every case of a dtype it has, fused and unfused', async (_, on) => {
    const kernel = await loadKernel(await folderFiles(path.join(ROOT, id)));
    const built = new Set<string>();
    for (const { name, call } of [...(kernel.tests?.cases ?? []), ...(kernel.benches?.cases ?? [])]) {
      const dtypes = Object.values(call.inputs).map(({ dtype }) => dtype);
      if (dtypes.includes('float16') && !on.features.has('shader-f16')) continue;
      // A fused attention never has the scores that this output holds.
      if (Object.hasOwn(call.outputs ?? {}, 'qk_matmul_output')) continue;
      const eligible = rankVariants(kernel, call, on).filter(({ status }) => status !== 'rejected');
      const words = new Set(eligible.map((verdict) => verdict.id.split('_')[0]));
      const families: unknown = UNFUSABLE.has(id) ? expect.arrayContaining(['plain']) : ['fused', 'unfused'];
      expect([...words].sort(), name).toEqual(families);
      for (const verdict of eligible) {
        // Rendering takes its time: each variant once for each dtype will do.
        if (built.has(verdict.id + dtypes.join())) continue;
        const program = buildProgram(kernel, verdict.id, call, on);
        if (program.passes.length > 0) built.add(verdict.id + dtypes.join());
        const empty = program.outputs.every(({ elements }) => elements === 0);
        expect(program.passes.length > 0 || empty, `${name}: ${verdict.id}`).toBe(true);
      }
    }
    expect(built.size).toBeGreaterThan(1);
  });
});
