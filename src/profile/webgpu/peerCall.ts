// A case as ONNX Runtime's WebGPU provider is asked to run it, or why it cannot be asked.
import { findOperator } from '../operators/operators';
import type { CallShapes } from '../operators/operator';
import { onnxAttributes } from './caseData';
import type { Contender } from './contenders';
import type { OnnxOperator } from './kernel';
import { encodeOnnxModel, type OnnxNode } from './onnxModel';
import type { CallSpec, Tensor } from './program';

/** ONNX Runtime among the contenders of a case; never the one that others are compared with. */
export const PEER: Contender = {
  id: 'onnxruntime-webgpu',
  label: 'ONNX Runtime',
  variant: 'onnxruntime-webgpu',
  description: "ONNX Runtime's WebGPU provider: the passes that it launches, repeated",
  baseline: false,
};

/** Whether a contender, or its twin in an A/A run, is ONNX Runtime. */
export function isPeer({ variant }: Pick<Contender, 'variant'>): boolean {
  return variant === PEER.variant;
}

export interface PeerModel {
  readonly bytes: Uint8Array;
  /** What is run, in words: an operator or the nodes that stand for it. */
  readonly text: string;
}

export interface PeerCall {
  /** To be tried one after the other: the operator itself, then nodes that compute the same. At least one. */
  readonly models: readonly PeerModel[];
  /** Case tensors with their names in the models. */
  readonly inputs: readonly (readonly [string, Tensor])[];
  readonly outputs: readonly (readonly [string, Tensor])[];
}

interface CaseOfOperator {
  readonly kernel: { readonly onnx: OnnxOperator };
  readonly call: CallSpec;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Operators of this domain are this program's own: no runtime has them. */
const OWN_DOMAIN = 'kernel-lens';
/** Dtypes that lie in our buffers as ONNX Runtime has them in its own; other ones only where they are packed. */
const SAME_IN_MEMORY: ReadonlySet<string> = new Set(['float16', 'float32', 'int32', 'uint32', 'int64']);

/** Why ONNX Runtime cannot be given this case at all; null where it can be asked. */
export function whyNoPeer(of: CaseOfOperator, features: ReadonlySet<string>): string | null {
  const { kernel, inputs, outputs } = of;
  const tensors = [...inputs, ...outputs];
  if (tensors.some(({ dtype }) => dtype === 'float16') && !features.has('shader-f16'))
    return 'it computes float16 only on adapters with half precision (shader-f16)';
  const other = tensors.find(({ dtype, layout }) => !SAME_IN_MEMORY.has(dtype) && layout !== 'packed');
  if (other !== undefined) return `\`${other.port}\` is ${other.dtype}, which it keeps otherwise in memory`;
  if (tensors.some(({ elements }) => elements === 0)) return 'a tensor of the case is empty';
  const ports = new Set(inputs.map(({ port }) => port));
  if (outputs.some(({ port }) => ports.has(port))) return 'the call writes over one of its inputs';
  if (kernel.onnx.domain === OWN_DOMAIN && findOperator(kernel.onnx)?.nodes === undefined)
    return 'no ONNX operators are known that compute the same';
  return null;
}

/** The models to run and what goes in and out of them. */
export function peerCall({ kernel: { onnx }, call, inputs, outputs }: CaseOfOperator): PeerCall {
  const named = (ports: OnnxOperator['inputs'], tensors: readonly Tensor[]) =>
    ports.map(({ port, onnx: name }) => {
      const tensor = tensors.find((one) => one.port === port);
      return tensor === undefined ? null : ([name, tensor] as const);
    });
  const inputPlaces = named(onnx.inputs, inputs);
  const outputPlaces = named(onnx.outputs, outputs);
  const attributes = onnxAttributes(onnx, call);
  const value = (place: readonly [string, Tensor] | null) =>
    place && { name: place[0], dtype: place[1].dtype, rank: place[1].shape.length };
  const { domain, name, sinceVersion } = onnx;
  const node: OnnxNode = {
    ...{ domain, name, sinceVersion, attributes },
    inputs: inputPlaces.map(value),
    outputs: outputPlaces.map(value),
  };
  const shapes: CallShapes = {
    attributes,
    inputs: inputPlaces.map((place) => place?.[1] ?? null),
    outputs: outputPlaces.map((place) => place?.[1] ?? null),
  };
  const operator = findOperator(onnx);
  const graphs = [operator?.nodes, operator?.peerNodes].flatMap((nodes) =>
    nodes === undefined ? [] : [nodes(shapes)],
  );
  return {
    models: [
      ...(domain === OWN_DOMAIN ? [] : [{ bytes: encodeOnnxModel(node), text: name }]),
      ...graphs
        .filter((nodes) => nodes.length > 0)
        .map((nodes) => ({ bytes: encodeOnnxModel(node, nodes), text: nodes.map((one) => one.name).join(', ') })),
    ],
    inputs: inputPlaces.filter((place) => place !== null),
    outputs: outputPlaces.filter((place) => place !== null),
  };
}
