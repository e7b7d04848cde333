// bench.json: what is worth measuring. The format is this program's own, docs/bench-format.md describes it.
import * as v from 'valibot';
import type { Candidates } from '../tuneSetting';
import { joinPath, parseKernelJson, parseWith } from './kernelJson';
import type { Manifest } from './manifest';
import { KernelError, LOGICAL_DTYPES, type CallSpec, type LogicalDtype } from './program';
import type { TensorValues } from './storage';
import { isLogicalDtype } from './tensor';

const BENCH_FILE = 'bench.json';

/** Combinations of dtypes of one case: more is a mistake. */
const MAX_EXPANSIONS = 64;

export interface BenchCase {
  /** Unique together with `dtype`. */
  readonly name: string;
  /** What a report calls it, without the dtype; null: by the shape of its largest input. */
  readonly label: string | null;
  readonly tags: readonly string[];
  /** e.g. `float16`; several type variables are joined with `+`. */
  readonly dtype: string;
  readonly call: CallSpec;
  /** Inputs whose slices along an axis do not affect each other's outputs, every output being such slices; or null. */
  readonly independent: { readonly axis: number; readonly inputs: readonly string[] } | null;
  /** Another axis whose places do not affect each other either. */
  readonly alsoIndependent: AlsoIndependent | null;
  /** Whether it is measured when nobody asks for particular cases. */
  readonly default: boolean;
  /** Inputs that keep these values and are not drawn, by port. */
  readonly given: Readonly<Record<string, TensorValues>>;
  /** Inputs that are drawn from a range of their own, by port. */
  readonly draws: Readonly<Record<string, DrawRange>>;
  /** Tolerances that the case brings itself, by output. */
  readonly tolerances: ReadonlyMap<string, number>;
}

/** Places along an axis of the outputs that do not affect each other. */
export interface AlsoIndependent {
  readonly axis: number;
  /** The axis of the same places, by input. */
  readonly inputs: Readonly<Record<string, number>>;
  /** The attribute that says how many there are. */
  readonly attribute: string | null;
}

/** Whole numbers, or floats evenly, from `from` on and below `below`. */
export interface DrawRange {
  readonly from: number;
  readonly below: number;
}

export interface BenchFile {
  /** The variant everything is compared with; null: the last one in rank order. */
  readonly baseline: string | null;
  /** Variants to measure beside the baseline and what selection takes. */
  readonly contenders: readonly string[];
  /** Values that are worth trying, by the tunable's name. */
  readonly tune: Candidates;
  readonly cases: readonly BenchCase[];
}

const dtype = v.picklist(LOGICAL_DTYPES);
const shape = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));

const DrawSchema = v.pipe(
  v.strictObject({ from: v.optional(v.number(), 0), below: v.number() }),
  v.check(({ from, below }) => from < below, 'expected `from` to be less than `below`'),
);

const axis = v.pipe(v.number(), v.integer(), v.minValue(0));

const CaseSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1)),
  label: v.exactOptional(v.pipe(v.string(), v.minLength(1))),
  description: v.optional(v.string()),
  tags: v.optional(v.array(v.string()), []),
  inputs: v.record(v.string(), v.strictObject({ dtype: v.optional(dtype), shape, draw: v.optional(DrawSchema) })),
  outputs: v.optional(
    v.record(v.string(), v.strictObject({ dtype: v.exactOptional(dtype), shape: v.exactOptional(shape) })),
  ),
  /** Type variables and the dtypes to measure. */
  dtypes: v.optional(v.record(v.string(), v.pipe(v.array(dtype), v.minLength(1))), {}),
  attributes: v.optional(v.record(v.string(), v.unknown()), {}),
  args: v.optional(v.record(v.string(), v.unknown()), {}),
  independent: v.optional(v.strictObject({ axis, inputs: v.optional(v.array(v.string())) })),
  alsoIndependent: v.optional(
    v.strictObject({ axis, inputs: v.record(v.string(), axis), attribute: v.optional(v.string()) }),
  ),
  default: v.optional(v.boolean(), true),
});
type WrittenCase = v.InferOutput<typeof CaseSchema>;

const BenchSchema = v.strictObject({
  $schema: v.optional(v.string()),
  baseline: v.optional(v.string()),
  contenders: v.optional(v.array(v.string()), []),
  tune: v.optional(
    v.record(v.string(), v.pipe(v.array(v.union([v.number(), v.string(), v.boolean()])), v.minLength(1))),
    {},
  ),
  cases: v.array(CaseSchema),
});

const VOCABULARY = [
  ...Object.keys(BenchSchema.entries),
  ...Object.keys(CaseSchema.entries),
  'dtype',
  'shape',
  'axis',
  'draw',
  'from',
  'below',
];

function fail(path: string, reason: string): never {
  throw new KernelError(BENCH_FILE, path, reason);
}

/** Every choice of one dtype for each type variable. */
function dtypeChoices(dtypes: WrittenCase['dtypes'], path: string): ReadonlyMap<string, LogicalDtype>[] {
  let choices: ReadonlyMap<string, LogicalDtype>[] = [new Map()];
  for (const [variable, allowed] of Object.entries(dtypes)) {
    choices = choices.flatMap((choice) => allowed.map((one) => new Map([...choice, [variable, one]])));
    if (choices.length > MAX_EXPANSIONS) fail(joinPath(path, 'dtypes'), `more than ${MAX_EXPANSIONS} combinations`);
  }
  return choices;
}

function independentInputs(written: WrittenCase, path: string): BenchCase['independent'] {
  if (written.independent === undefined) return null;
  const place = joinPath(path, 'independent', 'inputs');
  const ports = Object.entries(written.inputs);
  const highest = Math.max(0, ...ports.map(([, input]) => input.shape.length));
  const inputs =
    written.independent.inputs ?? ports.filter(([, input]) => input.shape.length === highest).map(([port]) => port);
  const { axis } = written.independent;
  const extents = inputs.map((port) => {
    const shape = Object.hasOwn(written.inputs, port) ? written.inputs[port]?.shape : undefined;
    const extent = shape?.[axis] ?? fail(place, `\`${port}\` is no input of this case with an axis ${axis}`);
    if (shape?.slice(0, axis).some((before) => before !== 1) === true) {
      fail(place, `\`${port}\` has an extent other than 1 before axis ${axis}`);
    }
    return extent;
  });
  // Query heads may share a head of keys: a slice then has several of the one and one of the other.
  const fewest = Math.min(...extents);
  if (extents.some((extent) => extent !== fewest && (fewest === 0 || extent % fewest !== 0))) {
    const all = [...new Set(extents)].join(', ');
    fail(place, `their extents along axis ${axis} are no multiples of the smallest: ${all}`);
  }
  return { axis, inputs };
}

function alsoIndependentInputs(written: WrittenCase, path: string): AlsoIndependent | null {
  if (written.alsoIndependent === undefined) return null;
  const { axis: along, inputs, attribute = null } = written.alsoIndependent;
  const place = joinPath(path, 'alsoIndependent', 'inputs');
  const extents = Object.entries(inputs).map(([port, own]) => {
    const shape = Object.hasOwn(written.inputs, port) ? written.inputs[port]?.shape : undefined;
    return shape?.[own] ?? fail(place, `\`${port}\` is no input of this case with an axis ${own}`);
  });
  const [extent] = extents;
  if (extents.some((one) => one !== extent)) fail(place, `their extents differ: ${extents.join(', ')}`);
  if (attribute !== null && written.attributes[attribute] !== extent) {
    fail(joinPath(path, 'alsoIndependent', 'attribute'), `the case gives \`${attribute}\` no value of ${extent ?? 0}`);
  }
  return { axis: along, inputs, attribute };
}

function expandCase(written: WrittenCase, manifest: Manifest, path: string): BenchCase[] {
  for (const variable of Object.keys(written.dtypes)) {
    if (!Object.hasOwn(manifest.typeConstraints, variable)) {
      fail(joinPath(path, 'dtypes', variable), 'the manifest has no such type variable');
    }
  }
  const independent = independentInputs(written, path);
  const alsoIndependent = alsoIndependentInputs(written, path);
  return dtypeChoices(written.dtypes, path).map((choice) => {
    const inputs = Object.fromEntries(
      Object.entries(written.inputs).map(([port, input]) => {
        const place = joinPath(path, 'inputs', port);
        const declared = Object.hasOwn(manifest.inputs, port) ? manifest.inputs[port]?.dtype : undefined;
        if (declared === undefined) fail(place, 'the kernel has no such input');
        const resolved = input.dtype ?? choice.get(declared) ?? (isLogicalDtype(declared) ? declared : undefined);
        if (resolved === undefined) fail(place, `neither it nor \`dtypes\` says what ${declared} is`);
        return [port, { dtype: resolved, shape: input.shape }];
      }),
    );
    const [first] = Object.values(inputs);
    const chosen = [...choice.values()];
    return {
      name: written.name,
      label: written.label ?? null,
      tags: written.tags,
      dtype: chosen.length > 0 ? chosen.join('+') : (first?.dtype ?? ''),
      call: { inputs, outputs: written.outputs ?? {}, attributes: written.attributes, args: written.args },
      independent,
      alsoIndependent,
      default: written.default,
      given: {},
      draws: Object.fromEntries(
        Object.entries(written.inputs).flatMap(([port, { draw }]) => (draw === undefined ? [] : [[port, draw]])),
      ),
      tolerances: new Map(),
    };
  });
}

/**
 * Reads bench.json, each case expanded over its dtypes. Other programs' bench.json has a format of its own: a file that
 * is JSON but not in this format gives the problem instead. Throws KernelError when it is not JSON.
 */
export function parseBenchFile(bytes: Uint8Array, manifest: Manifest): BenchFile | { readonly problem: string } {
  const json = parseKernelJson(bytes, BENCH_FILE);
  try {
    const file = parseWith(BenchSchema, json, BENCH_FILE, '', VOCABULARY);
    const known = new Set(manifest.variants.map(({ variant }) => variant.id));
    const named = [
      ...(file.baseline === undefined ? [] : [{ id: file.baseline, path: 'baseline' }]),
      ...file.contenders.map((id, index) => ({ id, path: joinPath('contenders', index) })),
    ];
    for (const { id, path } of named) if (!known.has(id)) fail(path, `the kernel has no variant \`${id}\``);
    const owners = [manifest.tunables, ...manifest.variants.map(({ variant }) => variant.tunables ?? {})];
    for (const name of Object.keys(file.tune)) {
      if (!owners.some((tunables) => Object.hasOwn(tunables, name)))
        fail(joinPath('tune', name), 'the kernel has no such tunable');
    }
    const cases = file.cases.flatMap((written, index) => expandCase(written, manifest, joinPath('cases', index)));
    const seen = new Set<string>();
    for (const { name, dtype: label } of cases) {
      const id = `${name}/${label}`;
      if (seen.has(id)) fail('cases', `a second case ${id}`);
      seen.add(id);
    }
    return { baseline: file.baseline ?? null, contenders: file.contenders, tune: file.tune, cases };
  } catch (error) {
    if (error instanceof KernelError) return { problem: error.message };
    throw error;
  }
}
