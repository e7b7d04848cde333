// What a person asks of a profile of Python code. The panel, the editor, the command line and the tests fill in this value.
import * as v from 'valibot';

/** A file of a kernel's `benchmarks/`, as it is in its repository. */
const BenchmarkScriptSchema = v.object({
  /** `benchmarks/benchmark.py`. */
  name: v.string(),
  source: v.string(),
  /** A folder of this machine that its imports are looked for in as well; null: it has none. */
  folder: v.nullable(v.string()),
});

const PythonKernelSchema = v.variant('kind', [
  v.object({
    kind: v.literal('hub'),
    /** `org/name`. */
    id: v.string(),
    /** N of the branch `vN` that it was asked for by; null: by something else. */
    version: v.nullable(v.number()),
    /** What runs, 40 hexadecimal digits; null: the Hub could not be asked, and the library takes what it has of `version`. */
    commit: v.nullable(v.string()),
    /** A person agreed to run this publisher's code at this commit. */
    trust: v.boolean(),
    license: v.nullable(v.string()),
    scripts: v.array(BenchmarkScriptSchema),
  }),
  /** A folder of this machine in the Hub's layout, `<path>/build/<variant>/__init__.py`. */
  v.object({ kind: v.literal('folder'), path: v.string(), scripts: v.array(BenchmarkScriptSchema) }),
]);

/** Sizes by the names that a workload gives them, `tokens` and `inner` say; `name`: a label instead of the numbers. */
const ShapeSizesSchema = v.record(v.string(), v.union([v.pipe(v.number(), v.integer()), v.boolean(), v.string()]));

const FunctionTensorSchema = v.object({
  name: v.string(),
  shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** null: the dtype of the case. */
  dtype: v.nullable(v.string()),
  /** `whole`: whole numbers from `low` up to but without `high`. */
  values: v.picklist(['normal', 'whole', 'ones']),
  low: v.optional(v.number()),
  high: v.optional(v.number()),
});

/** What a function is called with: tensors in the order of its parameters, then `arguments` by name. */
const FunctionInputsSchema = v.object({
  tensors: v.pipe(v.array(FunctionTensorSchema), v.minLength(1)),
  arguments: v.record(v.string(), v.union([v.number(), v.boolean(), v.string(), v.null_()])),
  /** Tensors that it may write to. */
  outputs: v.array(v.string()),
});

export const PythonWorkSchema = v.variant('kind', [
  /** The kernels' own benchmark scripts, and built-in workloads for the functions that they have. */
  v.object({
    kind: v.literal('kernels'),
    /** Ids of workloads (`activation.silu_and_mul`) and names of script classes (`Class` or `Class.workload`); empty: all. */
    workloads: v.array(v.string()),
    /** Shapes of built-in workloads; empty: those of real models. */
    shapes: v.array(ShapeSizesSchema),
  }),
  /** A function of a file, alone or against another. */
  v.object({
    kind: v.literal('function'),
    /** An absolute path. */
    file: v.string(),
    /** Its name at the top of the file, dotted for a method of a class. */
    function: v.string(),
    /** Another function of the file, or of an installed module: `torch.nn.functional.gelu`; null: none. */
    against: v.nullable(v.string()),
    inputs: v.pipe(v.array(FunctionInputsSchema), v.minLength(1)),
    /** Allowed error, |got − want| ≤ tolerance × max(1, |want|); null: by dtype. */
    tolerance: v.nullable(v.number()),
  }),
]);

export const PythonProfileOptionsSchema = v.object({
  /** The first is the one that is asked about; others are other versions of it, or other kernels for the same operation. */
  kernels: v.array(PythonKernelSchema),
  work: PythonWorkSchema,
  /** What else computes the cases; the first is the baseline. At least one, except for a function alone. */
  references: v.array(v.picklist(['eager', 'compile'])),
  /** `float32`, `float16`, `bfloat16`, …; empty: what suits device and workload. */
  dtypes: v.array(v.string()),
  /** Forward and backward as well, where the kernel has it. */
  backward: v.boolean(),
  size: v.picklist(['quick', 'default', 'full']),
  /** As torch names it: `cpu`, `cuda`, `cuda:1`, `xpu`, `mps`; `auto`: the best there is. */
  device: v.string(),
  /** A regular expression over case ids; null: all. */
  cases: v.nullable(v.string()),
  /** The first kernel (else the first contender) against itself: a test of the measurement. */
  aa: v.boolean(),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff)),
});

export type BenchmarkScript = v.InferOutput<typeof BenchmarkScriptSchema>;
export type PythonKernelRef = v.InferOutput<typeof PythonKernelSchema>;
export type HubPythonKernelRef = Extract<PythonKernelRef, { kind: 'hub' }>;
export type ShapeSizes = v.InferOutput<typeof ShapeSizesSchema>;
export type FunctionInputs = v.InferOutput<typeof FunctionInputsSchema>;
export type PythonWork = v.InferOutput<typeof PythonWorkSchema>;
export type PythonProfileOptions = v.InferOutput<typeof PythonProfileOptionsSchema>;

export const DEFAULT_PYTHON_OPTIONS: PythonProfileOptions = {
  kernels: [],
  work: { kind: 'kernels', workloads: [], shapes: [] },
  references: ['eager', 'compile'],
  dtypes: [],
  backward: false,
  size: 'default',
  device: 'auto',
  cases: null,
  aa: false,
  seed: 1,
};
