// The schema of manifest.json, spec 2.1. Every object is closed: a key that is not here is a mistake.
import * as v from 'valibot';
import { isRecord } from './kernelJson';
import { LOGICAL_DTYPES } from './program';

const text = v.string();
const note = v.optional(text);
const scalar = v.union([v.string(), v.number()], 'expected an expression or a number');
const json = v.record(text, v.unknown());

const Port = v.strictObject({
  description: note,
  /** Its name in ONNX. */
  onnx: note,
  /** A logical dtype or a type variable. */
  dtype: text,
  rank: v.optional(v.unknown()),
  optional: v.optional(v.boolean()),
  layout: v.optional(v.literal('packed')),
  shape: v.optional(v.union([scalar, v.array(scalar)], 'expected an expression, or a list of them')),
  storage: note,
  narrowing: v.optional(v.picklist(['checked', 'saturating'])),
});

const Argument = v.strictObject({
  kind: v.picklist(['u32', 'i32', 'f32', 'bool', 'string']),
  description: note,
  onnx: note,
  required: v.optional(v.boolean()),
  oneOf: v.optional(v.array(v.unknown())),
});

const Attribute = v.strictObject({ default: v.optional(v.unknown()), description: note });

const AttributeConstraint = v.strictObject({
  required: v.optional(v.boolean()),
  values: v.optional(v.array(v.unknown())),
});

const Tunable = v.strictObject({ default: v.union([v.number(), v.string(), v.boolean()]), description: note });

const Requires = v.strictObject({
  /** One that no device has is no mistake: the variant waits for a device that has it. */
  features: v.optional(v.array(text)),
  limits: v.optional(v.record(text, v.number())),
  subgroupMinSize: v.optional(v.number()),
  subgroupMatrixConfigs: v.optional(
    v.array(
      v.strictObject({
        componentType: note,
        resultComponentType: note,
        M: v.optional(v.number()),
        N: v.optional(v.number()),
        K: v.optional(v.number()),
      }),
    ),
  ),
});

const Field = v.strictObject({
  name: text,
  type: v.picklist(['u32', 'i32', 'f32']),
  value: v.optional(v.union([v.string(), v.number(), v.boolean()])),
  required: v.optional(v.boolean()),
  internal: v.optional(v.boolean()),
  default: v.optional(v.union([v.number(), v.boolean(), v.picklist(['NaN', 'Infinity', '-Infinity'])])),
});

const Binding = v.strictObject({
  /** The WGSL name; its handle when left out. */
  name: note,
  arg: note,
  scratch: v.optional(v.union([v.string(), v.literal(true)])),
  buffer: v.optional(v.picklist(['read-only-storage', 'storage', 'uniform'])),
  elementType: note,
  length: v.optional(
    v.union([v.pipe(v.number(), v.integer(), v.minValue(1)), v.pipe(v.string(), v.regex(/^\$/, 'expected `$name`'))]),
  ),
  structName: note,
  struct: v.optional(v.pipe(v.array(Field), v.minLength(1))),
});

/** A handle, port or intermediate by name, or an entry in place; not a union, so that an unknown key is named. */
const BoundItem: v.GenericSchema<unknown, string | v.InferOutput<typeof Binding>> = v.lazy((input) =>
  typeof input === 'string' ? text : Binding,
);

const threads = v.strictObject({ threads: scalar, workgroupSize: scalar });
const workgroups = v.strictObject({ workgroups: scalar });
const axes = v.strictObject({ x: scalar, y: v.optional(scalar), z: v.optional(scalar) });
/** Spec 1.0 only. */
const gridStride = v.strictObject({ gridStride: scalar, workgroupSize: scalar });
export type ManifestDispatch = v.InferOutput<typeof threads | typeof workgroups | typeof axes | typeof gridStride>;

function dispatchSchema(old: boolean): v.GenericSchema<unknown, ManifestDispatch> {
  return v.lazy((input) => {
    if (isRecord(input) && 'threads' in input) return threads;
    if (isRecord(input) && 'workgroups' in input) return workgroups;
    return old && isRecord(input) && 'gridStride' in input ? gridStride : axes;
  });
}

function passEntries(old: boolean) {
  return {
    id: text,
    name: note,
    /** Path of a template; may be left out of a pass that only makes views. */
    shader: note,
    derive: v.optional(json),
    bindings: v.optional(v.array(BoundItem)),
    dispatch: v.optional(dispatchSchema(old)),
    profile: v.optional(v.unknown()),
    subgroupCollectivesWidth: v.optional(v.unknown()),
    submitAfter: v.optional(v.boolean()),
    viewAlias: v.optional(v.array(v.strictObject({ input: text, output: text }))),
  };
}

const Pass21 = v.strictObject(passEntries(false));
/** Spec 1.0: `source` gives the template inputs of its own. */
const Pass10 = v.strictObject({ ...passEntries(true), source: v.optional(json) });
export type ManifestPass = v.InferOutput<typeof Pass10>;

/** Passes that are run `count` times over, seeing `repeat.<index>`. */
export interface ManifestGroup {
  id: string;
  repeat: { index: string; count: string | number };
  passes: (ManifestPass | ManifestGroup)[];
}

function passSchema(old: boolean): v.GenericSchema<unknown, ManifestPass | ManifestGroup> {
  const group: v.GenericSchema<unknown, ManifestGroup> = v.strictObject({
    id: text,
    repeat: v.strictObject({ index: text, count: scalar }),
    passes: v.array(v.lazy(() => either)),
  });
  const either: v.GenericSchema<unknown, ManifestPass | ManifestGroup> = v.lazy((input) => {
    if (isRecord(input) && 'repeat' in input) return group;
    return old ? Pass10 : Pass21;
  });
  return either;
}

const Intermediate = v.strictObject({
  id: text,
  dtype: text,
  shape: v.union([scalar, v.array(scalar)], 'expected an expression, or a list of them'),
  zeroInit: v.optional(v.boolean()),
});

function variantEntries(old: boolean) {
  return {
    id: text,
    description: note,
    priority: v.optional(v.number()),
    when: v.optional(v.array(text)),
    demoteWhen: v.optional(v.array(text)),
    supersededBy: v.optional(v.array(text)),
    requires: v.optional(Requires),
    tunables: v.optional(v.record(text, Tunable)),
    derive: v.optional(json),
    intermediates: v.optional(v.array(Intermediate)),
    passes: v.pipe(v.array(passSchema(old)), v.minLength(1, 'a variant has at least one pass')),
  };
}

const Variant21 = v.strictObject(variantEntries(false));
const Variant10 = v.strictObject(variantEntries(true));
export type ManifestVariant = v.InferOutput<typeof Variant10>;

/** The schema of one variant, families expanded. */
export function variantSchema(spec: '1.0' | '2.1'): v.GenericSchema<unknown, ManifestVariant> {
  return spec === '1.0' ? Variant10 : Variant21;
}

const value = v.union([v.string(), v.number(), v.boolean()], 'expected a string, a number, true or false');
/** A list or null can stand for a whole string only. */
const placeholder = v.union(
  [value, v.null(), v.array(v.unknown())],
  'expected a string, a number, true, false, null or a list',
);

/** Variants that differ in what stands for their `{placeholder}`s. */
export const FamilySchema = v.strictObject({
  cases: v.array(v.record(text, placeholder)),
  variants: v.array(json),
  axes: v.optional(v.record(text, v.array(v.union([placeholder, v.record(text, placeholder)])))),
  exclude: v.optional(v.array(v.record(text, value))),
});

export const ManifestSchema = v.strictObject({
  $schema: note,
  domain: v.optional(text, 'ai.onnx'),
  name: text,
  description: note,
  conformance: v.optional(v.unknown()),
  sinceVersion: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  inputs: v.optional(v.record(text, Port), {}),
  outputs: v.record(text, Port),
  args: v.optional(v.record(text, Argument), {}),
  attributes: v.optional(v.record(text, Attribute), {}),
  attributeConstraints: v.optional(v.record(text, AttributeConstraint), {}),
  typeConstraints: v.optional(v.record(text, v.array(v.picklist(LOGICAL_DTYPES))), {}),
  tunables: v.optional(v.record(text, Tunable), {}),
  derive: v.optional(json, {}),
  when: v.optional(v.array(text), []),
  requires: v.optional(Requires, {}),
  bindings: v.optional(v.record(text, Binding), {}),
  /** Variants and families; parsed one by one, after the families are expanded. */
  variants: v.pipe(v.array(json), v.minLength(1, 'there must be at least one variant')),
  onnx: v.optional(v.unknown()),
});

export type ManifestHead = v.InferOutput<typeof ManifestSchema>;
export type ManifestPort = v.InferOutput<typeof Port>;
export type ManifestBinding = v.InferOutput<typeof Binding>;
export type ManifestField = v.InferOutput<typeof Field>;
export type ManifestRequires = v.InferOutput<typeof Requires>;
export type ManifestIntermediate = v.InferOutput<typeof Intermediate>;
export type ManifestShape = NonNullable<ManifestPort['shape']>;

/** Every key of the format, to guess what a misspelt one meant. */
export const MANIFEST_KEYS: ReadonlySet<string> = new Set(
  [
    ManifestSchema.entries,
    FamilySchema.entries,
    Variant10.entries,
    Pass10.entries,
    Port.entries,
    Argument.entries,
    AttributeConstraint.entries,
    Requires.entries,
    Binding.entries,
    Field.entries,
    threads.entries,
    workgroups.entries,
  ].flatMap((entries) => Object.keys(entries)),
);
