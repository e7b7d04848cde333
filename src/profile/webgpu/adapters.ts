// The adapters Dawn sees in this process, and which of them a person means.
import { readLimits } from './deviceFacts';
import type { AdapterListing } from './workerProtocol';

/** `create` of the npm package `webgpu`; a parameter because only the worker process may load it. */
export type CreateGpu = (flags: string[]) => GPU;

export interface FoundAdapter {
  readonly name: string;
  readonly backend: string;
  readonly software: boolean;
  readonly adapter: GPUAdapter;
  /** Dawn works only while this object is reachable, and Node does not exit while it is. */
  readonly gpu: GPU;
}

/** An adapter that was asked for and is not there: what is missing and what to do. */
export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';
}

/** Timestamps at the device's own resolution, half precision on NVIDIA, and the experimental features. */
export const DAWN_FLAGS: readonly string[] = [
  'disable-dawn-features=timestamp_quantization',
  'enable-dawn-features=vulkan_enable_f16_on_nvidia,allow_unsafe_apis',
];
/** SwiftShader unrolls the extension that clears workgroup memory: 32 KiB of it take four seconds to compile. */
const SOFTWARE_FLAGS: readonly string[] = [
  ...DAWN_FLAGS.slice(1),
  'disable-dawn-features=timestamp_quantization,use_vulkan_zero_initialize_workgroup_memory_extension',
];

/** The APIs that compute well; the others show the same GPUs a second time. */
const BACKENDS: readonly string[] = ['metal', 'd3d12', 'vulkan'];
const SOFTWARE_NAMES = /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render/i;
/** No adapter has this name: Dawn then lists those there are. */
const NO_SUCH_ADAPTER = 'kernel-lens-list';

/** Every adapter, the system's own first choice first. Empty when no driver could be loaded. */
export async function findAdapters(create: CreateGpu): Promise<FoundAdapter[]> {
  const first = create([...DAWN_FLAGS]);
  const preferred = await first.requestAdapter({ powerPreference: 'high-performance' });
  const found: FoundAdapter[] = [];
  for (const { name, backend } of await listNames(create)) {
    if (!BACKENDS.includes(backend) || found.some((other) => other.name === shownName(name))) continue;
    const flags = SOFTWARE_NAMES.test(name) ? SOFTWARE_FLAGS : DAWN_FLAGS;
    const gpu = create([...flags, `backend=${backend}`, `adapter=${name}`]);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) continue;
    found.push({ name: shownName(name), backend, software: isSoftware(adapter, name), adapter, gpu });
  }
  if (found.length === 0 && preferred !== null) {
    const { device, description } = preferred.info;
    const name = shownName(device === '' ? description : device);
    found.push({ name, backend: 'unknown', software: isSoftware(preferred, name), adapter: preferred, gpu: first });
  }
  const isPreferred = (one: FoundAdapter): boolean => preferred !== null && sameAdapter(one.adapter, preferred);
  return found.sort((a, b) => Number(isPreferred(b)) - Number(isPreferred(a)));
}

/**
 * The adapter that `choice` means: `auto` (the first in hardware, else one in software), `software`, or a part of its
 * name. Returns null when there is none.
 */
export function chooseAdapter<A extends Pick<FoundAdapter, 'name' | 'software'>>(
  found: readonly A[],
  choice: string,
  softwareAllowed: boolean,
): A | null {
  const software = found.find((one) => one.software) ?? null;
  if (choice === 'software') return software;
  if (choice === 'auto') return found.find((one) => !one.software) ?? (softwareAllowed ? software : null);
  const wanted = choice.toLowerCase();
  return found.find((one) => one.name.toLowerCase().includes(wanted)) ?? null;
}

export function adapterListing(one: FoundAdapter): AdapterListing {
  const { name, software, backend, adapter } = one;
  const driver = adapter.info.description === '' ? null : adapter.info.description;
  return {
    name,
    software,
    backend,
    driver,
    features: [...adapter.features].sort(),
    limits: readLimits(adapter.limits),
  };
}

/** What to do about a missing adapter, by system. */
export function missingAdapterText(choice: string, platform: NodeJS.Platform, names: readonly string[]): string {
  if (choice !== 'auto' && choice !== 'software' && names.length > 0) {
    return `No adapter here is called "${choice}". There are: ${names.join(', ')}. Name one of these, or leave the choice out.`;
  }
  if (choice === 'software') {
    return 'No software adapter was found. Install the development dependencies (npm ci), or name a folder that holds SwiftShader in KERNEL_LENS_SOFTWARE_GPU.';
  }
  return `No WebGPU adapter was found. ${DRIVER_ADVICE[platform] ?? "Install this system's Vulkan loader and your GPU vendor's driver, then run again."}`;
}

const DRIVER_ADVICE: Partial<Record<NodeJS.Platform, string>> = {
  linux:
    'Dawn needs the Vulkan loader and a driver: install libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora), and the driver of your GPU ' +
    "(mesa-vulkan-drivers for AMD and Intel, the vendor's own for NVIDIA), then run again. In a container, pass the GPU on with its graphics capability.",
  win32: "Dawn needs Direct3D 12: update Windows and your GPU vendor's driver, then run again.",
  darwin: 'Dawn needs Metal: macOS 12 or newer, on a machine or virtual machine that offers a GPU.',
};

async function listNames(create: CreateGpu): Promise<{ name: string; backend: string }[]> {
  try {
    await create([`adapter=${NO_SUCH_ADAPTER}`]).requestAdapter();
    return [];
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    return [...text.matchAll(/backend: '([^']*)', name: '([^\n]*)'/g)].map((match) => ({
      backend: match[1] ?? '',
      name: match[2] ?? '',
    }));
  }
}

function shownName(name: string): string {
  if (/swiftshader/i.test(name)) return 'SwiftShader (software)';
  return SOFTWARE_NAMES.test(name) ? `${name} (software)` : name;
}

function isSoftware(adapter: GPUAdapter, name: string): boolean {
  return adapter.info.isFallbackAdapter || SOFTWARE_NAMES.test(name);
}

function sameAdapter(a: GPUAdapter, b: GPUAdapter): boolean {
  return (
    a.info.vendor === b.info.vendor && a.info.device === b.info.device && a.info.description === b.info.description
  );
}
