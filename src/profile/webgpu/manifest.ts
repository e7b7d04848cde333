// manifest.json as the rest of the runtime sees it: one format for both specs, families expanded, everything in it
// checked that can be checked without a call.
import { isRecord, joinPath, parseWith } from './kernelJson';
import { manifestFromSpec1 } from './manifestSpec1';
import { MANIFEST_KEYS, ManifestSchema, type ManifestHead, type ManifestPort } from './manifestSchema';
import { KernelError } from './program';
import { isLogicalDtype, isStorageDtype } from './tensor';
import { expandVariants, type LocatedVariant } from './variants';

export const MANIFEST_FILE = 'manifest.json';

export type ManifestSpec = '1.0' | '2.1';

export interface Manifest extends Omit<ManifestHead, 'variants'> {
  readonly spec: ManifestSpec;
  /** In the order of the file. */
  readonly variants: readonly LocatedVariant[];
}

/** The spec of a manifest: what metadata.json says, else what the manifest looks like. Throws KernelError. */
export function manifestSpecOf(declared: string | number | undefined, manifest: unknown, file: string): ManifestSpec {
  if (declared === undefined) return isRecord(manifest) && Array.isArray(manifest['inputs']) ? '1.0' : '2.1';
  if (String(declared) === '2.1') return '2.1';
  if (String(declared) === '1.0' || declared === 1) return '1.0';
  throw new KernelError(file, 'webgpu.manifestSpec', `unsupported manifest spec ${declared}; 1.0 and 2.1 are read`);
}

function fail(path: string, reason: string): never {
  throw new KernelError(MANIFEST_FILE, path, reason);
}

function checkPort(manifest: ManifestHead, map: 'inputs' | 'outputs', name: string, port: ManifestPort): void {
  const path = joinPath(map, name);
  if (!/^[A-Za-z_]\w*$/.test(name)) fail(path, 'a port is named with letters, digits and _');
  if (!isLogicalDtype(port.dtype) && !Object.hasOwn(manifest.typeConstraints, port.dtype)) {
    fail(joinPath(path, 'dtype'), `\`${port.dtype}\` is neither a dtype nor a type variable of typeConstraints`);
  }
  if (port.storage !== undefined && !isStorageDtype(port.storage) && !isLogicalDtype(port.storage)) {
    fail(joinPath(path, 'storage'), `unknown storage \`${port.storage}\``);
  }
  if (port.layout === 'packed' && (map === 'outputs' || port.dtype !== 'uint8')) {
    fail(joinPath(path, 'layout'), 'only uint8 inputs can be packed');
  }
}

/**
 * Reads a manifest, JSON parsed and comments stripped. Throws KernelError naming the path and the reason.
 * What needs expressions is checked by `checkManifest`.
 */
export function parseManifest(json: unknown, spec: ManifestSpec): Manifest {
  if (!isRecord(json)) throw new KernelError(MANIFEST_FILE, '', 'expected an object');
  const current = spec === '1.0' ? manifestFromSpec1(json, MANIFEST_FILE) : json;
  const { variants, ...head } = parseWith(ManifestSchema, current, MANIFEST_FILE, '', MANIFEST_KEYS);
  const full = { ...head, variants };
  for (const map of ['inputs', 'outputs'] as const) {
    for (const [name, port] of Object.entries(head[map])) checkPort(full, map, name, port);
  }
  // A constraint declares its attribute, without a default.
  const constrained = Object.fromEntries(Object.keys(head.attributeConstraints).map((name) => [name, {}]));
  const attributes = { ...constrained, ...head.attributes };
  return { ...head, attributes, spec, variants: expandVariants(variants, spec, MANIFEST_FILE) };
}

/** Whether a port is read and written in place. */
export function isInout(manifest: Manifest, port: string): boolean {
  return Object.hasOwn(manifest.inputs, port) && Object.hasOwn(manifest.outputs, port);
}

/** A port's entry, the output's where it is both; undefined when there is none. */
export function portOf(manifest: Manifest, port: string): ManifestPort | undefined {
  if (Object.hasOwn(manifest.outputs, port)) return manifest.outputs[port];
  return Object.hasOwn(manifest.inputs, port) ? manifest.inputs[port] : undefined;
}
