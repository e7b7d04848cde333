// Random calls of FusedConv: one to three axes of space, groups, strides, dilations, padding, bias, sum and activations.
import type { Draw, ValueKind } from './draw';

/** Elements of a tensor at most. */
const MOST_ELEMENTS = 4000;
/** Products of one output at most, so that the oracle stays exact enough in float32. */
const MOST_INNER = 1200;
const KINDS: readonly ValueKind[] = ['uniform', 'large', 'zeros', 'same'];
const CHANNELS = [1, 1, 2, 3, 4, 5, 8, 16, 17, 31, 32, 64, 65] as const;
const OUTPUTS = [1, 2, 3, 4, 8, 15, 16, 17, 32, 33, 64, 65, 128, 129] as const;

interface Space {
  readonly sizes: readonly number[];
  readonly kernel: readonly number[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly number[];
}

export function drawCase(draw: Draw): object {
  const dtype = draw.chance(0.35) ? 'float16' : 'float32';
  // The larger tiles are for calls that hardly any draw below would make.
  const wide = draw.chance(0.2);
  const space = wide ? drawPlane(draw) : drawSpace(draw);
  const batch = wide ? 1 : draw.chance(0.03) ? 0 : draw.pick([1, 1, 1, 2, 3]);
  const { group, channels, outputs } = wide
    ? { group: 1, channels: draw.pick([1, 3, 4]), outputs: draw.pick([33, 64, 65, 128, 129]) }
    : drawGroups(draw, batch, space);
  const x = [batch, channels, ...space.sizes];
  const w = [outputs, channels / group, ...space.kernel];
  const y = [batch, outputs, ...space.outputs];
  const kind = draw.chance(0.75) ? 'normal' : draw.pick(KINDS);
  return {
    attributes: { ...space.attributes, ...drawActivation(draw), ...(group > 1 || draw.chance(0.2) ? { group } : {}) },
    inputs: {
      x: draw.tensor(dtype, x, kind === 'large' && dtype === 'float16' ? 'normal' : kind),
      w: draw.tensor(dtype, w),
      ...(draw.chance(0.6) ? { b: draw.tensor(dtype, [outputs]) } : {}),
      ...(draw.chance(0.3) ? { z: draw.tensor(dtype, y) } : {}),
    },
    outputs: { y: { dtype, shape: y } },
  };
}

/** A plane of more than 64 pixels, a multiple of 4 of them. */
function drawPlane(draw: Draw): Space {
  const sizes = [draw.integer(9, 11), 8];
  return draw.chance(0.5)
    ? { sizes, kernel: [1, 1], attributes: {}, outputs: sizes }
    : { sizes, kernel: [3, 3], attributes: { pads: [1, 1, 1, 1] }, outputs: sizes };
}

/** Axes of space on which the window stands at least once. */
function drawSpace(draw: Draw): Space {
  const rank = draw.pick([1, 2, 2, 2, 2, 3]);
  const pointwise = draw.chance(0.2);
  const axes = Array.from({ length: rank }, () => {
    const kernel = pointwise ? 1 : draw.pick([1, 2, 3, 3, 3, 4, 5, 7]);
    const stride = draw.chance(0.7) ? 1 : draw.integer(2, 3);
    const dilation = draw.chance(0.8) ? 1 : draw.integer(2, 3);
    const pads = [0, 0].map(() => (pointwise || draw.chance(0.5) ? 0 : draw.integer(0, kernel - 1)));
    const reach = dilation * (kernel - 1) + 1;
    const least = Math.max(1, reach - (pads[0] ?? 0) - (pads[1] ?? 0));
    const size = Math.max(least, draw.size(rank === 1 ? 300 : rank === 2 ? 20 : 8));
    return { kernel, stride, dilation, pads, reach, size };
  });
  const auto = draw.chance(0.7) ? null : draw.pick(['VALID', 'SAME_UPPER', 'SAME_LOWER'] as const);
  const same = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
  const sizes = axes.map(({ size, reach }) => (auto === 'VALID' ? Math.max(size, reach) : size));
  const outputs = axes.map(({ stride, reach, pads }, d) => {
    const size = sizes[d] ?? 1;
    if (same) return Math.ceil(size / stride);
    const padding = auto === null ? (pads[0] ?? 0) + (pads[1] ?? 0) : 0;
    return Math.floor((size + padding - reach) / stride) + 1;
  });
  const attributes: Record<string, unknown> = {};
  if (auto !== null) attributes['auto_pad'] = auto;
  else if (axes.some(({ pads }) => pads.some((pad) => pad > 0)) || draw.chance(0.2)) {
    attributes['pads'] = [...axes.map(({ pads }) => pads[0] ?? 0), ...axes.map(({ pads }) => pads[1] ?? 0)];
  }
  if (axes.some(({ stride }) => stride > 1) || draw.chance(0.2)) attributes['strides'] = axes.map((one) => one.stride);
  if (axes.some((one) => one.dilation > 1)) attributes['dilations'] = axes.map((one) => one.dilation);
  if (draw.chance(0.3)) attributes['kernel_shape'] = axes.map(({ kernel }) => kernel);
  return { sizes, kernel: axes.map(({ kernel }) => kernel), attributes, outputs };
}

/** Channels, outputs and groups that keep every tensor small. */
function drawGroups(draw: Draw, batch: number, space: Space): { group: number; channels: number; outputs: number } {
  const images = Math.max(1, batch);
  const taps = product(space.kernel);
  const mostDepth = Math.min(MOST_INNER / taps, MOST_ELEMENTS / (images * product(space.sizes)));
  const mostOutputs = MOST_ELEMENTS / (images * product(space.outputs));
  if (draw.chance(0.25)) {
    const group = pickUpTo(draw, CHANNELS, Math.min(mostDepth, mostOutputs));
    return {
      group,
      channels: group,
      outputs: group * (draw.chance(0.7) ? 1 : pickUpTo(draw, [1, 2, 3], mostOutputs / group)),
    };
  }
  const group = draw.chance(0.7) ? 1 : pickUpTo(draw, [1, 2, 3, 4], Math.min(mostDepth, mostOutputs));
  const depth = pickUpTo(draw, CHANNELS, mostDepth / group);
  const mostOfGroup = Math.min(mostOutputs / group, MOST_ELEMENTS / (depth * taps * group));
  return { group, channels: group * depth, outputs: group * pickUpTo(draw, OUTPUTS, mostOfGroup) };
}

function drawActivation(draw: Draw): Readonly<Record<string, unknown>> {
  if (draw.chance(0.15)) return {};
  if (draw.chance(0.4)) return { activation: 'Relu' };
  return draw.pick([
    { activation: 'LeakyRelu', activation_params: [0.125] },
    { activation: 'Clip', activation_params: [0, 6] },
    { activation: 'Clip', activation_params: [-0.5, 2.25] },
    { activation: 'Sigmoid' },
    { activation: 'Tanh' },
    { activation: 'HardSigmoid', activation_params: [0.2, 0.5] },
  ]);
}

/** One of a list that is at most `most`; the first where none is. */
function pickUpTo(draw: Draw, list: readonly number[], most: number): number {
  const usable = list.filter((one) => one <= most);
  return draw.pick(usable.length > 0 ? usable : list.slice(0, 1));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
