// test.json: the cases a kernel has to get right. Read leniently, case by case: what is not understood is kept as a
// case that is not run, with the reason, never guessed.
import * as v from 'valibot';
import { isRecord, joinPath, parseKernelJson, parseWith } from './kernelJson';
import type { Manifest } from './manifest';
import { KernelError, type CallSpec, type LogicalDtype } from './program';
import { valuesFromNumbers, type TensorValues } from './storage';
import { elementCount, isLogicalDtype } from './tensor';

const TEST_FILE = 'test.json';

export type TestData =
  | { readonly kind: 'values'; readonly values: TensorValues }
  /** A deterministic wave; its formula is this program's own. */
  | { readonly kind: 'fillFloat32'; readonly sinStep: number; readonly cosStep: number; readonly scale?: number };

export interface TestInput {
  readonly dtype: LogicalDtype;
  readonly shape: readonly number[];
  readonly data: TestData;
}

export interface TestOutput {
  readonly dtype: LogicalDtype;
  readonly shape: readonly number[];
  /** Whether it is absolute or relative is not known: null when the file gives none. */
  readonly tolerance: number | null;
  readonly allowNaN: boolean;
  /** The stored values; null when an oracle has to tell. */
  readonly expected: TensorValues | null;
}

export interface TestCase {
  readonly name: string;
  readonly skipGpu: { readonly category: string; readonly reason: string } | null;
  /** Why this program cannot run the case; null when it can. */
  readonly notRun: string | null;
  readonly call: CallSpec;
  readonly inputs: Readonly<Record<string, TestInput>>;
  readonly outputs: Readonly<Record<string, TestOutput>>;
}

export interface TestFile {
  readonly cases: readonly TestCase[];
}

const FileSchema = v.object({
  fixtureArrays: v.optional(v.record(v.string(), v.unknown()), {}),
  cases: v.array(v.looseObject({ name: v.string() })),
});

const CASE_KEYS: ReadonlySet<string> = new Set([
  ...['name', 'description', 'tags', 'provenance', 'skipGpu'],
  ...['inputs', 'outputs', 'attributes', 'attrs', 'args'],
]);
const INPUT_KEYS: ReadonlySet<string> = new Set(['dtype', 'shape', 'data', 'description']);
const OUTPUT_KEYS: ReadonlySet<string> = new Set([...INPUT_KEYS, 'tolerance', 'allowNaN']);
const VALUES_KEYS: ReadonlySet<string> = new Set(['kind', 'values']);

const shape = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));
const skipGpu = v.object({ category: v.optional(v.string(), ''), reason: v.optional(v.string(), '') });
const fill = v.strictObject({
  kind: v.literal('fillFloat32'),
  sinStep: v.number(),
  cosStep: v.number(),
  scale: v.exactOptional(v.number()),
});

/** Why a case cannot be run. */
class NotRun extends Error {}

const WORDS: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
  infinity: Infinity,
  '+infinity': Infinity,
  '-infinity': -Infinity,
};

function element(value: unknown): number | bigint | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    const word = value.toLowerCase();
    if (Object.hasOwn(WORDS, word)) return WORDS[word] ?? NaN;
    if (/^[+-]?\d+$/.test(value)) return BigInt(value);
  }
  throw new NotRun(`unknown value ${JSON.stringify(value)}`);
}

/** An attribute's value with its long whole numbers, which are read as digits, as the nearest numbers. */
function withoutLongIntegers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLongIntegers);
  return typeof value === 'string' && /^-?\d{16,}$/.test(value) ? Number(value) : value;
}

/** A key that is not understood could change what the case means. */
function refuseUnknownKeys(value: Readonly<Record<string, unknown>>, known: ReadonlySet<string>, path: string): void {
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown !== undefined) throw new NotRun(`${path === '' ? '' : `${path}: `}unknown key ${unknown}`);
}

function resolveReference(reference: unknown, fixtures: Readonly<Record<string, unknown>>): unknown {
  const prefix = '#/fixtureArrays/';
  if (typeof reference === 'string' && reference.startsWith(prefix)) {
    const name = reference.slice(prefix.length).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Object.hasOwn(fixtures, name)) return fixtures[name];
  }
  throw new NotRun(`unknown reference ${JSON.stringify(reference)}`);
}

class CaseReader {
  constructor(
    private readonly fixtures: Readonly<Record<string, unknown>>,
    private readonly manifest: Manifest,
  ) {}

  /** Reads one case; what is wrong with it becomes its `notRun`. */
  read(entry: Readonly<Record<string, unknown>> & { readonly name: string }): TestCase {
    const empty = { name: entry.name, skipGpu: null, call: { inputs: {} }, inputs: {}, outputs: {} };
    try {
      const skip = this.parse(v.nullish(skipGpu), entry['skipGpu'], 'skipGpu') ?? null;
      try {
        return { ...this.readCall(entry), name: entry.name, skipGpu: skip, notRun: null };
      } catch (error) {
        return { ...empty, skipGpu: skip, notRun: this.reason(error) };
      }
    } catch (error) {
      return { ...empty, notRun: this.reason(error) };
    }
  }

  private reason(error: unknown): string {
    if (error instanceof NotRun) return error.message;
    throw error;
  }

  private parse<S extends v.GenericSchema>(schema: S, value: unknown, path: string): v.InferOutput<S> {
    try {
      return parseWith(schema, value, TEST_FILE, path);
    } catch (error) {
      throw error instanceof KernelError ? new NotRun(`${error.path}: ${error.reason}`) : error;
    }
  }

  private record(value: unknown, path: string): Readonly<Record<string, unknown>> {
    return value === undefined ? {} : this.parse(v.record(v.string(), v.unknown()), value, path);
  }

  private readCall(entry: Readonly<Record<string, unknown>>): Pick<TestCase, 'call' | 'inputs' | 'outputs'> {
    refuseUnknownKeys(entry, CASE_KEYS, '');
    const inputs = Object.fromEntries(
      this.ports(entry, 'inputs').map(([port, input]) => [port, this.input(port, input)]),
    );
    const outputs = Object.fromEntries(
      this.ports(entry, 'outputs').map(([port, output]) => [port, this.output(port, output)]),
    );
    const given = ['attributes', 'attrs', 'args']
      .flatMap((key) => Object.entries(this.record(entry[key], key)))
      .map(([name, value]): [string, unknown] => [name, withoutLongIntegers(value)]);
    const isArgument = (name: string): boolean => Object.hasOwn(this.manifest.args, name);
    const call: CallSpec = {
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([port, input]) => [port, { dtype: input.dtype, shape: input.shape }]),
      ),
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([port, output]) => [port, { dtype: output.dtype, shape: output.shape }]),
      ),
      attributes: Object.fromEntries(given.filter(([name]) => !isArgument(name))),
      args: Object.fromEntries(given.filter(([name]) => isArgument(name))),
    };
    return { call, inputs, outputs };
  }

  /** The ports that are there: null stands for one that is not. */
  private ports(entry: Readonly<Record<string, unknown>>, key: 'inputs' | 'outputs'): [string, unknown][] {
    return Object.entries(this.record(entry[key], key)).filter(([, port]) => port !== null);
  }

  private tensor(value: unknown, keys: ReadonlySet<string>, path: string) {
    const fields = this.record(value, path);
    refuseUnknownKeys(fields, keys, path);
    const dtype = fields['dtype'];
    if (!isLogicalDtype(dtype)) throw new NotRun(`${path}: unknown dtype ${JSON.stringify(dtype)}`);
    return { fields, dtype, shape: this.parse(shape, fields['shape'], joinPath(path, 'shape')) };
  }

  private input(port: string, value: unknown): TestInput {
    const path = joinPath('inputs', port);
    const { fields, dtype, shape: extents } = this.tensor(value, INPUT_KEYS, path);
    return { dtype, shape: extents, data: this.data(fields['data'], dtype, extents, joinPath(path, 'data')) };
  }

  private output(port: string, value: unknown): TestOutput {
    const path = joinPath('outputs', port);
    const { fields, dtype, shape: extents } = this.tensor(value, OUTPUT_KEYS, path);
    const stored = fields['data'] ?? undefined;
    const data = stored === undefined ? null : this.data(stored, dtype, extents, joinPath(path, 'data'));
    if (data !== null && data.kind !== 'values') throw new NotRun(`${path}: expected values, not ${data.kind}`);
    const tolerance = v.optional(v.nullable(v.pipe(v.number(), v.minValue(0))));
    return {
      dtype,
      shape: extents,
      tolerance: this.parse(tolerance, fields['tolerance'], joinPath(path, 'tolerance')) ?? null,
      allowNaN: fields['allowNaN'] === true,
      expected: data?.values ?? null,
    };
  }

  private data(value: unknown, dtype: LogicalDtype, extents: readonly number[], path: string): TestData {
    if (!isRecord(value)) throw new NotRun(`${path}: there is no data`);
    if (value['kind'] === 'fillFloat32') return this.parse(fill, value, path);
    if (value['kind'] !== 'values') throw new NotRun(`unknown generator ${String(value['kind'])}`);
    refuseUnknownKeys(value, VALUES_KEYS, path);
    const written = value['values'];
    const list = isRecord(written) ? resolveReference(written['$ref'], this.fixtures) : written;
    if (!Array.isArray(list)) throw new NotRun(`${path}: the values are not a list`);
    const count = elementCount(extents);
    if (list.length !== count) throw new NotRun(`${path}: ${list.length} values for ${count} elements`);
    try {
      return { kind: 'values', values: valuesFromNumbers(dtype, list.map(element)) };
    } catch (error) {
      throw error instanceof RangeError ? new NotRun(`${path}: ${error.message}`) : error;
    }
  }
}

/** Reads test.json. Throws KernelError when it is no list of named cases. */
export function parseTestFile(bytes: Uint8Array, manifest: Manifest): TestFile {
  const file = parseWith(FileSchema, parseKernelJson(bytes, TEST_FILE, true), TEST_FILE, '');
  const reader = new CaseReader(file.fixtureArrays, manifest);
  return { cases: file.cases.map((entry) => reader.read(entry)) };
}
