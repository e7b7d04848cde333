import type { KernelGroup } from './kernelSummary';

/** ONNX operators that are told by their whole name only, in lower case. */
const OPERATORS: readonly (readonly [KernelGroup, string])[] = [
  [
    'elementwise',
    'abs acos acosh add and asin asinh atan atanh biasadd bitcast bitshift bitwiseand bitwisenot bitwiseor bitwisexor ' +
      'cast castlike ceil clip cos cosh div equal erf exp floor gatedadd greater greaterorequal identity isinf isnan ' +
      'less lessorequal log max mean min mod mul neg not or pow reciprocal round sign sin sinh sqrt sub sum tan where xor',
  ],
  ['reduction', 'argmax argmin cumprod cumsum'],
  [
    'shape and indexing',
    'compress concat constant constantofshape depthtospace einops expand eyelike flatten gather gatherelements ' +
      'gathernd nonzero onehot pad range reshape reversesequence scatter scatterelements scatternd shape size slice ' +
      'spacetodepth split splittosequence squeeze tensorscatter tile transpose trilu unique unsqueeze',
  ],
  ['state space', 'gru lstm rnn'],
];
const BY_OPERATOR: ReadonlyMap<string, KernelGroup> = new Map(
  OPERATORS.flatMap(([group, names]) => names.split(' ').map((name) => [name, group] as const)),
);

/** The first that matches decides: what a kernel is for stands before what it is made of. */
const RULES: readonly (readonly [KernelGroup, RegExp])[] = [
  // A collection of everything is of no one group, though its summary names them all.
  ['other', /\bbundle\b/],
  ['mixture of experts', /moe|mixture of experts|\bexperts?\b|megablocks/],
  // The layers around attention, not attention.
  ['normalisation', /flash attn ops/],
  ['state space', /mamba|\bssm\b|state space|rwkv|\bwkv\b|delta rule|deltanet|selective scan/],
  [
    'vision',
    /\bdetr\b|\bnms\b|non ?max ?suppression|roi ?align|grid ?sample|affine ?grid|resize|upsampl|\bcv\b|\bimage/,
  ],
  ['attention', /attention|attn|sdpa|\b(flash)?mla\b/],
  ['positional encoding', /\brope\b|rotary|positional|alibi/],
  ['convolution', /conv|pool\b|unpool|pooling|col2im|im2col/],
  ['quantisation', /quant|bitsandbytes|bnb|gptq|\bawq\b|eetq|fp[48]|\bint[48]\b|nbits|qlinear|integer|marlin|bitnet/],
  ['matrix product', /gemm|gemv|matmul|einsum|sgmv|bgmv|\blora\b|matrix (product|multipl)/],
  ['normalisation', /norm(?!al(?!i))|\brms\b|\blrn\b/],
  ['sampling and loss', /top ?k\b|sampling|sampler|cross ?entropy|\bloss|dropout|multinomial/],
  ['activation', /elu\b|silu|swish|\bmish\b|glu\b|gelu|sigmoid|tanh|soft ?(max|plus|sign)|hardmax|shrink|activation/],
  ['reduction', /\breduce|reduction|prefix sum/],
];

/**
 * What a kernel does, from the little that a list says of it: its name first, then its tags, then its summary.
 * @param id `org/name`
 */
export function kernelGroup(
  id: string,
  hints: { readonly tags: readonly string[]; readonly summary: string | null },
): KernelGroup {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const operator = BY_OPERATOR.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
  if (operator !== undefined) return operator;
  // `license:mit` and its like say nothing of what a kernel does.
  const tags = hints.tags.filter((tag) => !tag.includes(':')).join(', ');
  for (const text of [name, tags, hints.summary ?? '']) {
    const words = text.toLowerCase().replace(/[-_.]+/g, ' ');
    const rule = RULES.find(([, pattern]) => pattern.test(words));
    if (rule !== undefined) return rule[0];
  }
  return 'other';
}
