// The clock that runs are timed with: the GPU's own where it has one, else the host's around a submit.
import { performance } from 'node:perf_hooks';
import { MAP_READ, USAGE, type OpenDevice } from './device';
import { Recorder, type Stamps } from './execute';

/** One thing to be timed. Both parts only record; `prepare` is outside of the measured time. */
export interface TimedRun {
  prepare(recorder: Recorder): void;
  record(recorder: Recorder, stamps: Stamps | null): void;
}

export interface Timer {
  readonly kind: 'timestamp-query' | 'host';
  /** The smallest step the clock was seen to make, nanoseconds. */
  readonly resolutionNs: number;
  /** Times runs one after the other, nanoseconds each. A time that is not above zero could not be taken. */
  time(runs: readonly TimedRun[]): Promise<number[]>;
  destroy(): void;
}

const RUNS_AT_ONCE = 64;
/** Timestamps a run takes: the fence before it, its begin and its end. */
const STAMPS_A_RUN = 3;
const STAMP_BYTES = 8;
const FENCE_BYTES = 256;
const RESOLUTION_RUNS = 256;

const FENCE_WGSL = `
@group(0) @binding(0) var<storage, read_write> word: array<u32>;
@compute @workgroup_size(1) fn main() { word[0] = word[0] + 1u; }
`;

/** Opens the best clock the device has and reads its resolution off it. */
export async function openTimer(open: OpenDevice): Promise<Timer> {
  if (!open.device.features.has('timestamp-query')) return new HostTimer(open, hostResolution());
  return GpuTimer.create(open);
}

class GpuTimer implements Timer {
  readonly kind = 'timestamp-query';
  resolutionNs = 1;

  private constructor(
    private readonly open: OpenDevice,
    private readonly querySet: GPUQuerySet,
    private readonly resolved: GPUBuffer,
    private readonly mapped: GPUBuffer,
    private readonly fenceWord: GPUBuffer,
    private readonly fence: GPUComputePipeline,
    private readonly fenceGroup: GPUBindGroup,
  ) {}

  static async create(open: OpenDevice): Promise<GpuTimer> {
    const { device } = open;
    const stamps = RUNS_AT_ONCE * STAMPS_A_RUN;
    const bytes = stamps * STAMP_BYTES;
    const resolved = await open.buffer('timestamps', bytes, USAGE.queryResolve | USAGE.copySource);
    const mapped = await open.buffer('timestamps to read', bytes, USAGE.mapRead | USAGE.copyTarget);
    const word = await open.buffer('the fence between runs', FENCE_BYTES, USAGE.storage | USAGE.copyTarget);
    const timer = await open.scoped('Making the timer', () => {
      const querySet = device.createQuerySet({ type: 'timestamp', count: stamps });
      const module = device.createShaderModule({ code: FENCE_WGSL });
      const fence = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
      const layout = fence.getBindGroupLayout(0);
      const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: word } }] });
      return new GpuTimer(open, querySet, resolved, mapped, word, fence, group);
    });
    timer.resolutionNs = await timer.measureResolution();
    return timer;
  }

  async time(runs: readonly TimedRun[]): Promise<number[]> {
    const times: number[] = [];
    for (let first = 0; first < runs.length; first += RUNS_AT_ONCE) {
      const part = runs.slice(first, first + RUNS_AT_ONCE);
      const recorder = new Recorder(this.open.device);
      part.forEach((run, index) => {
        run.prepare(recorder);
        const stamp = index * STAMPS_A_RUN;
        this.recordFence(recorder, stamp);
        run.record(recorder, { querySet: this.querySet, begin: stamp + 1, end: stamp + 2 });
      });
      const stamps = await this.read(recorder, part.length * STAMPS_A_RUN);
      for (let index = 0; index < part.length; index++) {
        const at = (offset: number): bigint => stamps[index * STAMPS_A_RUN + offset] ?? 0n;
        // A driver may stamp a pass's begin while earlier work still runs; the fence's end comes after that work.
        const begin = at(1) > at(0) ? at(1) : at(0);
        times.push(Number(at(2) - begin));
      }
    }
    return times;
  }

  destroy(): void {
    this.querySet.destroy();
    for (const buffer of [this.resolved, this.mapped, this.fenceWord]) buffer.destroy();
  }

  /**
   * A dispatch that waits for everything before it, and stamps its end: clearing its word waits for earlier compute, and
   * the dispatch for earlier copies.
   */
  private recordFence(recorder: Recorder, stamp: number): void {
    recorder.encoder.clearBuffer(this.fenceWord);
    const timestampWrites = { querySet: this.querySet, endOfPassWriteIndex: stamp };
    const pass = recorder.encoder.beginComputePass({ timestampWrites });
    pass.setPipeline(this.fence);
    pass.setBindGroup(0, this.fenceGroup);
    pass.dispatchWorkgroups(1);
    pass.end();
  }

  private async read(recorder: Recorder, count: number): Promise<BigUint64Array> {
    const bytes = count * STAMP_BYTES;
    recorder.encoder.resolveQuerySet(this.querySet, 0, count, this.resolved, 0);
    recorder.encoder.copyBufferToBuffer(this.resolved, 0, this.mapped, 0, bytes);
    recorder.submit();
    await this.open.guard(this.mapped.mapAsync(MAP_READ, 0, bytes)).catch((error: unknown) => {
      this.open.check('Timing');
      throw error;
    });
    const stamps = new BigUint64Array(this.mapped.getMappedRange(0, bytes).slice(0));
    this.mapped.unmap();
    this.open.check('Timing');
    return stamps;
  }

  /** The least difference between the durations of many short passes: the clock's step, where those vary at all. */
  private async measureResolution(): Promise<number> {
    const durations = new Set<number>();
    const nothing: TimedRun = {
      prepare: () => undefined,
      record: (recorder, stamps) => {
        const pass = recorder.encoder.beginComputePass(
          stamps === null
            ? {}
            : {
                timestampWrites: {
                  querySet: stamps.querySet,
                  beginningOfPassWriteIndex: stamps.begin,
                  endOfPassWriteIndex: stamps.end,
                },
              },
        );
        pass.setPipeline(this.fence);
        pass.setBindGroup(0, this.fenceGroup);
        pass.dispatchWorkgroups(1);
        pass.end();
      },
    };
    for (const time of await this.time(Array<TimedRun>(RESOLUTION_RUNS).fill(nothing))) durations.add(time);
    return leastStep([0, ...durations]);
  }
}

class HostTimer implements Timer {
  readonly kind = 'host';

  constructor(
    private readonly open: OpenDevice,
    readonly resolutionNs: number,
  ) {}

  async time(runs: readonly TimedRun[]): Promise<number[]> {
    const times: number[] = [];
    for (const run of runs) {
      const recorder = new Recorder(this.open.device);
      run.prepare(recorder);
      recorder.submit();
      await this.open.idle();
      const begun = performance.now();
      run.record(recorder, null);
      recorder.submit();
      await this.open.idle();
      times.push((performance.now() - begun) * 1e6);
      this.open.check('Timing');
    }
    return times;
  }

  destroy(): void {
    // Nothing on the device is its own.
  }
}

function hostResolution(): number {
  const times: number[] = [];
  for (let i = 0; i < 1000; i++) times.push(performance.now() * 1e6);
  return leastStep(times);
}

/** The least difference between two of `values` that differ; 1 where all are the same. */
export function leastStep(values: readonly number[]): number {
  const sorted = [...values].filter((value) => value >= 0).sort((a, b) => a - b);
  let least = Infinity;
  for (let i = 1; i < sorted.length; i++) {
    const step = (sorted[i] ?? 0) - (sorted[i - 1] ?? 0);
    if (step > 0) least = Math.min(least, step);
  }
  return Number.isFinite(least) ? least : 1;
}
