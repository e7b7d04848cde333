import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/profile/webgpu/programBuilder';
import { noVariant, rankVariants } from '../../src/profile/webgpu/selection';
import { KernelError, type DeviceFacts } from '../../src/profile/webgpu/program';
import { callOf, device, kernelOf, manifest, pass, selected, type Json } from './kernelFixture';

function variants(...entries: Json[]): Json {
  return manifest({ variants: entries.map((entry, index) => ({ id: `v${index}`, passes: [pass()], ...entry })) });
}

async function verdicts(json: Json, on: DeviceFacts = device(), shape: readonly number[] = [8]): Promise<string[]> {
  return rankVariants(await kernelOf(json), callOf(shape), on).map(
    ({ id, status, reason }) => `${id} ${status}${reason === '' ? '' : `: ${reason}`}`,
  );
}

describe('selection', () => {
  test('priority first, then the order of the manifest; demoted ones after, rejected ones last', async () => {
    const json = variants(
      { priority: 1 },
      { priority: 5, demoteWhen: ['numel(shapes.x) < 100'] },
      { priority: 1 },
      { priority: 9, when: ['numel(shapes.x) > 100'] },
      { priority: 3 },
      {},
    );
    expect(await verdicts(json)).toEqual([
      'v4 eligible',
      'v0 eligible',
      'v2 eligible',
      'v5 eligible',
      'v1 demoted: numel(shapes.x) < 100',
      'v3 rejected: numel(shapes.x) > 100 does not hold',
    ]);
    expect(selected(await kernelOf(json), callOf([200]), device())).toBe('v3');
  });

  test('a demoted variant runs when nothing better does', async () => {
    const kernel = await kernelOf(variants({ demoteWhen: ['true'] }, { when: ['false'] }));
    expect(selected(kernel, callOf([8]), device())).toBe('v0');
  });

  test.each<[string, Json, Partial<DeviceFacts>, RegExp]>([
    ['feature', { requires: { features: ['subgroups'] } }, {}, /the device has no subgroups/],
    [
      'limit',
      { requires: { limits: { maxComputeWorkgroupStorageSize: 49152 } } },
      { limits: { maxComputeWorkgroupStorageSize: 32768 } },
      /needs maxComputeWorkgroupStorageSize of 49152, the device has 32768/,
    ],
    ['unknown limit', { requires: { limits: { maxMagic: 1 } } }, {}, /no limit maxMagic/],
    [
      'subgroup size',
      { requires: { subgroupMinSize: 32 } },
      {},
      /subgroups of at least 32, the device has no subgroups/,
    ],
    [
      'subgroup matrix',
      { requires: { subgroupMatrixConfigs: [{ componentType: 'f16', M: 8 }] } },
      {
        adapterInfo: {
          vendor: '',
          architecture: '',
          isFallbackAdapter: false,
          subgroupMatrixConfigs: [{ componentType: 'f16', resultComponentType: 'f16', M: 16, N: 8, K: 8 }],
        },
      },
      /no subgroup matrix/,
    ],
    ['storage buffers', {}, { limits: { maxStorageBuffersPerShaderStage: 1 } }, /pass main binds 2 buffers/],
    ['condition that is false', { when: ['true', 'ranks.x == 2'] }, {}, /ranks\.x == 2 does not hold/],
    ['condition that is no truth', { when: ['ranks.x'] }, {}, /ranks\.x gives 1, not true/],
    ['condition that fails', { when: ['dim(shapes.x, 0.5) == 1'] }, {}, /fails: dim: expected a whole number/],
  ])('a %s rejects', async (_, variant, on, reason) => {
    const kernel = await kernelOf(variants(variant));
    expect(noVariant(kernel, rankVariants(kernel, callOf([8]), device(on)))).toMatch(reason);
    expect(() => buildProgram(kernel, 'v0', callOf([8]), device(on))).toThrow(reason);
  });

  test('requires of the manifest and of the variant both count', async () => {
    const json = {
      ...variants({ requires: { features: ['subgroups'] } }),
      requires: { features: ['timestamp-query'] },
    };
    const on = (...features: string[]): DeviceFacts => device({ features: new Set(features) });
    expect(await verdicts(json, on('subgroups'))).toEqual(['v0 rejected: the device has no timestamp-query']);
    expect(await verdicts(json, on('timestamp-query'))).toEqual(['v0 rejected: the device has no subgroups']);
    expect(await verdicts(json, on('subgroups', 'timestamp-query'))).toEqual(['v0 eligible']);
  });

  test('conditions of the manifest come before a variant’s own', async () => {
    const json = { ...variants({ when: ['false'] }), when: ['ranks.x == 3'] };
    expect(await verdicts(json)).toEqual(['v0 rejected: ranks.x == 3 does not hold']);
  });

  test('conditions see the manifest’s tunables and not the variant’s', async () => {
    const json = {
      ...variants({ tunables: { SIZE: { default: 128 } }, when: ['tunables.SIZE == 64'] }),
      tunables: { SIZE: { default: 64 } },
    };
    expect(await verdicts(json)).toEqual(['v0 eligible']);
  });

  test('superseded while the better one can run, not otherwise', async () => {
    const json = variants({ priority: 2, when: ['numel(shapes.x) % 4 == 0'] }, { supersededBy: ['v0'] });
    expect(await verdicts(json)).toEqual(['v0 eligible', 'v1 rejected: superseded by v0']);
    expect(await verdicts(json, device(), [7])).toEqual([
      'v1 eligible',
      'v0 rejected: numel(shapes.x) % 4 == 0 does not hold',
    ]);
  });

  test('variants that supersede each other in long chains are judged once each', async () => {
    const chain = Array.from({ length: 40 }, (_, index) => ({
      priority: -index,
      when: [index % 2 === 0 ? 'numel(shapes.x) < 0' : 'true'],
      supersededBy: Array.from({ length: index }, (__, other) => `v${other}`),
    }));
    expect((await verdicts(variants(...chain))).filter((line) => !line.includes('rejected'))).toEqual(['v1 eligible']);
  });

  test('a variant that did not compile here is passed over', async () => {
    const kernel = await kernelOf(variants({}, {}));
    const failures = new Map([['v0', 'unresolved value']]);
    expect(selected(kernel, callOf([8]), device(), failures)).toBe('v1');
    expect(rankVariants(kernel, callOf([8]), device(), failures)[1]).toMatchObject({
      id: 'v0',
      status: 'rejected',
      reason: 'it did not compile: unresolved value',
    });
  });

  test('nothing fits: every reason is given', async () => {
    const kernel = await kernelOf(variants({ when: ['false'] }, { requires: { features: ['subgroups'] } }));
    expect(selected(kernel, callOf([8]))).toBeNull();
    expect(noVariant(kernel, rankVariants(kernel, callOf([8]), device()))).toBe(
      'No supported WebGPU variant for ai.onnx.Test; rejected v0: false does not hold; v1: the device has no subgroups',
    );
  });

  test('any variant that is not rejected can be built', async () => {
    const kernel = await kernelOf(variants({ priority: 1 }, {}, { demoteWhen: ['true'] }, { when: ['false'] }));
    for (const id of ['v0', 'v1', 'v2']) expect(buildProgram(kernel, id, callOf([8]), device()).variant).toBe(id);
    expect(() => buildProgram(kernel, 'v3', callOf([8]), device())).toThrow(/variants\[3\].*false does not hold/);
    expect(() => buildProgram(kernel, 'v9', callOf([8]), device())).toThrow(/no variant `v9`; there are v0, v1/);
  });
});

describe('calls', () => {
  const attributed = manifest({
    inputs: { x: { dtype: 'T' }, bias: { dtype: 'T', optional: true }, index: { dtype: 'int64', optional: true } },
    outputs: {
      y: { dtype: 'T', shape: 'broadcastShape(shapes.x, [1, 4])' },
      z: { dtype: 'U', optional: true, shape: [] },
    },
    typeConstraints: { T: ['float32', 'float16'], U: ['int32', 'uint32'] },
    attributes: { mode: { default: 'none' }, alpha: {}, axis: { default: -1 } },
    attributeConstraints: { mode: { values: ['none', 'tanh'] }, alpha: { values: [0.1, 0.2] } },
    args: { count: { kind: 'u32', required: false }, kind: { kind: 'string', required: false, oneOf: ['a', 'b'] } },
  });
  const x = { dtype: 'float32', shape: [3, 4] } as const;

  test.each<[string, Json, string, RegExp]>([
    ['a missing input', { inputs: {} }, 'inputs.x', /this input is required/],
    ['an unknown input', { inputs: { x, w: x } }, 'inputs.w', /no such input; there are x, bias, index/],
    [
      'a dtype it does not take',
      { inputs: { x: { ...x, dtype: 'int32' } } },
      'inputs.x',
      /float32, float16, not int32/,
    ],
    ['a fixed dtype that is another', { inputs: { x, index: x } }, 'inputs.index', /int64, not float32/],
    ['two dtypes for one variable', { inputs: { x, bias: { ...x, dtype: 'float16' } } }, 'inputs.bias', /T is float32/],
    ['a shape that is none', { inputs: { x: { ...x, shape: [1.5] } } }, 'inputs.x', /not made of whole numbers/],
    ['a shape the operator refuses', { inputs: { x: { ...x, shape: [3, 5] } } }, 'outputs.y.shape', /do not broadcast/],
    ['another output shape', { inputs: { x }, outputs: { y: { shape: [4, 3] } } }, 'outputs.y', /is \[3, 4\] and not/],
    ['an unknown output', { inputs: { x }, outputs: { w: {} } }, 'outputs.w', /no such output/],
    [
      'an output of any dtype',
      { inputs: { x }, outputs: { z: {} } },
      'outputs.z',
      /nothing tells what U is.*int32, uint32/,
    ],
    [
      'an unknown attribute',
      { inputs: { x }, attributes: { mod: 1 } },
      'attributes.mod',
      /there are mode, alpha, axis/,
    ],
    [
      'an attribute out of its values',
      { inputs: { x }, attributes: { mode: 'erf' } },
      'attributeConstraints.mode',
      /"erf"/,
    ],
    ['an unknown argument', { inputs: { x }, args: { n: 1 } }, 'args.n', /no such argument/],
    ['a wrong argument', { inputs: { x }, args: { count: -1 } }, 'args.count', /expected u32, got -1/],
    ['an argument out of its values', { inputs: { x }, args: { kind: 'c' } }, 'args.kind', /not one of "a", "b"/],
  ])('%s is an error', async (_, call, path, reason) => {
    const kernel = await kernelOf(attributed);
    try {
      rankVariants(kernel, call as never, device());
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(KernelError);
      expect(error).toMatchObject({ file: 'manifest.json', path });
      expect(String(error)).toMatch(reason);
    }
  });

  test('attribute values are compared as float32', async () => {
    const kernel = await kernelOf(attributed);
    const call = { inputs: { x }, attributes: { alpha: Math.fround(0.1) } };
    expect(selected(kernel, call, device())).toBe('only');
  });

  test('required attributes and arguments', async () => {
    const kernel = await kernelOf(
      manifest({
        attributes: { k: {} },
        attributeConstraints: { k: { required: true } },
        args: { n: { kind: 'i32' } },
      }),
    );
    expect(() => selected(kernel, callOf([1]), device())).toThrow(/attributes\.k: this attribute is required/);
    const given = { ...callOf([1]), attributes: { k: 0 } };
    expect(() => selected(kernel, given, device())).toThrow(/args\.n: this argument is required/);
    expect(selected(kernel, { ...given, args: { n: -(2 ** 31) } }, device())).toBe('only');
  });
});
