// The result of a profile: the one place every number on a screen, in a table or in a file comes from.
import * as v from 'valibot';
import { MachineSchema } from './reportMachine';
import type { AdapterSchema, MachineReadingSchema, PythonRuntimeSchema, ReferenceSchema } from './reportMachine';

/** The report format this program writes. A reader refuses anything newer, naming both numbers. */
export const REPORT_VERSION = 2;
export const REPORT_SCHEMA_ID = 'kernel-lens/report';
/** Report files end with this, so that the editor knows them. */
export const REPORT_FILE_SUFFIX = '.kernel-lens.json';

const nonNegative = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.string();

/** Something the reader of the numbers has to know, in words: what it is and what it means for the numbers. */
const Flag = v.object({
  /** A stable name: `software-adapter`, `noisy`, `above-limit`, `host-timer`, … */
  id: text,
  severity: v.picklist(['info', 'warning', 'error']),
  text,
});

const Tensor = v.object({ dtype: text, shape: v.array(count), bytes: nonNegative });

/** Which rule decides whether an element is right: |got − want| ≤ max(abs, rel × |want|), or more, as `rule` says. */
const Tolerance = v.object({ abs: nonNegative, rel: nonNegative, rule: text });

const OutputAccuracy = v.object({
  output: text,
  /** The largest |got − want|; null when there was no oracle, or where a NaN, an infinity or nothing was written. */
  maxAbs: v.nullable(nonNegative),
  /**
   * The largest |got − want| ÷ max(|want|, abs ÷ rel of the tolerance, and its row's root mean square where the rule has
   * rows): right as long as it is not above `rel`.
   */
  maxRel: v.nullable(nonNegative),
  tolerance: Tolerance,
  /** Elements beyond the tolerance, over all checks. */
  wrong: count,
  /** Wrong elements that still hold the poison put there before the run, over all checks. */
  unwritten: count,
  elements: count,
  /** The element with the largest error, right or wrong. Values as text, so that NaN and Infinity survive JSON. */
  worst: v.nullable(v.object({ index: count, coordinates: v.array(count), got: text, want: text })),
});

const Accuracy = v.object({
  /** null: there was nothing to compare with, the contender only ran. */
  passed: v.nullable(v.boolean()),
  /** One sentence, e.g. `max error 0.31 at [4095, 17]`. */
  summary: text,
  outputs: v.array(OutputAccuracy),
  /** How often outputs were compared before timing, and how often what the timed runs wrote was. */
  checksBefore: count,
  checksAfter: count,
  inputsUnchanged: v.boolean(),
});

const Timing = v.object({
  medianNs: nonNegative,
  q1Ns: nonNegative,
  q3Ns: nonNegative,
  /** 95% bootstrap interval of the median. */
  lowNs: nonNegative,
  highNs: nonNegative,
  /** Half the interval's width as a share of the median. */
  relativeHalfWidth: nonNegative,
  /** Every sample, nanoseconds for one iteration (a sample's time divided by its batch). */
  samplesNs: v.array(nonNegative),
  /** Iterations launched back to back for one sample. */
  batch: count,
  stoppedBy: v.picklist(['precision', 'time limit', 'sample limit']),
});

const Speedup = v.object({
  /** Baseline's median time divided by this contender's: above 1 is faster. */
  ratio: nonNegative,
  /** 95% bootstrap interval of the ratio. */
  low: nonNegative,
  high: nonNegative,
  verdict: v.picklist(['FASTER', 'SLOWER', 'SAME', 'UNCLEAR']),
});

const Pass = v.object({
  id: text,
  name: text,
  workgroups: v.tuple([count, count, count]),
  readBytes: nonNegative,
  writtenBytes: nonNegative,
  /** The tensors and scratch buffers read and written, by name. */
  reads: v.array(text),
  writes: v.array(text),
});

/** Counted from a variant's passes, not measured. */
const Work = v.object({
  launches: count,
  /** Bytes its passes read and write: each bound buffer once a pass. */
  bytesMoved: nonNegative,
  scratchBytes: nonNegative,
  passes: v.array(Pass),
});

/** What one call put on the device, as a profiler saw it. */
const Launches = v.object({
  count,
  /** Of the first ones. */
  names: v.array(text),
  /** The time of all of them together, nanoseconds, gaps left out. */
  deviceNs: nonNegative,
});

/** A look at whether the time can be trusted. */
const Guard = v.object({
  /** `streams`, `clock`, `patched`, … */
  id: text,
  passed: v.boolean(),
  text,
});

const Row = v.object({
  contender: v.object({
    id: text,
    /** `variant`: of a WebGPU manifest. The others compute in Python. */
    kind: v.optional(v.picklist(['variant', 'eager', 'compile', 'kernel', 'function']), 'variant'),
    /** The kernel of the report that it is; null: what it is held against, or the kernel of the case. */
    kernel: v.optional(v.nullable(text), null),
    label: text,
    variant: text,
    description: text,
    baseline: v.boolean(),
  }),
  /**
   * `timed` has a time. `wrong` failed its accuracy check: no speed-up, no share, and no time either, unless it is another
   * runtime that is only less exact. `failed` did not finish.
   */
  status: v.picklist(['timed', 'wrong', 'failed']),
  /** Why it is not `timed`; null when it is. What happened, then what to do. */
  reason: v.nullable(text),
  accuracy: v.nullable(Accuracy),
  timing: v.nullable(Timing),
  /** Against the case's baseline; null for the baseline itself, for a wrong row, or when the baseline has no time. */
  speedup: v.nullable(Speedup),
  work: v.nullable(Work),
  /** The case's least possible traffic divided by the median time, bytes a second. */
  bytesPerSecond: v.nullable(nonNegative),
  /** bytesPerSecond as a share of the copy rate of this run: 1 is the limit. */
  shareOfLimit: v.nullable(nonNegative),
  /** The case's operations divided by the median time. */
  flopsPerSecond: v.optional(v.nullable(nonNegative), null),
  /** flopsPerSecond as a share of the product rate of the case's dtype in this run: 1 is the limit. */
  shareOfProduct: v.optional(v.nullable(nonNegative), null),
  /** Measured; `work` is counted. null: not seen. */
  launches: v.optional(v.nullable(Launches), null),
  /** Device memory that one call took at most beyond what was there before it, outputs included. */
  peakBytes: v.optional(v.nullable(nonNegative), null),
  /** What launching one call costs the CPU. */
  hostNs: v.optional(v.nullable(nonNegative), null),
  compileMs: v.nullable(nonNegative),
  guards: v.optional(v.array(Guard), []),
  flags: v.array(Flag),
});

const Case = v.object({
  /** Unique in the report: `<kernel id>/<case name>/<dtype>`; of Python `<kernel id>/<workload>/<sizes>/<dtype>`. */
  id: text,
  kernel: text,
  name: text,
  /** Short, for a table: `16384×4096 f16`. */
  label: text,
  tags: v.array(text),
  dtype: text,
  attributes: v.record(text, v.unknown()),
  inputs: v.record(text, Tensor),
  outputs: v.record(text, Tensor),
  /** Every input read once and every output written once: what no variant can go below. 0: not known. */
  leastBytes: nonNegative,
  /** Multiplications and additions, each counted as one; null: not known. */
  flops: v.optional(v.nullable(nonNegative), null),
  oracle: v.object({
    /** `reference`: what a benchmark script compares with, in the dtype that it has there. */
    kind: v.picklist(['onnxruntime', 'float64', 'stored', 'reference', 'none']),
    /** e.g. `ONNX Runtime 1.30.0, CPU, float32`, or `ran, no oracle`. */
    text,
  }),
  /** How the caches were kept cold, or that they were not. */
  cache: text,
  status: v.picklist(['done', 'failed', 'not run']),
  reason: v.nullable(text),
  rows: v.array(Row),
  /** Variants of the manifest that could not take this case here, with the reason. */
  rejected: v.array(v.object({ variant: text, reason: text })),
  flags: v.array(Flag),
  durationMs: nonNegative,
});

const Kernel = v.object({
  /** The operator's id, e.g. `ai.onnx.Gelu`; of a kernel of the Hub its repository, e.g. `webgpu-kernels/ai.onnx.Gelu`. */
  id: text,
  /** `function`: of a Python file of the user's. */
  source: v.picklist(['bundled', 'folder', 'hub', 'function']),
  language: v.optional(v.picklist(['javascript', 'python']), 'javascript'),
  /** The build that ran, `torch210-cxx11-cu128-x86_64-linux`; null: not of Python, or not known. */
  variant: v.optional(v.nullable(text), null),
  /** The commit of the Hub that ran, 40 hexadecimal digits; null, and left out in older reports: not from the Hub. */
  commit: v.optional(v.nullable(text)),
  version: v.nullable(v.union([v.number(), text])),
  license: v.nullable(text),
  /** Empty for Python. */
  manifestSpec: text,
  /** sha256 over the kernel's files, hex: two reports with the same digest ran the same kernel. Empty: its commit says that. */
  digest: text,
  /** Why the kernel could not be used at all; null when it could. */
  problem: v.nullable(text),
});

export const ReportSchema = v.object({
  schema: v.literal(REPORT_SCHEMA_ID),
  version: v.literal(REPORT_VERSION),
  id: text,
  createdAt: v.pipe(text, v.isoTimestamp()),
  durationMs: nonNegative,
  /** `dawn`: empty where no WebGPU was used. */
  tool: v.object({ name: text, version: text, dawn: text }),
  /** A command line that repeats the run. */
  command: v.array(text),
  mode: v.picklist(['compare', 'aa']),
  /** `running` only in a report that is shown while it grows. */
  status: v.picklist(['running', 'complete', 'cancelled', 'failed']),
  /** Why it ended early; null when it did not. */
  reason: v.nullable(text),
  method: v.object({
    seed: count,
    confidence: v.number(),
    /** Timing of a case stops when every contender's relative half-width is below this. */
    targetHalfWidth: nonNegative,
    timeLimitMs: nonNegative,
    sameWithin: nonNegative,
    text: v.array(text),
  }),
  machine: MachineSchema,
  kernels: v.array(Kernel),
  cases: v.array(Case),
  flags: v.array(Flag),
});

export type Report = v.InferOutput<typeof ReportSchema>;
export type ReportCase = v.InferOutput<typeof Case>;
export type ReportRow = v.InferOutput<typeof Row>;
export type ReportKernel = v.InferOutput<typeof Kernel>;
export type ReportFlag = v.InferOutput<typeof Flag>;
export type ReportMachine = v.InferOutput<typeof MachineSchema>;
export type MachineReading = v.InferOutput<typeof MachineReadingSchema>;
export type ReportAdapter = v.InferOutput<typeof AdapterSchema>;
export type ReportReference = v.InferOutput<typeof ReferenceSchema>;
export type ReportTensor = v.InferOutput<typeof Tensor>;
export type RowAccuracy = v.InferOutput<typeof Accuracy>;
export type OutputError = v.InferOutput<typeof OutputAccuracy>;
export type RowTiming = v.InferOutput<typeof Timing>;
export type RowSpeedup = v.InferOutput<typeof Speedup>;
export type RowWork = v.InferOutput<typeof Work>;
export type PassWork = v.InferOutput<typeof Pass>;
export type RowGuard = v.InferOutput<typeof Guard>;
export type ContenderKind = ReportRow['contender']['kind'];
export type PythonRuntime = v.InferOutput<typeof PythonRuntimeSchema>;
export type TimerKind = ReportMachine['timer']['kind'];
export type ElementTolerance = v.InferOutput<typeof Tolerance>;

/** A report file that cannot be used: says which, what was wrong with it and what to do. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}
