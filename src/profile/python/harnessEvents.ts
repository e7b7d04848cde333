// What the harness tells, one JSON object a line: schemas of the events, and the reader of a line.
import * as v from 'valibot';
import { shownText } from '../../kernels/shownText';

/** The protocol that is spoken here. A harness that speaks a newer one is refused; what it says beyond is ignored. */
export const PROTOCOL = 1;

/** The harness said something that is no event of its protocol. */
export class HarnessProtocolError extends Error {
  override readonly name = 'HarnessProtocolError';
}

const text = v.string();
const number = v.number();
const nonNegative = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What happened, and what to do about it. */
export const ProblemSchema = v.object({
  kind: text,
  cause: text,
  advice: text,
  /** The error's own words, or the last that was printed. */
  detail: v.optional(v.nullable(text), null),
});

const FlagSchema = v.object({ id: text, severity: v.picklist(['info', 'warning', 'error']), text });
const GuardSchema = v.object({ id: text, passed: v.boolean(), text });
const TensorSchema = v.object({ dtype: text, shape: v.array(count), bytes: nonNegative });

const OutputSchema = v.object({
  output: text,
  maxAbs: v.nullable(nonNegative),
  maxRel: v.nullable(nonNegative),
  tolerance: v.object({ abs: nonNegative, rel: nonNegative, rule: text }),
  wrong: count,
  unwritten: count,
  elements: count,
  worst: v.nullable(v.object({ index: count, coordinates: v.array(count), got: text, want: text })),
  /** null: infinite. */
  worstShare: v.nullable(nonNegative),
});

const CheckSchema = v.object({ form: text, seed: number, outputs: v.array(OutputSchema) });

const RowSchema = v.object({
  contender: v.object({ id: text, kind: text, label: text, baseline: v.boolean() }),
  status: v.picklist(['timed', 'wrong', 'failed']),
  problem: v.nullable(ProblemSchema),
  accuracy: v.object({
    oracle: v.boolean(),
    inputsUnchanged: v.boolean(),
    before: v.array(CheckSchema),
    after: v.array(CheckSchema),
  }),
  timing: v.nullable(
    v.object({
      /** In the order in which they were taken; samples 2k and 2k+1 of all rows come from block k. */
      samplesNs: v.array(nonNegative),
      /** A sample is the mean of so many runs. */
      runs: count,
      stoppedBy: v.picklist(['precision', 'time limit', 'sample limit']),
    }),
  ),
  compileMs: v.nullable(nonNegative),
  launches: v.nullable(v.object({ count, names: v.array(text), deviceNs: nonNegative })),
  peakBytes: v.nullable(number),
  hostNs: v.nullable(nonNegative),
  guards: v.array(GuardSchema),
  flags: v.array(FlagSchema),
});

const planned = {
  /** Unique in the run. */
  id: text,
  workload: text,
  label: text,
  dtype: text,
  shape: v.record(text, v.unknown()),
};

const DeviceSchema = v.object({
  /** `cuda`, `rocm`, `xpu`, `mps`, `cpu`. */
  kind: text,
  name: text,
  torchDevice: text,
  capability: v.nullable(text),
  multiprocessors: v.nullable(count),
  memoryBytes: v.nullable(nonNegative),
  lastLevelCacheBytes: v.nullable(nonNegative),
});

const ReadingSchema = v.object({
  gpuClockMhz: v.nullable(nonNegative),
  maxClockMhz: v.optional(v.nullable(nonNegative), null),
  throttled: v.array(text),
  temperatureC: v.nullable(number),
  otherProcesses: v.nullable(number),
  driver: v.nullable(text),
});

const EVENTS = {
  hello: v.object({ type: v.literal('hello'), python: text, executable: text, pid: count }),
  phase: v.object({
    type: v.literal('phase'),
    text,
    contender: v.nullable(text),
    /** Seconds after which the harness itself ends it; null: none of its own. */
    limitS: v.nullable(nonNegative),
  }),
  opened: v.object({
    type: v.literal('opened'),
    python: text,
    torch: text,
    cuda: v.nullable(text),
    hip: v.nullable(text),
    kernels: v.nullable(text),
    triton: v.nullable(text),
    device: DeviceSchema,
    timer: v.object({ kind: text, resolutionNs: nonNegative }),
    cache: text,
  }),
  machine: v.object({ type: v.literal('machine'), at: v.picklist(['before', 'after']), reading: ReadingSchema }),
  limits: v.object({
    type: v.literal('limits'),
    copyBytes: nonNegative,
    copySamplesNs: v.array(nonNegative),
    products: v.record(text, v.object({ flops: nonNegative, size: count, samplesNs: v.array(nonNegative) })),
  }),
  /** A kernel that was loaded, or that could not be. */
  kernel: v.object({
    type: v.literal('kernel'),
    contender: text,
    commit: v.optional(v.nullable(text), null),
    variant: v.optional(v.nullable(text), null),
    license: v.optional(v.nullable(text), null),
    /** Over the build's files, where no commit vouches for them. */
    digest: v.optional(v.nullable(text), null),
    problem: v.optional(v.nullable(ProblemSchema), null),
    flags: v.optional(v.array(FlagSchema), []),
  }),
  plan: v.object({
    type: v.literal('plan'),
    cases: v.array(v.object(planned)),
    /** Cases that this run does not take, and why. */
    left: v.optional(v.array(v.object({ id: text, reason: text })), []),
  }),
  case: v.object({
    type: v.literal('case'),
    ...planned,
    /** Rows are still to come: the whole case is told later, under the same id. */
    partial: v.optional(v.boolean(), false),
    status: v.picklist(['done', 'failed']),
    problem: v.nullable(ProblemSchema),
    oracle: v.optional(v.object({ text, dtype: v.nullable(text) })),
    flops: v.optional(v.nullable(nonNegative), null),
    leastBytes: v.optional(v.nullable(nonNegative), null),
    inputs: v.optional(v.record(text, TensorSchema), {}),
    cache: v.optional(text),
    inputSets: v.optional(count),
    rows: v.array(RowSchema),
    flags: v.array(FlagSchema),
    durationMs: v.optional(nonNegative, 0),
  }),
  guard: v.object({ type: v.literal('guard'), case: text, ...GuardSchema.entries }),
  /** About the run, not about a case. */
  flag: v.object({ type: v.literal('flag'), ...FlagSchema.entries }),
  error: v.object({
    type: v.literal('error'),
    ...ProblemSchema.entries,
    fatal: v.boolean(),
    source: v.optional(v.nullable(text), null),
  }),
  end: v.object({
    type: v.literal('end'),
    status: v.picklist(['complete', 'cancelled', 'failed']),
    reason: v.nullable(text),
  }),
} as const;

type Events = { readonly [Type in keyof typeof EVENTS]: v.InferOutput<(typeof EVENTS)[Type]> };
export type HarnessEvent = Events[keyof Events];
export type HarnessCase = Events['case'];
export type HarnessRow = v.InferOutput<typeof RowSchema>;
export type HarnessOutput = v.InferOutput<typeof OutputSchema>;
export type HarnessProblem = v.InferOutput<typeof ProblemSchema>;
export type HarnessOpened = Events['opened'];
export type HarnessLimits = Events['limits'];
export type HarnessReading = v.InferOutput<typeof ReadingSchema>;
export type HarnessPlan = Events['plan'];
export type HarnessPlanned = HarnessPlan['cases'][number];
export type HarnessKernel = Events['kernel'];

const EnvelopeSchema = v.object({ v: v.number(), type: text });
const SHOWN = 80;

/**
 * The event of a line; null for one of a kind that is not known here.
 * @throws HarnessProtocolError for what is no event, for a known one that is not as it should be, and for a newer protocol.
 */
export function readEvent(line: string): HarnessEvent | null {
  const json = parseJson(line);
  const envelope = v.safeParse(EnvelopeSchema, json);
  if (!envelope.success)
    throw new HarnessProtocolError(`The harness wrote a line that is no event: ${shownText(line, SHOWN)}`);
  if (envelope.output.v > PROTOCOL) {
    throw new HarnessProtocolError(
      `The harness speaks protocol ${envelope.output.v}, and this Kernel Lens reads up to ${PROTOCOL}. Install Kernel Lens again, so that both are of one release.`,
    );
  }
  const { type } = envelope.output;
  if (!isKnown(type)) return null;
  const parsed = v.safeParse(EVENTS[type], json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue);
  throw new HarnessProtocolError(
    `The harness sent a malformed event ${type}${where === null ? '' : ` (${where})`}: ${shownText(issue.message, SHOWN)}.`,
  );
}

function isKnown(type: string): type is keyof typeof EVENTS {
  return Object.hasOwn(EVENTS, type);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
