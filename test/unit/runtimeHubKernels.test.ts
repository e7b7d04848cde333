// What published kernels do that a strict reader could stumble over.
import { describe, expect, test } from 'vitest';
import { loadKernel, type WebGpuKernel } from '../../src/profile/webgpu/kernel';
import { buildProgram } from '../../src/profile/webgpu/programBuilder';
import { CallError, KernelError, type CallSpec, type Program } from '../../src/profile/webgpu/program';
import { rankVariants } from '../../src/profile/webgpu/selection';
import { enableMissing } from '../../src/profile/webgpu/template';
import type { TestCase } from '../../src/profile/webgpu/testFile';
import { nearestWord } from '../../src/profile/webgpu/nearestWord';
import {
  build,
  callOf,
  device,
  kernelOf,
  manifest,
  memoryFiles,
  metadataOf,
  one,
  TRIVIAL_SHADER,
  type Json,
} from './kernelFixture';

async function testCase(text: string, top: Json = {}): Promise<TestCase> {
  const kernel = await kernelOf(manifest({ typeConstraints: { T: ['float32', 'int64'] }, ...top }), {
    'test.json': `{"cases":[${text}]}`,
  });
  const [only] = kernel.tests?.cases ?? [];
  if (only === undefined) throw new Error('no case');
  return only;
}

const X = '"x":{"dtype":"int64","shape":[1],"data":{"kind":"values","values":[1]}}';

async function failure(work: Promise<unknown>): Promise<KernelError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof KernelError) return error;
  throw new Error(`no KernelError but ${String(error)}`);
}

describe('cases of test.json', () => {
  test.each([
    [`{"name":"c","parameters":{},"inputs":{${X}}}`, 'unknown key parameters'],
    ['{"name":"c","inputs":{"x":{"dtype":"int64","shape":[1],"dat":1}}}', 'inputs.x: unknown key dat'],
    [
      '{"name":"c","inputs":{"x":{"dtype":"int64","shape":[1],"data":{"kind":"values","values":[1],"scale":2}}}}',
      'inputs.x.data: unknown key scale',
    ],
    [
      '{"name":"c","inputs":{"x":{"dtype":"float32","shape":[1],"data":{"kind":"fillFloat32","sinStep":1,"cosStep":1,"phase":2}}}}',
      'inputs.x.data.phase: unknown key',
    ],
    ['{"name":"c","outputs":{"y":{"dtype":"int64","shape":[1],"rtol":1}}}', 'outputs.y: unknown key rtol'],
  ])('%s is not run', async (text, reason) => {
    expect((await testCase(text)).notRun).toBe(reason);
  });

  test('keys that say nothing about the call are fine', async () => {
    const text = `{"name":"c","tags":[],"description":"d","provenance":{},"$comment":1,"skipGpu":null,"inputs":{${X},"bias":null}}`;
    const read = await testCase(text, { inputs: { x: { dtype: 'T' }, bias: { dtype: 'T', optional: true } } });
    expect(read).toMatchObject({ notRun: null, skipGpu: null });
    expect(Object.keys(read.call.inputs)).toEqual(['x']);
  });

  test.each(['9007199254740993', '9223372036854775807', '-9223372036854775808'])('%s is exact', async (digits) => {
    const text = `{"name":"a 1234567890123456789 \\" 5","attributes":{"ends":[${digits}]},"inputs":{"x":{"dtype":"int64","shape":[1],"data":{"kind":"values","values":[${digits}]}}}}`;
    const { name, inputs, notRun, call } = await testCase(text, { attributes: { ends: {} } });
    expect(notRun).toBeNull();
    expect(name).toBe('a 1234567890123456789 " 5');
    const data = inputs['x']?.data;
    expect(data?.kind === 'values' ? [...data.values] : null).toEqual([BigInt(digits)]);
    expect(call.attributes).toEqual({ ends: [Number(digits)] });
  });

  test('long fractions stay numbers', async () => {
    const text =
      '{"name":"c","inputs":{"x":{"dtype":"float32","shape":[2],"data":{"kind":"values","values":[0.50000000000000001,1234567890123456789e-18]}}}}';
    const data = (await testCase(text)).inputs['x']?.data;
    expect(data?.kind === 'values' ? [...data.values] : null).toEqual([0.5, Math.fround(1.23456789)]);
  });
});

describe('files without a digest', () => {
  const files = { 'manifest.json': JSON.stringify(manifest()), 'main.wgsl.jinja': TRIVIAL_SHADER };
  const extra = { 'test.json': '{"cases":[]}', 'bench.json': '{"cases":[]}' };
  const load = (listed: Readonly<Record<string, string>>): Promise<WebGpuKernel> =>
    loadKernel(memoryFiles({ ...files, ...extra, 'metadata.json': metadataOf(listed) }));

  test('test.json and bench.json are left unread', async () => {
    const kernel = await load(files);
    expect(kernel).toMatchObject({ tests: null, benches: null });
    expect(kernel.testProblem).toMatch(/^test\.json: metadata\.json gives no digest/);
    expect(kernel.benchProblem).toMatch(/^bench\.json: metadata\.json gives no digest/);
    expect(await load({ ...files, ...extra })).toMatchObject({ testProblem: null, benchProblem: null });
  });

  test.each(['test.json', 'bench.json'])('a wrong digest of %s is an error', async (file) => {
    const error = await failure(load({ ...files, ...extra, [file]: 'other' }));
    expect(error.file).toBe(file);
  });
});

/** The bytes of the uniform struct of a program as float32. */
function floats({ buffers }: Program): number[] {
  const uniform = buffers.find((buffer) => buffer.kind === 'uniform');
  return uniform?.kind === 'uniform' ? [...new Float32Array(uniform.data.slice().buffer)] : [];
}

function withField(field: Json, top: Json = {}): Json {
  const params = { name: 'params', struct: [{ name: 'f', type: 'f32', ...field }] };
  return one({ bindings: ['x', 'y', params] }, {}, top);
}

describe('values that are not there', () => {
  const eps = { attributes: { eps: {} } };

  test('a field takes its default when its value is undefined', async () => {
    expect(floats(await build(withField({ value: 'attrs.eps', default: 2.5 }, eps)))[0]).toBe(2.5);
    expect(floats(await build(withField({ value: 'attrs.eps', required: false }, eps)))[0]).toBe(0);
    const given: CallSpec = { ...callOf([8]), attributes: { eps: 4 } };
    expect(floats(await build(withField({ value: 'attrs.eps', default: 2.5 }, eps), given))[0]).toBe(4);
    expect((await failure(build(withField({ value: 'attrs.eps' }, eps)))).reason).toMatch(/nothing gives this field/);
  });

  test('a derive may be undefined, printing it names it', async () => {
    const json = one({ derive: { ax: 'attrs.eps', b: '1 if ax is defined else 2' } }, {}, eps);
    const text = (line: string): Promise<Program> => build(json, callOf([8]), { 'main.wgsl.jinja': line });
    expect((await text('// {{ b }}')).passes[0]?.wgsl).toBe('// 2');
    expect((await failure(text('// {{ ax }}'))).message).toMatch(/`ax` is undefined and would be printed/);
  });

  test('a name that the expression asks about need not be known', async () => {
    const json = (expression: string): Json => one({ derive: { k: expression } });
    const text = { 'main.wgsl.jinja': '{{ k }}' };
    const program = await build(json('scale if scale is defined else 1'), callOf([8]), text);
    expect(program.passes[0]?.wgsl).toBe('1');
    expect((await failure(kernelOf(json('scale if other is defined else 1')))).reason).toMatch(/unknown name `scale`/);
  });

  test('an attribute of a constraint alone, and one with a null default, are not given', async () => {
    const kernel = await kernelOf(
      manifest({ attributeConstraints: { axis: { values: [0, 1] } }, attributes: { axes: { default: null } } }),
    );
    expect(kernel.onnx.attributes).toEqual({ axis: undefined, axes: undefined });
  });
});

describe('numbers in words', () => {
  const lowest = { attributes: { lo: { default: '-Infinity' } }, args: { hi: { kind: 'f32', required: false } } };

  test.each<[Json, CallSpec['args'], number]>([
    [{ value: 'attrs.lo' }, {}, -Infinity],
    [{ value: '-Infinity' }, {}, -Infinity],
    [{ default: 'NaN' }, {}, NaN],
    [{ value: 'args.hi' }, { hi: 'Infinity' }, Infinity],
  ])('%j with %j', async (field, args = {}, wanted) => {
    expect(floats(await build(withField(field, lowest), { ...callOf([8]), args }))[0]).toBe(wanted);
  });

  test('an attribute default is a number for the oracle as well', async () => {
    expect((await kernelOf(manifest(lowest))).onnx.attributes).toEqual({ lo: -Infinity });
  });
});

test('a call that the operator does not take is told from a broken manifest', async () => {
  const call = (json: Json, spec: CallSpec): Promise<Program> => build(json, spec);
  expect(await failure(call(manifest({ args: { k: { kind: 'u32' } } }), callOf([8])))).toBeInstanceOf(CallError);
  expect(await failure(call(manifest(), callOf([8], 'int64')))).toBeInstanceOf(CallError);
  expect(await failure(call(manifest(), { inputs: {} }))).toBeInstanceOf(CallError);
  const broken = manifest({ outputs: { y: { dtype: 'T', shape: 'shapes.x[0] / 3' } } });
  expect(await failure(call(broken, callOf([8])))).not.toBeInstanceOf(CallError);
});

describe('spec 1.0', () => {
  const spec1 = (changes: Json): Json => ({
    name: 'Test',
    inputs: [
      { role: 'X', dtype: 'T' },
      { role: 'B', dtype: 'T' },
    ],
    outputs: [{ role: 'Y', dtype: 'T', shape: 'shapes.x' }],
    args: {
      x: { kind: 'tensor', role: 'X', semantic: 'data' },
      b: { kind: 'tensor', role: 'B', required: false, description: 'bias' },
      y: { kind: 'tensor', role: 'Y' },
      alpha: { kind: 'f32', semantic: 'slope', optional: true },
    },
    typeConstraints: { T: ['float32'] },
    variants: [
      {
        id: 'only',
        passes: [{ id: 'p', shader: 'main.wgsl.jinja', bindings: [{ name: 'x' }, { name: 'y' }], dispatch: { x: 1 } }],
      },
    ],
    ...changes,
  });

  test('arguments keep what they say, bare attributes are defaults', async () => {
    const kernel = await kernelOf(spec1({ attributes: { axis: -1 } }));
    expect(kernel.manifest.inputs).toMatchObject({
      x: { description: 'data' },
      b: { optional: true, description: 'bias' },
    });
    expect(kernel.manifest.args['alpha']).toEqual({ kind: 'f32', description: 'slope', required: false });
    expect(kernel.onnx.attributes).toEqual({ axis: -1 });
    expect(buildProgram(kernel, 'only', callOf([8]), device()).passes).toHaveLength(1);
  });
});

describe('templates', () => {
  test.each([
    ['./lib/b.jinja', 'lib/b.jinja'],
    ['../lib/b.jinja', 'lib/b.jinja'],
    ['./b.jinja', 'sh/b.jinja'],
    ['../sh/./b.jinja', 'sh/b.jinja'],
  ])('an include of %s finds %s', async (include, file) => {
    const templates = { 'sh/a.jinja': `{% include "${include}" %}`, [file]: '// there' };
    const program = await build(one({ shader: 'sh/a.jinja' }), callOf([8]), templates);
    expect(program.passes[0]?.wgsl).toBe('// there');
  });

  test.each(['../../b.jinja', '/b.jinja', 'a//b.jinja', '..\\b.jinja'])('%s leaves the kernel', async (include) => {
    const templates = { 'sh/a.jinja': `{% include "${include}" %}`, 'b.jinja': '' };
    expect((await failure(kernelOf(one({ shader: 'sh/a.jinja' }), templates))).reason).toMatch(/must stay inside/);
  });

  test('an include inside a line is refused with the reason', async () => {
    const text = '{% if true %}{% include "b.jinja" %}{% endif %}';
    const load = (template: string): Promise<WebGpuKernel> =>
      kernelOf(manifest(), { 'main.wgsl.jinja': template, 'b.jinja': '' });
    expect((await failure(load(text))).reason).toMatch(/must be a line of its own/);
    await expect(load(`{# ${text} #}`)).resolves.toBeDefined();
  });

  test('the number of subgroups enables subgroups', () => {
    expect(enableMissing('fn main(@builtin(num_subgroups) n: u32) {}')).toMatch(/^enable subgroups;\n/);
    expect(enableMissing('fn main() { let num_subgroups = 1u; }')).not.toMatch(/enable/);
  });
});

describe('variants', () => {
  test('placeholders of a family may be lists or null where they are a whole string', async () => {
    const variant = { id: 'v{n}', when: '{conds}', derive: { extra: '{extra}' } };
    const [first] = one({})['variants'] as [Json];
    const family = (description: string): Json => ({
      cases: [{ conds: ['numel(shapes.x) > 0'], extra: null }],
      axes: { n: [1, 2] },
      variants: [{ ...first, ...variant, description }],
    });
    const kernel = await kernelOf(manifest({ variants: [family('plain')] }));
    expect(kernel.manifest.variants.map((one) => one.variant)).toMatchObject([
      { id: 'v1', when: ['numel(shapes.x) > 0'], derive: { extra: null } },
      { id: 'v2' },
    ]);
    const error = await failure(kernelOf(manifest({ variants: [family('with {conds}')] })));
    expect(error.reason).toMatch(/can only stand for a whole string/);
  });

  test.each<[Json, string, RegExp]>([
    [{ requires: { features: ['float32-filterable'] } }, 'rejected', /^the device has no float32-filterable$/],
    [{ demoteWhen: ['shapes.x[9] > 1 + shapes.x[8]'] }, 'eligible', /^$/],
  ])('%j is %s', async (changes, status, reason) => {
    const [verdict] = rankVariants(await kernelOf(manifest({}, changes)), callOf([8]), device());
    expect(verdict?.status).toBe(status);
    expect(verdict?.reason).toMatch(reason);
  });

  test('a word is no suggestion for itself', () => {
    expect(nearestWord('axis', ['axis', 'axes'])).toBe('axes');
    expect(nearestWord('axis', ['axis'])).toBeUndefined();
  });
});
