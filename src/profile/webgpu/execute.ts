// A compiled program bound to buffers, ready to be recorded any number of times.
import { USAGE, type OpenDevice } from './device';
import { poisonWord, type Poison } from './poison';
import type { CompiledProgram } from './compile';
import type { Program, Tensor } from './program';
import type { ScratchPool } from './scratchPool';

/** The buffers of one set of inputs, by port. Sets hold different data, or the same data elsewhere in memory. */
export type InputSet = ReadonlyMap<string, GPUBuffer>;

/** Where a timed run puts its timestamps. */
export interface Stamps {
  readonly querySet: GPUQuerySet;
  readonly begin: number;
  readonly end: number;
}

/** A NaN, whatever a kernel keeps in its scratch. */
const SCRATCH_POISON = poisonWord('f32', 0);
const VECTOR_BYTES = 16;
const STORAGE_USAGE = USAGE.storage | USAGE.copySource | USAGE.copyTarget;

/** Collects commands and hands them to the queue: some programs must be submitted in parts. */
export class Recorder {
  encoder: GPUCommandEncoder;

  constructor(private readonly device: GPUDevice) {
    this.encoder = device.createCommandEncoder();
  }

  submit(): void {
    this.device.queue.submit([this.encoder.finish()]);
    this.encoder = this.device.createCommandEncoder();
  }
}

/** Makes one set of input buffers, uninitialised. */
export async function makeInputSet(open: OpenDevice, inputs: readonly Tensor[]): Promise<Map<string, GPUBuffer>> {
  const set = new Map<string, GPUBuffer>();
  try {
    for (const tensor of inputs)
      set.set(tensor.port, await open.buffer(`input ${tensor.port}`, paddedBytes(tensor.bytes), STORAGE_USAGE));
  } catch (error) {
    destroyAll(set.values());
    throw error;
  }
  return set;
}

/** A program with its own outputs and uniforms, over shared sets of inputs and shared scratch. Dispose of it with `destroy`. */
export class ProgramInstance {
  private constructor(
    private readonly compiled: CompiledProgram,
    private readonly sets: readonly InputSet[],
    /** Outputs and uniforms by port or id. */
    private readonly own: ReadonlyMap<string, GPUBuffer>,
    /** Scratch by id: the pool's. */
    private readonly scratch: ReadonlyMap<string, GPUBuffer>,
    /** A set's copies of the tensors that this program reads and writes. */
    private readonly inout: readonly InputSet[],
    /** Bind groups by set, then by pass. */
    private readonly groups: readonly (readonly GPUBindGroup[])[],
  ) {}

  /** Throws GpuError, and leaves nothing on the device, when memory runs out or a binding is refused. */
  static async create(
    open: OpenDevice,
    compiled: CompiledProgram,
    sets: readonly InputSet[],
    pool: ScratchPool,
  ): Promise<ProgramInstance> {
    const { program } = compiled;
    const own = new Map<string, GPUBuffer>();
    const scratch = new Map<string, GPUBuffer>();
    const inout: Map<string, GPUBuffer>[] = [];
    try {
      const inputPorts = new Set(program.inputs.map((tensor) => tensor.port));
      for (const output of program.outputs.filter((tensor) => !inputPorts.has(tensor.port))) {
        own.set(
          output.port,
          await open.buffer(`output ${output.port} of ${program.variant}`, paddedBytes(output.bytes), STORAGE_USAGE),
        );
      }
      for (const buffer of program.buffers) {
        const label = `${buffer.kind} ${buffer.id} of ${program.variant}`;
        if (buffer.kind === 'scratch') {
          scratch.set(buffer.id, await pool.take(label, buffer.bytes, new Set(scratch.values())));
        } else {
          const uniform = await open.buffer(label, buffer.bytes, USAGE.uniform | USAGE.storage | USAGE.copyTarget);
          // Dawn takes no shared memory, and a copy is short.
          open.device.queue.writeBuffer(uniform, 0, new Uint8Array(buffer.data));
          own.set(buffer.id, uniform);
        }
      }
      while (inout.length < sets.length) inout.push(await makeInputSet(open, inoutTensors(program)));
      const sizes = boundSizes(program);
      const groups = await open.scoped(`Binding the buffers of ${program.variant}`, () =>
        sets.map((set, index) =>
          compiled.passes.map(({ pass, layout }) =>
            open.device.createBindGroup({
              label: pass.name,
              layout,
              entries: pass.bindings.map((binding) => {
                const { resource } = binding;
                const buffer =
                  own.get(resource) ?? scratch.get(resource) ?? inout[index]?.get(resource) ?? set.get(resource);
                if (buffer === undefined) throw new Error(`pass ${pass.name} binds ${resource}, which has no buffer`);
                return { binding: binding.index, resource: { buffer, ...sizes.get(resource) } };
              }),
            }),
          ),
        ),
      );
      return new ProgramInstance(compiled, sets, own, scratch, inout, groups);
    } catch (error) {
      destroyAll(own.values());
      for (const copies of inout) destroyAll(copies.values());
      throw error;
    }
  }

  get program(): Program {
    return this.compiled.program;
  }

  get compileMs(): number {
    return this.compiled.compileMs;
  }

  /** Whether runs can share one compute pass: nothing has to be cleared or submitted in between. */
  get onePass(): boolean {
    return !this.program.passes.some((pass) => pass.submitAfter) && this.cleared().length === 0;
  }

  /** Whether the program overwrites inputs, so that a run changes what the next one reads. */
  get changesInputs(): boolean {
    return inoutTensors(this.program).length > 0;
  }

  /** The buffer of an output after a run over set `set`. */
  output(port: string, set: number): GPUBuffer {
    const buffer = this.own.get(port) ?? this.inout[set]?.get(port);
    if (buffer === undefined) throw new Error(`${this.program.variant} has no output ${port}`);
    return buffer;
  }

  /** Patterns that `writePoison` needs prepared. */
  poisonWords(round: number): number[] {
    return [...this.poisonedOutputs(round).values(), SCRATCH_POISON];
  }

  /** Records poison over outputs, and over scratch unless a run is to find there what the one before has left. */
  writePoison(recorder: Recorder, poison: Poison, round: number, keepScratch: boolean): void {
    for (const [port, word] of this.poisonedOutputs(round)) {
      const buffer = this.own.get(port);
      if (buffer !== undefined) poison.write(recorder.encoder, buffer, word);
    }
    if (keepScratch) return;
    for (const buffer of this.program.buffers) {
      const made = this.scratch.get(buffer.id);
      if (made !== undefined && buffer.kind === 'scratch' && !buffer.zeroInit) {
        poison.write(recorder.encoder, made, SCRATCH_POISON);
      }
    }
  }

  /** Records copies that give the tensors this program reads and writes their first values again. */
  restore(recorder: Recorder, set: number): void {
    for (const [port, copy] of this.inout[set] ?? []) {
      const source = this.sets[set]?.get(port);
      if (source !== undefined) recorder.encoder.copyBufferToBuffer(source, 0, copy, 0, copy.size);
    }
  }

  /** Records one run for each of `order`, a list of sets, in one compute pass where the program allows it. */
  record(recorder: Recorder, order: readonly number[], stamps: Stamps | null): void {
    if (this.onePass) {
      const pass = recorder.encoder.beginComputePass(passDescriptor(stamps, true, true));
      for (const set of order) {
        for (let index = 0; index < this.compiled.passes.length; index++) this.dispatch(pass, set, index);
      }
      pass.end();
      return;
    }
    order.forEach((set, run) => {
      for (const buffer of this.cleared()) recorder.encoder.clearBuffer(buffer);
      this.recordParts(recorder, set, stamps, run === 0, run === order.length - 1);
    });
  }

  destroy(): void {
    destroyAll(this.own.values());
    for (const copies of this.inout) destroyAll(copies.values());
  }

  /** One compute pass up to each place where the queue must be submitted. */
  private recordParts(recorder: Recorder, set: number, stamps: Stamps | null, first: boolean, last: boolean): void {
    const { passes } = this.compiled;
    let begin = 0;
    while (begin < passes.length) {
      let end = begin;
      while (end < passes.length - 1 && passes[end]?.pass.submitAfter === false) end++;
      const isLast = end === passes.length - 1;
      const pass = recorder.encoder.beginComputePass(passDescriptor(stamps, first && begin === 0, last && isLast));
      for (let index = begin; index <= end; index++) this.dispatch(pass, set, index);
      pass.end();
      if (passes[end]?.pass.submitAfter === true) recorder.submit();
      begin = end + 1;
    }
  }

  private dispatch(encoder: GPUComputePassEncoder, set: number, index: number): void {
    const compiled = this.compiled.passes[index];
    const group = this.groups[set]?.[index];
    if (compiled === undefined || group === undefined) throw new Error(`no pass ${index} over set ${set}`);
    encoder.setPipeline(compiled.pipeline);
    encoder.setBindGroup(0, group);
    encoder.dispatchWorkgroups(...compiled.pass.workgroups);
  }

  /** Scratch that has to be zero when a run begins. */
  private cleared(): GPUBuffer[] {
    return this.program.buffers.flatMap((buffer) => {
      const made = this.scratch.get(buffer.id);
      return buffer.kind === 'scratch' && buffer.zeroInit && made !== undefined ? [made] : [];
    });
  }

  /** The outputs that hold nothing of the call before a run, and what poisons them. */
  private poisonedOutputs(round: number): Map<string, number> {
    const copied = new Set(inoutTensors(this.program).map(({ port }) => port));
    const poisoned = this.program.outputs.filter(({ port }) => !copied.has(port));
    return new Map(poisoned.map(({ port, storage }) => [port, poisonWord(storage, round)]));
  }
}

/** How much of a tensor's buffer is bound, by port: all but what pads it. */
function boundSizes(program: Program): ReadonlyMap<string, { readonly size: number }> {
  const bound = program.bindsPadding === true ? [] : [...program.inputs, ...program.outputs];
  return new Map(bound.map(({ port, bytes }) => [port, { size: bytes }]));
}

/** The size of a tensor's buffer: other runtimes write whole vectors of four, the last one as well. */
export function paddedBytes(bytes: number): number {
  return Math.ceil(bytes / VECTOR_BYTES) * VECTOR_BYTES;
}

function inoutTensors(program: Program): Tensor[] {
  const outputs = new Set(program.outputs.map((tensor) => tensor.port));
  return program.inputs.filter((tensor) => outputs.has(tensor.port));
}

function passDescriptor(stamps: Stamps | null, first: boolean, last: boolean): GPUComputePassDescriptor {
  if (stamps === null || (!first && !last)) return {};
  const { querySet, begin, end } = stamps;
  return {
    timestampWrites: {
      querySet,
      ...(first ? { beginningOfPassWriteIndex: begin } : {}),
      ...(last ? { endOfPassWriteIndex: end } : {}),
    },
  };
}

function destroyAll(buffers: Iterable<GPUBuffer>): void {
  for (const buffer of buffers) buffer.destroy();
}
