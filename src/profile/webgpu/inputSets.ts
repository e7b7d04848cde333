// The input sets of a case on the device: data set A in the even ones, B in the odd ones, and more of them than fit the caches.
import type { DataSet } from './caseData';
import type { OpenDevice } from './device';
import { makeInputSet, type InputSet } from './execute';
import type { MeasureLimits } from './measureLimits';
import type { Tensor } from './program';
import { fillBuffer } from './transfer';

/** Sets of a case do not take more than this together, bytes, but for the two there must be. */
const MOST_BYTES = 4 * 2 ** 30;
/** Overwritten before a sample where rotating sets does not empty the caches. */
export const FLUSH_BYTES = 256 << 20;

/** How the caches are kept cold. */
export interface ColdPlan {
  /** An even number, so that both data sets are read equally often. */
  readonly sets: number;
  readonly flush: boolean;
  /** In words, for the report. */
  readonly text: string;
}

/** Chooses the number of sets for inputs of `setBytes` in all. */
export function planCold(setBytes: number, limits: MeasureLimits): ColdPlan {
  if (limits.coldBytes === 0) {
    const text = `${limits.mostSets} input sets in turn; a software adapter runs from the caches of the CPU`;
    return { sets: limits.mostSets, flush: false, text };
  }
  const wanted = Math.ceil(limits.coldBytes / Math.max(1, setBytes));
  const affordable = Math.floor(MOST_BYTES / Math.max(1, setBytes));
  const sets = evenUp(Math.max(2, Math.min(wanted, limits.mostSets, affordable)));
  const flush = sets * setBytes < limits.coldBytes;
  const rotation = `${sets} input sets in turn, ${megabytes(sets * setBytes)} in all`;
  return {
    sets,
    flush,
    text: flush ? `${rotation}, and ${megabytes(FLUSH_BYTES)} overwritten before each sample` : rotation,
  };
}

/** Makes and fills `count` sets, alternating between the data sets `data[0]` and `data[1]`. Dispose with `destroySets`. */
export async function makeSets(
  open: OpenDevice,
  inputs: readonly Tensor[],
  data: readonly [DataSet, DataSet],
  count: number,
): Promise<InputSet[]> {
  const sets: InputSet[] = [];
  try {
    for (let index = 0; index < count; index++) {
      const set = await makeInputSet(open, inputs);
      sets.push(set);
      const source = sets[index - 2];
      if (source === undefined) await fillSet(open, inputs, set, data[index % 2 === 0 ? 0 : 1]);
      else await copySet(open, source, set);
    }
  } catch (error) {
    destroySets(sets);
    throw error;
  }
  return sets;
}

/** A set that is known to hold a data set. */
export interface HeldSet {
  readonly set: InputSet;
  readonly data: DataSet;
}

/** The first two sets of a case, which hold its two data sets. */
export function heldSets(sets: readonly InputSet[], data: readonly [DataSet, DataSet]): HeldSet[] {
  return data.flatMap((one, index) => {
    const set = sets[index];
    return set === undefined ? [] : [{ set, data: one }];
  });
}

/** Fills one set with a data set again. What one of `held` holds is copied on the device and not sent. */
export async function fillSet(
  open: OpenDevice,
  inputs: readonly Tensor[],
  set: InputSet,
  data: DataSet,
  held: readonly HeldSet[] = [],
): Promise<void> {
  const copies = new Map<string, GPUBuffer>();
  for (const { port, bytes, elements } of inputs) {
    const buffer = set.get(port);
    const block = data.blocks.get(port);
    if (buffer === undefined || block === undefined || elements === 0) continue;
    const source = held.find((one) => one.set !== set && one.data.blocks.get(port) === block)?.set.get(port);
    if (source === undefined) await fillBuffer(open, buffer, block, bytes);
    else copies.set(port, source);
  }
  if (copies.size > 0) await copySet(open, copies, set);
}

export function destroySets(sets: readonly InputSet[]): void {
  for (const set of sets) for (const buffer of set.values()) buffer.destroy();
}

async function copySet(open: OpenDevice, source: InputSet, target: InputSet): Promise<void> {
  await open.scoped('Copying inputs', () => {
    const encoder = open.device.createCommandEncoder();
    for (const [port, buffer] of target) {
      const from = source.get(port);
      if (from !== undefined) encoder.copyBufferToBuffer(from, 0, buffer, 0, buffer.size);
    }
    open.device.queue.submit([encoder.finish()]);
  });
}

function evenUp(count: number): number {
  return count + (count % 2);
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;
}
