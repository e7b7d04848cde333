// The WGSL that declares what a pass binds, and the bytes of its uniform structs.
import type { JinjaEngine, Scope } from './expression';
import { atPath, joinPath } from './kernelJson';
import { MANIFEST_FILE } from './manifest';
import type { ManifestField } from './manifestSchema';
import type { PassBinding } from './passBindings';
import { numberFromWord } from './numberWords';
import { KernelError, type LogicalDtype, type StorageDtype } from './program';
import { STORAGE_OF } from './tensor';

const SPACES = { read: 'storage, read', read_write: 'storage, read_write', uniform: 'uniform' } as const;

/** Names a binding's `$name` may stand for. */
export interface NameLookup {
  readonly scope: Scope;
  readonly types: ReadonlyMap<string, LogicalDtype>;
  readonly tunables: Readonly<Record<string, unknown>>;
}

function lookup(reference: string, { scope, types, tunables }: NameLookup, path: string): unknown {
  const name = reference.slice(1);
  const derived = scope.derivedValue(name);
  if (derived !== undefined) return derived;
  const type = types.get(name);
  if (type !== undefined) return STORAGE_OF[type];
  if (Object.hasOwn(tunables, name)) return tunables[name];
  throw new KernelError(MANIFEST_FILE, path, `\`${reference}\` names no derive, type variable or tunable`);
}

function elementType(binding: PassBinding, storage: StorageDtype, names: NameLookup): string {
  const path = joinPath(binding.path, 'elementType');
  const written = binding.entry.elementType ?? storage;
  const value = written.startsWith('$') ? lookup(written, names, path) : written;
  if (typeof value === 'string') return value;
  throw new KernelError(MANIFEST_FILE, path, `${written} is ${JSON.stringify(value)}, not the name of a type`);
}

function arrayLength(binding: PassBinding, names: NameLookup): string {
  const { length } = binding.entry;
  if (length === undefined) return '';
  const path = joinPath(binding.path, 'length');
  const value = typeof length === 'string' ? lookup(length, names, path) : length;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return `, ${value}u`;
  throw new KernelError(MANIFEST_FILE, path, `${length} is ${JSON.stringify(value)}, not a whole number above 0`);
}

function structLines(name: string, fields: readonly ManifestField[]): string[] {
  const padding = (4 - (fields.length % 4)) % 4;
  return [
    `struct ${name} {`,
    ...fields.map((field) => `  ${field.name}: ${field.type},`),
    ...Array.from({ length: padding }, (_, index) => `  _pad${index}: u32,`),
    '}',
  ];
}

/**
 * `env.wgsl.resourceDeclarations`: the structs, then one line a binding. `storageOf` gives the storage dtype of what a
 * binding binds. Throws KernelError when a `$name` stands for nothing, or one struct name for two structs.
 */
export function declareResources(
  bindings: readonly PassBinding[],
  storageOf: (binding: PassBinding) => StorageDtype,
  names: NameLookup,
): string {
  const structs = new Map<string, string>();
  const lines = bindings.map((binding) => {
    const head = `@group(0) @binding(${binding.index}) var<${SPACES[binding.access]}> ${binding.name}`;
    if (binding.target.kind !== 'struct') {
      return `${head}: array<${elementType(binding, storageOf(binding), names)}${arrayLength(binding, names)}>;`;
    }
    const structName = binding.entry.structName ?? 'Params';
    const text = structLines(structName, binding.target.fields).join('\n');
    if (structs.has(structName) && structs.get(structName) !== text) {
      throw new KernelError(MANIFEST_FILE, binding.path, `the pass has another struct ${structName}`);
    }
    structs.set(structName, text);
    return `${head}: ${structName};`;
  });
  return [...structs.values(), ...lines].join('\n');
}

const RANGES = { u32: [0, 0xffffffff], i32: [-0x80000000, 0x7fffffff] } as const;

function fieldValue(
  field: ManifestField,
  engine: JinjaEngine,
  scope: Scope,
  given: Readonly<Record<string, unknown>>,
  path: string,
): number {
  const value = numberFromWord(field.value);
  const inferred = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
  const written =
    typeof value === 'string'
      ? atPath(MANIFEST_FILE, joinPath(path, 'value'), () => engine.evaluateOptional(value, scope))
      : (value ?? inferred);
  const found = numberFromWord(written ?? field.default);
  if (found === undefined || found === null) {
    if (field.required !== false) throw new KernelError(MANIFEST_FILE, path, 'nothing gives this field a value');
    return 0;
  }
  const number = typeof found === 'boolean' ? Number(found) : found;
  if (typeof number !== 'number') {
    throw new KernelError(MANIFEST_FILE, path, `its value is ${JSON.stringify(found)}, not a number`);
  }
  if (field.type === 'f32') return number;
  const [least, most] = RANGES[field.type];
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new KernelError(MANIFEST_FILE, path, `its value is ${number}, which is no ${field.type}`);
}

/**
 * The bytes of a uniform struct: 4 a field, in order, padded with zeros to a multiple of 16. A field without a value
 * takes the call's argument or attribute of its name; one whose value is undefined takes its default. Throws KernelError.
 */
export function structData(
  fields: readonly ManifestField[],
  engine: JinjaEngine,
  scope: Scope,
  given: Readonly<Record<string, unknown>>,
  path: string,
): Uint8Array {
  const data = new DataView(new ArrayBuffer(Math.ceil(fields.length / 4) * 16));
  for (const [index, field] of fields.entries()) {
    const value = fieldValue(field, engine, scope, given, joinPath(path, 'struct', index));
    if (field.type === 'f32') data.setFloat32(index * 4, value, true);
    else data.setUint32(index * 4, value, true);
  }
  return new Uint8Array(data.buffer);
}
