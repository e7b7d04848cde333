// What a kernel's layer reads of the module whose `forward` it takes over.

export interface LayerNeeds {
  /** The module has to have `weight` and `variance_epsilon`. */
  readonly norm: boolean;
  /** Whether a bias is added; such modules it cannot stand in for where it is not. */
  readonly bias: boolean;
  /** What transformers calls the layers that it can stand in for; null: none. */
  readonly transformers: string | null;
}

const NORM = { norm: true, bias: false };
const PLAIN = { norm: false, bias: false };

const LAYERS: ReadonlyMap<string, LayerNeeds> = new Map([
  ['RMSNorm', { ...NORM, transformers: 'RMSNorm' }],
  ['LlamaRMSNorm', { ...NORM, transformers: 'RMSNorm' }],
  ['LigerRMSNorm', { ...NORM, transformers: 'RMSNorm' }],
  ['LayerNorm', { ...NORM, transformers: null }],
  ['Silu', { ...PLAIN, transformers: 'SiLU' }],
  ['Gelu', { ...PLAIN, transformers: 'GeLU' }],
  ['GeluTanh', { ...PLAIN, transformers: 'GeluTanh' }],
  ['NewGELU', { ...PLAIN, transformers: 'NewGELU' }],
  ['FastGELU', { ...PLAIN, transformers: 'FastGELU' }],
  ['SiluAndMul', { ...PLAIN, transformers: null }],
  ['GeluAndMul', { ...PLAIN, transformers: null }],
  ['GeluTanhAndMul', { ...PLAIN, transformers: null }],
]);

/** Null: nobody has written down what the layer reads. */
export function layerNeeds(layer: string): LayerNeeds | null {
  return LAYERS.get(layer) ?? null;
}
