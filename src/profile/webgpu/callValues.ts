// Attributes and arguments of a call, with defaults, checked against the manifest.
import { joinPath } from './kernelJson';
import { MANIFEST_FILE, type Manifest } from './manifest';
import { numberFromWord } from './numberWords';
import { CallError } from './program';

function fail(path: string, reason: string): never {
  throw new CallError(MANIFEST_FILE, path, reason);
}

/** Equality of attribute values: numbers as float32, which is what an ONNX attribute holds. */
function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Object.is(Math.fround(a) + 0, Math.fround(b) + 0);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((entry, index) => sameValue(entry, b[index]));
  }
  return a === b;
}

/** The attributes of a call, defaults filled in; one without value or default is left out. Throws CallError. */
export function checkAttributes(
  manifest: Manifest,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const declared = Object.keys(manifest.attributes);
  for (const name of Object.keys(given)) {
    if (!declared.includes(name)) {
      const known = declared.length === 0 ? 'the kernel has none' : `there are ${declared.join(', ')}`;
      fail(joinPath('attributes', name), `there is no such attribute; ${known}`);
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(manifest.attributes)) {
    const value = numberFromWord(Object.hasOwn(given, name) ? given[name] : attribute.default);
    const constraint = Object.hasOwn(manifest.attributeConstraints, name)
      ? manifest.attributeConstraints[name]
      : undefined;
    if (value === undefined || value === null) {
      if (constraint?.required === true) fail(joinPath('attributes', name), 'this attribute is required');
      continue;
    }
    if (constraint?.values !== undefined && !constraint.values.some((allowed) => sameValue(allowed, value))) {
      const allowed = constraint.values.map((entry) => JSON.stringify(entry)).join(', ');
      fail(joinPath('attributeConstraints', name), `${JSON.stringify(value)} is not one of ${allowed}`);
    }
    values[name] = value;
  }
  return values;
}

const KINDS: Readonly<Record<Manifest['args'][string]['kind'], (value: unknown) => boolean>> = {
  u32: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffffffff,
  i32: (value) => Number.isInteger(value) && Number(value) >= -0x80000000 && Number(value) <= 0x7fffffff,
  f32: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
};

/** The arguments of a call; an optional one that is not given is left out. Throws CallError. */
export function checkArguments(
  manifest: Manifest,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(manifest.args, name)) fail(joinPath('args', name), 'there is no such argument');
  }
  const values: Record<string, unknown> = {};
  for (const [name, argument] of Object.entries(manifest.args)) {
    const path = joinPath('args', name);
    const written = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = argument.kind === 'f32' ? numberFromWord(written) : written;
    if (value === undefined || value === null) {
      if (argument.required !== false) fail(path, 'this argument is required');
      continue;
    }
    if (!KINDS[argument.kind](value)) fail(path, `expected ${argument.kind}, got ${JSON.stringify(value)}`);
    if (argument.oneOf !== undefined && !argument.oneOf.some((allowed) => sameValue(allowed, value))) {
      const allowed = argument.oneOf.map((entry) => JSON.stringify(entry)).join(', ');
      fail(path, `${JSON.stringify(value)} is not one of ${allowed}`);
    }
    values[name] = value;
  }
  return values;
}
