// What is known of a kernel before anybody looks into its repository: a row of the catalogue.

/** The hardware families that builds are made for, in the words of the `kernels` library; `webgpu` is JavaScript's. */
export const PLATFORMS = ['cuda', 'rocm', 'metal', 'xpu', 'npu', 'neuron', 'tpu', 'cpu', 'webgpu'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** What a kernel does, as the sidebar groups it. */
export const KERNEL_GROUPS = [
  'attention',
  'normalisation',
  'activation',
  'quantisation',
  'mixture of experts',
  'convolution',
  'matrix product',
  'positional encoding',
  'state space',
  'elementwise',
  'reduction',
  'shape and indexing',
  'sampling and loss',
  'vision',
  'other',
] as const;
export type KernelGroup = (typeof KERNEL_GROUPS)[number];

export interface KernelFunction {
  readonly name: string;
  /** As in the source, parentheses included: `(out, x)`. */
  readonly signature: string;
  /** What it says of itself; left out: nothing, or nobody has looked. */
  readonly docstring?: string | undefined;
}

/** Hardware that a build says it is for, e.g. `cuda` with `9.0`, `9.0a`, `8.0+PTX`; `hardware` empty: any of the family. */
export interface SummaryBackend {
  readonly platform: Platform;
  readonly hardware: readonly string[];
}

/** Null: not known. Every list may be empty. */
export interface KernelSummary {
  /** `org/name`. */
  readonly id: string;
  /** `webgpu` kernels are called from JavaScript, all others from Python. */
  readonly language: 'python' | 'javascript';
  readonly group: KernelGroup;
  readonly summary: string | null;
  readonly backends: readonly SummaryBackend[];
  /** Torch releases that there are builds for, `2.10`; null: not known. */
  readonly torch: readonly string[] | null;
  /** The newest version N, branch `vN`; null: not known. */
  readonly version: number | null;
  readonly license: string | null;
  readonly downloads: number | null;
  readonly likes: number | null;
  readonly trending: number | null;
  /** ISO 8601. */
  readonly updatedAt: string | null;
  readonly private: boolean;
  readonly gated: boolean;
  /** Whether the Hub trusts the publisher; null: not asked. Never assumed. */
  readonly trusted: boolean | null;
  readonly functions: readonly KernelFunction[];
  readonly layers: readonly string[];
  /** Paths of benchmark scripts; null: not known. */
  readonly benchmarks: readonly string[] | null;
  readonly pythonDepends: readonly string[];
}
