// An ONNX model of one operator, so that ONNX Runtime can be asked what it should give.
import type { GraphNode } from '../operators/operator';
import { ProtobufWriter } from './protobufWriter';
import type { LogicalDtype } from './program';

/** A value that goes into the node or comes out of it. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: LogicalDtype;
  readonly rank: number;
}

export interface OnnxNode {
  /** `ai.onnx` or another operator domain. */
  readonly domain: string;
  readonly name: string;
  /** The version of the domain's operator set in which this form of the operator came. */
  readonly sinceVersion: number;
  /** By position; null for an optional one that is absent. */
  readonly inputs: readonly (OnnxValue | null)[];
  readonly outputs: readonly (OnnxValue | null)[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Codes of onnx.TensorProto.DataType. */
const DTYPE_CODES: Readonly<Record<LogicalDtype, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  uint32: 12,
};
/** IR 10 came with operator set 21; runtimes read every older operator set under it. */
const IR_VERSION = 10;

/** Attributes that are floats even when their value is whole: JSON does not tell 1 from 1.0. */
const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set([
  'activation_params',
  'alpha',
  'beta',
  'bias',
  'epsilon',
  'gamma',
  'lambd',
  'mean',
  'momentum',
  'norm_coefficient',
  'ratio',
  'scale',
  'softcap',
  'theta',
  'value_float',
  'value_floats',
]);

/**
 * The bytes of an ONNX ModelProto that holds just this node, or the graph `nodes` in its place. Ranks are fixed and sizes
 * are not, so that one model serves every case of an operator.
 * @throws TypeError for an attribute that ONNX has no type for.
 */
export function encodeOnnxModel(node: OnnxNode, nodes: readonly GraphNode[] = [graphNode(node)]): Uint8Array {
  const graph = new ProtobufWriter();
  const places = placeNames(node);
  for (const one of nodes) graph.message(1, encodeNode(one, places));
  graph.text(2, node.name);
  for (const input of node.inputs) if (input !== null) graph.message(11, encodeValue(input));
  for (const output of node.outputs) if (output !== null) graph.message(12, encodeValue({ ...output, rank: -1 }));
  const model = new ProtobufWriter().int(1, IR_VERSION).text(2, 'kernel-lens').message(7, graph);
  for (const [domain, version] of operatorSets(nodes)) {
    model.message(8, new ProtobufWriter().text(1, onnxDomain(domain)).int(2, version));
  }
  return model.finish();
}

/** The operator as a graph of its own. */
function graphNode({ domain, name, sinceVersion, inputs, outputs, attributes }: OnnxNode): GraphNode {
  const places = (values: readonly (OnnxValue | null)[], kind: string): string[] =>
    values.map((value, at) => (value === null ? '' : `${kind}${at}`));
  return { domain, name, sinceVersion, attributes, inputs: places(inputs, 'in'), outputs: places(outputs, 'out') };
}

/** What `in0`, `out0` and so on are called in this model. */
function placeNames(node: OnnxNode): ReadonlyMap<string, string> {
  const named = (values: readonly (OnnxValue | null)[], kind: string): [string, string][] =>
    values.map((value, at) => [`${kind}${at}`, value?.name ?? '']);
  return new Map([...named(node.inputs, 'in'), ...named(node.outputs, 'out')]);
}

/** The newest version that a node of each domain asks for. */
function operatorSets(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  const sets = new Map<string, number>();
  for (const { domain, sinceVersion } of nodes) sets.set(domain, Math.max(sinceVersion, sets.get(domain) ?? 1));
  return sets;
}

function encodeNode(node: GraphNode, places: ReadonlyMap<string, string>): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const name of trimmedNames(node.inputs, places)) message.text(1, name);
  for (const name of trimmedNames(node.outputs, places)) message.text(2, name);
  message.text(4, node.name);
  for (const [name, value] of Object.entries(node.attributes)) message.message(5, encodeAttribute(name, value));
  return message.text(7, onnxDomain(node.domain));
}

/** An absent value is an empty name, or nothing at all at the end. */
function trimmedNames(values: readonly string[], places: ReadonlyMap<string, string>): string[] {
  const names = values.map((value) => places.get(value) ?? value);
  while (names.at(-1) === '') names.pop();
  return names;
}

function encodeAttribute(name: string, value: unknown): ProtobufWriter {
  const message = new ProtobufWriter().text(1, name);
  if (typeof value === 'boolean') return message.int(3, value ? 1 : 0).int(20, 2);
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  if (typeof value === 'bigint') return message.int(3, value).int(20, 2);
  if (typeof value === 'number') {
    return isFloat(name, value) ? message.float(2, value).int(20, 1) : message.int(3, value).int(20, 2);
  }
  if (Array.isArray(value)) return encodeList(message, name, value);
  throw new TypeError(`Attribute ${name}: ONNX has no type for ${JSON.stringify(value)}.`);
}

function encodeList(message: ProtobufWriter, name: string, list: readonly unknown[]): ProtobufWriter {
  if (list.length > 0 && list.every((item) => typeof item === 'string')) {
    for (const item of list) message.text(9, item);
    return message.int(20, 8);
  }
  if (!list.every((item) => typeof item === 'number')) {
    throw new TypeError(`Attribute ${name}: a list must hold only numbers or only strings.`);
  }
  const floats = list.some((item) => isFloat(name, item));
  for (const item of list) {
    if (floats) message.float(7, item);
    else message.int(8, item);
  }
  return message.int(20, floats ? 6 : 7);
}

function isFloat(name: string, value: number): boolean {
  return FLOAT_ATTRIBUTES.has(name) || !Number.isInteger(value);
}

/** @param value with a rank below zero, its rank is left open. */
function encodeValue(value: OnnxValue): ProtobufWriter {
  const tensor = new ProtobufWriter().int(1, DTYPE_CODES[value.dtype]);
  if (value.rank >= 0) {
    const shape = new ProtobufWriter();
    for (let i = 0; i < value.rank; i++) shape.message(1, new ProtobufWriter());
    tensor.message(2, shape);
  }
  return new ProtobufWriter().text(1, value.name).message(2, new ProtobufWriter().message(1, tensor));
}

/** ONNX writes its own domain as an empty name. */
function onnxDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}
