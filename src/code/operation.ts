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

/** The part that a value plays in an operation, whatever the code calls it. */
export type Role =
  /** The input of what takes one; the joined input (gate first) of a gated activation. */
  | 'x'
  | 'gate'
  | 'up'
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
  | 'quant state'
  | 'dtype'
  | 'device'
  | 'model'
  | 'affine';

export interface OperationArgument {
  /** As in the code, in one piece that can stand anywhere an expression can. */
  readonly text: string;
  readonly span: Span;
  /** What it is where the code alone tells; undefined: only running it can. */
  readonly value: string | number | boolean | null | undefined;
}

export interface OperationSite {
  readonly kind: OperationKind;
  /**
   * `call`: an expression that computes it, `F.gelu(x)`, a hand-written product too. `module`: an expression that makes a
   * module, `nn.GELU()`. `function` and `class`: a definition, written by hand, that is nothing but the operation.
   */
  readonly form: 'call' | 'module' | 'function' | 'class';
  /** What is replaced: the expression, or the body of the definition without its docstring. Several statements count as one. */
  readonly span: Span;
  /** As the code calls it, short: `F.gelu`, `nn.RMSNorm`, `LlamaRMSNorm`. */
  readonly name: string;
  /** Where the name stands, for the lens and for underlining. */
  readonly nameSpan: Span;
  /** What the operation was given, by role; what was left out is left out here and has PyTorch's default. */
  readonly arguments: Readonly<Partial<Record<Role, OperationArgument>>>;
  /** Of a definition, its parameters as they are named, by role; `self.weight` counts as one. */
  readonly definition: { readonly name: string; readonly span: Span } | null;
  /** The whole statement that the expression stands in, with its indentation's start; for edits before it. */
  readonly statement: Span;
  /**
   * Whether the expression is computed exactly once, first to last with its statement, so that statements in front of it may
   * do its work: not within a lambda, a comprehension, a condition's branch, a loop's head or a default.
   */
  readonly hoistable: boolean;
  /** Names the expression uses that are local to lambdas or comprehensions around it keep it from being moved: then false too. */
  readonly enclosingFunction: { readonly name: string; readonly span: Span } | null;
}
