// What a program does, counted from its passes: launches, bytes moved, scratch memory. Nothing here is measured.
import type { PassWork, RowWork } from '../report';
import type { Program, ProgramPass } from './program';

/** @param partlyRead bytes that are read at most of inputs of which only a part is needed, by port. */
export function countWork(program: Program, partlyRead: ReadonlyMap<string, number> = new Map()): RowWork {
  const passes = program.passes.map((pass) => passWork(program, pass, partlyRead));
  return {
    launches: passes.length,
    bytesMoved: passes.reduce((sum, { readBytes, writtenBytes }) => sum + readBytes + writtenBytes, 0),
    scratchBytes: program.buffers.reduce((sum, one) => sum + (one.kind === 'scratch' ? one.bytes : 0), 0),
    passes,
  };
}

/** A tensor that is both read and written by the call counts as both where a pass may write it; uniforms are left out. */
function passWork(program: Program, pass: ProgramPass, partlyRead: ReadonlyMap<string, number>): PassWork {
  const sizes = new Map<string, number>();
  for (const { port, bytes } of [...program.inputs, ...program.outputs]) sizes.set(port, bytes);
  for (const { id, bytes } of program.buffers) sizes.set(id, bytes);
  const inputs = new Set(program.inputs.map(({ port }) => port));
  const reads = new Set<string>();
  const writes = new Set<string>();
  for (const { resource, access } of pass.bindings) {
    if (access === 'uniform') continue;
    if (access === 'read' || inputs.has(resource)) reads.add(resource);
    if (access === 'read_write') writes.add(resource);
  }
  const total = (names: ReadonlySet<string>, parts?: ReadonlyMap<string, number>): number =>
    [...names].reduce((sum, name) => sum + (parts?.get(name) ?? sizes.get(name) ?? 0), 0);
  return {
    id: pass.id,
    name: pass.name,
    workgroups: [...pass.workgroups],
    readBytes: total(reads, partlyRead),
    writtenBytes: total(writes),
    reads: [...reads],
    writes: [...writes],
  };
}
