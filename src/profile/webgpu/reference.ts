// What this adapter reaches in this run: how fast it copies, and what a dispatch costs. Every share refers to it.
import { performance } from 'node:perf_hooks';
import { median } from '../statistics';
import { GpuError, USAGE, type OpenDevice } from './device';
import { LEAST_SAMPLE_NS } from './measureLimits';
import type { ReportReference } from '../report';
import type { TimedRun, Timer } from './timer';

export interface ReferenceSettings {
  /** Size of each of the two buffers, bytes. */
  readonly bufferBytes: number;
  readonly samples: number;
  /** Untimed copies before the samples, so that clocks have risen. */
  readonly warmUpMs: number;
  /** Copies follow each other until a sample is at least this long, nanoseconds, as those of what is held against them. */
  readonly leastSampleNs: number;
  /** Dispatches in the longer of the two passes whose difference is the cost of one. */
  readonly dispatches: number;
}

const HARDWARE: ReferenceSettings = {
  bufferBytes: 256 << 20,
  samples: 40,
  warmUpMs: 300,
  leastSampleNs: LEAST_SAMPLE_NS,
  dispatches: 1000,
};
const SOFTWARE: ReferenceSettings = {
  bufferBytes: 8 << 20,
  samples: 8,
  warmUpMs: 0,
  leastSampleNs: 0,
  dispatches: 100,
};

const VECTOR_BYTES = 16;
/** Threads of a workgroup and vectors each copies, a workgroup apart: the shapes a good copy has on one GPU or another. */
const COPY_SHAPES = [
  { threads: 256, vectors: 1 },
  { threads: 256, vectors: 2 },
  { threads: 256, vectors: 4 },
  { threads: 256, vectors: 8 },
  { threads: 512, vectors: 1 },
  { threads: 512, vectors: 2 },
] as const;
const MOST_WORKGROUPS = 65535;
const MOST_COPIES = 16;

/** Sizes that suit the adapter; `quick` takes fewer samples. */
export function referenceSettings(software: boolean, quick: boolean): ReferenceSettings {
  const settings = software ? SOFTWARE : HARDWARE;
  return quick ? { ...settings, samples: Math.ceil(settings.samples / 2), warmUpMs: settings.warmUpMs / 2 } : settings;
}

/**
 * Measures the fastest of a few plain `vec4<f32>` copies, and the cost of one more dispatch in a pass. Where memory does not
 * suffice for two buffers of the wanted size, with smaller ones; the result says which.
 */
export async function measureReference(
  open: OpenDevice,
  timer: Timer,
  settings: ReferenceSettings,
): Promise<ReportReference> {
  const copy = await measureCopy(open, timer, settings);
  return { ...copy, dispatchNs: await measureDispatch(open, timer, settings) };
}

async function measureCopy(
  open: OpenDevice,
  timer: Timer,
  settings: ReferenceSettings,
): Promise<Omit<ReportReference, 'dispatchNs'>> {
  const { device } = open;
  const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  const pair = await twoBuffers(open, Math.min(settings.bufferBytes, Math.floor(most / VECTOR_BYTES) * VECTOR_BYTES));
  try {
    const shapes: Copy[] = [];
    for (const shape of COPY_SHAPES) {
      if (shape.threads <= device.limits.maxComputeInvocationsPerWorkgroup)
        shapes.push(await makeCopy(open, pair, shape));
    }
    const begun = performance.now();
    let oneNs = Infinity;
    do {
      const times = await timer.time(shapes.map((copy) => copy(1)));
      oneNs = Math.min(oneNs, ...times.filter((time) => time > 0));
    } while (performance.now() - begun < settings.warmUpMs);
    const count = Math.min(MOST_COPIES, Math.max(1, Math.ceil(settings.leastSampleNs / oneNs)));
    const runs = shapes.map((copy) => copy(count));
    const samples = shapes.map((): number[] => []);
    for (let i = 0; i < settings.samples; i++) {
      const times = await timer.time(runs);
      times.forEach((time, index) => {
        if (time > 0) samples[index]?.push(time / count);
      });
    }
    const usable = samples.filter((times) => times.length > 0);
    const best = usable.reduce<number[]>((a, b) => (a.length === 0 || median(b) < median(a) ? b : a), []);
    const copyBytes = 2 * pair.bytes;
    return {
      copyBytesPerSecond: best.length === 0 ? null : copyBytes / (median(best) * 1e-9),
      copyBytes,
      copySamplesNs: best,
      products: {},
    };
  } finally {
    pair.from.destroy();
    pair.to.destroy();
  }
}

/** A run of so many copies in a row. */
type Copy = (count: number) => TimedRun;

interface BufferPair {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
  readonly bytes: number;
}

async function twoBuffers(open: OpenDevice, wanted: number): Promise<BufferPair> {
  for (let bytes = wanted; ; bytes = Math.floor(bytes / 2 / VECTOR_BYTES) * VECTOR_BYTES) {
    const from = await open.buffer('the source of the copy', bytes, USAGE.storage).catch(outOfMemory);
    const to =
      from === null ? null : await open.buffer('the target of the copy', bytes, USAGE.storage).catch(outOfMemory);
    if (from !== null && to !== null) return { from, to, bytes };
    from?.destroy();
    if (bytes < 1 << 20) throw new GpuError('out-of-memory', 'Not even 1 MiB of GPU memory is free.');
  }
}

function outOfMemory(error: unknown): null {
  if (error instanceof GpuError && error.kind === 'out-of-memory') return null;
  throw error;
}

async function makeCopy(
  open: OpenDevice,
  { from, to, bytes }: BufferPair,
  { threads, vectors }: (typeof COPY_SHAPES)[number],
): Promise<Copy> {
  const { device } = open;
  const groups = Math.ceil(bytes / VECTOR_BYTES / (threads * vectors));
  const wide = Math.min(groups, MOST_WORKGROUPS);
  const moves = Array.from({ length: vectors }, (_, i) => `  copy_one(first + ${i * threads}u);`).join('\n');
  const code = `
@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> copied: array<vec4<f32>>;
fn copy_one(at: u32) {
  if (at < arrayLength(&source)) { copied[at] = source[at]; }
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let first = (group.y * ${wide}u + group.x) * ${threads * vectors}u + thread;
${moves}
}`;
  const { pipeline, bindGroup } = await open.scoped('Making the copy', () => {
    const module = device.createShaderModule({ code });
    const made = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
    const entries = [from, to].map((buffer, binding) => ({ binding, resource: { buffer } }));
    return { pipeline: made, bindGroup: device.createBindGroup({ layout: made.getBindGroupLayout(0), entries }) };
  });
  return (count) => dispatches(pipeline, bindGroup, [wide, Math.ceil(groups / wide)], count);
}

/** The difference between a long and a short pass of dispatches that each wait for the one before. */
async function measureDispatch(open: OpenDevice, timer: Timer, settings: ReferenceSettings): Promise<number | null> {
  const { device } = open;
  const word = await open.buffer('the word that dispatches write', 256, USAGE.storage);
  try {
    const { pipeline, bindGroup } = await open.scoped('Making the empty dispatch', () => {
      const code = `
@group(0) @binding(0) var<storage, read_write> word: array<u32>;
@compute @workgroup_size(1) fn main() { word[0] = 1u; }`;
      const module = device.createShaderModule({ code });
      const made = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
      const entries = [{ binding: 0, resource: { buffer: word } }];
      return { pipeline: made, bindGroup: device.createBindGroup({ layout: made.getBindGroupLayout(0), entries }) };
    });
    const short = Math.ceil(settings.dispatches / 10);
    const runs = [short, settings.dispatches].map((count) => dispatches(pipeline, bindGroup, [1, 1], count));
    const costs: number[] = [];
    for (let i = 0; i < settings.samples / 2; i++) {
      const [few = 0, many = 0] = await timer.time(runs);
      if (many > few && few > 0) costs.push((many - few) / (settings.dispatches - short));
    }
    return costs.length === 0 ? null : median(costs);
  } finally {
    word.destroy();
  }
}

function dispatches(
  pipeline: GPUComputePipeline,
  bindGroup: GPUBindGroup,
  workgroups: readonly [number, number],
  count: number,
): TimedRun {
  return {
    prepare: () => undefined,
    record: (recorder, stamps) => {
      const timestampWrites =
        stamps === null
          ? null
          : { querySet: stamps.querySet, beginningOfPassWriteIndex: stamps.begin, endOfPassWriteIndex: stamps.end };
      const pass = recorder.encoder.beginComputePass(timestampWrites === null ? {} : { timestampWrites });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      for (let i = 0; i < count; i++) pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
      pass.end();
    },
  };
}
