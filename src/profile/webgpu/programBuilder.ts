// A variant made into a program: shaders rendered, buffers laid out, dispatches counted.
import { deriveAll, evaluateShape, resolveCall, type ResolvedCall } from './callScope';
import { evaluateDispatch } from './dispatch';
import type { Scope } from './expression';
import type { WebGpuKernel } from './kernel';
import { atPath, joinPath } from './kernelJson';
import { MANIFEST_FILE } from './manifest';
import type { ManifestGroup, ManifestIntermediate, ManifestPass } from './manifestSchema';
import { passBindings, type PassBinding } from './passBindings';
import {
  KernelError,
  type CallSpec,
  type DeviceFacts,
  type Program,
  type ProgramBinding,
  type ProgramBuffer,
  type ProgramPass,
  type StorageDtype,
  type Tensor,
} from './program';
import { VariantJudge } from './selection';
import { declareResources, structData, type NameLookup } from './shaderDeclarations';
import { enableMissing } from './template';
import { elementCount, isLogicalDtype, isStorageDtype, storageBufferBytes, STORAGE_BYTES, STORAGE_OF } from './tensor';
import type { LocatedVariant } from './variants';
import { viewPass } from './viewPass';

/** Passes after repeat groups are unrolled: more than any kernel needs. */
const MAX_PASSES = 4096;

function fail(path: string, reason: string): never {
  throw new KernelError(MANIFEST_FILE, path, reason);
}

interface Scratch {
  readonly buffer: Extract<ProgramBuffer, { kind: 'scratch' }>;
  readonly storage: StorageDtype;
}

/** Collects the parts of one program. */
class Builder {
  readonly passes: ProgramPass[] = [];
  private readonly scratch = new Map<string, Scratch>();
  private readonly uniforms: ProgramBuffer[] = [];
  private readonly names: Omit<NameLookup, 'scope'>;

  constructor(
    private readonly kernel: WebGpuKernel,
    private readonly located: LocatedVariant,
    private readonly call: ResolvedCall,
    private readonly device: DeviceFacts,
  ) {
    const tunables = { ...kernel.manifest.tunables, ...located.variant.tunables };
    this.names = {
      types: call.types,
      tunables: Object.fromEntries(Object.entries(tunables).map(([name, entry]) => [name, entry.default])),
    };
  }

  build(): Program {
    const { variant, path } = this.located;
    const { tunables } = this.names;
    const tuned = this.call.scope.with({ tunables }, new Map([['tunables', new Set(Object.keys(tunables))]]));
    const scope = deriveAll(this.kernel.engine, tuned, variant.derive ?? {}, path);
    for (const [index, entry] of (variant.intermediates ?? []).entries()) {
      this.addIntermediate(entry, scope, joinPath(path, 'intermediates', index));
    }
    this.addPasses(variant.passes, scope, path, '', {});
    const bound = new Set(this.passes.flatMap(({ bindings }) => bindings.map(({ resource }) => resource)));
    const buffers = [...[...this.scratch.values()].map(({ buffer }) => buffer), ...this.uniforms];
    return {
      variant: variant.id,
      description: variant.description ?? '',
      inputs: this.call.inputs,
      outputs: this.call.outputs,
      buffers: buffers.filter(({ id }) => bound.has(id)),
      passes: this.passes,
    };
  }

  private addIntermediate(entry: ManifestIntermediate, scope: Scope, path: string): void {
    const type = this.call.types.get(entry.dtype) ?? entry.dtype;
    const storage = isLogicalDtype(type) ? STORAGE_OF[type] : type;
    if (!isStorageDtype(storage)) fail(joinPath(path, 'dtype'), `unknown dtype \`${entry.dtype}\``);
    const shape = evaluateShape(this.kernel.engine, scope, entry.shape, joinPath(path, 'shape'));
    const bytes = storageBufferBytes(elementCount(shape) * STORAGE_BYTES[storage]);
    if (!Number.isSafeInteger(bytes)) fail(path, `[${shape.join(', ')}] is too large`);
    this.scratch.set(entry.id, {
      buffer: { kind: 'scratch', id: entry.id, bytes, zeroInit: entry.zeroInit === true },
      storage,
    });
  }

  private addPasses(
    passes: readonly (ManifestPass | ManifestGroup)[],
    scope: Scope,
    path: string,
    prefix: string,
    repeat: Readonly<Record<string, number>>,
  ): void {
    for (const [index, entry] of passes.entries()) {
      const place = joinPath(path, 'passes', index);
      if ('repeat' in entry) this.addGroup(entry, scope, place, prefix, repeat);
      else this.addPass(entry, scope, place, prefix + entry.id);
    }
  }

  private addGroup(
    group: ManifestGroup,
    scope: Scope,
    path: string,
    prefix: string,
    outer: Readonly<Record<string, number>>,
  ): void {
    const place = joinPath(path, 'repeat', 'count');
    const { index, count: written } = group.repeat;
    const count =
      typeof written === 'string'
        ? atPath(MANIFEST_FILE, place, () => this.kernel.engine.evaluate(written, scope))
        : written;
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) {
      fail(place, `gives ${JSON.stringify(count)}, not a whole number`);
    }
    if (count > MAX_PASSES) fail(place, `${count} times is more than ${MAX_PASSES}`);
    for (let step = 0; step < count; step += 1) {
      const repeat = { ...outer, [index]: step, index: step, count };
      const closed = new Map([['repeat', new Set(Object.keys(repeat))]]);
      this.addPasses(group.passes, scope.with({ repeat }, closed), path, `${prefix}${group.id}[${step}].`, repeat);
    }
  }

  private addPass(pass: ManifestPass, outer: Scope, path: string, id: string): void {
    const { kernel, device } = this;
    const scope = deriveAll(kernel.engine, outer, pass.derive ?? {}, path);
    const bindings = passBindings(kernel.manifest, this.located.variant, pass, path).filter(
      ({ target }) => target.kind !== 'port' || this.call.tensors.has(target.id),
    );
    if (pass.shader === undefined) {
      for (const view of pass.viewAlias ?? []) this.addView(view.input, view.output, pass, path, id);
      return;
    }
    if (pass.dispatch === undefined) fail(joinPath(path, 'dispatch'), 'it is missing');
    const workgroups = evaluateDispatch(kernel.engine, scope, pass.dispatch, device, path);
    if (workgroups.includes(0)) return;
    refuseOverlaps(bindings);
    this.append({
      id,
      name: pass.name ?? pass.id,
      template: pass.shader,
      wgsl: this.render(pass, pass.shader, scope, bindings),
      bindings: bindings.map((binding) => this.bind(binding, scope, id)),
      workgroups,
      submitAfter: pass.submitAfter === true,
    });
  }

  private addView(from: string, to: string, pass: ManifestPass, path: string, id: string): void {
    const [input, output] = [this.call.tensors.get(from), this.call.tensors.get(to)];
    if (input === undefined || output === undefined) return;
    if (input.bytes !== output.bytes) {
      fail(joinPath(path, 'viewAlias'), `${from} has ${input.bytes} bytes and ${to} ${output.bytes}`);
    }
    if (output.elements === 0 || from === to) return;
    this.append(viewPass(input, output, `${id}.${to}`, pass.name ?? pass.id, pass.submitAfter === true));
  }

  private append(pass: ProgramPass): void {
    if (this.passes.length >= MAX_PASSES) fail(this.located.path, `it has more than ${MAX_PASSES} passes`);
    for (const { resource, access } of pass.bindings) this.checkSize(resource, access, pass.id);
    this.passes.push(pass);
  }

  private checkSize(resource: string, access: ProgramBinding['access'], pass: string): void {
    const bytes = this.sizeOf(resource);
    const names = [
      access === 'uniform' ? 'maxUniformBufferBindingSize' : 'maxStorageBufferBindingSize',
      'maxBufferSize',
    ];
    for (const name of names) {
      const limit = this.device.limits[name];
      if (limit !== undefined && bytes > limit) {
        fail(this.located.path, `pass ${pass} binds ${resource} of ${bytes} bytes, the device's ${name} is ${limit}`);
      }
    }
  }

  private sizeOf(resource: string): number {
    const uniform = this.uniforms.find(({ id }) => id === resource);
    return (this.call.tensors.get(resource) ?? this.scratch.get(resource)?.buffer ?? uniform)?.bytes ?? 0;
  }

  private storageOf(binding: PassBinding): StorageDtype {
    if (binding.target.kind === 'struct') return 'u32';
    const { id } = binding.target;
    const tensor: Tensor | undefined = binding.target.kind === 'port' ? this.call.tensors.get(id) : undefined;
    return tensor?.storage ?? this.scratch.get(id)?.storage ?? fail(binding.path, `nothing is known of \`${id}\``);
  }

  private bind(binding: PassBinding, scope: Scope, pass: string): ProgramBinding {
    const { index, access, target, path } = binding;
    if (target.kind !== 'struct') return { index, resource: target.id, access };
    const { attributes, args } = this.call;
    const data = structData(target.fields, this.kernel.engine, scope, { ...attributes, ...args }, path);
    // A colon keeps these apart from ports and intermediates.
    const id = `${pass}:${binding.name}`;
    this.uniforms.push({ kind: 'uniform', id, bytes: data.byteLength, data });
    return { index, resource: id, access };
  }

  private render(pass: ManifestPass, shader: string, scope: Scope, bindings: readonly PassBinding[]): string {
    const template = this.kernel.templates.get(shader);
    if (template === undefined) throw new KernelError(shader, '', 'the template was not loaded');
    const declarations = declareResources(bindings, (binding) => this.storageOf(binding), { scope, ...this.names });
    const types = Object.fromEntries([...this.call.types].map(([name, dtype]) => [name, STORAGE_OF[dtype]]));
    const free = Object.entries(types).filter(([name]) => scope.derivedValue(name) === undefined);
    const names: Record<string, unknown> = Object.fromEntries(free);
    if (pass.source !== undefined) names['source'] = this.sourceValues(pass.source, scope, shader);
    const full = scope.with(names).withShaderEnvironment(declarations);
    const text = atPath(shader, '', () => this.kernel.engine.render(template, full));
    return enableMissing(text);
  }

  private sourceValues(
    source: Readonly<Record<string, unknown>>,
    scope: Scope,
    shader: string,
  ): Readonly<Record<string, unknown>> {
    const evaluate = (name: string, value: unknown): unknown =>
      typeof value === 'string'
        ? atPath(MANIFEST_FILE, `source.inputs.${name} of ${shader}`, () => this.kernel.engine.evaluate(value, scope))
        : value;
    return Object.fromEntries(Object.entries(source).map(([name, value]) => [name, evaluate(name, value)]));
  }
}

/** Every buffer is bound whole: two bindings of one overlap, which is fine for readers only. */
function refuseOverlaps(bindings: readonly PassBinding[]): void {
  const seen = new Map<string, PassBinding>();
  for (const binding of bindings) {
    if (binding.target.kind === 'struct') continue;
    const { id } = binding.target;
    const other = seen.get(id);
    if (other !== undefined && (other.access === 'read_write' || binding.access === 'read_write')) {
      const how = other.access === binding.access ? 'twice for writing' : 'for reading and for writing';
      fail(binding.path, `the pass binds \`${id}\` ${how}, as ${other.name} and ${binding.name}`);
    }
    seen.set(id, binding);
  }
}

/** The tensors of a call: every port that is present, with dtype, shape and size. Throws KernelError. */
export function caseTensors(
  kernel: WebGpuKernel,
  call: CallSpec,
  device: DeviceFacts,
): { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] } {
  const { inputs, outputs } = resolveCall(kernel.manifest, kernel.engine, call, device);
  return { inputs, outputs };
}

/**
 * Builds one variant for one call. Any variant that is not rejected can be built, whatever selection would take.
 * Throws KernelError: no such variant, a rejected one with the reason, an expression, dispatch, binding or template
 * that is wrong.
 */
export function buildProgram(kernel: WebGpuKernel, variantId: string, call: CallSpec, device: DeviceFacts): Program {
  const located = kernel.manifest.variants.find(({ variant }) => variant.id === variantId);
  if (located === undefined) {
    const known = kernel.manifest.variants.map(({ variant }) => variant.id).join(', ');
    fail('variants', `there is no variant \`${variantId}\`; there are ${known}`);
  }
  const resolved = resolveCall(kernel.manifest, kernel.engine, call, device);
  const verdict = new VariantJudge(kernel, resolved, device).judge(located);
  if (verdict.status === 'rejected') {
    fail(located.path, `the variant \`${variantId}\` cannot take this call: ${verdict.reason}`);
  }
  return new Builder(kernel, located, resolved, device).build();
}
