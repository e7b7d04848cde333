// Kernels in memory, and devices that exist on paper only.
import { createHash } from 'node:crypto';
import { loadKernel, type WebGpuKernel } from '../../src/profile/webgpu/kernel';
import { buildProgram } from '../../src/profile/webgpu/programBuilder';
import { rankVariants, type CompileFailures } from '../../src/profile/webgpu/selection';
import type { KernelFiles } from '../../src/profile/webgpu/kernelFolder';
import type { CallSpec, DeviceFacts, LogicalDtype, Program } from '../../src/profile/webgpu/program';

export type Json = Record<string, unknown>;

/** Files by path; an object is written as JSON. */
export function memoryFiles(files: Readonly<Record<string, string | Json>>): KernelFiles {
  return {
    origin: 'memory',
    read: (path) => {
      const content = Object.hasOwn(files, path) ? files[path] : undefined;
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      return Promise.resolve(content === undefined ? null : new TextEncoder().encode(text));
    },
  };
}

/** metadata.json for text files, with their digests. */
export function metadataOf(files: Readonly<Record<string, string>>, webgpu: Json = { manifestSpec: '2.1' }): string {
  const hashes: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(files).map(([path, text]): [string, string] => [
      path,
      createHash('sha256').update(text).digest('base64'),
    ]),
  );
  return JSON.stringify({
    name: 'ai.onnx.Test',
    version: 3,
    license: 'apache-2.0',
    backend: { type: 'webgpu' },
    digest: { algorithm: 'sha256', files: hashes },
    webgpu,
  });
}

export const TRIVIAL_SHADER = '{{ env.wgsl.resourceDeclarations }}\n@compute @workgroup_size(1)\nfn main() {}\n';

/** A pass that binds x and y and dispatches once. */
export function pass(changes: Json = {}): Json {
  return { id: 'main', shader: 'main.wgsl.jinja', bindings: ['x', 'y'], dispatch: { x: 1 }, ...changes };
}

/** A manifest of one unary operator with one variant of one pass. */
export function manifest(changes: Json = {}, variant: Json = {}): Json {
  return {
    name: 'Test',
    inputs: { x: { onnx: 'X', dtype: 'T' } },
    outputs: { y: { onnx: 'Y', dtype: 'T', shape: 'shapes.x' } },
    typeConstraints: { T: ['float32', 'float16', 'int32'] },
    variants: [{ id: 'only', passes: [pass()], ...variant }],
    ...changes,
  };
}

export function kernelOf(json: Json, templates: Readonly<Record<string, string>> = {}): Promise<WebGpuKernel> {
  return loadKernel(memoryFiles({ 'manifest.json': json, 'main.wgsl.jinja': TRIVIAL_SHADER, ...templates }));
}

export function device(changes: Partial<DeviceFacts> = {}): DeviceFacts {
  return {
    features: new Set(['shader-f16']),
    wgslLanguageFeatures: new Set(),
    limits: {
      maxStorageBuffersPerShaderStage: 8,
      maxUniformBuffersPerShaderStage: 12,
      maxComputeWorkgroupsPerDimension: 65535,
      maxStorageBufferBindingSize: 128 << 20,
      maxUniformBufferBindingSize: 65536,
      maxBufferSize: 256 << 20,
    },
    adapterInfo: { vendor: 'paper', architecture: 'folded', isFallbackAdapter: false },
    ...changes,
  };
}

/** Limits of a large device, and the least that WebGPU promises with buffers that any case fits into. */
export const LARGE_LIMITS: DeviceFacts['limits'] = {
  ...device().limits,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupStorageSize: 49152,
  maxStorageBufferBindingSize: 2 ** 31,
  maxBufferSize: 2 ** 40,
};
export const LEAST_LIMITS: DeviceFacts['limits'] = {
  ...LARGE_LIMITS,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 16384,
};

/** A call of one input `x`. */
export function callOf(shape: readonly number[], dtype: LogicalDtype = 'float32'): CallSpec {
  return { inputs: { x: { dtype, shape } } };
}

/** Builds the variant `only`. */
export async function build(
  json: Json,
  call: CallSpec = callOf([8]),
  templates: Readonly<Record<string, string>> = {},
  on: DeviceFacts = device(),
): Promise<Program> {
  return buildProgram(await kernelOf(json, templates), 'only', call, on);
}

/** A kernel of one pass with these changes. */
export function one(changes: Json, variant: Json = {}, top: Json = {}): Json {
  return manifest(top, { passes: [pass(changes)], ...variant });
}

/** The variant that selection takes; null: none. */
export function selected(
  kernel: WebGpuKernel,
  call: CallSpec,
  on: DeviceFacts = device(),
  failures?: CompileFailures,
): string | null {
  const [first] = rankVariants(kernel, call, on, failures);
  return first === undefined || first.status === 'rejected' ? null : first.id;
}
