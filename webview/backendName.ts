const NAMES: Readonly<Record<string, string>> = {
  vulkan: 'Vulkan',
  metal: 'Metal',
  d3d12: 'Direct3D 12',
  d3d11: 'Direct3D 11',
  cuda: 'CUDA',
  rocm: 'ROCm',
  xpu: 'Intel XPU',
  mps: 'Metal (MPS)',
};

/** The name of a graphics API, or of what PyTorch computes with, as its makers write it. */
export function backendName(backend: string): string {
  return NAMES[backend] ?? backend;
}
