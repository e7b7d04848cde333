// What passes hand on through memory, told from what each of them reads and writes.
import type { PassWork, ReportCase, RowWork } from './report';

/** A result that one pass writes to scratch memory for others to read. */
export interface Intermediate {
  /** Of the pass that wrote it: `squares`. */
  readonly name: string;
  /** The scratch buffer that held it, perhaps not alone: `t0`. */
  readonly buffer: string;
  /** Passes, as indices. */
  readonly writtenBy: number;
  readonly readBy: readonly number[];
  /** null: the report does not tell. */
  readonly bytes: number | null;
}

/** An input that several passes read. */
export interface SharedInput {
  readonly name: string;
  readonly times: number;
}

export interface PassFlow {
  /** As they are written. */
  readonly intermediates: readonly Intermediate[];
  readonly sharedInputs: readonly SharedInput[];
}

/** The results that the passes of a row of `item` hand on to each other, and the inputs that they read again. */
export function passFlow(item: ReportCase, { passes }: RowWork): PassFlow {
  const sizes = bufferSizes(item, passes);
  const found: (Omit<Intermediate, 'readBy'> & { readonly readBy: number[] })[] = [];
  const held = new Map<string, number[]>();
  passes.forEach((pass, index) => {
    for (const buffer of pass.reads) held.get(buffer)?.push(index);
    for (const buffer of pass.writes) {
      if (buffer in item.outputs || buffer in item.inputs) continue;
      const name = pass.writes.length === 1 ? pass.name : `${pass.name}, ${buffer}`;
      const one = { name, buffer, writtenBy: index, readBy: [], bytes: sizes.get(buffer) ?? null };
      found.push(one);
      held.set(buffer, one.readBy);
    }
  });
  return { intermediates: found, sharedInputs: sharedInputs(item, passes) };
}

/** Bytes that a result costs on its way through memory: written once, read by each of its readers. null: not known. */
export function roundTripBytes({ bytes, readBy }: Intermediate): number | null {
  return bytes === null ? null : bytes * (1 + readBy.length);
}

/** Those of `before` that `after` has no equal of: their passes have no namesake that writes as much. */
export function vanished(before: PassFlow, after: PassFlow): Intermediate[] {
  const kept = new Set(after.intermediates.map(({ name, bytes }) => `${name}/${String(bytes)}`));
  return before.intermediates.filter(({ name, bytes }) => !kept.has(`${name}/${String(bytes)}`));
}

function sharedInputs(item: ReportCase, passes: readonly PassWork[]): SharedInput[] {
  return Object.keys(item.inputs)
    .map((name) => ({ name, times: passes.filter(({ reads }) => reads.includes(name)).length }))
    .filter(({ times }) => times > 1);
}

/**
 * Bytes by buffer. The report has them of inputs and outputs, and of each pass only in all: a scratch buffer's are what is
 * left of a pass when all others that it reads, or writes, are known.
 */
function bufferSizes(item: ReportCase, passes: readonly PassWork[]): ReadonlyMap<string, number> {
  const tensors = Object.entries({ ...item.inputs, ...item.outputs });
  const sizes = new Map(tensors.map(([name, { bytes }]) => [name, bytes]));
  const sums = passes.flatMap((pass) => [
    { names: pass.reads, bytes: pass.readBytes },
    { names: pass.writes, bytes: pass.writtenBytes },
  ]);
  for (let before = -1; before < sizes.size;) {
    before = sizes.size;
    for (const { names, bytes } of sums) {
      const [unknown, ...more] = names.filter((name) => !sizes.has(name));
      if (unknown === undefined || more.length > 0) continue;
      const rest = bytes - names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
      if (rest >= 0) sizes.set(unknown, rest);
    }
  }
  return sizes;
}
