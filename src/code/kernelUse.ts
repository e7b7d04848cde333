// What code says to a kernel library, in Python and in JavaScript. Found by pythonUses.ts and scriptUses.ts.
import type { Span } from './span';

export type PythonLoader =
  | 'get_kernel'
  | 'has_kernel'
  | 'get_kernel_variants'
  | 'install_kernel'
  | 'load_kernel'
  | 'get_locked_kernel'
  | 'LayerRepository'
  | 'LockedLayerRepository'
  | 'FuncRepository'
  | 'LockedFuncRepository'
  | 'use_kernel_forward_from_hub'
  | 'use_kernel_func_from_hub'
  | 'replace_kernel_forward_from_hub';

/** What a call names: a function or class of `kernels` in Python, `getKernel` of `@huggingface/kernels` in JavaScript. */
export type Loader = PythonLoader | 'getKernel';

/** What stands for a value in the code, as far as the code alone tells it. */
export interface CodeValue {
  readonly span: Span;
  /** Undefined: only running the code can tell. A name that is given once, as a literal, is read through. */
  readonly value: string | number | boolean | null | undefined;
  /** Of a string literal that stands here and is plain, what is between its quotes; null: there is none. */
  readonly inner: Span | null;
}

export interface CodeArgument {
  /** Null: given by its place. In JavaScript's object of options: the key. */
  readonly name: string | null;
  /** With its name. */
  readonly span: Span;
  /** Of its name; null: none. */
  readonly nameSpan: Span | null;
  readonly value: CodeValue;
  /** `*args` and `**kwargs` (or `...rest`): what they bring cannot be told. */
  readonly spread: 'list' | 'map' | null;
}

export interface CodeCall {
  /** With callee and parentheses. */
  readonly span: Span;
  readonly callee: Span;
  /** Between the parentheses; where the closing one is not typed yet, to the end of what was read. */
  readonly between: Span;
  readonly arguments: readonly CodeArgument[];
}

/** A kernel's function as the code uses it: `activation.gelu` in `activation.gelu(out, x)`. */
export interface MemberUse {
  readonly name: string;
  /** Of the name alone. */
  readonly span: Span;
  /** `activation.gelu`. */
  readonly expression: Span;
  /** `layers.RMSNorm` has `layers` in front. */
  readonly path: readonly string[];
  /** Null: it is not called there. */
  readonly call: CodeCall | null;
}

export interface KernelUse {
  readonly loader: Loader;
  /** The last name of the callee, as it stands in the code. */
  readonly loaderSpan: Span;
  readonly call: CodeCall;
  /** The repository, `org/name`; of the `use_kernel_*` and `replace_*` loaders: the layer's name. Null: none is given. */
  readonly id: CodeValue | null;
  readonly version: CodeArgument | null;
  readonly revision: CodeArgument | null;
  readonly trust: CodeArgument | null;
  readonly lockfile: CodeArgument | null;
  /** `layer_name=` or `func_name=`. */
  readonly layer: CodeArgument | null;
  /** The name that the kernel is kept under; null: none, or several. */
  readonly keptAs: { readonly name: string; readonly span: Span } | null;
  /** Wherever that name, in its scope and while it is this kernel, is used; empty for what loads no module. */
  readonly members: readonly MemberUse[];
}

/** A class of the user's own that derives from `kernels.benchmark.Benchmark`. */
export interface BenchmarkClass {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  /** `small` of `benchmark_small`, in the order of the file. */
  readonly workloads: readonly string[];
}
