// What media/python/probe.py prints: read once, at the door, because an environment may print anything.
import * as v from 'valibot';

const text = v.pipe(v.string(), v.maxLength(4096));
const optionalText = v.nullable(text);

const TorchSchema = v.object({
  /** torch/version.py; null: it is missing. */
  file: optionalText,
  version: optionalText,
  cuda: optionalText,
  hip: optionalText,
  xpu: optionalText,
  cxx11Abi: v.nullable(v.boolean()),
  /** Top-level modules of the device extensions that `import torch` loads. */
  autoload: v.array(text),
  mps: v.boolean(),
  /** Why importing it fails; null: nothing speaks against it. */
  problem: optionalText,
});

const DeviceSchema = v.object({
  vendor: v.picklist(['nvidia', 'amd', 'apple']),
  name: text,
  architecture: optionalText,
  memoryBytes: v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0))),
});

export const ProbeFactsSchema = v.object({
  python: v.object({ version: text, executable: text, freeThreaded: v.boolean() }),
  platform: v.object({ system: text, machine: text, macos: optionalText }),
  torch: v.nullable(TorchSchema),
  cann: optionalText,
  kernels: optionalText,
  tvmFfi: optionalText,
  modules: v.record(text, v.boolean()),
  installer: v.object({
    kind: v.picklist(['pip', 'uv', 'conda', 'pixi', 'poetry', 'pdm']),
    prefix: text,
    /** The folder whose project it manages; null: only the environment is known. */
    project: optionalText,
    /** Whether the environment has pip. */
    pip: v.boolean(),
    /** The system's own Python, which refuses packages from elsewhere. */
    externallyManaged: v.boolean(),
  }),
  /** Files and folders whose time of change tells that the facts are old. */
  stamps: v.pipe(v.array(text), v.maxLength(100)),
  gpus: v.object({
    devices: v.array(DeviceSchema),
    driver: optionalText,
    /** The newest CUDA that NVIDIA's driver takes. */
    driverCuda: optionalText,
    /** Of the CUDA runtime on the library path. */
    cudaRuntime: optionalText,
    /** Makers of the graphics controllers on the bus: `nvidia`, `amd`, `intel`. */
    hardware: v.array(text),
    /** `ubuntu`; null: not Linux. */
    distribution: optionalText,
    problem: optionalText,
  }),
});

export type ProbeFacts = v.InferOutput<typeof ProbeFactsSchema>;
export type ProbeInstaller = ProbeFacts['installer'];

const AnswerSchema = v.union([ProbeFactsSchema, v.object({ tooOld: v.pipe(text, v.regex(/^[0-9.]+$/)) })]);

/** The facts, or the version of a Python that is too old to be asked. */
export type ProbeAnswer = v.InferOutput<typeof AnswerSchema>;

const START = '{"kernelLensProbe": 1,';

/** The last line that is an answer, whatever else was printed before it; null: none is. */
export function readProbeAnswer(output: string): ProbeAnswer | null {
  const line = output
    .split('\n')
    .findLast((one) => one.startsWith(START))
    ?.trim();
  if (line === undefined) return null;
  try {
    const read = v.safeParse(AnswerSchema, JSON.parse(line));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}
