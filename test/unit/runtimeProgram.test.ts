import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldWorkgroups } from '../../src/profile/webgpu/dispatch';
import { buildProgram } from '../../src/profile/webgpu/programBuilder';
import { build, callOf, device, kernelOf, manifest, one, pass, type Json } from './kernelFixture';

describe('dispatch', () => {
  test.each<[string, Json, readonly number[], readonly number[] | null]>([
    ['axes', { x: 'ceilDiv(numel(shapes.x), 4)', y: 2, z: '3' }, [8], [2, 2, 3]],
    ['x alone', { x: 5 }, [8], [5, 1, 1]],
    ['threads', { threads: 'numel(shapes.x)', workgroupSize: 'tunables.SIZE' }, [129], [3, 1, 1]],
    ['threads, folded', { threads: 'numel(shapes.x)', workgroupSize: 1 }, [65536], [65535, 2, 1]],
    ['workgroups', { workgroups: '65535' }, [1], [65535, 1, 1]],
    ['workgroups, folded', { workgroups: '65535 * 3' }, [1], [65535, 3, 1]],
    ['a float that is whole', { x: '8 / 2' }, [1], [4, 1, 1]],
    ['nothing to do', { threads: 'numel(shapes.x)', workgroupSize: 64 }, [0], null],
    ['a zero axis', { x: 4, y: 0 }, [8], null],
  ])('%s', async (_, dispatch, shape, wanted) => {
    const program = await build(one({ dispatch }, {}, { tunables: { SIZE: { default: 64 } } }), callOf(shape));
    expect(program.passes.map(({ workgroups }) => workgroups)).toEqual(wanted === null ? [] : [wanted]);
  });

  test.each<[Json, string, RegExp]>([
    [{ x: '1 / 2' }, 'dispatch.x', /gives 0\.5, not a whole number/],
    [{ x: -1 }, 'dispatch.x', /gives -1/],
    [{ x: '"4"' }, 'dispatch.x', /gives "4"/],
    [{ x: 65536 }, 'dispatch', /impossible dispatch: 65536 workgroups along x, the device runs at most 65535/],
    [{ x: 1, z: 70000 }, 'dispatch', /along z/],
    [{ workgroups: '65535 * 65536' }, 'dispatch', /along y/],
    [{ threads: 4, workgroupSize: 0 }, 'dispatch.workgroupSize', /above 0/],
  ])('%j is refused', async (dispatch, path, reason) => {
    const failure = build(one({ dispatch }));
    await expect(failure).rejects.toMatchObject({ path: `variants[0].passes[0].${path}` });
    await expect(failure).rejects.toThrow(reason);
  });

  test('a folded dispatch has room for all, and less than one row too much', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (count) => {
        const [x, y, z] = foldWorkgroups(count);
        expect(x * y * z).toBeGreaterThanOrEqual(count);
        expect(x * y - count).toBeLessThan(Math.max(1, x));
      }),
    );
  });

  test('spec 1.0’s grid stride is clamped', async () => {
    const json = {
      name: 'Old',
      inputs: [{ role: 'x', dtype: 'float32' }],
      outputs: [{ role: 'y', dtype: 'float32', shape: 'shapes.x' }],
      variants: [
        {
          id: 'only',
          passes: [
            {
              id: 'main',
              source: { shader: 'main.wgsl.jinja', inputs: { op: '"relu"', n: 3 } },
              bindings: ['x', 'y'],
              dispatch: { gridStride: 'numel(shapes.x)', workgroupSize: 1 },
            },
          ],
        },
      ],
    };
    const kernel = await kernelOf(json, { 'main.wgsl.jinja': '{{ source.op }} {{ source.n }}' });
    expect(kernel.spec).toBe('1.0');
    const program = buildProgram(kernel, 'only', callOf([70000]), device());
    expect(program.passes[0]).toMatchObject({ workgroups: [65535, 1, 1], wgsl: 'relu 3' });
  });
});

describe('passes', () => {
  test('derives go from manifest to variant to pass, in order, and templates see them bare', async () => {
    const json = one(
      { derive: { c: 'b + 1', list: [1, 2], text: '"t"' } },
      { derive: { b: 'a + derive.a' }, tunables: { SIZE: { default: 32 } } },
      { derive: { a: '4 / 2' }, tunables: { SIZE: { default: 64 }, OTHER: { default: 'o' } } },
    );
    const template =
      '{{ a }} {{ b }} {{ derive.c }} {{ list[1] }} {{ text }} {{ T }} {{ tunables.SIZE }} {{ tunables.OTHER }}';
    const program = await build(json, callOf([8], 'float16'), { 'main.wgsl.jinja': `// ${template}` });
    expect(program.passes[0]?.wgsl).toBe('// 2 4 5 2 t f16 32 o');
  });

  test('a repeat group runs its passes over, seeing the count', async () => {
    const json = manifest(
      {},
      {
        passes: [
          {
            id: 'tree',
            repeat: { index: 'level', count: 'log2ceil(numel(shapes.x))' },
            passes: [
              pass({ id: 'up', derive: { step: 'pow(2, repeat.level)' }, submitAfter: true }),
              { id: 'inner', repeat: { index: 'j', count: 2 }, passes: [pass({ id: 'down' })] },
            ],
          },
        ],
      },
    );
    const template =
      '// {{ repeat.level }} {{ repeat.index }}/{{ repeat.count }} {{ step if step is defined else "-" }}';
    const program = await build(json, callOf([4]), { 'main.wgsl.jinja': template });
    expect(program.passes.map(({ id, wgsl, submitAfter }) => [id, wgsl, submitAfter])).toEqual([
      ['tree[0].up', '// 0 0/2 1', true],
      ['tree[0].inner[0].down', '// 0 0/2 -', false],
      ['tree[0].inner[1].down', '// 0 1/2 -', false],
      ['tree[1].up', '// 1 1/2 2', true],
      ['tree[1].inner[0].down', '// 1 0/2 -', false],
      ['tree[1].inner[1].down', '// 1 1/2 -', false],
    ]);
  });

  test.each([
    ['1e9', /1000000000 times is more than 4096/],
    ['-1', /gives -1/],
    ['0.5', /gives 0\.5/],
  ])('a repeat of %s is refused', async (count, reason) => {
    const group = { id: 'g', repeat: { index: 'i', count: Number(count) }, passes: [pass()] };
    await expect(build(manifest({}, { passes: [group] }))).rejects.toThrow(reason);
  });

  test('groups within groups cannot multiply without end', async () => {
    const group = (inner: Json): Json => ({ id: 'g', repeat: { index: 'i', count: 4096 }, passes: [inner] });
    await expect(build(manifest({}, { passes: [group(group(pass()))] }))).rejects.toThrow(/more than 4096 passes/);
  });

  test('a pass of views alone becomes a copy', async () => {
    const json = manifest(
      { outputs: { y: { dtype: 'T', shape: ['numel(shapes.x)'] } } },
      { passes: [{ id: 'view', viewAlias: [{ input: 'x', output: 'y' }] }] },
    );
    const program = await build(json, callOf([3, 5]));
    expect(program.passes[0]).toMatchObject({
      id: 'view.y',
      workgroups: [1, 1, 1],
      bindings: [
        { index: 0, resource: 'x', access: 'read' },
        { index: 1, resource: 'y', access: 'read_write' },
      ],
    });
  });

  test('a binding larger than the device allows is refused', async () => {
    const small = device({ limits: { ...device().limits, maxStorageBufferBindingSize: 64 } });
    await expect(build(one({}), callOf([17]), {}, small)).rejects.toThrow(
      /pass main binds x of 68 bytes, the device's maxStorageBufferBindingSize is 64/,
    );
    await expect(build(one({}), callOf([16]), {}, small)).resolves.toBeDefined();
  });

  test('scratch that only a skipped pass uses is not counted', async () => {
    const json = manifest(
      {},
      {
        intermediates: [{ id: 'tmp', dtype: 'T', shape: 'shapes.x' }],
        passes: [pass({ id: 'none', bindings: ['tmp'], dispatch: { x: 0 } }), pass()],
      },
    );
    const program = await build(json);
    expect(program.passes.map(({ id }) => id)).toEqual(['main']);
    expect(program.buffers).toEqual([]);
  });

  test('an error in a template names the template', async () => {
    const failure = build(one({}), callOf([8]), { 'main.wgsl.jinja': '{{ tunables.SIZE }}' });
    await expect(failure).rejects.toMatchObject({
      file: 'main.wgsl.jinja',
      reason: expect.stringMatching(/`tunables` has no `SIZE`/) as string,
    });
  });
});
