// What is known of one version of a kernel after looking into its repository.
import type { KernelFunction } from './kernelSummary';

/** A branch `vN`. */
export interface KernelVersion {
  readonly version: number;
  /** `v3`. */
  readonly branch: string;
  /** What the branch points at, 40 hexadecimal digits. */
  readonly commit: string;
}

/** A build's metadata.json, all but the name optional in the wild. */
export interface KernelMetadata {
  readonly id: string | null;
  readonly name: string | null;
  readonly version: number | null;
  readonly license: string | null;
  readonly upstream: string | null;
  readonly source: string | null;
  /** The oldest `kernels` library that loads it, `0.14`. */
  readonly kernelsMinver: string | null;
  readonly pythonDepends: readonly string[];
  /** `{repo-id, version}` of kernels that it loads itself. */
  readonly kernelDepends: readonly {
    readonly id: string;
    readonly version: number | null;
    readonly revision: string | null;
  }[];
  readonly backendType: string | null;
  /** `9.0a`, `8.0+PTX`, `gfx942`; null: not stated. */
  readonly archs: readonly string[] | null;
}

/** What a WebGPU build needs of an adapter, per variant of its manifest: the merged `requires`. */
export interface WebGpuNeeds {
  readonly variant: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

export interface KernelDetails {
  readonly id: string;
  /** Oldest first; empty: the repository has no `vN` branch. */
  readonly versions: readonly KernelVersion[];
  /** The version looked at; null: `main`, because there is none. */
  readonly version: KernelVersion | null;
  /** The commit looked at. */
  readonly commit: string;
  /** Names of the folders below `build/`, as they are. */
  readonly variants: readonly string[];
  /** By variant, of those that were read: at least the one that would be taken here. */
  readonly metadata: Readonly<Record<string, KernelMetadata>>;
  /** Of a WebGPU kernel; null: it has none, or its manifest cannot be read. */
  readonly webgpu: readonly WebGpuNeeds[] | null;
  /** Markdown, from README.md of `main`, without its front matter; null: none. */
  readonly card: string | null;
  readonly functions: readonly KernelFunction[];
  readonly layers: readonly string[];
  /** Every word of the module's source, so that what is not among them is not in the module; left out: it may be all the same. */
  readonly names?: readonly string[] | undefined;
  /** The same of layers.py. */
  readonly layerNames?: readonly string[] | undefined;
  readonly benchmarks: readonly string[];
  readonly license: string | null;
  /** Whether the Hub trusts the publisher; null: it could not be asked, which the library treats as not trusted. */
  readonly trusted: boolean | null;
  readonly gated: boolean;
  readonly private: boolean;
  /** From kernel-status.toml: the repository has moved. */
  readonly redirect: { readonly destination: string; readonly revision: string } | null;
}
