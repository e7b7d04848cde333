// `large` inputs are to be as large as what comes of them can be told in the dtype of the output.
import { describe, expect, test, vi } from 'vitest';
import { drawBlocks } from '../../src/profile/webgpu/caseData';
import { bitsTooMany, fairLarge, shrunk } from '../../src/profile/webgpu/fairLarge';
import { encodeStorage, decodeStorage, valuesFromNumbers, type TensorValues } from '../../src/profile/webgpu/storage';
import { makeTensor } from '../../src/profile/webgpu/tensor';
import type { LogicalDtype } from '../../src/profile/webgpu/program';

/** A hundred values: `large` of them this large, the rest a thousandth of it. */
const values = (size: number, large = 100): Float32Array =>
  Float32Array.from({ length: 200 }, (_, i) => (i < 2 * large ? size : size / 1000) * (i % 2 === 0 ? 1 : -1));

describe('how many bits what is wanted has too many', () => {
  const bits = (dtype: LogicalDtype, want: TensorValues): number =>
    bitsTooMany([makeTensor('y', dtype, [want.length])], new Map([['y', want]]));

  test.each<[string, LogicalDtype, TensorValues, number]>([
    ['fits', 'float16', values(60_000), 0],
    ['a few beyond', 'float16', values(2e6, 1), 0],
    ['all beyond', 'float16', values(2 ** 17), 4],
    ['far beyond', 'float16', values(2 ** 25), 12],
    ['a tenth beyond', 'float16', values(2 ** 17, 10), 4],
    ['float32 has room', 'float32', values(1e30), 0],
    ['float32 has none', 'float32', Float32Array.of(Infinity, -Infinity, 1), 16],
    ['NaN is no number that is too large', 'float16', Float32Array.of(NaN, NaN, 1), 0],
    ['nothing', 'float16', new Float32Array(0), 0],
    ['whole numbers', 'int32', Int32Array.of(2 ** 31 - 1), 0],
  ])('%s', (_, dtype, want, expected) => {
    expect(bits(dtype, want)).toBe(expected);
  });

  test('of several outputs the one that has the most', () => {
    const outputs = [makeTensor('y', 'float16', [200]), makeTensor('z', 'float16', [200])];
    const want = new Map([
      ['y', values(2 ** 17)],
      ['z', values(2 ** 20)],
    ]);
    expect(bitsTooMany(outputs, want)).toBe(7);
    expect(bitsTooMany(outputs, null)).toBe(0);
  });
});

describe('inputs shrunk by a power of two', () => {
  test.each<[LogicalDtype, readonly number[], number, readonly number[]]>([
    ['float32', [1e6, -3, 0], 4, [62_500, -0.1875, 0]],
    ['float16', [6000, -1, 0], 3, [750, -0.125, 0]],
    ['float16', [2 ** -24, -(2 ** -14)], 1, [0, -(2 ** -15)]],
  ])('%s %s by %s', (dtype, numbers, bits, expected) => {
    const tensor = makeTensor('x', dtype, [numbers.length]);
    const bytes = encodeStorage(tensor, valuesFromNumbers(dtype, numbers));
    const before = bytes.slice();
    const small = shrunk(tensor, bytes, bits);
    expect([...decodeStorage(tensor, small, numbers.length)]).toEqual(expected);
    expect(small.length).toBe(bytes.length);
    expect(bytes).toEqual(before);
  });
});

describe('large inputs of a case', () => {
  const inputs = ['a', 'b'].map((port) => makeTensor(port, 'float16', [64]));
  const outputs = [makeTensor('y', 'float16', [64])];
  const blocks = drawBlocks(inputs, null, 'case', 1, 'large');
  const read = (given: ReadonlyMap<string, Uint8Array>, port: string): number[] =>
    Array.from(decodeStorage({ storage: 'f16', layout: 'plain' }, given.get(port) ?? new Uint8Array(128), 64), Number);

  /** Runs it for an operator that computes `y` from both inputs; how often it asked, and the largest of what came. */
  async function shrink(y: (a: number, b: number) => number, drawn = inputs) {
    const ask = vi.fn((given: ReadonlyMap<string, Uint8Array>) => {
      const b = read(given, 'b');
      return Promise.resolve(new Map([['y', Float32Array.from(read(given, 'a'), (a, i) => y(a, b[i] ?? NaN))]]));
    });
    const fair = await fairLarge({ blocks, want: await ask(blocks) }, drawn, outputs, ask);
    const largest = (values: Iterable<number>): number => Math.max(...Array.from(values, Math.abs));
    return {
      asked: ask.mock.calls.length - 1,
      largest: largest(Array.from(fair.want?.get('y') ?? [], Number)),
      inputs: ['a', 'b'].map((port) => largest(read(fair.blocks, port)) / largest(read(blocks, port))),
      right: read(fair.blocks, 'a').every(
        (a, i) => Math.fround(y(a, read(fair.blocks, 'b')[i] ?? NaN)) === fair.want?.get('y')?.[i],
      ),
    };
  }

  test('that cannot overflow are left as they are', async () => {
    expect(await shrink((a, b) => (a + b) / 2)).toMatchObject({ asked: 0, inputs: [1, 1] });
    expect(await shrink((a) => Math.tanh(a))).toMatchObject({ asked: 0, inputs: [1, 1] });
  });

  test.each<[string, (a: number, b: number) => number, number]>([
    ['a product', (a, b) => a * b, 1],
    ['a sum of products', (a, b) => 64 * a * b + a, 1],
    ['a multiple', (a) => 4096 * a, 2],
    ['a product of three', (a, b) => a * a * b, 2],
  ])('%s is brought into the range, asked again at most so often', async (_, y, most) => {
    const { asked, largest, right } = await shrink(y);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(most);
    expect(largest).toBeLessThanOrEqual(2 ** 13);
    expect(right).toBe(true);
  });

  test('as large as they may be, not smaller', async () => {
    expect((await shrink((a, b) => a * b)).largest).toBeGreaterThan(2 ** 10);
  });

  test('an operator that is beyond whatever it is given ends it', async () => {
    expect(await shrink(() => 1e9)).toMatchObject({ asked: 3, largest: 1e9 });
  });

  test('inputs that the case gives stay', async () => {
    const { inputs: factors, largest } = await shrink((a, b) => a * b, inputs.slice(0, 1));
    expect(factors[1]).toBe(1);
    expect(largest).toBeLessThanOrEqual(2 ** 13);
  });
});
