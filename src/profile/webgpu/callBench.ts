// The device's side of verifying one call: buffers, compiled variants and one look at what a run left in them. A next case
// with the same call, and other values, finds it all made.
import type { OutputCheck } from '../accuracy';
import { checkRun, fingerprint, type CheckTools, type StoredTolerances } from './caseCheck';
import type { DataSet } from './caseData';
import { compareOutput } from './compareOutput';
import { compileProgram, type PipelineCache } from './compile';
import { MAP_READ, USAGE } from './device';
import { ProgramInstance, Recorder, type InputSet } from './execute';
import { destroySets, fillSet, makeSets } from './inputSets';
import { poisonWord } from './poison';
import type { CallSpec, Program, Tensor } from './program';
import { ScratchPool } from './scratchPool';

/** Calls with more bytes in all their tensors are looked at tensor by tensor, and keep nothing for the next. */
const SMALL_BYTES = 1 << 20;
/** Buffers are copied from and to at multiples of this. */
const ALIGNMENT = 8;

/** What a run left behind. */
export interface RunCheck {
  readonly outputs: readonly OutputCheck[];
  readonly inputsUnchanged: boolean;
}

/** Whether two cases have the same bench: the same call, with as many data sets. */
export function benchKey(call: CallSpec, sets: number): string {
  return JSON.stringify([call, sets]);
}

/** Dispose of it with `destroy`. */
export class CallBench {
  private readonly instances = new Map<string, ProgramInstance>();
  private readonly scratch: ScratchPool;
  private staging: GPUBuffer | null = null;

  private constructor(
    readonly key: string,
    private readonly tools: CheckTools,
    private readonly inputs: readonly Tensor[],
    private readonly sets: readonly InputSet[],
    private data: readonly DataSet[],
  ) {
    this.scratch = new ScratchPool(tools.open);
  }

  /** Throws GpuError when memory runs out. */
  static async create(
    key: string,
    tools: CheckTools,
    inputs: readonly Tensor[],
    data: readonly DataSet[],
  ): Promise<CallBench> {
    const sets: InputSet[] = [];
    try {
      for (const one of data) sets.push(...(await makeSets(tools.open, inputs, [one, one], 1)));
    } catch (error) {
      destroySets(sets);
      throw error;
    }
    return new CallBench(key, tools, inputs, sets, data);
  }

  /** Puts the data of another case with the same call into the buffers. */
  async refill(data: readonly DataSet[]): Promise<void> {
    this.data = data;
    for (const index of this.sets.keys()) await this.fill(index);
  }

  /**
   * Runs a variant over every data set and compares what it wrote; `build` is asked for its program the first time.
   * Throws what building, compiling and running throw.
   */
  async check(
    variant: string,
    build: () => Program,
    pipelines: PipelineCache,
    tolerances: StoredTolerances,
  ): Promise<RunCheck[]> {
    const instance = this.instances.get(variant) ?? (await this.make(build(), pipelines));
    const { program } = instance;
    const bytes = [...program.inputs, ...program.outputs, ...program.buffers].reduce((sum, one) => sum + one.bytes, 0);
    const small = bytes * this.data.length <= SMALL_BYTES;
    const checks: RunCheck[] = [];
    try {
      for (const [index, one] of this.data.entries()) {
        const check = small
          ? await this.checkSmall(instance, index, one, tolerances)
          : await this.checkLarge(instance, index, one, tolerances);
        checks.push(check);
        if (!check.inputsUnchanged) await this.fill(index);
      }
    } finally {
      if (small) this.instances.set(variant, instance);
      else instance.destroy();
    }
    return checks;
  }

  destroy(): void {
    for (const instance of this.instances.values()) instance.destroy();
    this.scratch.destroy();
    this.staging?.destroy();
    destroySets(this.sets);
  }

  private async make(program: Program, pipelines: PipelineCache): Promise<ProgramInstance> {
    const { open } = this.tools;
    return ProgramInstance.create(open, await compileProgram(open, program, pipelines), this.sets, this.scratch);
  }

  private async fill(index: number): Promise<void> {
    const [set, data] = [this.sets[index], this.data[index]];
    if (set !== undefined && data !== undefined) await fillSet(this.tools.open, this.inputs, set, data);
  }

  /** Poison, run and one reading of all tensors in one submission: waiting for the device is what takes the time. */
  private async checkSmall(
    instance: ProgramInstance,
    index: number,
    data: DataSet,
    tolerances: StoredTolerances,
  ): Promise<RunCheck> {
    const { open, poison } = this.tools;
    const { program } = instance;
    const inputPorts = new Set(program.inputs.map(({ port }) => port));
    const read = [
      ...this.inputs.map((tensor) => ({ tensor, buffer: this.sets[index]?.get(tensor.port) })),
      ...program.outputs.map((tensor) => ({ tensor, buffer: instance.output(tensor.port, index) })),
    ];
    const places = placesOf(read.map(({ tensor }) => tensor.bytes));
    const staging = await this.stagingOf(places.end);
    for (const word of instance.poisonWords(index)) await poison.prepare(word);
    const bytes = await open.scoped(`Running ${program.variant}`, async () => {
      const recorder = new Recorder(open.device);
      instance.writePoison(recorder, poison, index, false);
      instance.restore(recorder, index);
      instance.record(recorder, [index], null);
      read.forEach(({ tensor, buffer }, at) => {
        if (buffer === undefined) return;
        recorder.encoder.copyBufferToBuffer(buffer, 0, staging, places.starts[at] ?? 0, tensor.bytes);
      });
      recorder.submit();
      await open.guard(staging.mapAsync(MAP_READ, 0, places.end));
      const copy = new Uint8Array(staging.getMappedRange(0, places.end).slice(0));
      staging.unmap();
      return copy;
    });
    const partOf = (at: number): Uint8Array => {
      const start = places.starts[at] ?? 0;
      return bytes.subarray(start, start + (read[at]?.tensor.bytes ?? 0));
    };
    const outputs = program.outputs.map((tensor, at) => {
      const want = data.want?.get(tensor.port) ?? null;
      return compareOutput({
        tensor,
        got: partOf(this.inputs.length + at),
        want,
        stored: tolerances.get(tensor.port),
        poison: inputPorts.has(tensor.port) ? null : poisonWord(tensor.storage, index),
        openNonFinite: data.openNonFinite ?? false,
      });
    });
    const inputsUnchanged = this.inputs.every(({ port, elements }, at) => {
      const block = data.blocks.get(port);
      return block === undefined || elements === 0 || Buffer.compare(partOf(at), block) === 0;
    });
    return { outputs, inputsUnchanged };
  }

  private async checkLarge(
    instance: ProgramInstance,
    index: number,
    data: DataSet,
    tolerances: StoredTolerances,
  ): Promise<RunCheck> {
    const { tools, inputs } = this;
    const set = this.sets[index] ?? new Map<string, GPUBuffer>();
    const print = await fingerprint(tools, inputs, set);
    const outputs = await checkRun(tools, instance, index, data, null, index, tolerances);
    return { outputs, inputsUnchanged: (await fingerprint(tools, inputs, set)) === print };
  }

  private async stagingOf(bytes: number): Promise<GPUBuffer> {
    if (this.staging !== null && this.staging.size >= bytes) return this.staging;
    this.staging?.destroy();
    const usage = USAGE.mapRead | USAGE.copyTarget;
    this.staging = await this.tools.open.buffer('the buffer results are read through', bytes, usage);
    return this.staging;
  }
}

/** Where buffers of these sizes lie one after the other. */
function placesOf(sizes: readonly number[]): { readonly starts: readonly number[]; readonly end: number } {
  const starts: number[] = [];
  let end = 0;
  for (const size of sizes) {
    starts.push(end);
    end += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }
  return { starts, end: Math.max(end, ALIGNMENT) };
}
