// The machine of a report: what measured, and what it reached in this run.
import * as v from 'valibot';

const nonNegative = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.string();

export const AdapterSchema = v.object({
  /** What a person calls it, e.g. `NVIDIA H100 80GB HBM3` or `SwiftShader (software)`. */
  name: text,
  vendor: text,
  architecture: text,
  device: text,
  description: text,
  /** The graphics API below WebGPU: `vulkan`, `metal`, `d3d12`; of PyTorch its device: `cuda`, `rocm`, `xpu`, `mps`, `cpu`; `unknown` where it cannot be read. */
  backend: text,
  /** Runs on the CPU: numbers tell nothing about a GPU. */
  software: v.boolean(),
  features: v.array(text),
  limits: v.record(text, v.number()),
});

/** The fastest product of two square matrices that was seen in this run. */
const ProductRate = v.object({
  /** Multiplications and additions a second, each counted as one. */
  flopsPerSecond: nonNegative,
  /** Rows and columns of the matrices. */
  size: count,
  samplesNs: v.array(nonNegative),
});

/** What this adapter reached in this run; every share of a limit refers to it. */
export const ReferenceSchema = v.object({
  /** Bytes read plus bytes written a second by a device-to-device copy. */
  copyBytesPerSecond: v.nullable(nonNegative),
  copyBytes: nonNegative,
  copySamplesNs: v.array(nonNegative),
  /** Time of one more empty dispatch inside a pass, nanoseconds. */
  dispatchNs: v.nullable(nonNegative),
  /** By dtype, `tf32` beside `float32`; empty where no products were measured. */
  products: v.optional(v.record(text, ProductRate), {}),
});

/** The Python that measured. */
export const PythonRuntimeSchema = v.object({
  /** `3.12.3`. */
  python: text,
  /** As installed: `2.11.0+cu130`. */
  torch: text,
  /** null: not installed, and not needed. */
  kernels: v.nullable(text),
  triton: v.nullable(text),
  /** Of torch: `CUDA 13.0`, `ROCm 6.4`; null: none. */
  platform: v.nullable(text),
  /** `9.0`; null where the device has none. */
  capability: v.nullable(text),
});

/** The machine around the run; a field is null where the machine does not tell. */
export const MachineReadingSchema = v.object({
  gpuClockMhz: v.nullable(nonNegative),
  /** Why the clock was held down, in the driver's words. */
  throttled: v.array(text),
  temperatureC: v.nullable(v.number()),
  /** Processes other than ours that used the GPU. */
  otherProcesses: v.nullable(count),
  driver: v.nullable(text),
  onBattery: v.nullable(v.boolean()),
});

export const MachineSchema = v.object({
  os: text,
  cpu: text,
  cores: count,
  memoryBytes: nonNegative,
  runtime: text,
  /** null: kernels ran through WebGPU. */
  python: v.optional(v.nullable(PythonRuntimeSchema), null),
  adapter: AdapterSchema,
  timer: v.object({
    /**
     * `timestamp-query` and the events of a stream are the GPU's own clock. `host`: the CPU's clock around a submit or a
     * call, launch cost included.
     */
    kind: v.picklist(['timestamp-query', 'cuda-events', 'rocm-events', 'xpu-events', 'mps-events', 'host']),
    /** The smallest step the timer was seen to make, nanoseconds. */
    resolutionNs: nonNegative,
  }),
  reference: ReferenceSchema,
  before: MachineReadingSchema,
  /** null until the run has ended. */
  after: v.nullable(MachineReadingSchema),
});
