// What the variants of a WebGPU build need, read as the profile reads it.
import type { WebGpuNeeds } from '../kernels/kernelDetails';
import { parseKernelJson } from '../profile/webgpu/kernelJson';
import { manifestSpecOf, MANIFEST_FILE, parseManifest } from '../profile/webgpu/manifest';
import type { ManifestRequires } from '../profile/webgpu/manifestSchema';
import { KernelError } from '../profile/webgpu/program';

/** By variant, what the manifest asks of every one put in; null: the manifest cannot be read. */
export function readWebGpuNeeds(bytes: Uint8Array): readonly WebGpuNeeds[] | null {
  try {
    const json = parseKernelJson(bytes, MANIFEST_FILE);
    const { requires, variants } = parseManifest(json, manifestSpecOf(undefined, json, MANIFEST_FILE));
    return variants.map(({ variant }) => needs(variant.id, requires, variant.requires ?? {}));
  } catch (error) {
    if (error instanceof KernelError) return null;
    throw error;
  }
}

function needs(variant: string, shared: ManifestRequires, own: ManifestRequires): WebGpuNeeds {
  const limits = new Map(Object.entries(shared.limits ?? {}));
  for (const [name, wanted] of Object.entries(own.limits ?? {})) {
    // Of an alignment, less is more.
    const stricter = name.startsWith('min') ? Math.min : Math.max;
    limits.set(name, stricter(wanted, limits.get(name) ?? wanted));
  }
  return {
    variant,
    features: [...new Set([...(shared.features ?? []), ...(own.features ?? [])])],
    limits: Object.fromEntries(limits),
  };
}
