// ONNX nodes for ONNX Runtime's WebGPU provider, which lacks two operators that its CPU provider has.
import { attentionShape, type AttentionShape } from './attentionShape';
import type { CallShapes, GraphNode } from './operator';

/** Activations that are an ONNX operator of the same name and need no parameters. */
const PLAIN_ACTIVATIONS: ReadonlyMap<unknown, number> = new Map([
  ['Relu', 14],
  ['Sigmoid', 13],
  ['Tanh', 13],
]);

/** FusedConv as Conv, Add and the activation, which ONNX Runtime may fuse again; none for other activations. */
export function fusedConvNodes({ attributes, inputs }: CallShapes): readonly GraphNode[] {
  const { activation, activation_params: parameters, ...convolution } = attributes;
  const version = PLAIN_ACTIVATIONS.get(activation);
  if (version === undefined || typeof activation !== 'string' || (Array.isArray(parameters) && parameters.length > 0))
    return [];
  const added = (inputs[3] ?? null) !== null;
  const convInputs = ['in0', 'in1', ...((inputs[2] ?? null) === null ? [] : ['in2'])];
  const summed = added ? 'sum' : 'conv';
  const node = { domain: 'ai.onnx', attributes: {} };
  return [
    { ...node, name: 'Conv', sinceVersion: 11, attributes: convolution, inputs: convInputs, outputs: ['conv'] },
    ...(added ? [{ ...node, name: 'Add', sinceVersion: 14, inputs: ['conv', 'in3'], outputs: ['sum'] }] : []),
    { ...node, name: activation, sinceVersion: version, inputs: [summed], outputs: ['out0'] },
  ];
}

/**
 * Attention as com.microsoft.MultiHeadAttention: whole heads of queries for every head of keys, without mask, past, cap or
 * second output; none for other forms. Where heads lie apart, queries and the output are transposed around it.
 */
export function attentionNodes(call: CallShapes): readonly GraphNode[] {
  const shape = attentionShape(call);
  const { attributes, inputs, outputs } = call;
  const extras = [...inputs.slice(3), ...outputs.slice(1)].some((value) => (value ?? null) !== null);
  if (shape === null || extras || shape.heads !== shape.kvHeads || Number(attributes['softcap'] ?? 0) !== 0) return [];
  const scale = attributes['scale'];
  const node: GraphNode = {
    domain: 'com.microsoft',
    name: 'MultiHeadAttention',
    sinceVersion: 1,
    inputs: ['in0', 'in1', 'in2'],
    outputs: ['out0'],
    attributes: {
      num_heads: shape.heads,
      unidirectional: shape.causal ? 1 : 0,
      ...(typeof scale === 'number' ? { scale } : {}),
    },
  };
  return shape.folded ? [node] : apart(node, shape);
}

function apart(node: GraphNode, { batch, heads, queries, headSize, valueSize }: AttentionShape): readonly GraphNode[] {
  const onnx = { domain: 'ai.onnx', attributes: {} };
  const transpose = { ...onnx, name: 'Transpose', sinceVersion: 13, attributes: { perm: [0, 2, 1, 3] } };
  const reshape = { ...onnx, name: 'Reshape', sinceVersion: 14 };
  const constant = (name: string, value: readonly number[]): GraphNode => ({
    ...{ ...onnx, name: 'Constant', sinceVersion: 13, inputs: [], outputs: [name] },
    attributes: { value_ints: value },
  });
  return [
    constant('folded', [batch, queries, heads * headSize]),
    constant('apart', [batch, queries, heads, valueSize]),
    { ...transpose, inputs: ['in0'], outputs: ['turned q'] },
    { ...reshape, inputs: ['turned q', 'folded'], outputs: ['folded q'] },
    { ...node, inputs: ['folded q', 'in1', 'in2'], outputs: ['folded y'] },
    { ...reshape, inputs: ['folded y', 'apart'], outputs: ['turned y'] },
    { ...transpose, inputs: ['turned y'], outputs: ['out0'] },
  ];
}
