import { expect, test } from 'vitest';
import { testBenches } from '../../src/profile/webgpu/testBench';
import type { TestCase, TestInput } from '../../src/profile/webgpu/testFile';

function wave(shape: number[]): TestInput {
  return { dtype: 'float32', shape, data: { kind: 'fillFloat32', sinStep: 0.1, cosStep: 0.2, scale: 1 } };
}

function input(dtype: TestInput['dtype'], shape: number[]): TestInput {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const values = dtype === 'int32' ? new Int32Array(count).fill(3) : new Float32Array(count);
  return { dtype, shape, data: { kind: 'values', values } };
}

function testCase(name: string, inputs: Record<string, TestInput>, change: Partial<TestCase> = {}): TestCase {
  const call = {
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, { dtype, shape }]) => [port, { dtype, shape }])),
  };
  return { name, skipGpu: null, notRun: null, call, inputs, outputs: {}, ...change };
}

test('takes the shapes of the tests, the three largest of each dtype as default', () => {
  const sizes = [1, 5, 3, 4, 2];
  const cases = sizes.flatMap((size) => [
    testCase(`f${String(size)}`, { x: input('float32', [size]) }),
    testCase(`h${String(size)}`, { x: input('float16', [size, 2]) }),
  ]);
  const benches = testBenches({ cases });
  expect(benches.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
  expect(benches.filter((bench) => bench.default).map(({ name }) => name)).toEqual([
    'f5',
    'h5',
    'f3',
    'h3',
    'f4',
    'h4',
  ]);
  expect(benches[0]).toMatchObject({ dtype: 'float32', independent: null });
});

test('leaves out what cannot run: skipped, not understood, or without elements', () => {
  const x = input('float32', [4]);
  const cases = [
    testCase('skipped', { x }, { skipGpu: { category: 'permanent', reason: 'subnormals' } }),
    testCase('unknown', { x }, { notRun: 'unknown generator noise' }),
    testCase('empty', { x: input('float32', [0, 4]) }),
    testCase('good', { x }),
  ];
  expect(testBenches({ cases }).map(({ name }) => name)).toEqual(['good']);
});

test('stated values and tolerances are kept; what a generator makes is drawn', () => {
  const [bench] = testBenches({
    cases: [
      testCase(
        'gather',
        { data: wave([8, 4]), indices: input('int32', [3]) },
        {
          outputs: {
            y: { dtype: 'float32', shape: [3, 4], tolerance: 0.001, allowNaN: false, expected: null },
            z: { dtype: 'float32', shape: [3], tolerance: null, allowNaN: false, expected: null },
          },
        },
      ),
    ],
  });
  expect(bench?.tolerances).toEqual(new Map([['y', 0.001]]));
  expect(bench?.dtype).toBe('float32');
  expect(bench?.given).toEqual({ indices: Int32Array.of(3, 3, 3) });
});
