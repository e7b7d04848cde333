const NAMES: Readonly<Record<string, string>> = {
  vulkan: 'Vulkan',
  metal: 'Metal',
  d3d12: 'Direct3D 12',
  d3d11: 'Direct3D 11',
};

/** The name of a graphics API as its makers write it. */
export function backendName(backend: string): string {
  return NAMES[backend] ?? backend;
}
