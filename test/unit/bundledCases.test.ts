// The cases of the bundled kernels that run when nobody asks for particular ones: few, and cheap to answer.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { blockOf } from '../../src/profile/webgpu/caseData';
import { AFFORDABLE_FLOPS, caseFlops } from '../../src/profile/webgpu/caseFlops';
import { sharesOf } from '../../src/profile/webgpu/caseShares';
import { loadKernel } from '../../src/profile/webgpu/kernel';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import { caseTensors } from '../../src/profile/webgpu/programBuilder';
import { gatheredCase, placesOf } from '../../src/profile/webgpu/spread';
import { device } from './kernelFixture';

const ROOT = path.join(import.meta.dirname, '../../media/kernels');
const MOST_CASES = 80;
/** Elements of the largest tensor that an oracle is asked about: three slices of a large tensor, say. */
const MOST_ELEMENTS = 3 << 20;
/** A causal attention needs a head or two whole. */
const MOST_FLOPS = 10 * AFFORDABLE_FLOPS;

const DEVICE = device({
  limits: {
    ...device().limits,
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupSizeX: 1024,
    maxComputeWorkgroupStorageSize: 49152,
  },
});

const kernels = await Promise.all(
  readdirSync(ROOT).map(async (id) => loadKernel(await folderFiles(path.join(ROOT, id)))),
);

test('no more in all than a minute on a large GPU has room for', () => {
  const defaults = kernels.flatMap((kernel) => kernel.benches?.cases.filter((one) => one.default) ?? []);
  expect(defaults.length).toBeGreaterThan(MOST_CASES / 2);
  expect(defaults.length).toBeLessThanOrEqual(MOST_CASES);
});

describe.each(kernels.map((kernel) => ({ id: kernel.id, kernel })))('$id', ({ kernel }) => {
  const cases = kernel.benches?.cases ?? [];
  const defaults = cases.filter((one) => one.default);

  test('has both floats among them, of large cases too where there are some of both', () => {
    const large = cases.filter(({ tags }) => tags.includes('large') && !tags.includes('model'));
    const dtypes = (some: typeof cases): string[] => [...new Set(some.map(({ dtype }) => dtype))].sort();
    expect(dtypes(defaults)).toEqual(['float16', 'float32']);
    if (dtypes(large).length > 1) expect(dtypes(large.filter((one) => one.default))).toEqual(dtypes(large));
  });

  test('tells them apart by their labels', () => {
    const labels = cases.flatMap(({ label, dtype }) => (label === null ? [] : [`${label} ${dtype}`]));
    expect(new Set(labels).size).toBe(labels.length);
  });

  test('asks an oracle about a small part of each', () => {
    for (const bench of defaults) {
      const { inputs, outputs } = caseTensors(kernel, bench.call, DEVICE);
      const flops = caseFlops(kernel.onnx, bench.call, { inputs, outputs }) ?? 1;
      const { repeat, spread } = sharesOf(bench, inputs, outputs, flops);
      const slices = repeat === null ? 1 : repeat.slices / repeat.of;
      const places = spread === null ? 1 : placesOf(spread) / spread.of;
      expect(flops * slices * places, bench.name).toBeLessThanOrEqual(MOST_FLOPS);
      const asked = gatheredCase({ inputs, outputs, spread, call: bench.call });
      const repeated = asked.inputs.map((tensor) =>
        repeat?.inputs.has(tensor.port) === true ? blockOf(tensor, repeat) : tensor,
      );
      const answered = asked.outputs.map((tensor) => blockOf(tensor, repeat));
      const most = Math.max(...[...repeated, ...answered].map(({ elements }) => elements));
      expect(most, bench.name).toBeLessThanOrEqual(MOST_ELEMENTS);
    }
  });
});
