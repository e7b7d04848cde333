// The inputs of a case from a seed, and what its outputs should be.
import { deriveSeed } from '../random';
import { fillTensor, independentBlock, type FillKind } from './fill';
import type { OnnxOperator, OnnxPort } from './kernel';
import type { OracleAnswer, OracleCall } from './oracleCall';
import type { CallSpec, Tensor } from './program';
import { decodeStorage, type TensorValues } from './storage';
import { makeTensor } from './tensor';

/**
 * Where slices along an axis are independent of each other: inputs repeat their first `slices` of them, so every output
 * repeats as well, and an oracle needs to compute those only.
 */
export interface Repeat {
  readonly slices: number;
  readonly inputs: ReadonlySet<string>;
  /** All extents before it are 1, so that a slice lies in one piece. */
  readonly axis: number;
  /** All slices. A tensor whose extent along the axis is n times this has n places in each. */
  readonly of: number;
}

/** One set of inputs and what should come of them. */
export interface DataSet {
  /** Storage bytes by port; the first slices where the tensor repeats. */
  readonly blocks: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Values by port, of the first slices where the tensor repeats; null: nobody could tell. */
  readonly want: ReadonlyMap<string, TensorValues> | null;
  /** Tolerances that the case brings itself, by port. */
  readonly tolerances?: ReadonlyMap<string, number>;
  /** Every input is finite, so a wanted NaN or infinity lies outside what the operator is defined for: any answer will do. */
  readonly openNonFinite?: boolean;
}

/**
 * How a case may repeat, from its `independent` entry; null when it is not worth it, or an output has no such slices.
 * @param costShare the share of the case's arithmetic that an oracle can afford: 1 is all of it.
 */
export function repeatOf(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  independent: { readonly axis: number; readonly inputs: readonly string[] } | null,
  costShare = 1,
): Repeat | null {
  const tensors = inputs.filter(({ port }) => independent?.inputs.includes(port) === true);
  const largest = tensors.toSorted((a, b) => b.elements - a.elements)[0];
  if (largest === undefined || independent === null) return null;
  const { axis } = independent;
  const of = Math.min(...tensors.map(({ shape }) => shape[axis] ?? 1));
  if (of === 0 || ![...tensors, ...outputs].every(({ shape }) => hasSlices(shape, axis, of))) return null;
  const slices = independentBlock([of, largest.elements / of], undefined, of * costShare);
  return slices < of ? { slices, inputs: new Set(tensors.map(({ port }) => port)), axis, of } : null;
}

/** Whether a tensor consists of `of` slices along `axis`, each in one piece. */
function hasSlices(shape: readonly number[], axis: number, of: number): boolean {
  const extent = shape[axis] ?? 0;
  return extent > 0 && extent % of === 0 && shape.slice(0, axis).every((before) => before === 1);
}

/** The last slices of a case that repeats, with inputs of their own. */
export interface Tail {
  /** The first of them, whose bytes begin at a whole word. */
  readonly start: number;
  /** As if the tail were all there is. */
  readonly repeat: Repeat;
  /** Storage bytes by port: of the last slices where the tensor repeats, of all where it does not. */
  readonly blocks: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Elements of the largest tensor that a shorter repeat aims at. */
const FEW_ELEMENTS = 30_000;

/** The same repeat with fewer slices, an odd number of them. */
export function fewSlices(inputs: readonly Tensor[], repeat: Repeat): Repeat {
  const repeated = inputs.filter(({ port }) => repeat.inputs.has(port));
  const perSlice = Math.max(1, ...repeated.map(({ elements }) => elements / repeat.of));
  return { ...repeat, slices: Math.min(repeat.slices, Math.floor(FEW_ELEMENTS / perSlice) | 1) };
}

/** At most so many slices at the end are drawn anew: 4, and 2 where slices are dear and two of them fill whole words. */
export function tailSlices(inputs: readonly Tensor[], outputs: readonly Tensor[], repeat: Repeat): number {
  if (repeat.slices > 4) return 4;
  const cut = [...inputs.filter(({ port }) => repeat.inputs.has(port)), ...outputs];
  return cut.every((tensor) => dataBytes(blockOf(tensor, repeat, 2)) % 4 === 0) ? 2 : 4;
}

/**
 * The last slices, drawn anew, beside the `blocks` of what does not repeat; null where there are none to spare.
 * @param draw gives the case's inputs with as many slices as it is told.
 * @param most slices at the end: four of them fill whole words.
 */
export function tailOf(
  repeat: Repeat,
  blocks: DataSet['blocks'],
  draw: (tail: Repeat) => DataSet['blocks'],
  most = 4,
): Tail | null {
  const start = most * Math.floor((repeat.of - 1) / most);
  if (start < repeat.slices) return null;
  const tail = { ...repeat, slices: repeat.of - start };
  const drawn = [...draw(tail)].filter(([port]) => repeat.inputs.has(port));
  return { start, repeat: tail, blocks: new Map([...blocks, ...drawn]) };
}

/** The part of a tensor that is drawn or computed: all of it, or its first slices. */
export function blockOf(tensor: Tensor, repeat: Repeat | null, slices = repeat?.slices ?? 0): Tensor {
  if (repeat === null) return tensor;
  const { port, dtype, layout, storage, shape } = tensor;
  return makeTensor(port, dtype, shape.with(repeat.axis, slices * placesInSlice(tensor, repeat)), layout, storage);
}

/** Places along the axis that a slice of a tensor has. */
export function placesInSlice({ shape }: Tensor, { axis, of }: Repeat): number {
  return (shape[axis] ?? 0) / of;
}

/** Draws inputs. `name` and `seed` decide the values: the same again for the same. */
export function drawBlocks(
  inputs: readonly Tensor[],
  repeat: Repeat | null,
  name: string,
  seed: number,
  kind: FillKind = 'random',
): Map<string, Uint8Array<ArrayBuffer>> {
  const blocks = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const tensor of inputs) {
    const block = blockOf(tensor, repeat?.inputs.has(tensor.port) === true ? repeat : null);
    const bytes = fillTensor(block, deriveSeed(seed, `${name}/${tensor.port}`), kind);
    // The padding of a block would be repeated with it.
    blocks.set(tensor.port, block === tensor ? bytes : bytes.subarray(0, dataBytes(block)));
  }
  return blocks;
}

/** Bytes of a tensor's elements, without the padding of its buffer. */
export function dataBytes(tensor: Tensor): number {
  const element =
    tensor.layout === 'packed' ? 1 : tensor.storage === 'f16' ? 2 : tensor.storage === 'vec2<u32>' ? 8 : 4;
  return tensor.elements * element;
}

/** The attributes of a call under their ONNX names, defaults put in. */
export function onnxAttributes(operator: OnnxOperator, call: CallSpec): Record<string, unknown> {
  const args = Object.entries(call.args ?? {}).map(([name, value]) => [operator.args[name] ?? name, value] as const);
  const attributes = { ...operator.attributes, ...call.attributes, ...Object.fromEntries(args) };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** The question to an oracle about one call of `operator` with these inputs. */
export function oracleCall(
  operator: OnnxOperator,
  call: CallSpec,
  tensors: { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] },
  blocks: ReadonlyMap<string, Uint8Array>,
  repeat: Repeat | null,
): OracleCall {
  const find = (list: readonly Tensor[], { port }: OnnxPort): Tensor | undefined =>
    list.find((one) => one.port === port);
  return {
    domain: operator.domain,
    name: operator.name,
    sinceVersion: operator.sinceVersion,
    attributes: onnxAttributes(operator, call),
    inputs: operator.inputs.map((port) => {
      const whole = find(tensors.inputs, port);
      const bytes = blocks.get(port.port);
      if (whole === undefined || bytes === undefined) return null;
      const tensor = blockOf(whole, repeat?.inputs.has(port.port) === true ? repeat : null);
      const values = decodeStorage(tensor, aligned(bytes), tensor.elements);
      return { name: port.onnx, dtype: tensor.dtype, shape: tensor.shape, values };
    }),
    outputs: operator.outputs.map((port) => {
      const whole = find(tensors.outputs, port);
      if (whole === undefined) return null;
      const { dtype, shape } = blockOf(whole, repeat);
      return { name: port.onnx, dtype, shape };
    }),
  };
}

/** An oracle's answer by port; null where it could not tell. */
export function wantedValues(operator: OnnxOperator, answer: OracleAnswer): Map<string, TensorValues> | null {
  if (answer.outputs === null) return null;
  const want = new Map<string, TensorValues>();
  operator.outputs.forEach(({ port }, index) => {
    const values = answer.outputs?.[index];
    if (values !== null && values !== undefined) want.set(port, values);
  });
  return want;
}

/** Whether values stated by a test hold a NaN or an infinity; drawn ones never do. */
export function hasNonFinite(values: TensorValues): boolean {
  return values instanceof Float32Array && values.some((value) => !Number.isFinite(value));
}

/** Typed arrays over more than one byte need a buffer that begins at a multiple of their element. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}
