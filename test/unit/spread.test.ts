// Few places are drawn and answered, and spread: what is right for all of them has to come out.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { float64Outputs } from '../../src/profile/operators/operators';
import { oracleCall, wantedValues, type Repeat } from '../../src/profile/webgpu/caseData';
import { CaseQuestions } from '../../src/profile/webgpu/caseQuestions';
import { loadKernel } from '../../src/profile/webgpu/kernel';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import type { Answerer, OracleAnswer, OracleCall } from '../../src/profile/webgpu/oracleCall';
import type { CallSpec } from '../../src/profile/webgpu/program';
import { caseTensors } from '../../src/profile/webgpu/programBuilder';
import { placesOf, spreadOf, spreadWanted, type Spread } from '../../src/profile/webgpu/spread';
import { makeTensor } from '../../src/profile/webgpu/tensor';
import { device } from './kernelFixture';
import { runnableCase } from './runnableCase';

const KERNELS = path.join(import.meta.dirname, '../../media/kernels');
const OF = 23;
const DEVICE = device({
  limits: {
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxComputeWorkgroupsPerDimension: 65535,
    maxComputeWorkgroupStorageSize: 32768,
  },
});

const f32 = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;
const u8 = (...shape: number[]) => ({ dtype: 'uint8', shape }) as const;
const FLOAT64: Answerer = { compute: (call) => Promise.resolve(answerOf(call)) };

function answerOf(call: OracleCall): OracleAnswer {
  const outputs = float64Outputs(call);
  if (outputs === null) throw new Error(`nobody answers ${call.name}`);
  return { kind: 'float64', text: '', outputs: outputs.map((values) => Float32Array.from(values)) };
}

/** Relative; infinite where a NaN or an infinity came out of turn. */
function errorOf(got: number, want: number): number {
  if (Object.is(got, want)) return 0;
  const error = Math.abs(got - want) / Math.max(1, Math.abs(want));
  return Number.isNaN(error) ? Infinity : error;
}

interface Promised {
  readonly id: string;
  /** The case of bench.json whose promise is tried. */
  readonly name: string;
  /** A smaller call. */
  readonly call: CallSpec;
  /** Where slices along another axis repeat as well. */
  readonly first: Pick<Repeat, 'axis' | 'of'> | null;
}

const ROWS = { axis: 0, of: 7 };
const PROMISED: readonly Promised[] = [
  {
    id: 'ai.onnx.MatMul',
    name: '4096x4096x4096',
    call: { inputs: { a: f32(7, 5), b: f32(5, OF) } },
    first: ROWS,
  },
  {
    id: 'kernel-lens.MatMulBiasGelu',
    name: 'llama-token-1x4096x11008',
    call: { inputs: { x: f32(1, 5), w: f32(5, OF), bias: f32(OF) } },
    first: null,
  },
  {
    id: 'com.microsoft.MatMulNBits',
    name: 'token-4096-11008-int4-zero-points',
    call: {
      inputs: { a: f32(3, 32), b: u8(OF, 2, 8), scales: f32(OF, 2), zero_points: u8(OF, 1) },
      attributes: { K: 32, N: OF, bits: 4, block_size: 16 },
    },
    first: null,
  },
  {
    id: 'com.microsoft.FusedConv',
    name: '32-1x1-256-to-1024-14x14',
    call: {
      inputs: { x: f32(7, 6, 3, 3), w: f32(OF, 6, 1, 1), b: f32(OF), z: f32(7, OF, 3, 3) },
      attributes: { activation: 'Relu' },
    },
    first: ROWS,
  },
  {
    id: 'com.microsoft.RotaryEmbedding',
    name: 'large-512x32x32x128',
    call: {
      inputs: {
        x: f32(7, OF, 16),
        position_ids: { dtype: 'int64', shape: [7, OF] },
        cos_cache: f32(16, 4),
        sin_cache: f32(16, 4),
      },
    },
    first: ROWS,
  },
  {
    id: 'ai.onnx.Attention',
    name: 'prefill-32x2048x128',
    call: { inputs: { q: f32(1, 4, OF, 8), k: f32(1, 4, 11, 8), v: f32(1, 4, 11, 8) } },
    first: null,
  },
];

describe.each(PROMISED)('$id', ({ id, name, call, first }) => {
  test('every place depends on what its own place holds, and on nothing else', async () => {
    const kernel = await loadKernel(await folderFiles(path.join(KERNELS, id)));
    const bench = kernel.benches?.cases.find((one) => one.name === name);
    const promise = bench?.alsoIndependent ?? null;
    if (bench === undefined || promise === null) throw new Error(`${name} promises nothing`);
    const { inputs, outputs } = caseTensors(kernel, call, DEVICE);
    const axes = new Map([
      ...outputs.map(({ port }) => [port, promise.axis] as const),
      ...Object.entries(promise.inputs),
    ]);
    const spread: Spread = { repeated: 5, last: 4, of: OF, axes, attribute: promise.attribute };
    const repeat = first === null ? null : { ...first, slices: 2, inputs: new Set(bench.independent?.inputs) };
    const draws = { position_ids: { from: 0, below: 16 } };
    const runnable = runnableCase(id, { name, kernel, call, inputs, outputs, repeat, spread, draws });
    const questions = new CaseQuestions(FLOAT64, runnable, () => undefined);
    const timed = await questions.draw('A');
    const rounds = await questions.rounds(timed);
    expect(rounds.length).toBeGreaterThan(2);
    for (const { data, tail, repeat: slices } of [{ data: timed, tail: null, repeat }, ...rounds]) {
      // Zeros are repeated by the device.
      const blocks = inputs.map(({ port, bytes }) => {
        const block = (tail?.blocks ?? data.blocks).get(port);
        return [port, block?.length === 4 ? new Uint8Array(bytes) : (block ?? new Uint8Array())] as const;
      });
      const whole = oracleCall(kernel.onnx, call, { inputs, outputs }, new Map(blocks), tail?.repeat ?? slices);
      for (const [port, want] of wantedValues(kernel.onnx, answerOf(whole)) ?? []) {
        const few = data.want?.get(port);
        expect(few?.length).toBe(want.length);
        const error = [...want].map((value, at) => errorOf(Number(few?.[at]), Number(value)));
        expect(Math.max(...error), port).toBeLessThan(1e-5);
      }
    }
  });
});

const X = makeTensor('x', 'float32', [3, 4096]);
const Y = makeTensor('y', 'float32', [2, 4096]);
const PROMISE = { axis: 1, inputs: { x: 1 }, attribute: 'N' };

describe('places', () => {
  test('of a long axis: a prime number of them over and over, and four of their own at the end', () => {
    const wide = { ...X, shape: [300, 4096], elements: 300 * 4096 };
    expect(spreadOf([wide], [Y], PROMISE)).toMatchObject({ repeated: 331, last: 4, of: 4096, attribute: 'N' });
    expect([...(spreadOf([wide], [Y], PROMISE)?.axes ?? [])]).toEqual([
      ['y', 1],
      ['x', 1],
    ]);
  });

  test.each([
    ['no promise', [Y], null],
    ['few of them', [Y], PROMISE],
    ['an output with another number of them', [makeTensor('y', 'float32', [2, 8])], PROMISE],
    ['an output without the axis', [makeTensor('y', 'float32', [8])], PROMISE],
  ])('%s: all are drawn', (_, outputs, promise) => {
    expect(spreadOf([X], outputs, promise)).toBeNull();
  });

  test('those at the end come last, in every row and in whole numbers as well', () => {
    const spread: Spread = { repeated: 2, last: 1, of: 6, axes: new Map([['y', 1]]), attribute: null };
    expect(placesOf(spread)).toBe(3);
    const part = makeTensor('y', 'int64', [2, 3]);
    const wanted = spreadWanted(new Map([['y', BigInt64Array.of(1n, 2n, 9n, 3n, 4n, 8n)]]), [part], spread);
    expect(wanted.get('y')).toEqual(BigInt64Array.of(1n, 2n, 1n, 2n, 1n, 9n, 3n, 4n, 3n, 4n, 3n, 8n));
  });
});
