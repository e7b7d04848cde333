// Which part each parameter of a kernel's function plays, by its name and by the operation it computes.
import type { OperationKind, Role } from '../code/operation';
import type { Parameter } from './signatureText';

/** A role of the operation, or what only kernels have. */
export type Part =
  | Role
  /** Allocated by who calls; the kernel writes into it. */
  | 'out'
  /** `HND`: heads in front of positions, as PyTorch has them. */
  | 'layout'
  /** `none` or `tanh`, of a GELU that knows both. */
  | 'approximate'
  /** Whether it writes over its input: never wanted. */
  | 'in place'
  | 'absmax'
  | 'blocksize'
  | 'quant type'
  | 'output features';

export interface MappedParameter {
  readonly parameter: Parameter;
  /** Null: optional, and left at its default. */
  readonly part: Part | null;
}

export type Mapping = { readonly mapped: readonly MappedParameter[] } | { readonly reason: string };

type Names = Readonly<Record<string, Part>>;

const OUT: Names = { out: 'out', output: 'out', result: 'out', o: 'out', y: 'out' };
const INPUT: Names = { x: 'x', X: 'x', input: 'x', inp: 'x', inputs: 'x', hidden_states: 'x', tensor: 'x', A: 'x' };
const ELEMENTWISE: Names = { ...OUT, ...INPUT, inplace: 'in place', in_place: 'in place' };
const GELU: Names = { ...ELEMENTWISE, approximate: 'approximate' };
const GATED: Names = { ...GELU, gate: 'gate', up: 'up' };
const NORM: Names = {
  ...ELEMENTWISE,
  weight: 'weight',
  w: 'weight',
  gamma: 'weight',
  bias: 'bias',
  beta: 'bias',
  eps: 'eps',
  epsilon: 'eps',
  variance_epsilon: 'eps',
};
const ATTENTION: Names = {
  ...OUT,
  q: 'q',
  query: 'q',
  k: 'k',
  key: 'k',
  v: 'v',
  value: 'v',
  attn_mask: 'mask',
  attention_mask: 'mask',
  mask: 'mask',
  softmax_scale: 'scale',
  sm_scale: 'scale',
  scale: 'scale',
  scaling: 'scale',
  causal: 'causal',
  is_causal: 'causal',
  do_causal: 'causal',
  dropout_p: 'dropout',
  p_dropout: 'dropout',
  dropout: 'dropout',
  tensor_layout: 'layout',
  enable_gqa: 'gqa',
};
const ROTARY: Names = { q: 'q', query: 'q', k: 'k', key: 'k', cos: 'cos', sin: 'sin', unsqueeze_dim: 'unsqueeze dim' };
const CONVOLUTION: Names = { ...ELEMENTWISE, weight: 'weight', w: 'weight', bias: 'bias', activation: 'activation' };
const LINEAR: Names = { ...ELEMENTWISE, weight: 'weight', w: 'weight', qweight: 'weight', B: 'weight', bias: 'bias' };
const FOUR_BIT: Names = {
  ...LINEAR,
  absmax: 'absmax',
  blocksize: 'blocksize',
  block_size: 'blocksize',
  quant_type: 'quant type',
  output_features: 'output features',
  out_features: 'output features',
};

const NAMES: Readonly<Record<OperationKind, Names>> = {
  gelu: GELU,
  'gelu tanh': GELU,
  silu: ELEMENTWISE,
  'silu and mul': GATED,
  'gelu and mul': GATED,
  'gelu tanh and mul': GATED,
  'rms norm': NORM,
  'layer norm': NORM,
  softmax: { ...ELEMENTWISE, dim: 'dim', axis: 'dim' },
  attention: ATTENTION,
  'rotary embedding': ROTARY,
  'causal conv1d': CONVOLUTION,
  'linear and activation': ELEMENTWISE,
  '4-bit linear': FOUR_BIT,
  '8-bit linear': { ...LINEAR, scale: 'scales', scales: 'scales' },
  'transformers model': {},
};

/** What an operation cannot do without: a function that takes none of it computes something else. */
const NEEDED: Readonly<Partial<Record<OperationKind, readonly Part[]>>> = {
  attention: ['q', 'k', 'v'],
  'rotary embedding': ['q', 'k', 'cos', 'sin'],
  'rms norm': ['x', 'weight', 'eps'],
  'layer norm': ['x', 'weight', 'eps'],
  'causal conv1d': ['x', 'weight'],
  '4-bit linear': ['x', 'weight', 'absmax'],
  '8-bit linear': ['x', 'weight', 'scales'],
};

export function mapParameters(kind: OperationKind, parameters: readonly Parameter[]): Mapping {
  const names = NAMES[kind];
  const mapped: MappedParameter[] = [];
  const taken = new Set<Part>();
  for (const parameter of parameters) {
    if (parameter.kind === 'list' || parameter.kind === 'map') continue;
    const part = Object.hasOwn(names, parameter.name) ? names[parameter.name] : undefined;
    // The output of a function that returns one may be given; it need not.
    const isUsed = part !== undefined && !taken.has(part) && (part !== 'out' || parameter.default === null);
    if (!isUsed && parameter.default === null) return { reason: unknown(parameter, part) };
    if (isUsed) taken.add(part);
    mapped.push({ parameter, part: isUsed ? part : null });
  }
  // Flash attention says `causal`, and those who say `is_causal` may have PyTorch's order of heads and positions.
  const isUnclear = kind === 'attention' && !taken.has('layout');
  if (isUnclear && parameters.some(({ name }) => name === 'is_causal' || name === 'attn_mask'))
    return { reason: 'The function does not say in which order it has heads and positions.' };
  const missing = needed(kind, taken);
  return missing === null ? { mapped } : { reason: `The function has no parameter for ${missing}.` };
}

function needed(kind: OperationKind, taken: ReadonlySet<Part>): string | null {
  const parts = NEEDED[kind];
  if (parts !== undefined) return parts.find((part) => !taken.has(part)) ?? null;
  return taken.has('x') || (taken.has('gate') && taken.has('up')) ? null : 'its input';
}

function unknown({ name }: Parameter, part: Part | undefined): string {
  return part === undefined
    ? `The function has to be given \`${name}\`, and nothing of the operation is known to be that.`
    : `The function has to be given \`${name}\`, and another of its parameters is that already.`;
}
