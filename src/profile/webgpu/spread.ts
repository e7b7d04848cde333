// A second axis whose places do not affect each other: an oracle is asked about few of them, and what is drawn and what it
// answers is spread over all of them.
import type { AlsoIndependent } from './benchFile';
import { dataBytes } from './caseData';
import { independentBlock } from './fill';
import type { CallSpec, Tensor } from './program';
import type { TensorValues } from './storage';
import { makeTensor } from './tensor';

/** Places along an axis: the first `repeated` over and over, and `last` of their own at the end. */
export interface Spread {
  readonly repeated: number;
  readonly last: number;
  /** All of them. */
  readonly of: number;
  /** The axis by port, of inputs and outputs. */
  readonly axes: ReadonlyMap<string, number>;
  /** The attribute that says how many there are. */
  readonly attribute: string | null;
}

/** Places at the end that are like no others: a kernel that leaves them out or mixes them up is found out. */
const LAST = 4;

/**
 * How a case's inputs may be drawn for few places and spread, from its `alsoIndependent` entry; null where there are not
 * many more than those few, or where a tensor has another number of them.
 */
export function spreadOf(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  promise: AlsoIndependent | null,
): Spread | null {
  if (promise === null) return null;
  const axes = new Map([
    ...outputs.map(({ port }) => [port, promise.axis] as const),
    ...Object.entries(promise.inputs),
  ]);
  const tensors = [...inputs, ...outputs].filter(({ port }) => axes.has(port));
  const extents = tensors.map(({ port, shape }) => shape[axes.get(port) ?? -1] ?? 0);
  const [of = 0] = extents;
  if (of === 0 || extents.some((extent) => extent !== of)) return null;
  const most = Math.max(...tensors.map(({ elements }) => elements));
  const repeated = independentBlock([of, most / of]);
  if (repeated + LAST >= of) return null;
  return { repeated, last: LAST, of, axes, attribute: promise.attribute };
}

/** The case with as many places as are drawn, and as an oracle is asked about. */
export function gatheredCase<T extends Gatherable>(whole: T): T {
  const { spread, call, inputs, outputs } = whole;
  if (spread === null) return whole;
  const { attribute } = spread;
  const few = attribute === null ? {} : { [attribute]: placesOf(spread) };
  return {
    ...whole,
    call: { ...call, attributes: { ...call.attributes, ...few } },
    inputs: inputs.map((tensor) => gathered(tensor, spread)),
    outputs: outputs.map((tensor) => gathered(tensor, spread)),
  };
}

interface Gatherable {
  readonly spread: Spread | null;
  readonly call: CallSpec;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** How many places are drawn. */
export function placesOf({ repeated, last }: Spread): number {
  return repeated + last;
}

function gathered(tensor: Tensor, spread: Spread): Tensor {
  const { port, dtype, layout, storage, shape } = tensor;
  const axis = spread.axes.get(port);
  return axis === undefined ? tensor : makeTensor(port, dtype, shape.with(axis, placesOf(spread)), layout, storage);
}

/** Bytes of inputs with all places, from those with few; `parts` are the tensors that these are of. */
export function spreadBlocks(
  few: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  parts: readonly Tensor[],
  spread: Spread,
): Map<string, Uint8Array<ArrayBuffer>> {
  const blocks = new Map(few);
  for (const part of parts) {
    const axis = spread.axes.get(part.port);
    const bytes = few.get(part.port);
    if (axis !== undefined && bytes !== undefined)
      blocks.set(part.port, spreadPlaces(bytes.subarray(0, dataBytes(part)), part, axis, spread));
  }
  return blocks;
}

/** Values of outputs with all places, from those with few. */
export function spreadWanted(
  few: ReadonlyMap<string, TensorValues>,
  parts: readonly Tensor[],
  spread: Spread,
): Map<string, TensorValues> {
  const wanted = new Map(few);
  for (const part of parts) {
    const axis = spread.axes.get(part.port);
    const values = few.get(part.port);
    if (axis === undefined || values === undefined) continue;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    wanted.set(part.port, valuesLike(values, spreadPlaces(bytes, part, axis, spread).buffer));
  }
  return wanted;
}

function valuesLike(values: TensorValues, buffer: ArrayBuffer): TensorValues {
  if (values instanceof Float32Array) return new Float32Array(buffer);
  if (values instanceof Int32Array) return new Int32Array(buffer);
  return values instanceof Uint32Array ? new Uint32Array(buffer) : new BigInt64Array(buffer);
}

function spreadPlaces(few: Uint8Array, { shape }: Tensor, axis: number, spread: Spread): Uint8Array<ArrayBuffer> {
  const rows = shape.slice(0, axis).reduce((all, extent) => all * extent, 1);
  const from = few.length / rows;
  const place = from / placesOf(spread);
  const to = spread.of * place;
  const end = (spread.of - spread.last) * place;
  const wide = new Uint8Array(rows * to);
  for (let row = 0; row < rows; row++) {
    const own = few.subarray(row * from, (row + 1) * from);
    const all = wide.subarray(row * to, (row + 1) * to);
    const period = spread.repeated * place;
    all.set(own.subarray(0, period));
    for (let filled = period; filled < end; filled *= 2) all.copyWithin(filled, 0, Math.min(filled, end - filled));
    all.set(own.subarray(period), end);
  }
  return wide;
}
