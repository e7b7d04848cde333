import type { OracleCall } from '../webgpu/oracleCall';
import { activationOf } from './activation';
import type { CallShapes, Operator } from './operator';
import { fusedConvNodes } from './peerNodes';
import { at, floats, product } from './values';

export const FUSED_CONV: Operator = { reference: fusedConv, flops, peerNodes: fusedConvNodes };

/** What a convolution does along one axis of space. */
interface Axis {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
}

/** Inputs: x [batch, channels, …space], w [outputs, channels a group, …kernel], a bias, and a tensor that is added. */
function fusedConv(call: OracleCall): Float64Array[] | null {
  const { attributes, inputs } = call;
  const x = floats(inputs[0]);
  const w = floats(inputs[1]);
  const activation = activationOf(attributes);
  const axes = axesOf(call);
  if (!inputs[0] || !inputs[1] || x === null || w === null || activation === null || axes === null) return null;
  const bias = floats(inputs[2]);
  const added = floats(inputs[3]);
  const [batch = 0, channels = 0] = inputs[0].shape;
  const [outputs = 0, depth = 0] = inputs[1].shape;
  const inputPixels = product(axes.map(({ input }) => input));
  const pixels = product(axes.map(({ output }) => output));
  const taps = axes.reduce<readonly Tap[]>((all, axis) => crossed(all, axis), [{ kernel: 0, places: [] }]);
  const sizes = axes.map(({ output }) => output);
  const outputsOfGroup = outputs / Number(attributes['group'] ?? 1);
  const y = new Float64Array(batch * outputs * pixels);
  for (let plane = 0; plane < batch * outputs; plane++) {
    const channel = plane % outputs;
    const first = Math.floor(plane / outputs) * channels + Math.floor(channel / outputsOfGroup) * depth;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const place = coordinates(pixel, sizes);
      let sum = bias === null ? 0 : at(bias, channel);
      for (const tap of taps) {
        const source = sourceOf(place, tap, axes);
        if (source === null) continue;
        for (let d = 0; d < depth; d++) {
          sum += at(x, (first + d) * inputPixels + source) * at(w, (channel * depth + d) * taps.length + tap.kernel);
        }
      }
      const i = plane * pixels + pixel;
      y[i] = activation(added === null ? sum : sum + at(added, i));
    }
  }
  return [y];
}

/** One element of the kernel: its index, and where along each axis it stands. */
interface Tap {
  readonly kernel: number;
  readonly places: readonly number[];
}

function crossed(taps: readonly Tap[], { kernel }: Axis): Tap[] {
  return taps.flatMap((tap) =>
    Array.from({ length: kernel }, (_, k) => ({ kernel: tap.kernel * kernel + k, places: [...tap.places, k] })),
  );
}

function coordinates(index: number, sizes: readonly number[]): number[] {
  let rest = index;
  return sizes
    .toReversed()
    .map((size) => {
      const own = rest % size;
      rest = Math.floor(rest / size);
      return own;
    })
    .toReversed();
}

/** Where in a plane of the input a tap reads for an output at `place`; null in the padding. */
function sourceOf(place: readonly number[], tap: Tap, axes: readonly Axis[]): number | null {
  let source = 0;
  for (const [d, { input, stride, dilation, padding }] of axes.entries()) {
    const own = (place[d] ?? 0) * stride + (tap.places[d] ?? 0) * dilation - padding;
    if (own < 0 || own >= input) return null;
    source = source * input + own;
  }
  return source;
}

/** The axes of space, padding told by the attributes or by the shape that is wanted; null when the shapes do not fit. */
function axesOf({ attributes, inputs, outputs }: CallShapes): Axis[] | null {
  const [x, w] = inputs;
  const y = outputs[0];
  if (!x || !w || !y || x.shape.length < 3) return null;
  const list = (name: string): readonly unknown[] => {
    const value = attributes[name];
    return Array.isArray(value) ? value : [];
  };
  const auto = attributes['auto_pad'] ?? 'NOTSET';
  return x.shape.slice(2).map((input, d) => {
    const kernel = w.shape[d + 2] ?? 1;
    const output = y.shape[d + 2] ?? 0;
    const stride = Number(list('strides')[d] ?? 1);
    const dilation = Number(list('dilations')[d] ?? 1);
    const missing = Math.max(0, (output - 1) * stride + dilation * (kernel - 1) + 1 - input);
    const before = auto === 'SAME_UPPER' ? Math.floor(missing / 2) : Math.ceil(missing / 2);
    const padding = auto === 'NOTSET' ? Number(list('pads')[d] ?? 0) : auto === 'VALID' ? 0 : before;
    return { input, kernel, output, stride, dilation, padding };
  });
}

/** A multiplication and an addition for each weight of each output, padding counted as if it were there. */
function flops({ inputs, outputs }: CallShapes): number {
  const elements = product(outputs[0]?.shape ?? [0]);
  return 2 * elements * product((inputs[1]?.shape ?? []).slice(1));
}
