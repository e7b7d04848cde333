import { describe, expect, test } from 'vitest';
import { JinjaEngine } from '../../src/profile/webgpu/expression';
import { parseBenchFile, type BenchFile } from '../../src/profile/webgpu/benchFile';
import { parseManifest } from '../../src/profile/webgpu/manifest';
import { checkManifest } from '../../src/profile/webgpu/manifestCheck';
import { KernelError } from '../../src/profile/webgpu/program';
import { parseTestFile, type TestCase } from '../../src/profile/webgpu/testFile';
import { manifest, type Json } from './kernelFixture';

const PARSED = parseManifest(
  manifest({
    inputs: { x: { dtype: 'T' }, index: { dtype: 'int64', optional: true }, w: { dtype: 'U', optional: true } },
    typeConstraints: { T: ['float32', 'float16'], U: ['int32', 'uint32'] },
    attributes: { axis: {} },
    args: { count: { kind: 'u32', required: false } },
  }),
  '2.1',
);
checkManifest(PARSED, new JinjaEngine());

function bytes(json: unknown): Uint8Array {
  return new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json));
}

function testCase(changes: Json = {}, fixtureArrays: Json = {}): TestCase {
  const entry = {
    name: 'one',
    inputs: { x: { dtype: 'float32', shape: [2], data: { kind: 'values', values: [1, 2] } } },
    outputs: { y: { dtype: 'float32', shape: [2] } },
    ...changes,
  };
  const [only] = parseTestFile(bytes({ fixtureArrays, cases: [entry] }), PARSED).cases;
  if (only === undefined) throw new Error('no case');
  return only;
}

function withData(dtype: string, shape: readonly number[], data: unknown): Json {
  return { inputs: { x: { dtype, shape, data } } };
}

describe('test.json', () => {
  test.each<[string, unknown[], readonly (number | bigint)[]]>([
    ['float32', [1.5, 'NaN', '-Infinity', 'inf'], [1.5, NaN, -Infinity, Infinity]],
    ['float16', [0.1, 65504], [0.0999755859375, 65504]],
    ['int8', [-128, 127], [-128, 127]],
    ['uint32', [0, 4294967295], [0, 4294967295]],
    ['bool', [true, false, 1, 0], [1, 0, 1, 0]],
    ['int64', [1, '-9223372036854775808', '9007199254740993'], [1n, -(2n ** 63n), 9007199254740993n]],
  ])('values of %s', (dtype, written, wanted) => {
    const { inputs, notRun } = testCase(withData(dtype, [written.length], { kind: 'values', values: written }));
    expect(notRun).toBeNull();
    const data = inputs['x']?.data;
    expect(data?.kind === 'values' ? [...data.values] : null).toEqual(wanted);
  });

  test('a reference names a list of fixtureArrays', () => {
    const data = { kind: 'values', values: { $ref: '#/fixtureArrays/a~1b' } };
    const read = testCase(withData('float32', [3], data), { 'a/b': [1, 2, 3] }).inputs['x']?.data;
    expect(read?.kind === 'values' ? [...read.values] : null).toEqual([1, 2, 3]);
  });

  test('a fill is kept as what it says', () => {
    const data = { kind: 'fillFloat32', sinStep: 0.1, cosStep: 0.2 };
    expect(testCase(withData('float32', [9], data)).inputs['x']?.data).toEqual(data);
    expect(testCase(withData('float32', [9], { ...data, scale: 3 })).inputs['x']?.data).toEqual({ ...data, scale: 3 });
  });

  test('outputs: tolerance, allowNaN and stored values', () => {
    const stored = {
      dtype: 'float32',
      shape: [2],
      tolerance: 0.5,
      allowNaN: true,
      data: { kind: 'values', values: [3, 4] },
    };
    const { outputs, call } = testCase({ outputs: { y: stored } });
    expect(outputs['y']).toMatchObject({ tolerance: 0.5, allowNaN: true });
    expect([...(outputs['y']?.expected ?? [])]).toEqual([3, 4]);
    expect(call.outputs).toEqual({ y: { dtype: 'float32', shape: [2] } });
    expect(testCase().outputs['y']).toMatchObject({ tolerance: null, allowNaN: false, expected: null });
  });

  test.each(['attributes', 'attrs', 'args'])('attributes and arguments may stand under %s', (key) => {
    const { call } = testCase({ [key]: { axis: 1, count: 2 } });
    expect(call).toMatchObject({ attributes: { axis: 1 }, args: { count: 2 } });
  });

  test('skipGpu is kept with its reason, also beside data that is not understood', () => {
    const skip = { category: 'permanent', reason: 'subnormals' };
    expect(testCase({ skipGpu: skip })).toMatchObject({ skipGpu: skip, notRun: null });
    const unknown = testCase({ skipGpu: skip, ...withData('float32', [1], { kind: 'magic' }) });
    expect(unknown).toMatchObject({ skipGpu: skip, notRun: 'unknown generator magic' });
  });

  test.each<[Json, RegExp]>([
    [withData('float32', [2], { kind: 'random', seed: 1 }), /^unknown generator random$/],
    [withData('float32', [2], undefined), /^inputs\.x: there is no data|inputs\.x\.data: there is no data$/],
    [withData('complex64', [2], { kind: 'values', values: [1, 2] }), /unknown dtype "complex64"/],
    [withData('float32', [2], { kind: 'values', values: [1] }), /1 values for 2 elements/],
    [withData('float32', [1], { kind: 'values', values: ['abc'] }), /unknown value "abc"/],
    [withData('float32', [1], { kind: 'values', values: [null] }), /unknown value null/],
    [withData('int8', [1], { kind: 'values', values: [128] }), /outside int8/],
    [withData('int32', [1], { kind: 'values', values: [1.5] }), /whole numbers/],
    [withData('float32', [-1], { kind: 'values', values: [] }), /inputs\.x\.shape\[0\]/],
    [withData('float32', [1], { kind: 'values', values: { $ref: '#/other' } }), /unknown reference "#\/other"/],
    [withData('float32', [1], { kind: 'values', values: { $ref: '#/fixtureArrays/gone' } }), /unknown reference/],
    [withData('float32', [1], { kind: 'fillFloat32', sinStep: 'a' }), /sinStep/],
    [{ outputs: { y: { dtype: 'float32', shape: [2], tolerance: { abs: 1 } } } }, /outputs\.y\.tolerance/],
    [{ inputs: [], outputs: 3 }, /outputs/],
  ])('%j is kept as not run', (changes, reason) => {
    const { notRun, name } = testCase(changes);
    expect(name).toBe('one');
    expect(notRun).toMatch(reason);
  });

  test.each([['{'], [[]], [{ cases: [{}] }], [{ cases: 1 }]])('%j is no test.json', (json) => {
    expect(() => parseTestFile(bytes(json), PARSED)).toThrow(KernelError);
  });
});

describe('bench.json', () => {
  const written = (changes: Json = {}): Json => ({
    name: 'c',
    inputs: { x: { shape: [8, 4] } },
    dtypes: { T: ['float32'] },
    ...changes,
  });

  function read(json: Json): BenchFile | { readonly problem: string } {
    return parseBenchFile(bytes(json), PARSED);
  }
  function cases(json: Json): BenchFile['cases'] {
    const file = read(json);
    if ('problem' in file) throw new Error(file.problem);
    return file.cases;
  }

  test('a case is expanded over its dtypes, ports following their type variables', () => {
    const json = {
      baseline: 'only',
      contenders: ['only'],
      cases: [
        written({
          tags: ['large'],
          inputs: { x: { shape: [8, 4] }, index: { shape: [8] }, w: { dtype: 'uint32', shape: [1] } },
          outputs: { y: { shape: [8, 4] } },
          dtypes: { T: ['float32', 'float16'] },
          attributes: { axis: 1 },
          args: { count: 3 },
          default: false,
        }),
      ],
    };
    expect(read(json)).toMatchObject({ baseline: 'only', contenders: ['only'] });
    const [first, second, third] = cases(json);
    expect(third).toBeUndefined();
    expect(first).toMatchObject({
      name: 'c',
      tags: ['large'],
      dtype: 'float32',
      default: false,
      independent: null,
      alsoIndependent: null,
      call: {
        inputs: {
          x: { dtype: 'float32', shape: [8, 4] },
          index: { dtype: 'int64', shape: [8] },
          w: { dtype: 'uint32', shape: [1] },
        },
        outputs: { y: { shape: [8, 4] } },
        attributes: { axis: 1 },
        args: { count: 3 },
      },
    });
    expect(second).toMatchObject({ dtype: 'float16', call: { inputs: { x: { dtype: 'float16' } } } });
  });

  test('several type variables give every combination', () => {
    const json = {
      cases: [
        written({
          inputs: { x: { shape: [1] }, w: { shape: [1] } },
          dtypes: { T: ['float32', 'float16'], U: ['int32', 'uint32'] },
        }),
      ],
    };
    expect(cases(json).map(({ dtype }) => dtype)).toEqual([
      'float32+int32',
      'float32+uint32',
      'float16+int32',
      'float16+uint32',
    ]);
  });

  test('independent slices: the inputs of the highest rank unless named', () => {
    const inputs = { x: { shape: [8, 4] }, index: { shape: [4] } };
    const independent = (value: Json): unknown =>
      cases({ cases: [written({ inputs, independent: value })] })[0]?.independent;
    expect(independent({ axis: 0 })).toEqual({ axis: 0, inputs: ['x'] });
    expect(independent({ axis: 0, inputs: ['index'] })).toEqual({ axis: 0, inputs: ['index'] });
    // A head of keys for every two of queries, say.
    expect(independent({ axis: 0, inputs: ['x', 'index'] })).toEqual({ axis: 0, inputs: ['x', 'index'] });
  });

  test.each([
    [
      { axis: 0 },
      { x: { shape: [8, 4] }, w: { shape: [3, 1] } },
      /along axis 0 are no multiples of the smallest: 8, 3/,
    ],
    [
      { axis: 0 },
      { x: { shape: [8, 4] }, w: { shape: [0, 1] } },
      /along axis 0 are no multiples of the smallest: 8, 0/,
    ],
    [{ axis: 1 }, { x: { shape: [2, 8] } }, /`x` has an extent other than 1 before axis 1/],
    [{ axis: 2 }, { x: { shape: [1, 8] } }, /`x` is no input of this case with an axis 2/],
    [{ axis: 0, inputs: ['y'] }, { x: { shape: [1, 8] } }, /`y` is no input of this case/],
  ])('slices that cannot be are refused: %j', (value, inputs, problem) => {
    expect(read({ cases: [written({ inputs, independent: value })] })).toMatchObject({
      problem: expect.stringMatching(problem) as string,
    });
  });

  test('places along a second axis, in each input along its own', () => {
    const inputs = { x: { shape: [4, 8] }, index: { shape: [8] } };
    const promise = { axis: 1, inputs: { x: 1, index: 0 } };
    const promised = (changes: Json): unknown =>
      cases({ cases: [written({ inputs, ...changes })] })[0]?.alsoIndependent;
    expect(promised({ alsoIndependent: promise })).toEqual({ ...promise, attribute: null });
    const named = { ...promise, attribute: 'N' };
    expect(promised({ alsoIndependent: named, attributes: { N: 8 } })).toEqual(named);
  });

  test.each<[Json, Json, RegExp]>([
    [{ axis: 1, inputs: { x: 2 } }, {}, /alsoIndependent\.inputs: `x` is no input of this case with an axis 2/],
    [{ axis: 1, inputs: { w: 0 } }, {}, /`w` is no input of this case with an axis 0/],
    [{ axis: 1, inputs: { x: 0, index: 0 } }, {}, /their extents differ: 4, 8/],
    [{ axis: 1, inputs: { x: 1 }, attribute: 'N' }, { N: 4 }, /attribute: the case gives `N` no value of 8/],
    [{ axis: 1, inputs: ['x'] }, {}, /alsoIndependent\.inputs/],
  ])('places that cannot be are refused: %j', (alsoIndependent, attributes, problem) => {
    const inputs = { x: { shape: [4, 8] }, index: { shape: [8] } };
    expect(read({ cases: [written({ inputs, alsoIndependent, attributes })] })).toMatchObject({
      problem: expect.stringMatching(problem) as string,
    });
  });

  test('inputs may name the range that they are drawn from', () => {
    const inputs = { x: { shape: [8], draw: { from: 2, below: 9 } }, index: { shape: [4] } };
    expect(cases({ cases: [written({ inputs })] })[0]?.draws).toEqual({ x: { from: 2, below: 9 } });
    expect(cases({ cases: [written({ inputs: { x: { shape: [8], draw: { below: 9 } } } })] })[0]?.draws).toEqual({
      x: { from: 0, below: 9 },
    });
    expect(read({ cases: [written({ inputs: { x: { shape: [8], draw: { from: 9, below: 9 } } } })] })).toMatchObject({
      problem: expect.stringMatching(/cases\[0\]\.inputs\.x\.draw: .*less than/) as string,
    });
  });

  test.each<[Json, RegExp]>([
    [{ cases: [written({ tag: [] })] }, /cases\[0\]\.tag: unknown key, did you mean `tags`/],
    [{ cases: [written({ inputs: { z: { shape: [1] } } })] }, /cases\[0\]\.inputs\.z: the kernel has no such input/],
    [{ cases: [written({ dtypes: {} })] }, /cases\[0\]\.inputs\.x: neither it nor `dtypes` says what T is/],
    [{ cases: [written({ dtypes: { V: ['float32'] } })] }, /dtypes\.V: the manifest has no such type variable/],
    [{ cases: [written({ dtypes: { T: ['float64'] } })] }, /dtypes\.T\[0\]/],
    [{ cases: [written({ independent: { axis: -1 } })] }, /independent\.axis/],
    [{ cases: [written(), written()] }, /a second case c\/float32/],
    [{ baseline: 'gone', cases: [] }, /baseline: the kernel has no variant `gone`/],
    [{ contenders: ['only', 'gone'], cases: [] }, /contenders\[1\]: the kernel has no variant `gone`/],
    [{ benchmarks: [] }, /benchmarks: unknown key/],
  ])('%j is told as a problem', (json, reason) => {
    const result = read(json);
    expect('problem' in result ? result.problem : '').toMatch(reason);
  });

  test('what is not JSON is an error', () => {
    expect(() => parseBenchFile(bytes('{'), PARSED)).toThrow(/^bench\.json: it is not JSON/);
  });
});
