// The float64 reference of MatMulNBits, and which calls its kernel takes.
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { findOperator, float64Outputs } from '../../src/profile/operators/operators';
import { loadKernel, type WebGpuKernel } from '../../src/profile/webgpu/kernel';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import type { OracleCall, OracleInput } from '../../src/profile/webgpu/oracleCall';
import { buildProgram, caseTensors } from '../../src/profile/webgpu/programBuilder';
import { rankVariants } from '../../src/profile/webgpu/selection';
import type { CallSpec } from '../../src/profile/webgpu/program';
import { device } from './kernelFixture';

const FOLDER = path.join(import.meta.dirname, '../../media/kernels/com.microsoft.MatMulNBits');

function floatInput(name: string, shape: readonly number[], values: readonly number[]): OracleInput {
  return { name, dtype: 'float32', shape, values: Float32Array.from(values) };
}

function codeInput(name: string, shape: readonly number[], values: readonly number[]): OracleInput {
  return { name, dtype: 'uint8', shape, values: Uint32Array.from(values) };
}

function call(attributes: Record<string, unknown>, inputs: readonly (OracleInput | null)[]): OracleCall {
  const shape = [...(inputs[0]?.shape.slice(0, -1) ?? []), Number(attributes['N'])];
  const outputs = [{ name: 'Y', dtype: 'float32', shape }] as const;
  return { domain: 'com.microsoft', name: 'MatMulNBits', sinceVersion: 1, attributes, inputs, outputs };
}

/** Codes as bytes, the lower half of a byte first. */
function pack(codes: readonly number[], bits: number): number[] {
  if (bits === 8) return [...codes];
  return codes.flatMap((code, i) => (i % 2 === 0 ? [code | ((codes[i + 1] ?? 0) << 4)] : []));
}

describe('the float64 reference', () => {
  test.each([4, 8])('is a product with the weights that the codes stand for, %d bits', (bits) => {
    const code = fc.integer({ min: 0, max: 2 ** bits - 1 });
    const whole = fc.integer({ min: -9, max: 9 });
    const drawn = fc.record({
      inner: fc.integer({ min: 1, max: 40 }),
      columns: fc.integer({ min: 1, max: 4 }),
      rows: fc.integer({ min: 1, max: 3 }),
      codes: fc.array(code, { minLength: 4 * 48, maxLength: 4 * 48 }),
      zeros: fc.array(code, { minLength: 12, maxLength: 12 }),
      values: fc.array(whole, { minLength: 136, maxLength: 136 }),
      form: fc.constantFrom('none', 'codes', 'floats'),
      biased: fc.boolean(),
    });
    fc.assert(
      fc.property(drawn, ({ inner, columns, rows, codes, zeros, values, form, biased }) => {
        const blocks = Math.ceil(inner / 16);
        const a = values.slice(0, rows * inner);
        const scales = values.slice(0, columns * blocks);
        const bias = values.slice(0, columns);
        const ownZeros = zeros.slice(0, columns * blocks);
        const zeroRows = Array.from({ length: columns }, (_, n) => ownZeros.slice(n * blocks, (n + 1) * blocks));
        const zeroBytes = zeroRows.flatMap((row) => pack(row, bits));
        const zeroInput = {
          none: null,
          codes: codeInput('zero_points', [zeroBytes.length], zeroBytes),
          floats: floatInput('zero_points', [columns, blocks], ownZeros),
        }[form];
        const got = float64Outputs(
          call({ K: inner, N: columns, bits, block_size: 16 }, [
            floatInput('A', [rows, inner], a),
            codeInput('B', [columns, blocks, 2 * bits], pack(codes.slice(0, columns * blocks * 16), bits)),
            floatInput('scales', [columns, blocks], scales),
            zeroInput,
            null,
            biased ? floatInput('bias', [columns], bias) : null,
          ]),
        );
        const want = Array.from({ length: rows * columns }, (_, i) => {
          const [m, n] = [Math.floor(i / columns), i % columns];
          let sum = biased ? (bias[n] ?? NaN) : 0;
          for (let k = 0; k < inner; k++) {
            const place = n * blocks + Math.floor(k / 16);
            const zero = form === 'none' ? 2 ** (bits - 1) : (ownZeros[place] ?? NaN);
            sum += (a[m * inner + k] ?? NaN) * ((codes[n * blocks * 16 + k] ?? NaN) - zero) * (scales[place] ?? NaN);
          }
          return sum;
        });
        expect([...(got?.[0] ?? [])]).toEqual(want.map((value) => value + 0));
      }),
    );
  });

  const a = floatInput('A', [2, 16], new Array<number>(32).fill(1));
  const b = codeInput('B', [3, 1, 8], new Array<number>(24).fill(0x88));
  const scales = floatInput('scales', [3, 1], [1, 1, 1]);
  const attributes = { K: 16, N: 3, bits: 4, block_size: 16 };

  test.each<[string, OracleCall]>([
    ['group indices', call(attributes, [a, b, scales, null, codeInput('g_idx', [16], new Array<number>(16).fill(0))])],
    ['2 bits', call({ ...attributes, bits: 2 }, [a, b, scales])],
    ['another K', call({ ...attributes, K: 15 }, [a, b, scales])],
    ['weights of another size', call({ ...attributes, N: 4 }, [a, b, scales])],
    ['no scales', call(attributes, [a, b, null])],
    ['no block size', call({ ...attributes, block_size: undefined }, [a, b, scales])],
  ])('none for %s', (_, asked) => {
    expect(float64Outputs(asked)).toBeNull();
  });

  test('counts a multiplication and an addition a weight and row, and gives ONNX Runtime the bias apart', () => {
    const operator = findOperator({ domain: 'com.microsoft', name: 'MatMulNBits' });
    const plain = call(attributes, [a, b, scales]);
    const biased = call(attributes, [a, b, scales, null, null, floatInput('bias', [3], [1, 2, 3])]);
    expect(operator?.flops?.(plain)).toBe(2 * 2 * 16 * 3);
    expect(operator?.nodes?.(plain).map(({ name }) => name)).toEqual(['MatMulNBits']);
    expect(operator?.nodes?.(biased).map(({ name }) => name)).toEqual(['MatMulNBits', 'Add']);
  });
});

/** A call of the kernel with changes. */
function spec(
  change: { inputs?: CallSpec['inputs']; attributes?: Record<string, unknown> } = {},
  dtype: 'float16' | 'float32' = 'float32',
): CallSpec {
  return {
    inputs: {
      a: { dtype, shape: [2, 64] },
      b: { dtype: 'uint8', shape: [8, 2, 16] },
      scales: { dtype, shape: [8, 2] },
      ...change.inputs,
    },
    attributes: { K: 64, N: 8, bits: 4, block_size: 32, ...change.attributes },
  };
}

const MATRICES = device({
  features: new Set(['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix']),
  wgslLanguageFeatures: new Set(['packed_4x8_integer_dot_product']),
  limits: {
    ...device().limits,
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupSizeX: 1024,
    maxComputeWorkgroupStorageSize: 49152,
  },
  adapterInfo: {
    vendor: 'x',
    architecture: '',
    subgroupMinSize: 32,
    subgroupMaxSize: 32,
    isFallbackAdapter: false,
    subgroupMatrixConfigs: [
      { componentType: 'u8', resultComponentType: 'u32', M: 16, N: 16, K: 32 },
      { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 },
    ],
  },
});

describe('the kernel', () => {
  let kernel: WebGpuKernel;
  beforeAll(async () => {
    kernel = await loadKernel(await folderFiles(FOLDER));
  });

  test.each<[string, CallSpec, RegExp]>([
    ['group indices', spec({ inputs: { g_idx: { dtype: 'int32', shape: [64] } } }), /not present\.g_idx/],
    ['weights of another shape', spec({ inputs: { b: { dtype: 'uint8', shape: [8, 32] } } }), /shapes\.b/],
    ['too few scales', spec({ inputs: { scales: { dtype: 'float32', shape: [8] } } }), /shapes\.scales/],
    ['another K', spec({ attributes: { K: 60 } }), /shapes\.a/],
    [
      'zero points that are not packed',
      spec({ inputs: { zero_points: { dtype: 'uint8', shape: [8, 2] } } }),
      /zero_points/,
    ],
    [
      'zero points of another dtype',
      spec({ inputs: { zero_points: { dtype: 'float16', shape: [8, 2] } } }),
      /zero_points/,
    ],
    ['a bias that is stretched', spec({ inputs: { bias: { dtype: 'float32', shape: [1] } } }), /bias/],
  ])('refuses %s', (_, asked, reason) => {
    for (const { status, reason: given } of rankVariants(kernel, asked, MATRICES)) {
      expect(status).toBe('rejected');
      expect(given).toMatch(reason);
    }
  });

  test.each<[string, Record<string, unknown>]>([
    ['2 bits', { bits: 2 }],
    ['blocks of 8', { block_size: 8 }],
    ['no K', { K: undefined }],
  ])('says that a call with %s is none of this operator', (_, attributes) => {
    expect(() => rankVariants(kernel, spec({ attributes }), MATRICES)).toThrow(/attribute/);
  });

  test.each<[string, number, 'float16' | 'float32', string]>([
    ['one token', 1, 'float16', 'fused_token'],
    ['two tokens', 2, 'float16', 'fused_gemv'],
    ['eight tokens', 8, 'float32', 'fused_gemv'],
    ['many tokens', 9, 'float16', 'fused_matrices'],
    ['many tokens in full precision', 9, 'float32', 'fused_tiles'],
  ])('takes the form for %s', (_, rows, dtype, id) => {
    const asked = spec({ inputs: { a: { dtype, shape: [rows, 64] } } }, dtype);
    const [first] = rankVariants(kernel, asked, MATRICES);
    expect(first?.id).toBe(id);
    expect(buildProgram(kernel, id, asked, MATRICES).passes).toHaveLength(1);
  });

  test('takes another form for one token where integers have no product of four', () => {
    const asked = spec({ inputs: { a: { dtype: 'float16', shape: [1, 64] } } }, 'float16');
    const [first] = rankVariants(kernel, asked, { ...MATRICES, wgslLanguageFeatures: new Set() });
    expect(first?.id).toBe('fused_gemv');
  });

  test.each([
    [512, 4 * 32],
    [128, 2 * 64],
    [32, 128],
  ])('has work for a large device where there are %d tokens', (rows, groups) => {
    const inputs = {
      a: { dtype: 'float16', shape: [rows, 64] },
      b: { dtype: 'uint8', shape: [4096, 2, 16] },
      scales: { dtype: 'float16', shape: [4096, 2] },
    } as const;
    const asked = spec({ inputs, attributes: { N: 4096 } }, 'float16');
    const { passes } = buildProgram(kernel, 'fused_matrices', asked, MATRICES);
    expect(passes[0]?.workgroups).toEqual([groups, 1, 1]);
  });

  test('counts the weights as the bytes they are packed in', () => {
    const { inputs } = caseTensors(kernel, spec(), MATRICES);
    expect(inputs.find(({ port }) => port === 'b')?.bytes).toBe(8 * 2 * 16);
  });

  test('unfused leaves out what a call does not need', () => {
    const passes = (asked: CallSpec): string[] =>
      buildProgram(kernel, 'unfused', asked, MATRICES).passes.map(({ id }) => id);
    expect(passes(spec())).toEqual(['dequantise', 'gemv']);
    const bias = { dtype: 'float32', shape: [8] } as const;
    const a = { dtype: 'float32', shape: [9, 64] } as const;
    expect(passes(spec({ inputs: { a, bias } }))).toEqual(['dequantise', 'tiles', 'bias']);
  });
});
