// What this machine is, as the sidebar, the command line and the verdicts see it. Implemented in machine.ts.
import type { System } from '../kernels/system';
import type { CommandPlace } from './installCommand';

/** An interpreter and where it was learnt of. */
export interface PythonEnvironment {
  /** The interpreter's path. */
  readonly path: string;
  readonly source:
    | 'Python Environments extension'
    | 'Python extension'
    | 'setting'
    | 'command line'
    | 'activated environment'
    | 'workspace folder'
    | 'PATH';
}

/** Something that is not there and the one command that mends it; `command` null: none is known. */
export interface MissingPart {
  /** `kernels library missing`. */
  readonly what: string;
  /** For this environment's own installer: `uv pip install kernels`. Shown and copied, never run. */
  readonly command: string | null;
}

/** What a probe of an interpreter found. */
export interface PythonFacts {
  readonly environment: PythonEnvironment;
  /** `3.12.4`. */
  readonly version: string;
  /** As installed: `2.12.0+cu128`; null: none. */
  readonly torchVersion: string | null;
  readonly kernelsVersion: string | null;
  /** GPUs that PyTorch would see, in its order. */
  readonly gpus: readonly {
    readonly name: string;
    readonly architecture: string | null;
    readonly memoryBytes: number | null;
  }[];
  /** `580.159.04`. */
  readonly driver: string | null;
  readonly missing: readonly MissingPart[];
  /** What a command that installs something into it depends on. */
  readonly installing: CommandPlace;
}

export interface MachineState {
  /** What the verdicts are made from. */
  readonly system: System;
  /** Null: no interpreter was found, or it cannot be asked; `system.python.missing` says why. */
  readonly python: PythonFacts | null;
  /** All that is missing: Python itself, or what `python.missing` lists. */
  readonly missing: readonly MissingPart[];
  readonly adapters: readonly { readonly name: string; readonly software: boolean; readonly driver: string | null }[];
  readonly loading: boolean;
}

export interface Machine {
  readonly state: MachineState;
  /** Called after each change of `state`. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
  /** Looks again; `force`: what is cached does not count. Never throws: what failed is in `state`. */
  refresh(options: { readonly force: boolean }, signal: AbortSignal): Promise<void>;
}
