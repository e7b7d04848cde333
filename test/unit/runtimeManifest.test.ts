import { describe, expect, test } from 'vitest';
import { JinjaEngine } from '../../src/profile/webgpu/expression';
import { parseKernelJson } from '../../src/profile/webgpu/kernelJson';
import { parseManifest, type Manifest } from '../../src/profile/webgpu/manifest';
import { checkManifest } from '../../src/profile/webgpu/manifestCheck';
import { KernelError } from '../../src/profile/webgpu/program';
import { manifest, pass, type Json } from './kernelFixture';

function read(json: Json | string, spec: '1.0' | '2.1' = '2.1'): Manifest {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  const parsed = parseManifest(parseKernelJson(new TextEncoder().encode(text), 'manifest.json'), spec);
  checkManifest(parsed, new JinjaEngine());
  return parsed;
}

function problem(json: Json | string, spec: '1.0' | '2.1' = '2.1'): KernelError {
  try {
    read(json, spec);
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error('the manifest was accepted');
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

describe('manifest.json', () => {
  test('comments are stripped wherever they stand', () => {
    const commented = manifest(
      { $comment: 'top', tunables: { A: { default: 1, $comment: ['any', { thing: 1 }] } } },
      { $comment: 'variant', derive: { $comment: 'map', a: '1' } },
    );
    const parsed = read(commented);
    expect(parsed.tunables).toEqual({ A: { default: 1 } });
    expect(parsed.variants[0]?.variant.derive).toEqual({ a: '1' });
  });

  test('the domain is ai.onnx unless it says otherwise', () => {
    expect(read(manifest()).domain).toBe('ai.onnx');
    expect(read(manifest({ domain: 'com.microsoft' })).domain).toBe('com.microsoft');
  });

  test.each<[string, Json, string, RegExp]>([
    ['a key at the top', manifest({ priorty: 1 }), 'priorty', /unknown key, did you mean `priority`/],
    ['a key of a variant', manifest({}, { demotewhen: [] }), 'variants[0].demotewhen', /did you mean `demoteWhen`/],
    ['a key of a pass', manifest({}, { passes: [pass({ shadr: 'x' })] }), 'variants[0].passes[0].shadr', /`shader`/],
    ['a key of a port', manifest({ inputs: { x: { dtype: 'T', shpe: '' } } }), 'inputs.x.shpe', /did you mean `shape`/],
    [
      'a key of a dispatch',
      manifest({}, { passes: [pass({ dispatch: { x: 1, w: 2 } })] }),
      'variants[0].passes[0].dispatch.w',
      /unknown key/,
    ],
    [
      'two ways to dispatch at once',
      manifest({}, { passes: [pass({ dispatch: { threads: 1, workgroupSize: 1, x: 1 } })] }),
      'variants[0].passes[0].dispatch.x',
      /unknown key/,
    ],
    [
      'a key of an inline binding',
      manifest({}, { passes: [pass({ bindings: [{ name: 'x', kind: 'y' }] })] }),
      'variants[0].passes[0].bindings[0].kind',
      /unknown key/,
    ],
    [
      'spec 1.0’s grid stride in 2.1',
      manifest({}, { passes: [pass({ dispatch: { gridStride: 1, workgroupSize: 1 } })] }),
      'variants[0].passes[0].dispatch.gridStride',
      /unknown key/,
    ],
  ])('%s that is unknown is named', (_, json, path, reason) => {
    const error = problem(json);
    expect({ file: error.file, path: error.path }).toEqual({ file: 'manifest.json', path });
    expect(error.reason).toMatch(reason);
    expect(error.message).toBe(`manifest.json: ${path}: ${error.reason}`);
  });

  test.each<[Json | string, string, RegExp]>([
    ['[]', '', /expected an object/],
    ['{', '', /not JSON/],
    [{ ...manifest(), name: undefined }, 'name', /missing/],
    [manifest({ name: 7 }), 'name', /expected string, got 7/],
    [manifest({ variants: [] }), 'variants', /at least one variant/],
    [manifest({}, { passes: [] }), 'variants[0].passes', /at least one pass/],
    [manifest({}, { priority: '1' }), 'variants[0].priority', /expected number/],
    [manifest({ inputs: { x: { dtype: 'U' } } }), 'inputs.x.dtype', /`U` is neither a dtype nor a type variable/],
    [manifest({ inputs: { x: { dtype: 'T', layout: 'packed' } } }), 'inputs.x.layout', /only uint8 inputs/],
    [manifest({ typeConstraints: { T: ['float64'] } }), 'typeConstraints.T[0]', /expected/],
    [manifest({ derive: { shapes: '1' } }), 'derive.shapes', /taken by the format/],
    [manifest({ derive: { a: 'b', b: '1' } }), 'derive.a', /unknown name `b`/],
    [manifest({ derive: { a: 'nume(shapes.x)' } }), 'derive.a', /unknown helper `nume`, did you mean `numel`/],
    [manifest({ derive: { a: '1 +' } }), 'derive.a', /`1 \+`/],
    [manifest({ when: ['shape.x[0] == 1'] }), 'when[0]', /unknown name `shape`, did you mean `shapes`/],
    [manifest({}, { derive: { v: '1' }, when: ['v == 1'] }), 'variants[0].when[0]', /unknown name `v`/],
    [manifest({}, { supersededBy: ['ghost'] }), 'variants[0].supersededBy[0]', /no variant `ghost`/],
    [manifest({}, { supersededBy: ['only'] }), 'variants[0].supersededBy[0]', /does not rank higher/],
    [manifest({}, { passes: [pass(), pass()] }), 'variants[0].passes', /`main` is there twice/],
    [manifest({}, { passes: [pass({ bindings: ['x', 'z'] })] }), 'variants[0].passes[0].bindings[1]', /`z` is no port/],
    [manifest({}, { passes: [pass({ bindings: ['x', 'x'] })] }), 'variants[0].passes[0].bindings', /twice/],
    [
      manifest({}, { passes: [pass({ bindings: [{ name: 't', scratch: 'tmp' }] })] }),
      'variants[0].passes[0].bindings[0]',
      /no intermediate `tmp`/,
    ],
    [
      manifest({}, { intermediates: [{ id: 'x', dtype: 'T', shape: [1] }] }),
      'variants[0].intermediates[0].id',
      /is a port/,
    ],
    [
      manifest({}, { intermediates: [{ id: 't', dtype: 'U', shape: [1] }] }),
      'variants[0].intermediates[0].dtype',
      /unknown dtype/,
    ],
    [manifest({}, { passes: [{ id: 'a', shader: 's' }] }), 'variants[0].passes[0].dispatch', /missing/],
    [manifest({}, { passes: [{ id: 'a', dispatch: { x: 1 } }] }), 'variants[0].passes[0].shader', /missing/],
    [
      manifest({}, { passes: [pass({ viewAlias: [{ input: 'y', output: 'x' }] })] }),
      'variants[0].passes[0].viewAlias[0]',
      /no input `y`/,
    ],
    [
      manifest({
        variants: [
          { id: 'a', passes: [pass()] },
          { id: 'a', passes: [pass()] },
        ],
      }),
      'variants[1].id',
      /a second variant `a`/,
    ],
    [nested(100), 'a.a', /nested more than 64 deep/],
    [`{"inputs": {"__proto__": {"dtype": "T"}}}`, 'inputs.__proto__', /not allowed/],
    [`{"constructor": 1}`, 'constructor', /not allowed/],
    [`{"derive": {"toString": "1"}}`, 'derive.toString', /not allowed/],
  ])('%j is refused', (json, path, reason) => {
    const error = problem(json);
    expect(error.reason).toMatch(reason);
    if (path !== 'a.a') expect(error.path).toBe(path);
    else expect(error.path).toMatch(/^a(\.a)+$/);
  });

  test('JSON nested without end is an error and not a crash', () => {
    expect(problem('['.repeat(200_000)).file).toBe('manifest.json');
    expect(problem(nested(50_000)).file).toBe('manifest.json');
  });

  test('an expression nested without end is an error and not a crash', () => {
    const error = problem(manifest({ derive: { a: `${'('.repeat(50_000)}1${')'.repeat(50_000)}` } }));
    expect(error.path).toBe('derive.a');
  });

  test('nothing reaches the prototype of all objects', () => {
    problem(`{"__proto__": {"polluted": true}}`);
    problem(manifest({}, { cases: [] }));
    expect('polluted' in {}).toBe(false);
  });
});

describe('families', () => {
  const family = (changes: Json = {}): Json =>
    manifest({
      variants: [
        {
          cases: [
            { width: 4, rank: 20 },
            { width: 1, rank: 10 },
          ],
          variants: [
            {
              id: 'w{width}_{size}',
              description: '{width} wide, {unknown} kept',
              priority: '{rank}',
              derive: { width: '{width}', text: '"w{width}"' },
              passes: [pass({ dispatch: { x: '{size}' } })],
            },
          ],
          axes: { size: [64, 128] },
          exclude: [{ width: 1, size: 128 }],
          ...changes,
        },
      ],
    });

  test('cases times axes, without what is excluded', () => {
    const variants = read(family()).variants.map(({ variant }) => variant);
    expect(variants.map(({ id, priority }) => [id, priority])).toEqual([
      ['w4_64', 20],
      ['w4_128', 20],
      ['w1_64', 10],
    ]);
    expect(variants[0]?.derive).toEqual({ width: 4, text: '"w4"' });
    expect(variants[0]?.description).toBe('4 wide, {unknown} kept');
    expect(variants[1]?.passes[0]).toMatchObject({ dispatch: { x: 128 } });
  });

  test('an axis may give several placeholders at once', () => {
    const variants = read(family({ axes: { size: [{ size: 7, extra: true }] }, exclude: [] })).variants;
    expect(variants.map(({ variant }) => variant.id)).toEqual(['w4_7', 'w1_7']);
  });

  test.each<[Json, string, RegExp]>([
    [family({ axes: {} }), 'variants[0].variants[0].id', /nothing gives a value to the placeholder \{size\}/],
    [family({ axs: {} }), 'variants[0].axs', /unknown key, did you mean `axes`/],
    [family({ cases: [{ width: 4, rank: 'x' }] }), 'variants[0].variants[0].priority', /expected number/],
    [
      family({
        cases: Array.from({ length: 300 }, (_, width) => ({ width, rank: 1 })),
        axes: { size: Array(20).fill(1) },
      }),
      'variants[0].axes.size',
      /more than 4096/,
    ],
    [family({ axes: { size: [64, 64] } }), 'variants[0].variants[0].id', /a second variant `w4_64`/],
  ])('a wrong family is refused', (json, path, reason) => {
    const error = problem(json);
    expect(error.path).toBe(path);
    expect(error.reason).toMatch(reason);
  });
});

describe('spec 1.0', () => {
  const old = (variant: Json = {}): Json => ({
    name: 'Old',
    inputs: [{ role: 'data', dtype: 'T' }],
    outputs: [{ role: 'result', dtype: 'T', shape: 'shapes.x' }],
    args: {
      x: { kind: 'tensor', semantic: 'input', role: 'data' },
      scale: { kind: 'f32', required: false },
    },
    typeConstraints: { T: ['float32'] },
    tunables: { SIZE: 64 },
    constants: { count: 'numel(shapes.x)' },
    variants: [
      {
        id: 'only',
        when: 'count > 0',
        passes: [
          {
            id: 'main',
            source: { shader: 'main.wgsl.jinja', inputs: { op: '"relu"' } },
            bindings: [
              { name: 'x', buffer: { type: 'read-only-storage' } },
              { name: 'result', buffer: { type: 'storage' } },
              {
                name: 'params',
                struct: { name: 'Uniforms', fields: [{ name: 'count', type: 'u32', value: 'count' }] },
              },
            ],
            dispatch: { gridStride: 'count', workgroupSize: 'tunables.SIZE' },
          },
        ],
        ...variant,
      },
    ],
  });

  test('is put into the words of 2.1', () => {
    const parsed = read(old(), '1.0');
    expect(Object.keys(parsed.inputs)).toEqual(['x']);
    expect(parsed.inputs['x']?.onnx).toBe('data');
    expect(Object.keys(parsed.outputs)).toEqual(['result']);
    expect(Object.keys(parsed.args)).toEqual(['scale']);
    expect(parsed.tunables).toEqual({ SIZE: { default: 64 } });
    expect(parsed.derive).toEqual({ count: 'numel(shapes.x)' });
    expect(parsed.variants[0]?.variant).toMatchObject({
      when: ['count > 0'],
      passes: [
        {
          shader: 'main.wgsl.jinja',
          source: { op: '"relu"' },
          bindings: [{ buffer: 'read-only-storage' }, { buffer: 'storage' }, { structName: 'Uniforms' }],
        },
      ],
    });
  });

  test.each<[Json, string, RegExp]>([
    [old({ wehn: 'x' }), 'variants[0].wehn', /unknown key/],
    [{ ...old(), inputs: [{ dtype: 'T' }] }, 'inputs[0]', /`role`/],
    [{ ...old(), args: { x: { kind: 'tensor' } } }, 'args.x.role', /missing/],
  ])('mistakes are named there too', (json, path, reason) => {
    const error = problem(json, '1.0');
    expect(error.path).toBe(path);
    expect(error.reason).toMatch(reason);
  });
});
