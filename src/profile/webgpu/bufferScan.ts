// Looks through large buffers on the device itself, where that is faster than to fetch them.
import { USAGE, type OpenDevice } from './device';
import { readBuffer } from './transfer';

const WORKGROUP = 256;
const MOST_WORKGROUPS = 4096;
/** A thread looks at so many words at least: starting one costs more than a few words do. */
const LEAST_WORDS = 16;
const RESULT_WORDS = 2;

/** Adds up hashes of every word and its place: any change of a buffer changes the sums, but for one chance in 2^64. */
const FINGERPRINT = `
  let mixed = mix(word ^ mix(at));
  own0 += mixed;
  own1 += mix(mixed ^ 0x9e3779b9u);`;

/** Counts words that differ from the word at the same place of the first period. */
const REPEATS = `
  if (word != words[at % settings.period]) { own0 += 1u; }`;

/** Answers questions about buffers made with USAGE.storage. One at a time. Dispose of it with `destroy`. */
export class BufferScan {
  private readonly pipelines = new Map<string, GPUComputePipeline>();

  private constructor(
    private readonly open: OpenDevice,
    private readonly result: GPUBuffer,
    private readonly settings: GPUBuffer,
  ) {}

  static async create(open: OpenDevice): Promise<BufferScan> {
    const result = await open.buffer(
      'scan results',
      RESULT_WORDS * 4,
      USAGE.storage | USAGE.copySource | USAGE.copyTarget,
    );
    return new BufferScan(open, result, await open.buffer('scan settings', 16, USAGE.uniform | USAGE.copyTarget));
  }

  /** A fingerprint of the first `bytes` bytes, a multiple of 4. */
  async fingerprint(buffer: GPUBuffer, bytes: number): Promise<string> {
    return (await this.run(FINGERPRINT, buffer, bytes / 4, 1)).map((word) => word.toString(16)).join('-');
  }

  /** How many 32-bit words of the first `bytes` bytes differ from those of the first `period` bytes, repeated. */
  async differing(buffer: GPUBuffer, bytes: number, period: number): Promise<number> {
    const [count = 0] = await this.run(REPEATS, buffer, bytes / 4, period / 4);
    return count;
  }

  destroy(): void {
    this.result.destroy();
    this.settings.destroy();
  }

  private async run(body: string, buffer: GPUBuffer, words: number, period: number): Promise<number[]> {
    const { device } = this.open;
    const groups = Math.min(MOST_WORKGROUPS, Math.ceil(words / (WORKGROUP * LEAST_WORDS)));
    await this.open.scoped('Looking through a buffer', () => {
      const pipeline = this.pipeline(body);
      const entries = [buffer, this.result, this.settings].map((one, binding) => ({
        binding,
        resource: { buffer: one },
      }));
      const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
      device.queue.writeBuffer(this.settings, 0, Uint32Array.of(words, period, groups * WORKGROUP, 0));
      const encoder = device.createCommandEncoder();
      encoder.clearBuffer(this.result);
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(groups);
      pass.end();
      device.queue.submit([encoder.finish()]);
    });
    return [...new Uint32Array((await readBuffer(this.open, this.result, RESULT_WORDS * 4)).buffer)];
  }

  private pipeline(body: string): GPUComputePipeline {
    const made = this.pipelines.get(body);
    if (made !== undefined) return made;
    const module = this.open.device.createShaderModule({ code: scanShader(body) });
    const pipeline = this.open.device.createComputePipeline({
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    this.pipelines.set(body, pipeline);
    return pipeline;
  }
}

function scanShader(body: string): string {
  return `
struct Settings { words: u32, period: u32, stride: u32, unused: u32 }
@group(0) @binding(0) var<storage, read> words: array<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<atomic<u32>, ${RESULT_WORDS}>;
@group(0) @binding(2) var<uniform> settings: Settings;

fn mix(value: u32) -> u32 {
  var mixed = (value ^ (value >> 16u)) * 0x21f0aaadu;
  mixed = (mixed ^ (mixed >> 15u)) * 0x735a2d97u;
  return mixed ^ (mixed >> 15u);
}

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  var own0 = 0u;
  var own1 = 0u;
  // The limits come first, so that the last step past them cannot wrap round.
  for (var at = id.x; at < settings.words; ) {
    let word = words[at];
${body}
    if (settings.words - at <= settings.stride) { break; }
    at += settings.stride;
  }
  atomicAdd(&result[0], own0);
  atomicAdd(&result[1], own1);
}`;
}
