// Matrix products: what they should give, what they cost, and what their kernels make of a device.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findOperator, float64Outputs } from '../../src/profile/operators/operators';
import { geluExact, geluTanh } from '../../src/profile/operators/gelu';
import { AFFORDABLE_FLOPS, caseFlops } from '../../src/profile/webgpu/caseFlops';
import { sharesOf } from '../../src/profile/webgpu/caseShares';
import { loadKernel } from '../../src/profile/webgpu/kernel';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import type { OracleCall } from '../../src/profile/webgpu/oracleCall';
import { productDtype } from '../../src/profile/webgpu/productRate';
import { buildProgram, caseTensors } from '../../src/profile/webgpu/programBuilder';
import { rankVariants } from '../../src/profile/webgpu/selection';
import { placesOf } from '../../src/profile/webgpu/spread';
import { LARGE_LIMITS, LEAST_LIMITS, device } from './kernelFixture';

const KERNELS = path.join(import.meta.dirname, '../../media/kernels');
const PRODUCTS = ['ai.onnx.MatMul', 'kernel-lens.MatMulBiasGelu'];

type Operand = readonly [shape: number[], values: number[]];

function call(id: string, operands: readonly Operand[], attributes: OracleCall['attributes'] = {}): OracleCall {
  const [, domain = '', name = ''] = /^(.*)\.([^.]*)$/.exec(id) ?? [];
  const inputs = operands.map(([shape, values], index) => ({
    name: `in${index}`,
    dtype: 'float32' as const,
    shape,
    values: Float32Array.from(values),
  }));
  return { domain, name, sinceVersion: 1, attributes, inputs, outputs: [] };
}

const A: Operand = [
  [2, 3],
  [1, 2, 3, 4, 5, 6],
];
const B: Operand = [
  [3, 2],
  [7, 8, 9, 10, 11, 12],
];
const ROW: Operand = [[3], [1, 0, -1]];
const TWO: Operand = [
  [2, 1, 3],
  [1, 0, 0, 0, 0, 2],
];
const NOTHING: Operand = [[2, 0], []];

test.each<[string, Operand, Operand, number[] | null, number]>([
  ['two matrices', A, B, [58, 64, 139, 154], 24],
  ['a row and a matrix', ROW, B, [-4, -4], 12],
  ['a matrix and a column', A, ROW, [-2, -2], 12],
  ['two vectors', ROW, ROW, [2], 6],
  ['batches on the left', TWO, B, [7, 8, 22, 24], 24],
  [
    'batches on the right',
    ROW,
    [
      [2, 3, 1],
      [1, 2, 3, 4, 5, 6],
    ],
    [-2, -2],
    12,
  ],
  ['no inner dimension', NOTHING, [[0, 2], []], [0, 0, 0, 0], 0],
  ['inner dimensions that differ', A, A, null, 0],
])('the product of %s', (_, a, b, want, flops) => {
  const asked = call('ai.onnx.MatMul', [a, b]);
  expect(float64Outputs(asked)?.map((values) => [...values]) ?? null).toEqual(want && [want]);
  expect(findOperator(asked)?.flops?.(asked)).toBe(flops);
});

test.each([
  ['none', geluExact],
  ['tanh', geluTanh],
])('with a bias and the Gelu %s', (approximate, gelu) => {
  const asked = call('kernel-lens.MatMulBiasGelu', [A, B, [[2], [-60, 1]]], { approximate });
  expect(float64Outputs(asked)).toEqual([Float64Array.from([-2, 65, 79, 155], gelu)]);
  const nodes = findOperator(asked)?.nodes?.(asked) ?? [];
  expect(nodes.map(({ name }) => name)).toEqual(['MatMul', 'Add', 'Gelu']);
  expect(nodes.at(-1)?.attributes).toEqual({ approximate });
});

test('a case is held against products of its first float', () => {
  expect(['float32', 'float16+uint8', 'uint8+float32', 'int32'].map(productDtype)).toEqual([
    'float32',
    'float16',
    'float32',
    null,
  ]);
});

const TENSOR_CORES = device({
  features: new Set(['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix']),
  limits: LARGE_LIMITS,
  adapterInfo: {
    vendor: 'x',
    architecture: '',
    subgroupMinSize: 32,
    subgroupMaxSize: 32,
    isFallbackAdapter: false,
    subgroupMatrixConfigs: [
      { componentType: 'f16', resultComponentType: 'f16', M: 16, N: 16, K: 16 },
      { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 },
    ],
  },
});

/** What WebGPU promises everywhere. */
const LEAST = device({
  limits: LEAST_LIMITS,
});

/** Bytes that a shader declares in workgroup memory. */
function workgroupBytes(wgsl: string): number {
  const sizes = { f16: 2, f32: 4, 'vec2<u32>': 8, 'vec4<u32>': 16, 'vec4<f32>': 16 };
  const arrays = [...wgsl.matchAll(/var<workgroup> \w+: array<(.*), (\d+)>/g)];
  return arrays.reduce((sum, [, type, count]) => sum + sizes[type as keyof typeof sizes] * Number(count), 0);
}

describe.each(PRODUCTS)('%s', (id) => {
  test('asks an oracle for what it can afford, whatever the case costs', async () => {
    const kernel = await loadKernel(await folderFiles(path.join(KERNELS, id)));
    for (const bench of kernel.benches?.cases ?? []) {
      const { name, call: spec } = bench;
      const { inputs, outputs } = caseTensors(kernel, spec, TENSOR_CORES);
      const flops = caseFlops(kernel.onnx, spec, { inputs, outputs }) ?? NaN;
      const { repeat, spread } = sharesOf(bench, inputs, outputs, flops);
      const share =
        (repeat === null ? 1 : repeat.slices / repeat.of) * (spread === null ? 1 : placesOf(spread) / spread.of);
      expect(flops * share, name).toBeLessThanOrEqual(AFFORDABLE_FLOPS);
    }
  });

  test('makes do with the least memory of a workgroup and its least invocations', async () => {
    const kernel = await loadKernel(await folderFiles(path.join(KERNELS, id)));
    for (const { name, call: spec, default: usual } of kernel.benches?.cases ?? []) {
      if (!usual && !name.startsWith('odd')) continue;
      const [first] = rankVariants(kernel, spec, LEAST);
      for (const { wgsl } of buildProgram(kernel, first?.id ?? '', spec, LEAST).passes) {
        expect(workgroupBytes(wgsl), name).toBeLessThanOrEqual(16384);
        expect(Number(/@workgroup_size\((\d+)\)/.exec(wgsl)?.[1]), name).toBeLessThanOrEqual(256);
      }
    }
  });

  test('takes tensor cores for halves where there are some, within the memory of a workgroup', async () => {
    const kernel = await loadKernel(await folderFiles(path.join(KERNELS, id)));
    const taken = new Set<string>();
    const built = new Map<string, number>();
    for (const { name, call: spec } of [...(kernel.benches?.cases ?? []), ...(kernel.tests?.cases ?? [])]) {
      const eligible = rankVariants(kernel, spec, TENSOR_CORES).filter(({ status }) => status === 'eligible');
      const half = Object.values(spec.inputs).some(({ dtype }) => dtype === 'float16');
      const matrix = eligible.find(({ id: variant }) => variant.endsWith('subgroup_matrix'));
      if (!half) expect(matrix, name).toBeUndefined();
      if (eligible[0] !== undefined) taken.add(eligible[0].id.replace('fused_', ''));
      const variants = [eligible[0], matrix].filter((verdict) => verdict !== undefined);
      for (const { id: variant } of variants) {
        // Rendering takes its time: a few of each will do.
        const before = built.get(variant) ?? 0;
        built.set(variant, before + 1);
        if (before >= 3) continue;
        for (const { wgsl } of buildProgram(kernel, variant, spec, TENSOR_CORES).passes) {
          expect(workgroupBytes(wgsl), `${name}: ${variant}`).toBeLessThanOrEqual(49152);
        }
      }
    }
    expect([...taken].sort()).toEqual(['gemv', 'plain', 'subgroup_matrix', 'tiled']);
  });
});
