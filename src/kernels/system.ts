// The values of a machine that decide what runs on it, as the `kernels` library would see them from inside.

/** What the library calls the backend: the version where the name has one, as `torch.version` gives it. */
export interface SystemBackend {
  readonly name: 'cuda' | 'rocm' | 'metal' | 'xpu' | 'cann' | 'neuron' | 'tpu' | 'cpu';
  /** `12.8`, `6.4`, `2025.3`; null for metal, neuron, tpu and cpu. */
  readonly version: string | null;
}

/** A Python environment on this machine. */
export interface PythonSystem {
  readonly backend: SystemBackend;
  /** `platform.machine()`, normalised as the library does: `x86_64`, `aarch64`. */
  readonly cpu: string;
  /** `platform.system()` in lower case: `linux`, `darwin`, `windows`. */
  readonly os: string;
  /** Major and minor: `2.10`; null: no torch. */
  readonly torch: string | null;
  /** Null: not on Linux, or no torch. */
  readonly torchCxx11Abi: boolean | null;
  /** Major and minor; null: not installed. */
  readonly tvmFfi: string | null;
  /** `26.0`; null: not macOS. */
  readonly macos: string | null;
  /** A build of Python without the GIL before 3.15, which has no stable ABI. */
  readonly freeThreadedWithoutAbi: boolean;
  /** What the first visible GPU is: `9.0` for CUDA, `gfx942` for ROCm; null: none, or not known. */
  readonly architecture: string | null;
  /** The installed `kernels` library, `0.17.2`; null: not installed. */
  readonly kernelsVersion: string | null;
  /** Which of the import names asked for can be found, e.g. `einops`. */
  readonly modules: Readonly<Record<string, boolean>>;
}

/** A WebGPU adapter, as far as a manifest's `requires` asks. */
export interface WebGpuSystem {
  readonly name: string;
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** What can run kernels here. A part that is missing has a reason, in words for people. */
export interface System {
  readonly python: { readonly system: PythonSystem } | { readonly missing: string };
  readonly webgpu: { readonly system: WebGpuSystem } | { readonly missing: string };
}
