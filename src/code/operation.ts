// An operation of PyTorch that a kernel can take over. Found by torchOperations.ts and what it calls.
import type { Span } from './span';

export const OPERATION_KINDS = [
  'gelu',
  'gelu tanh',
  'silu',
  'silu and mul',
  'gelu and mul',
  'gelu tanh and mul',
  'rms norm',
  'layer norm',
  'softmax',
  'attention',
  'rotary embedding',
  'causal conv1d',
  'linear and activation',
  '4-bit linear',
  '8-bit linear',
  'transformers model',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/**
 * The part that a value plays in an operation, whatever the code calls it. By kind:
 * - gelu, gelu tanh, silu: `x`. A module has none.
 * - … and mul: `gate` (what the activation is applied to) and `up`, always; `x` too where both are halves of one tensor along
 *   its last dimension, the gate first.
 * - rms norm: `x`, `shape`, `weight`, `eps`; a module `shape`, `eps`, `affine`, `dtype`, `device`; a definition `x`, `weight`, `eps`.
 * - layer norm: the same, and `bias`: of a call the tensor, of a module whether there is one.
 * - softmax: `x`, `dim` (the last one), `dtype`.
 * - attention: `q`, `k`, `v`, `mask`, `dropout`, `causal`, `scale`, `gqa`.
 * - rotary embedding: `q`, `k`, `cos`, `sin`, `unsqueeze dim` (1 where it is left out).
 * - causal conv1d: `x` of (batch, channels, length), `weight` of (channels, 1, width), `bias`, `width` (where the code says it),
 *   `activation` (only ever `silu`; it is part of the expression).
 * - linear and activation: `x`, the linear layer's whole expression, which is what the activation is applied to; its parts
 *   `input`, `weight`, `bias`; `activation`: `gelu`, `gelu tanh` or `silu`.
 * - 4-bit linear: `x`, `weight` (as given: often transposed), `quant state`, `bias`; a module `bias` (whether), `dtype`, `device`.
 * - 8-bit linear: `x`, `weight` (int8, as stored), `scales` (one for each output), `bias`, `dtype` that is computed in;
 *   of bitsandbytes `state` in the place of `scales`; a module `bias` (whether), `device`.
 * - transformers model: `model`, `attention` (`attn_implementation`), `dtype`, `device` (`device_map`).
 */
export type Role =
  | 'x'
  | 'gate'
  | 'up'
  | 'input'
  | 'weight'
  | 'bias'
  | 'eps'
  /** `normalized_shape` of a norm; one whole number or a tuple. */
  | 'shape'
  | 'dim'
  | 'q'
  | 'k'
  | 'v'
  | 'mask'
  | 'dropout'
  | 'causal'
  | 'scale'
  | 'gqa'
  | 'cos'
  | 'sin'
  | 'unsqueeze dim'
  | 'width'
  | 'activation'
  | 'scales'
  | 'state'
  | 'quant state'
  | 'dtype'
  | 'device'
  | 'model'
  | 'attention'
  | 'affine';

export interface OperationArgument {
  /**
   * In one piece that can stand as an argument of a call: as in the code, in brackets where its lines or a `:=` need them.
   * `self.fc1.weight` where only `self.fc1` stands in the code.
   */
  readonly text: string;
  /** Where it stands; of what the code implies, where that is implied. */
  readonly span: Span;
  /** What it is where the code alone tells; undefined: only running it can. */
  readonly value: string | number | boolean | null | undefined;
  /**
   * `name`: a name, its attributes or a literal, which can be written twice and be followed by `.shape`. `piece`: can be followed,
   * but is computed each time it is written: a call, a subscript, brackets. `expression`: needs brackets to be followed or multiplied.
   */
  readonly build: 'name' | 'piece' | 'expression';
}

export interface OperationSite {
  readonly kind: OperationKind;
  /**
   * `call`: an expression that computes it, `F.gelu(x)`, a hand-written product too. `module`: an expression that makes a
   * module, `nn.GELU()`. `function` and `class`: a definition, written by hand, that is nothing but the operation.
   */
  readonly form: 'call' | 'module' | 'function' | 'class';
  /**
   * What is replaced: the expression, or the body without its docstring: of a function its own, of a class that of its
   * `forward`. Several statements count as one; from the first one's first character to the last one's last.
   */
  readonly span: Span;
  /** As the code calls it, short: `F.gelu`, `nn.RMSNorm`, `LlamaRMSNorm`. */
  readonly name: string;
  /** Where the name stands, for the lens and for underlining. */
  readonly nameSpan: Span;
  /**
   * What the operation was given, by role; what was left out is left out here and has PyTorch's default. Of a definition,
   * the names that its body knows them by: `hidden_states`, `self.weight`, `self.variance_epsilon`.
   */
  readonly arguments: Readonly<Partial<Record<Role, OperationArgument>>>;
  /** Of a function or class written by hand; the span is all of it, from `def` or `class`. Null: an expression. */
  readonly definition: { readonly name: string; readonly span: Span } | null;
  /**
   * The simple statement that the expression stands in (a compound one where it stands in its head), from its first character,
   * indentation excluded, to its last; for edits before it. Of a definition all of it, decorators included.
   */
  readonly statement: Span;
  /**
   * Whether the expression is computed exactly once when its statement is, and before anything in it that could be seen by it
   * or see it: statements on lines of their own in front may then do its work. Not within a lambda, a comprehension, a branch
   * of a condition, the head of a compound statement or a default, behind another call, nor on a line shared with a statement.
   */
  readonly hoistable: boolean;
  /** The innermost `def` around it (of a definition: around the definition); null: it stands outside of all. */
  readonly enclosingFunction: { readonly name: string; readonly span: Span } | null;
}
