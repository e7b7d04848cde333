// The mapping of a layer's name to the kernel that stands in for it.
import type { Words } from './codeWords';
import type { WriteRequest } from './insertTypes';
import { loadCall } from './loadCall';
import { pythonString, readPythonStyle } from './pythonStyle';

/** What `kernels` calls the devices that the platforms of builds are. */
const DEVICES: ReadonlyMap<string, string> = new Map([
  ['cuda', 'cuda'],
  ['rocm', 'rocm'],
  ['metal', 'mps'],
  ['xpu', 'xpu'],
  ['npu', 'npu'],
  ['neuron', 'neuron'],
  ['tpu', 'tpu'],
  ['cpu', 'cpu'],
]);

/**
 * `register_kernel_mapping({…})`, for inference: a layer that says nothing of its backward counts as one that has it, and
 * activations have none. Nothing is loaded before `kernelize`.
 */
export function mappingLines({ source, offer, library }: WriteRequest, layer: string, words: Words): readonly string[] {
  const style = readPythonStyle(source);
  const text = (value: string): string => pythonString(value, style);
  const { indent } = style;
  // The same words as for get_kernel, with the layer's behind the id.
  const load = loadCall(words('kernels', 'LayerRepository'), offer, library, style);
  const repository = load.replace(', ', () => `, layer_name=${text(offer.member.name)}, `);
  const devices = (offer.platforms ?? []).flatMap((platform) => DEVICES.get(platform) ?? []);
  const entries = (devices.length > 0 ? devices : ['cuda']).map(
    (device) => `${indent.repeat(3)}${text(device)}: {${words('kernels', 'Mode')}.INFERENCE: ${repository}},`,
  );
  return [
    `${words('kernels', 'register_kernel_mapping')}(`,
    `${indent}{`,
    `${indent.repeat(2)}${text(layer)}: {`,
    ...entries,
    `${indent.repeat(2)}},`,
    `${indent}}`,
    ')',
  ];
}
