// A call held against a manifest: tensors with shapes and dtypes, attributes and arguments with defaults, and the names
// that expressions see.
import { checkArguments, checkAttributes } from './callValues';
import { deviceScope, DISPATCH_FOLD_WIDTH } from './deviceScope';
import { Scope, type JinjaEngine } from './expression';
import { expressionHelpers } from './expressionHelpers';
import { atPath, joinPath } from './kernelJson';
import { MANIFEST_FILE, type Manifest } from './manifest';
import type { ManifestPort, ManifestShape } from './manifestSchema';
import { CallError, KernelError, type CallSpec, type DeviceFacts, type LogicalDtype, type Tensor } from './program';
import { isLogicalDtype, isStorageDtype, makeTensor, STORAGE_OF } from './tensor';

export interface ResolvedCall {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Every port that is present. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What the type variables stand for. */
  readonly types: ReadonlyMap<string, LogicalDtype>;
  /** Manifest tunables and derives included. */
  readonly scope: Scope;
  readonly args: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

function fail(path: string, reason: string): never {
  throw new KernelError(MANIFEST_FILE, path, reason);
}

function refuse(path: string, reason: string): never {
  throw new CallError(MANIFEST_FILE, path, reason);
}

/**
 * Evaluates derive entries in order; a string is an expression, any other value stays as it is. One that comes out
 * undefined is a name that is not defined.
 */
export function deriveAll(
  engine: JinjaEngine,
  scope: Scope,
  entries: Readonly<Record<string, unknown>>,
  path: string,
): Scope {
  let current = scope;
  for (const [name, value] of Object.entries(entries)) {
    const before = current;
    const derived =
      typeof value === 'string'
        ? atPath(MANIFEST_FILE, joinPath(path, 'derive', name), () => engine.evaluateOptional(value, before))
        : value;
    current = before.withDerived(name, derived);
  }
  return current;
}

/** Evaluates a shape. Throws KernelError when it is not made of whole numbers. */
export function evaluateShape(engine: JinjaEngine, scope: Scope, shape: ManifestShape, path: string): number[] {
  const evaluate = (entry: string | number): unknown =>
    typeof entry === 'string' ? atPath(MANIFEST_FILE, path, () => engine.evaluate(entry, scope)) : entry;
  const value = Array.isArray(shape) ? shape.map(evaluate) : evaluate(shape);
  const extents: readonly unknown[] = Array.isArray(value) ? value : fail(path, 'the shape is not a list');
  return extents.map((extent) =>
    typeof extent === 'number' && Number.isSafeInteger(extent) && extent >= 0
      ? extent
      : fail(path, `an extent is ${JSON.stringify(extent)}, not a whole number`),
  );
}

class TypeVariables {
  private readonly bound = new Map<string, LogicalDtype>();

  constructor(private readonly manifest: Manifest) {}

  /** Takes a dtype given for a port; a variable holds one dtype throughout a call. */
  bind(port: ManifestPort, dtype: LogicalDtype, path: string): void {
    if (isLogicalDtype(port.dtype)) {
      if (port.dtype !== dtype) refuse(path, `its dtype is ${port.dtype}, not ${dtype}`);
      return;
    }
    const allowed = this.manifest.typeConstraints[port.dtype] ?? [];
    if (!allowed.includes(dtype)) refuse(path, `its dtype is one of ${allowed.join(', ')}, not ${dtype}`);
    const known = this.bound.get(port.dtype);
    if (known !== undefined && known !== dtype) {
      refuse(path, `${port.dtype} is ${known} for another port and ${dtype} here`);
    }
    this.bound.set(port.dtype, dtype);
  }

  /** The dtype of a port that nobody gave one for. */
  of(port: ManifestPort, path: string): LogicalDtype {
    if (isLogicalDtype(port.dtype)) return port.dtype;
    const known = this.bound.get(port.dtype);
    if (known !== undefined) return known;
    const allowed = this.manifest.typeConstraints[port.dtype] ?? [];
    const [only] = allowed;
    if (only === undefined || allowed.length > 1) {
      refuse(path, `nothing tells what ${port.dtype} is: give this output a dtype, one of ${allowed.join(', ')}`);
    }
    this.bound.set(port.dtype, only);
    return only;
  }

  all(): ReadonlyMap<string, LogicalDtype> {
    return this.bound;
  }
}

function portTensor(
  name: string,
  port: ManifestPort,
  dtype: LogicalDtype,
  shape: readonly number[],
  path: string,
): Tensor {
  const { storage } = port;
  const stored = isStorageDtype(storage) ? storage : STORAGE_OF[isLogicalDtype(storage) ? storage : dtype];
  return atPath(MANIFEST_FILE, path, () => makeTensor(name, dtype, shape, port.layout ?? 'plain', stored));
}

function resolveInputs(manifest: Manifest, call: CallSpec, types: TypeVariables): Map<string, Tensor> {
  for (const name of Object.keys(call.inputs)) {
    if (!Object.hasOwn(manifest.inputs, name)) {
      refuse(joinPath('inputs', name), `there is no such input; there are ${Object.keys(manifest.inputs).join(', ')}`);
    }
  }
  const tensors = new Map<string, Tensor>();
  for (const [name, port] of Object.entries(manifest.inputs)) {
    const path = joinPath('inputs', name);
    const given = Object.hasOwn(call.inputs, name) ? call.inputs[name] : undefined;
    if (given === undefined) {
      if (port.optional !== true) refuse(path, 'this input is required');
      continue;
    }
    types.bind(port, given.dtype, path);
    tensors.set(name, portTensor(name, port, given.dtype, given.shape, path));
  }
  return tensors;
}

function portNames(tensors: ReadonlyMap<string, Tensor>): Readonly<Record<string, unknown>> {
  const all = [...tensors.values()];
  return {
    shapes: Object.fromEntries(all.map(({ port, shape }) => [port, shape])),
    ranks: Object.fromEntries(all.map(({ port, shape }) => [port, shape.length])),
    tensorDtypes: Object.fromEntries(all.map(({ port, storage }) => [port, storage])),
  };
}

function typeNames(
  types: ReadonlyMap<string, LogicalDtype>,
  tensors: ReadonlyMap<string, Tensor>,
): Readonly<Record<string, unknown>> {
  return {
    dtypes: Object.fromEntries([...types].map(([name, dtype]) => [name, STORAGE_OF[dtype]])),
    logicalDtypes: Object.fromEntries([...types, ...[...tensors.values()].map(({ port, dtype }) => [port, dtype])]),
  };
}

function closedObjects(manifest: Manifest): ReadonlyMap<string, ReadonlySet<string>> {
  const ports = new Set([...Object.keys(manifest.inputs), ...Object.keys(manifest.outputs)]);
  const types = new Set(Object.keys(manifest.typeConstraints));
  return new Map<string, ReadonlySet<string>>([
    ['tunables', new Set(Object.keys(manifest.tunables))],
    ['derive', new Set()],
    ['dtypes', types],
    ['logicalDtypes', new Set([...types, ...ports])],
    ['tensorDtypes', ports],
    ['ranks', ports],
    ['shapes', ports],
    ['present', ports],
    ['args', new Set(Object.keys(manifest.args))],
    ['attrs', new Set(Object.keys(manifest.attributes))],
    ['repeat', new Set()],
    ['device', new Set(['features', 'wgslLanguageFeatures', 'limits', 'adapterInfo'])],
  ]);
}

/** Manifest derives that can be told before the outputs' shapes are known; the others are left for later. */
function deriveWhatCan(engine: JinjaEngine, scope: Scope, manifest: Manifest): Scope {
  let current = scope;
  for (const [name, value] of Object.entries(manifest.derive)) {
    try {
      current = current.withDerived(name, typeof value === 'string' ? engine.evaluate(value, current) : value);
    } catch {
      // It needs an output; should an output need it in turn, that output's error says so.
    }
  }
  return current;
}

/**
 * Holds a call against a manifest. Throws CallError when the call is none of this operator's: a missing or unknown
 * input, a dtype or attribute it does not take. Throws KernelError when the manifest cannot be followed.
 */
export function resolveCall(
  manifest: Manifest,
  engine: JinjaEngine,
  call: CallSpec,
  device: DeviceFacts,
): ResolvedCall {
  const types = new TypeVariables(manifest);
  const tensors = resolveInputs(manifest, call, types);
  const wanted = call.outputs ?? {};
  for (const [name, output] of Object.entries(wanted)) {
    const port = Object.hasOwn(manifest.outputs, name) ? manifest.outputs[name] : undefined;
    if (port === undefined) refuse(joinPath('outputs', name), 'there is no such output');
    if (output.dtype !== undefined) types.bind(port, output.dtype, joinPath('outputs', name));
  }
  const outputs = Object.entries(manifest.outputs)
    .filter(([name, port]) => port.optional !== true || Object.hasOwn(wanted, name) || tensors.has(name))
    .map(([name, port]) => ({ name, port, dtype: types.of(port, joinPath('outputs', name)) }));
  const ports = [...Object.keys(manifest.inputs), ...Object.keys(manifest.outputs)];
  const given = [...tensors.keys()];
  const present = new Set([...given, ...outputs.map(({ name }) => name)]);
  const attributes = checkAttributes(manifest, call.attributes ?? {});
  const args = checkArguments(manifest, call.args ?? {});
  const helpers = expressionHelpers(device.features.has('shader-f16'));
  const fixed = Scope.create(
    helpers,
    {
      tunables: Object.fromEntries(Object.entries(manifest.tunables).map(([name, tunable]) => [name, tunable.default])),
      present: Object.fromEntries(ports.map((port) => [port, present.has(port)])),
      args,
      attrs: attributes,
      repeat: {},
      device: deviceScope(device),
      DISPATCH_FOLD_WIDTH,
    },
    closedObjects(manifest),
  );
  const scopeNow = (): Scope => fixed.with({ ...portNames(tensors), ...typeNames(types.all(), tensors) });
  for (const { name, port, dtype } of outputs) {
    const path = joinPath('outputs', name);
    const asked = Object.hasOwn(wanted, name) ? wanted[name]?.shape : undefined;
    const inPlace = tensors.get(name);
    const shape =
      port.shape === undefined
        ? (inPlace?.shape ?? asked ?? refuse(path, 'the manifest gives no shape for it, so the call has to'))
        : evaluateShape(engine, deriveWhatCan(engine, scopeNow(), manifest), port.shape, joinPath(path, 'shape'));
    if (asked !== undefined && JSON.stringify(asked) !== JSON.stringify(shape)) {
      refuse(path, `its shape is [${shape.join(', ')}] and not [${asked.join(', ')}]`);
    }
    const tensor = portTensor(name, port, dtype, shape, path);
    if (inPlace !== undefined && (inPlace.dtype !== dtype || String(inPlace.shape) !== String(shape))) {
      const [was, is] = [inPlace, tensor].map((one) => `${one.dtype} [${one.shape.join(', ')}]`);
      fail(path, `it is written in place, yet goes in as ${was} and comes out as ${is}`);
    }
    tensors.set(name, tensor);
  }
  return {
    inputs: given.flatMap((name) => tensors.get(name) ?? []),
    outputs: outputs.flatMap(({ name }) => tensors.get(name) ?? []),
    tensors,
    types: types.all(),
    scope: deriveAll(engine, scopeNow(), manifest.derive, ''),
    args,
    attributes,
  };
}
