// What a pass binds, as the manifest words it: a handle of `bindings`, a port, an intermediate, or an entry of its own.
import { isInout, MANIFEST_FILE, portOf, type Manifest } from './manifest';
import { joinPath } from './kernelJson';
import type { ManifestBinding, ManifestPass, ManifestVariant } from './manifestSchema';
import { KernelError } from './program';

export type BindingTarget =
  | { readonly kind: 'port'; readonly id: string }
  | { readonly kind: 'scratch'; readonly id: string }
  | { readonly kind: 'struct'; readonly fields: NonNullable<ManifestBinding['struct']> };

/** One entry of a pass's binding list, resolved against the manifest. */
export interface PassBinding {
  /** Its place in the list, which is its @binding. */
  readonly index: number;
  readonly path: string;
  /** The name in WGSL. */
  readonly name: string;
  readonly target: BindingTarget;
  readonly access: 'read' | 'read_write' | 'uniform';
  readonly entry: ManifestBinding;
}

const ACCESS = { 'read-only-storage': 'read', storage: 'read_write', uniform: 'uniform' } as const;

function targetOf(
  manifest: Manifest,
  variant: ManifestVariant,
  handle: string | undefined,
  entry: ManifestBinding,
  path: string,
): BindingTarget {
  const isPort = (name: string): boolean => portOf(manifest, name) !== undefined;
  const isScratch = (name: string): boolean => (variant.intermediates ?? []).some(({ id }) => id === name);
  if (entry.struct !== undefined) return { kind: 'struct', fields: entry.struct };
  if (entry.scratch !== undefined) {
    const id = entry.scratch === true ? (entry.name ?? handle ?? '') : entry.scratch;
    if (!isScratch(id)) throw new KernelError(MANIFEST_FILE, path, `the variant has no intermediate \`${id}\``);
    return { kind: 'scratch', id };
  }
  if (entry.arg !== undefined) {
    if (!isPort(entry.arg)) throw new KernelError(MANIFEST_FILE, path, `there is no port \`${entry.arg}\``);
    return { kind: 'port', id: entry.arg };
  }
  for (const id of [entry.name, handle]) {
    if (id !== undefined && isPort(id)) return { kind: 'port', id };
    if (id !== undefined && isScratch(id)) return { kind: 'scratch', id };
  }
  const named = entry.name ?? handle;
  const reason = named === undefined ? 'it names nothing to bind' : `\`${named}\` is no port, intermediate or struct`;
  throw new KernelError(MANIFEST_FILE, path, reason);
}

function accessOf(manifest: Manifest, entry: ManifestBinding, target: BindingTarget): PassBinding['access'] {
  if (entry.buffer !== undefined) return ACCESS[entry.buffer];
  if (target.kind === 'struct') return 'uniform';
  const readOnly = target.kind === 'port' && Object.hasOwn(manifest.inputs, target.id) && !isInout(manifest, target.id);
  return readOnly ? 'read' : 'read_write';
}

/** Resolves a pass's binding list. `path` is the pass's. Throws KernelError for a name nobody knows. */
export function passBindings(
  manifest: Manifest,
  variant: ManifestVariant,
  pass: ManifestPass,
  path: string,
): PassBinding[] {
  return (pass.bindings ?? []).map((item, index) => {
    const place = joinPath(path, 'bindings', index);
    const handle = typeof item === 'string' ? item : undefined;
    const named = handle !== undefined && Object.hasOwn(manifest.bindings, handle) ? manifest.bindings[handle] : {};
    const entry: ManifestBinding = typeof item === 'string' ? (named ?? {}) : item;
    const target = targetOf(manifest, variant, handle, entry, place);
    const fallback = target.kind === 'struct' ? undefined : target.id;
    const name = entry.name ?? handle ?? fallback;
    if (name === undefined) throw new KernelError(MANIFEST_FILE, place, 'a struct bound in place needs a `name`');
    const access = accessOf(manifest, entry, target);
    if (access === 'read_write' && target.kind === 'struct') {
      throw new KernelError(MANIFEST_FILE, place, 'a struct of values cannot be writable');
    }
    if (access === 'uniform' && target.kind !== 'struct') {
      throw new KernelError(MANIFEST_FILE, place, 'a uniform buffer needs a `struct`');
    }
    return { index, path: place, name, target, access, entry };
  });
}
