// From what another runtime has launched to a program like a variant's, so that both are checked and timed the same way.
import type { LaunchTrace, TracedBinding, TracedBuffer, TracedCommand, TracedDispatch } from './launchTrace';
import type { Program, ProgramBinding, ProgramBuffer, ProgramPass, Tensor } from './program';
import { viewPass } from './viewPass';

/** Another runtime cannot take part in a case. The message says why, and goes into the case's `rejected`. */
export class PeerRefusal extends Error {
  override readonly name = 'PeerRefusal';
}

export interface TracedProgram {
  readonly program: Program;
  /** For each pass what was launched; null for a copy, which has to be compiled as a pass. */
  readonly launches: readonly (TracedDispatch | null)[];
}

/** The buffers of a trace that are the case's own, by port. */
export type CaseBuffers = ReadonlyMap<TracedBuffer, Tensor>;

/** Values of GPUBufferUsage for buffers that the CPU reads or writes. */
const MAP_READ = 0x1;
const MAP_WRITE = 0x2;

/** Buffers that are only read, and neither the case's nor written by a pass before: weights that the runtime made itself. */
export function constantBuffers(
  commands: Awaited<ReturnType<LaunchTrace['record']>>,
  own: CaseBuffers,
): TracedBuffer[] {
  const written = new Set<TracedBuffer>(own.keys());
  const constants = new Set<TracedBuffer>();
  for (const command of commands) {
    if (command.kind === 'copy') written.add(command.to);
    if (command.kind !== 'dispatch') continue;
    for (const { buffer, access } of command.bindings)
      if (access === 'read' && !written.has(buffer)) constants.add(buffer);
    for (const { buffer, access } of command.bindings) if (access === 'read_write') written.add(buffer);
  }
  return [...constants];
}

/**
 * The program that does what `commands` did. Clears of scratch are not among them: they are how a runtime keeps its memory
 * pool clean from one run to the next, and no pass depends on them.
 * @param constants the content of `constantBuffers`.
 * @throws PeerRefusal when it cannot be repeated with other buffers.
 */
export function tracedProgram(
  name: string,
  description: string,
  commands: readonly TracedCommand[],
  own: CaseBuffers,
  outputs: readonly Tensor[],
  constants: ReadonlyMap<TracedBuffer, Uint8Array>,
): TracedProgram {
  const places = new Places(own, constants);
  const passes: ProgramPass[] = [];
  const launches: (TracedDispatch | null)[] = [];
  for (const command of commands) {
    const id = `pass${passes.length}`;
    if (command.kind === 'obstacle') throw refusal(command.reason);
    if (command.kind === 'copy') {
      passes.push(copyPass(command, places, id));
      launches.push(null);
    } else if (command.workgroups.every((count) => count > 0)) {
      const { workgroups, wgsl } = command;
      const label = command.name === '' ? id : command.name;
      const bindings = command.bindings.map((binding) => places.binding(binding));
      passes.push({ id, name: label, template: name, wgsl, bindings, workgroups, submitAfter: false });
      launches.push(command);
    }
  }
  if (passes.length === 0) throw refusal('it launches nothing');
  const inputs = [...own.values()].filter((tensor) => !outputs.includes(tensor));
  const { buffers } = places;
  return { program: { variant: name, description, inputs, outputs, buffers, passes, bindsPadding: true }, launches };
}

/** What a buffer of the trace is called in the program. */
class Places {
  readonly buffers: ProgramBuffer[] = [];
  private readonly ids = new Map<TracedBuffer, string>();

  constructor(
    private readonly own: CaseBuffers,
    private readonly constants: ReadonlyMap<TracedBuffer, Uint8Array>,
  ) {}

  binding({ index, buffer, access, part, data }: TracedBinding): ProgramBinding {
    if (part) throw refusal('it binds parts of buffers');
    if (access !== 'uniform') return { index, resource: this.resource(buffer), access };
    if (data === null) throw refusal('it passes numbers to the GPU in a way that was not seen');
    // A runtime uses its uniform buffers again, with other numbers: each binding gets one of its own.
    const bytes = new Uint8Array(buffer.size);
    bytes.set(data.subarray(0, buffer.size));
    return {
      index,
      resource: this.add({ kind: 'uniform', id: this.name('uniform'), bytes: buffer.size, data: bytes }),
      access,
    };
  }

  resource(buffer: TracedBuffer): string {
    const known = this.own.get(buffer)?.port ?? this.ids.get(buffer);
    if (known !== undefined) return known;
    const data = this.constants.get(buffer);
    const bytes = buffer.size;
    const id =
      data === undefined
        ? this.add({ kind: 'scratch', id: this.name('scratch'), bytes, zeroInit: false })
        : this.add({ kind: 'uniform', id: this.name('constant'), bytes, data });
    this.ids.set(buffer, id);
    return id;
  }

  private name(kind: string): string {
    return `${kind} ${this.buffers.length}`;
  }

  private add(buffer: ProgramBuffer): string {
    this.buffers.push(buffer);
    return buffer.id;
  }
}

function copyPass(
  { from, to, whole }: Extract<TracedCommand, { kind: 'copy' }>,
  places: Places,
  id: string,
): ProgramPass {
  if ((to.usage & MAP_READ) !== 0) throw refusal('it reads results back to the CPU in the middle of a run');
  if ((from.usage & MAP_WRITE) !== 0) throw refusal('it sends numbers from the CPU in every run');
  if (!whole) throw refusal('it copies parts of buffers');
  const view = (buffer: TracedBuffer) => ({ port: places.resource(buffer), bytes: buffer.size });
  return viewPass(view(from), view(to), id, 'copy', false);
}

function refusal(reason: string): PeerRefusal {
  return new PeerRefusal(`its run cannot be repeated beside the variants: ${reason}`);
}
