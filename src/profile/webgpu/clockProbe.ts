// How fast the GPU's clock runs, read off a fixed piece of arithmetic. A GPU that waited for the host drops its clock and
// takes tenths of a second to raise it: a time taken meanwhile is true of that clock only.
import { performance } from 'node:perf_hooks';
import { median } from '../statistics';
import { USAGE, type OpenDevice } from './device';
import type { Recorder } from './execute';
import type { TimedRun, Timer } from './timer';

/** A clock within this share of the best one counts as risen. */
export const CLOCK_TOLERANCE = 0.04;
/** One probe takes about this long at the full clock, nanoseconds. */
const PROBE_NS = 200_000;
/** Probes recorded at once while the clock is raised: enough work that the GPU does not wait for the host. */
const PROBES_AT_ONCE = 24;
const CALIBRATION_MS = 600;
const WORKGROUPS = 2048;
const FIRST_STEPS = 256;
const MOST_STEPS = 1 << 20;

export class ClockProbe {
  private constructor(
    private readonly open: OpenDevice,
    private readonly timer: Timer,
    private readonly pipeline: GPUComputePipeline,
    private readonly group: GPUBindGroup,
    private readonly steps: GPUBuffer,
    /** A probe's time at the best clock seen, nanoseconds. */
    private bestNs: number,
  ) {}

  /** Makes the probe and raises the clock for the first time; afterwards 1 is the clock reached here. */
  static async create(open: OpenDevice, timer: Timer): Promise<ClockProbe> {
    const steps = await open.buffer('the length of the clock probe', 16, USAGE.uniform | USAGE.copyTarget);
    const result = await open.buffer('the result of the clock probe', 256, USAGE.storage);
    const probe = await open.scoped('Making the clock probe', () => {
      // Each step depends on the one before; the result is written in a case that never comes, so that it must be computed.
      const code = `
@group(0) @binding(0) var<uniform> steps: vec4<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;
@compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  var value = f32(id.x) * 1e-6;
  for (var i = 0u; i < steps.x; i++) { value = fma(value, 0.999, 0.001); }
  if (value > 2.0) { result[0] = value; }
}`;
      const module = open.device.createShaderModule({ code });
      const pipeline = open.device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
      const entries = [steps, result].map((buffer, binding) => ({ binding, resource: { buffer } }));
      const group = open.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
      return new ClockProbe(open, timer, pipeline, group, steps, Infinity);
    });
    await probe.calibrate();
    return probe;
  }

  /** One probe, to be timed beside what is measured. */
  run(): TimedRun {
    return {
      prepare: () => undefined,
      record: (recorder, stamps) => {
        this.record(
          recorder,
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
      },
    };
  }

  /** The clock a probe of this time ran at, as a share of the best one. */
  level(probeNs: number): number {
    return probeNs > 0 ? this.bestNs / probeNs : 0;
  }

  /** Keeps the GPU busy until its clock has risen, or for `limitMs`. Resolves with the level reached. */
  async raise(limitMs: number): Promise<number> {
    const begun = performance.now();
    for (;;) {
      const level = this.level(await this.several());
      if (level >= 1 - CLOCK_TOLERANCE || performance.now() - begun > limitMs) return level;
    }
  }

  /** Queues work that keeps the clock up for about `ms` while the host is busy elsewhere. */
  keepUp(ms: number): void {
    const count = Math.ceil((ms * 1e6) / this.bestNs);
    const encoder = this.open.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.group);
    for (let i = 0; i < count; i++) pass.dispatchWorkgroups(WORKGROUPS);
    pass.end();
    this.open.device.queue.submit([encoder.finish()]);
  }

  private async calibrate(): Promise<void> {
    let steps = FIRST_STEPS;
    this.setSteps(steps);
    for (;;) {
      const time = await this.several();
      if (time >= PROBE_NS / 2 || steps >= MOST_STEPS) break;
      steps = Math.min(MOST_STEPS, Math.ceil(steps * Math.min(16, PROBE_NS / Math.max(time, 1))));
      this.setSteps(steps);
    }
    const times: number[] = [];
    const begun = performance.now();
    do times.push(await this.several());
    while (performance.now() - begun < CALIBRATION_MS);
    // Medians of a few dozen probes: their least is no accident.
    this.bestNs = Math.min(...times);
  }

  private async several(): Promise<number> {
    const times = await this.timer.time(Array.from({ length: PROBES_AT_ONCE }, () => this.run()));
    return median(times);
  }

  private setSteps(steps: number): void {
    this.open.device.queue.writeBuffer(this.steps, 0, new Uint32Array([steps, 0, 0, 0]));
  }

  private record(recorder: Recorder, descriptor: GPUComputePassDescriptor): void {
    const pass = recorder.encoder.beginComputePass(descriptor);
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.group);
    pass.dispatchWorkgroups(WORKGROUPS);
    pass.end();
  }
}
