import { describe, expect, test } from 'vitest';
import { caseTensors } from '../../src/profile/webgpu/programBuilder';
import { build, callOf, device, kernelOf, manifest, one, type Json } from './kernelFixture';

describe('bindings', () => {
  test('declarations: structs first, then one line a binding in the list’s order', async () => {
    const json = one(
      {
        bindings: [
          'x',
          'y4',
          'params',
          'tmp',
          { name: 'again', arg: 'x', elementType: 'array<u32, 2>' },
          { name: 'fixed', scratch: 'tmp2', elementType: 'atomic<u32>', length: '$count' },
        ],
      },
      {
        derive: { count: 'numel(shapes.x) / 2' },
        intermediates: [
          { id: 'tmp', dtype: 'T', shape: 'shapes.x' },
          { id: 'tmp2', dtype: 'uint32', shape: [2], zeroInit: true },
        ],
      },
      {
        bindings: {
          y4: { name: 'y', elementType: '$T', length: 4 },
          params: {
            struct: [
              { name: 'a', type: 'u32', value: 1 },
              { name: 'b', type: 'f32', value: '1 / 2' },
            ],
          },
        },
      },
    );
    const { passes, buffers } = await build(json);
    expect(passes[0]?.wgsl.split('\n').slice(0, 12)).toEqual([
      'struct Params {',
      '  a: u32,',
      '  b: f32,',
      '  _pad0: u32,',
      '  _pad1: u32,',
      '}',
      '@group(0) @binding(0) var<storage, read> x: array<f32>;',
      '@group(0) @binding(1) var<storage, read_write> y: array<f32, 4u>;',
      '@group(0) @binding(2) var<uniform> params: Params;',
      '@group(0) @binding(3) var<storage, read_write> tmp: array<f32>;',
      '@group(0) @binding(4) var<storage, read> again: array<array<u32, 2>>;',
      '@group(0) @binding(5) var<storage, read_write> fixed: array<atomic<u32>, 4u>;',
    ]);
    expect(passes[0]?.bindings).toEqual([
      { index: 0, resource: 'x', access: 'read' },
      { index: 1, resource: 'y', access: 'read_write' },
      { index: 2, resource: 'main:params', access: 'uniform' },
      { index: 3, resource: 'tmp', access: 'read_write' },
      { index: 4, resource: 'x', access: 'read' },
      { index: 5, resource: 'tmp2', access: 'read_write' },
    ]);
    expect(buffers.map(({ id, kind, bytes }) => [id, kind, bytes])).toEqual([
      ['tmp', 'scratch', 32],
      ['tmp2', 'scratch', 8],
      ['main:params', 'uniform', 16],
    ]);
    expect(buffers[1]).toMatchObject({ zeroInit: true });
  });

  test('uniform fields take an expression, else the call’s value of their name, else a default', async () => {
    const json = one(
      { bindings: ['x', 'y', 'params'] },
      {},
      {
        attributes: { alpha: { default: 0.25 }, flag: {} },
        args: { offset: { kind: 'i32' } },
        bindings: {
          params: {
            struct: [
              { name: 'count', type: 'u32', value: 'numel(shapes.x) / 2' },
              { name: 'alpha', type: 'f32' },
              { name: 'offset', type: 'i32' },
              { name: 'flag', type: 'u32', default: 7 },
              { name: 'wide', type: 'u32', value: '4294967295' },
              { name: 'spare', type: 'u32', required: false },
            ],
          },
        },
      },
    );
    const { buffers } = await build(json, { ...callOf([8]), args: { offset: -3 }, attributes: { flag: true } });
    const [uniform] = buffers;
    if (uniform?.kind !== 'uniform') throw new Error('no uniform');
    expect(uniform.bytes).toBe(32);
    const view = new DataView(uniform.data.buffer);
    expect(view.getUint32(0, true)).toBe(4);
    expect(view.getFloat32(4, true)).toBe(0.25);
    expect(view.getInt32(8, true)).toBe(-3);
    expect([12, 16, 20, 24, 28].map((at) => view.getUint32(at, true))).toEqual([1, 0xffffffff, 0, 0, 0]);
  });

  test.each<[string, Json, RegExp]>([
    ['fraction', { name: 'n', type: 'u32', value: '1 / 2' }, /0\.5, which is no u32/],
    ['negative', { name: 'n', type: 'u32', value: '-1' }, /-1, which is no u32/],
    ['too large', { name: 'n', type: 'i32', value: '2147483648' }, /which is no i32/],
    ['text', { name: 'n', type: 'f32', value: '"a"' }, /"a", not a number/],
    ['nothing', { name: 'n', type: 'u32' }, /nothing gives this field a value/],
  ])('a uniform value that is %s is an error', async (_, field, reason) => {
    const json = one({ bindings: ['x', 'y', { name: 'p', struct: [field] }] });
    await expect(build(json)).rejects.toThrow(/variants\[0\]\.passes\[0\]\.bindings\[2\]\.struct\[0\]/);
    await expect(build(json)).rejects.toThrow(reason);
  });

  test.each<[string, Json[], RegExp]>([
    ['read and written', [{ name: 'x' }, { name: 'out', arg: 'x', buffer: 'storage' }], /for reading and for writing/],
    ['written twice', [{ name: 'y' }, { name: 'other', arg: 'y' }], /binds `y` twice for writing/],
  ])('one buffer %s in a pass is refused', async (_, bindings, reason) => {
    await expect(build(one({ bindings }))).rejects.toThrow(reason);
  });

  test('`$name` that stands for nothing is refused', async () => {
    await expect(build(one({ bindings: [{ name: 'x', elementType: '$V' }] }))).rejects.toThrow(
      /bindings\[0\]\.elementType: `\$V` names no derive/,
    );
  });

  test('an absent optional port leaves its binding out, the others keep their numbers', async () => {
    const json = one(
      { bindings: ['x', 'bias', 'y'] },
      {},
      { inputs: { x: { dtype: 'T' }, bias: { dtype: 'T', optional: true } } },
    );
    const source = {
      'main.wgsl.jinja': '{{ env.wgsl.resourceDeclarations }}\n{{ present.bias }} {{ shapes.bias is defined }}',
    };
    const absent = await build(json, callOf([8]), source);
    expect(absent.inputs.map(({ port }) => port)).toEqual(['x']);
    expect(absent.passes[0]?.bindings.map(({ index, resource }) => [index, resource])).toEqual([
      [0, 'x'],
      [2, 'y'],
    ]);
    expect(absent.passes[0]?.wgsl).toMatch(/false false$/);
    const there = await build(
      json,
      { inputs: { ...callOf([8]).inputs, bias: { dtype: 'float32', shape: [8] } } },
      source,
    );
    expect(there.passes[0]?.bindings).toHaveLength(3);
    expect(there.passes[0]?.wgsl).toMatch(/true true$/);
  });

  test('a port that is input and output is one writable buffer', async () => {
    const json = one({ bindings: ['x'] }, {}, { inputs: { x: { dtype: 'T' } }, outputs: { x: { dtype: 'T' } } });
    const program = await build(json);
    expect(program.inputs).toEqual(program.outputs);
    expect(program.passes[0]?.bindings).toEqual([{ index: 0, resource: 'x', access: 'read_write' }]);
  });
});

describe('tensors', () => {
  test.each([
    ['float16', 'f16', [3], 8],
    ['float32', 'f32', [3], 12],
    ['int8', 'i32', [3], 12],
    ['int16', 'i32', [2, 2], 16],
    ['int64', 'vec2<u32>', [3], 24],
    ['uint8', 'u32', [3], 12],
    ['bool', 'u32', [], 4],
    ['float16', 'f16', [0], 4],
    ['float16', 'f16', [1], 4],
  ] as const)('%s lies as %s', async (dtype, storage, shape, bytes) => {
    const kernel = await kernelOf(manifest({ typeConstraints: { T: [dtype] } }));
    const { inputs, outputs } = caseTensors(kernel, callOf(shape, dtype), device());
    expect(inputs[0]).toMatchObject({ port: 'x', dtype, storage, shape, bytes, layout: 'plain' });
    expect(outputs[0]).toMatchObject({ port: 'y', dtype, storage, shape, bytes });
  });

  test('packed uint8 takes a byte an element and is read as u32', async () => {
    const json = one(
      {},
      {},
      { inputs: { x: { dtype: 'uint8', layout: 'packed' } }, outputs: { y: { dtype: 'uint8', shape: 'shapes.x' } } },
    );
    const program = await build(json, callOf([5], 'uint8'));
    expect(program.inputs[0]).toMatchObject({ layout: 'packed', bytes: 8, elements: 5 });
    expect(program.outputs[0]).toMatchObject({ layout: 'plain', bytes: 20 });
    expect(program.passes[0]?.wgsl).toContain('x: array<u32>;');
  });

  test('an output may have a dtype of its own, asked for by the call', async () => {
    const kernel = await kernelOf(
      manifest({
        outputs: { y: { dtype: 'U', shape: ['ranks.x'] } },
        typeConstraints: { T: ['float32'], U: ['int32', 'bool'] },
      }),
    );
    const { outputs } = caseTensors(kernel, { ...callOf([2, 3]), outputs: { y: { dtype: 'bool' } } }, device());
    expect(outputs[0]).toMatchObject({ dtype: 'bool', shape: [2] });
  });

  test('an output’s shape may use what the manifest derives from the inputs', async () => {
    const kernel = await kernelOf(
      manifest({
        derive: { half: 'numel(shapes.x) / 2', afterwards: 'shapes.y[0] + 1' },
        outputs: { y: { dtype: 'T', shape: ['half'] } },
      }),
    );
    expect(caseTensors(kernel, callOf([6]), device()).outputs[0]?.shape).toEqual([3]);
  });
});
