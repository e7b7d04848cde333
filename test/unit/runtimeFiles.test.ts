import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKernel } from '../../src/profile/webgpu/kernel';
import { buildProgram } from '../../src/profile/webgpu/programBuilder';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import { KernelError } from '../../src/profile/webgpu/program';
import { enableMissing } from '../../src/profile/webgpu/template';
import {
  callOf,
  device,
  kernelOf,
  manifest,
  memoryFiles,
  metadataOf,
  TRIVIAL_SHADER,
  type Json,
  selected,
} from './kernelFixture';

const FIXTURE = path.join(import.meta.dirname, '../fixtures/kernels/ai.onnx.Add');

async function problem(work: Promise<unknown>): Promise<KernelError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a kernel in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kernel-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is found by its own folder, by build/webgpu, and nowhere else', async () => {
    const whole = await loadKernel(await folderFiles(FIXTURE));
    const inner = await loadKernel(await folderFiles(path.join(FIXTURE, 'build', 'webgpu')));
    expect(inner.digest).toBe(whole.digest);
    expect((await problem(folderFiles(folder))).message).toMatch(/manifest\.json: there is none in .*name the folder/);
  });

  test('is read whole: identity, ONNX names, tests and benches', async () => {
    const kernel = await loadKernel(await folderFiles(FIXTURE));
    expect(kernel).toMatchObject({
      id: 'ai.onnx.Add',
      version: null,
      license: null,
      spec: '2.1',
      digestVerified: false,
    });
    expect(kernel.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(kernel.onnx).toEqual({
      domain: 'ai.onnx',
      name: 'Add',
      sinceVersion: 14,
      inputs: [
        { port: 'a', onnx: 'A', optional: false },
        { port: 'b', onnx: 'B', optional: false },
      ],
      outputs: [{ port: 'c', onnx: 'C', optional: false }],
      attributes: {},
      args: {},
    });
    expect(kernel.tests?.cases.map(({ name, notRun }) => [name, notRun])).toEqual([
      ['stored_float32', null],
      ['wave_float32', null],
      ['zero_length_int32', null],
      ['unknown_generator', 'unknown generator fillMystery'],
    ]);
    expect(kernel.benches?.cases.map(({ name, dtype }) => `${name}/${dtype}`)).toEqual([
      'vector/float32',
      'vector/float16',
    ]);
    expect(kernel.benchProblem).toBeNull();
  });

  test('builds for every case of its own', async () => {
    const kernel = await loadKernel(await folderFiles(FIXTURE));
    const calls = [
      ...(kernel.tests?.cases ?? []).filter(({ notRun }) => notRun === null),
      ...(kernel.benches?.cases ?? []),
    ];
    const chosen = calls.map(({ call }) => {
      const variant = selected(kernel, call) ?? '';
      return [variant, buildProgram(kernel, variant, call, device()).passes.map(({ workgroups }) => workgroups[0])];
    });
    expect(chosen).toEqual([
      ['broadcast', [1]],
      ['broadcast', [5]],
      ['broadcast', []],
      ['same_shape_vec4', [16]],
      ['same_shape_vec4', [16]],
    ]);
    const stored = kernel.tests?.cases[0];
    if (stored === undefined) throw new Error('no case');
    expect(buildProgram(kernel, 'broadcast', stored.call, device()).passes[0]?.wgsl).toBe(`struct Params {
  count: u32,
  _pad0: u32,
  _pad1: u32,
  _pad2: u32,
}
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

fn flat_index(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.y * groups.x * 64u + id.x;
}

fn a_offset(index: u32) -> u32 {
  var rest = index;
  var at = 0u;
  var stride = 1u;
  at += (rest % 3u) * stride;
  stride *= 3u;
  rest /= 3u;
  at += (rest % 2u) * stride;
  stride *= 2u;
  rest /= 2u;
  return at;
}

fn b_offset(index: u32) -> u32 {
  var rest = index;
  var at = 0u;
  var stride = 1u;
  at += (rest % 3u) * stride;
  stride *= 3u;
  rest /= 3u;
  rest /= 2u;
  return at;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups);
  if (i < params.count) {
    c[i] = a[a_offset(i)] + b[b_offset(i)];
  }
}`);
  });

  test.each(['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', 'a//b', './x', ''])('never reads %j', async (file) => {
    await writeFile(path.join(folder, 'manifest.json'), '{}');
    const files = await folderFiles(folder);
    expect((await problem(files.read(file))).reason).toMatch(/must stay inside the kernel/);
  });

  test('a directory where a file should be is an error, a missing file is none', async () => {
    await writeFile(path.join(folder, 'manifest.json'), '{}');
    await mkdir(path.join(folder, 'test.json'));
    const files = await folderFiles(folder);
    expect((await problem(files.read('test.json'))).reason).toMatch(/not a file/);
    expect(await files.read('bench.json')).toBeNull();
  });
});

describe('digests', () => {
  const texts = { 'manifest.json': JSON.stringify(manifest()), 'main.wgsl.jinja': TRIVIAL_SHADER };

  test('right ones make a verified kernel that has what metadata.json says', async () => {
    const kernel = await loadKernel(memoryFiles({ ...texts, 'metadata.json': metadataOf(texts) }));
    expect(kernel).toMatchObject({ id: 'ai.onnx.Test', version: 3, license: 'apache-2.0', digestVerified: true });
  });

  test.each(Object.keys(texts))('a wrong one of %s is an error before the file is used', async (file) => {
    const metadata = metadataOf({ ...texts, [file]: 'something else' });
    const error = await problem(loadKernel(memoryFiles({ ...texts, 'metadata.json': metadata })));
    expect(error.file).toBe(file);
    expect(error.reason).toMatch(/its sha256 is .* metadata\.json says/);
  });

  test('a file that metadata.json does not list is not trusted', async () => {
    const listed = { 'manifest.json': texts['manifest.json'] };
    const error = await problem(loadKernel(memoryFiles({ ...texts, 'metadata.json': metadataOf(listed) })));
    expect(error).toMatchObject({ file: 'main.wgsl.jinja' });
    expect(error.reason).toMatch(/gives no digest for it/);
  });

  test('an included template is checked as well', async () => {
    const all = { ...texts, 'main.wgsl.jinja': '{% include "part.wgsl" %}', 'part.wgsl': '// part' };
    const metadata = metadataOf({ ...all, 'part.wgsl': '// other' });
    const error = await problem(loadKernel(memoryFiles({ ...all, 'metadata.json': metadata })));
    expect(error.file).toBe('part.wgsl');
  });

  test('the kernel’s digest changes with any file it uses', async () => {
    const one = await kernelOf(manifest());
    const same = await kernelOf(manifest());
    const other = await kernelOf(manifest(), { 'main.wgsl.jinja': `${TRIVIAL_SHADER} ` });
    expect(same.digest).toBe(one.digest);
    expect(other.digest).not.toBe(one.digest);
  });

  test.each<[Json, string, RegExp]>([
    [{ webgpu: { manifestSpec: '3.0' } }, 'webgpu.manifestSpec', /unsupported manifest spec 3\.0/],
    [{ backend: { type: 'cuda' } }, 'backend.type', /expected webgpu, got cuda/],
    [{ digest: { algorithm: 'md5', files: {} } }, 'digest.algorithm', /expected sha256, got md5/],
  ])('metadata.json with %j is refused', async (metadata, where, reason) => {
    const error = await problem(loadKernel(memoryFiles({ ...texts, 'metadata.json': metadata })));
    expect(error).toMatchObject({ file: 'metadata.json', path: where });
    expect(error.reason).toMatch(reason);
  });
});

describe('templates', () => {
  async function rendered(templates: Readonly<Record<string, string>>): Promise<string> {
    const kernel = await kernelOf(manifest(), templates);
    return buildProgram(kernel, 'only', callOf([4]), device()).passes[0]?.wgsl ?? '';
  }

  test('whole-line includes are text, by the manifest’s folder or the including file’s', async () => {
    expect(
      await rendered({
        'main.wgsl.jinja': 'a\n  {% include "lib/one.wgsl" %}\n{% if v is defined %}\nno\n{% endif %}\nz\n',
        'lib/one.wgsl': "{%- include 'two.wgsl' -%}\n",
        'lib/two.wgsl': '{{ 1 + 1 }}\nb\n',
      }),
    ).toBe('a\n2\nb\nz');
  });

  test('a definition that is included is seen after it', async () => {
    const templates = {
      'main.wgsl.jinja': '{% include "m.jinja" %}\n{{ twice(2) }}',
      'm.jinja': '{% macro twice(n) %}{{ n * 2 }}{% endmacro %}\n',
    };
    expect(await rendered(templates)).toBe('4');
  });

  test.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
    ['itself', { 'main.wgsl.jinja': '{% include "main.wgsl.jinja" %}' }, 'main.wgsl.jinja', /it includes itself/],
    [
      'a circle',
      { 'main.wgsl.jinja': '{% include "a" %}', a: '{% include "b" %}', b: '{% include "a" %}' },
      'a',
      /main\.wgsl\.jinja → a → b → a/,
    ],
    [
      'nothing',
      { 'main.wgsl.jinja': '{% include "gone" %}' },
      'main.wgsl.jinja',
      /include "gone": there is no such file/,
    ],
    ['the outside', { 'main.wgsl.jinja': '{% include "../x" %}' }, 'main.wgsl.jinja', /must stay inside/],
  ])('an include of %s is an error', async (_, templates, file, reason) => {
    const error = await problem(kernelOf(manifest(), templates));
    expect(error.file).toBe(file);
    expect(error.reason).toMatch(reason);
  });

  test('includes that multiply are stopped', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `t${index}`);
    const templates = Object.fromEntries(
      names.map((name, index) => [name, `${`{% include "t${index + 1}" %}\n`.repeat(10)}// ${name}`]),
    );
    const all = { ...templates, t30: 'x'.repeat(1000), 'main.wgsl.jinja': '{% include "t0" %}' };
    expect((await problem(kernelOf(manifest(), all))).reason).toMatch(/longer than 4 MiB/);
  });

  test('a shader that is not there, or is not text', async () => {
    expect(await problem(loadKernel(memoryFiles({ 'manifest.json': manifest() })))).toMatchObject({
      file: 'main.wgsl.jinja',
      reason: 'there is no such file',
    });
    const outside = manifest({}, { passes: [{ id: 'm', shader: '../main.wgsl', bindings: [], dispatch: { x: 1 } }] });
    expect((await problem(kernelOf(outside))).reason).toMatch(/must stay inside/);
  });

  test.each<[string, string]>([
    ['var<private> a: f16;', 'enable f16;\n'],
    ['let a = 1.5h;', 'enable f16;\n'],
    ['let a = 2h * x;', 'enable f16;\n'],
    ['var a: vec4h;', 'enable f16;\n'],
    ['enable f16;\nvar<private> a: f16;', ''],
    ['enable subgroups, f16;\nlet a = subgroupAdd(f16(1));', ''],
    ['let a = subgroupAdd(b);', 'enable subgroups;\n'],
    ['let a = quadBroadcast(b, 0u);', 'enable subgroups;\n'],
    ['@builtin(subgroup_size) size: u32', 'enable subgroups;\n'],
    ['@subgroup_size(32) fn main() {} // f16', 'enable subgroups;\nenable subgroup_size_control;\n'],
    ['let a = subgroupMatrixLoad(b);', ''],
    ['// f16 and subgroupAdd(x)\nlet a = b;', ''],
    ['/* f16 /* nested */ f16 */ let a = b;', ''],
    ['/* enable f16; */ let a = f16(1);', 'enable f16;\n'],
    ['let half16 = 16; let x0h = 1; let ab_f16 = 0x1h1;', ''],
  ])('%j needs %j', (wgsl, directives) => {
    expect(enableMissing(wgsl)).toBe(directives + wgsl);
  });
});
