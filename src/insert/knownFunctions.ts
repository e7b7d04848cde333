// The functions and layers that kernels compute an operation with, by the names that kernels give them.
import type { OperationKind, OperationSite } from '../code/operation';

export interface KnownMember {
  readonly name: string;
  /** It is known to bring its own backward; anything else counts as forward only. */
  readonly backward: boolean;
  /** It computes the operation itself, to the precision of the dtype. */
  readonly exact: boolean;
  /** What a person should know of it, a sentence; null: nothing. */
  readonly note: string | null;
}

/** One operation has one of these kinds; a linear layer with an activation is replaced in its activation. */
export type WrittenKind = Exclude<OperationKind, 'linear and activation'>;

const HALF = 'It takes float16 and bfloat16, and no attention mask.';

function forward(name: string, note: string | null = null): KnownMember {
  return { name, backward: false, exact: true, note };
}

function trained(name: string, note: string | null = null): KnownMember {
  return { name, backward: true, exact: true, note };
}

/** Of a kernel that has several, the first is taken. */
const FUNCTIONS: Readonly<Record<WrittenKind, readonly KnownMember[]>> = {
  gelu: [forward('gelu')],
  'gelu tanh': [forward('gelu_tanh'), forward('gelu_new'), forward('gelu_fast')],
  silu: [forward('silu')],
  'silu and mul': [forward('silu_and_mul')],
  'gelu and mul': [forward('gelu_and_mul')],
  'gelu tanh and mul': [forward('gelu_tanh_and_mul')],
  'rms norm': [
    trained('rms_norm_fn'),
    forward('rms_norm'),
    forward('rmsnorm'),
    forward('rms_norm_forward'),
    forward('rmsnorm_forward'),
  ],
  'layer norm': [
    trained('layer_norm_fn'),
    forward('layer_norm'),
    forward('layernorm'),
    forward('layer_norm_forward'),
    forward('layernorm_forward'),
  ],
  softmax: [forward('softmax')],
  attention: [
    trained('flash_attn_func', HALF),
    { ...forward('sageattn', `It computes in 8 bits, so results differ a little. ${HALF}`), exact: false },
  ],
  'rotary embedding': [
    trained('liger_rotary_pos_emb', 'It may write over `q` and `k`.'),
    forward('apply_rotary_transformers'),
    forward('apply_rotary_pos_emb'),
  ],
  'causal conv1d': [trained('causal_conv1d_fn')],
  '4-bit linear': [
    forward('linear_4bit'),
    forward('gemm_4bit_forward', 'It takes weights that bitsandbytes has packed for the CPU.'),
  ],
  '8-bit linear': [forward('w8_a16_gemm', 'It takes weights as its own `preprocess_weights` lays them out.')],
  'transformers model': [trained('flash_attn_func', 'It takes float16 and bfloat16.')],
};

/** Layers of the kind's own arithmetic; what they read of the module that they take the place of is in layerRecipe.ts. */
const LAYERS: Readonly<Partial<Record<WrittenKind, readonly KnownMember[]>>> = {
  gelu: [forward('Gelu')],
  'gelu tanh': [forward('GeluTanh'), forward('NewGELU'), forward('FastGELU')],
  silu: [forward('Silu')],
  'silu and mul': [forward('SiluAndMul')],
  'gelu and mul': [forward('GeluAndMul')],
  'gelu tanh and mul': [forward('GeluTanhAndMul')],
  'rms norm': [trained('LigerRMSNorm'), forward('RMSNorm'), forward('LlamaRMSNorm')],
  'layer norm': [forward('LayerNorm')],
  // Of the norms of a model.
  'transformers model': [trained('LigerRMSNorm'), forward('RMSNorm'), forward('LlamaRMSNorm')],
};

/** Layers whose name alone does not tell that they have a backward. */
const TRAINED_LAYERS: ReadonlySet<string> = new Set(['kernels-community/rmsnorm RMSNorm']);

/** What is computed by the part of a site that a kernel takes over; null: the site does not say which activation. */
export function writtenKind(site: OperationSite): WrittenKind | null {
  if (site.kind !== 'linear and activation') return site.kind;
  const { activation } = site.arguments;
  const name = typeof activation?.value === 'string' ? activation.value : activation?.text.replace(/^['"]|['"]$/gu, '');
  return name === 'gelu' || name === 'gelu tanh' || name === 'silu' ? name : null;
}

export function knownFunctions(kind: WrittenKind): readonly KnownMember[] {
  return FUNCTIONS[kind];
}

export function knownLayers(kind: WrittenKind): readonly KnownMember[] {
  return LAYERS[kind] ?? [];
}

/** Whether a gradient goes through a kernel's function or layer; false where nobody knows. */
export function hasBackward(
  kind: WrittenKind,
  id: string,
  member: { kind: 'function' | 'layer'; name: string },
): boolean {
  const known = member.kind === 'function' ? knownFunctions(kind) : knownLayers(kind);
  const named = known.some(({ name, backward }) => name === member.name && backward);
  return named || (member.kind === 'layer' && TRAINED_LAYERS.has(`${id} ${member.name}`));
}

/** What a kernel computes, as far as the names of its functions and layers tell. */
export function computedKinds(kernel: {
  readonly functions: readonly { readonly name: string }[];
  readonly layers: readonly string[];
}): ReadonlySet<WrittenKind> {
  const names = new Set([...kernel.functions.map(({ name }) => name), ...kernel.layers]);
  const kinds = Object.keys(FUNCTIONS) as WrittenKind[];
  return new Set(
    kinds.filter((kind) => {
      // A model is made of many operations, so that norms and attention would count as one.
      if (kind === 'transformers model') return false;
      return [...knownFunctions(kind), ...knownLayers(kind)].some(({ name, exact }) => exact && names.has(name));
    }),
  );
}
