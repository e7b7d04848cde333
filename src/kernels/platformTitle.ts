// Backends as people call them.
import { parsePythonVersion, printPythonVersion } from './pythonVersion';
import type { Platform } from './kernelSummary';
import type { SystemBackend } from './system';

const TITLES: Readonly<Record<Platform, string>> = {
  cuda: 'CUDA',
  rocm: 'ROCm',
  metal: 'Metal',
  xpu: 'XPU',
  npu: 'NPU',
  neuron: 'Neuron',
  tpu: 'TPU',
  cpu: 'CPU',
  webgpu: 'WebGPU',
};

/** `CUDA`, `ROCm`, `WebGPU`. */
export function platformTitle(platform: Platform): string {
  return TITLES[platform];
}

/** The hardware family of a machine's backend: builds for CANN are for NPUs. */
export function platformOf(backend: SystemBackend): Platform {
  return backend.name === 'cann' ? 'npu' : backend.name;
}

/** `CUDA 12.8`, `CPU`. */
export function backendTitle(backend: SystemBackend): string {
  const title = platformTitle(platformOf(backend));
  const version = backend.version === null ? null : parsePythonVersion(backend.version);
  return version === null ? title : `${title} ${printPythonVersion(version)}`;
}
