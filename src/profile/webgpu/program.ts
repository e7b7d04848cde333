// A variant of a manifest, resolved for one case on one device: all that is needed to compile, bind and dispatch it.

/** Dtypes of the manifest format, as a caller names them. */
export const LOGICAL_DTYPES = [
  'float16',
  'float32',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint32',
  'bool',
] as const;
export type LogicalDtype = (typeof LOGICAL_DTYPES)[number];

/** How an element lies in a storage buffer; int8 and int16 widen to i32, uint8 and bool to u32. */
export type StorageDtype = 'f16' | 'f32' | 'i32' | 'u32' | 'vec2<u32>';

/** One tensor of a case. `packed`: four uint8 elements in each u32, little end first. */
export interface Tensor {
  readonly port: string;
  readonly dtype: LogicalDtype;
  readonly storage: StorageDtype;
  readonly layout: 'plain' | 'packed';
  readonly shape: readonly number[];
  readonly elements: number;
  /** Size of its storage buffer: at least 4, a multiple of 4. */
  readonly bytes: number;
}

/** A buffer that belongs to the program and not to the case. */
export type ProgramBuffer =
  | { readonly kind: 'scratch'; readonly id: string; readonly bytes: number; readonly zeroInit: boolean }
  | { readonly kind: 'uniform'; readonly id: string; readonly bytes: number; readonly data: Uint8Array };

export interface ProgramBinding {
  /** @binding index in @group(0). */
  readonly index: number;
  /** A tensor's port, or a ProgramBuffer's id. */
  readonly resource: string;
  readonly access: 'read' | 'read_write' | 'uniform';
}

export interface ProgramPass {
  readonly id: string;
  readonly name: string;
  /** The template's path in the kernel's folder, for messages. */
  readonly template: string;
  readonly wgsl: string;
  readonly bindings: readonly ProgramBinding[];
  /** A pass with a zero in here is left out of `Program.passes`. */
  readonly workgroups: readonly [number, number, number];
  /** The queue must be submitted after this pass. */
  readonly submitAfter: boolean;
}

export interface Program {
  readonly variant: string;
  readonly description: string;
  /** Every port that is present, input first; a port both read and written is in both lists, with the same buffer. */
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly buffers: readonly ProgramBuffer[];
  readonly passes: readonly ProgramPass[];
  /** Tensors are bound with what rounds their buffers up to whole vectors; left out: as long as they are. */
  readonly bindsPadding?: true;
}

/** What selection, expressions and templates may ask of a device. */
export interface DeviceFacts {
  readonly features: ReadonlySet<string>;
  readonly wgslLanguageFeatures: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  readonly adapterInfo: {
    readonly vendor: string;
    readonly architecture: string;
    readonly subgroupMinSize?: number;
    readonly subgroupMaxSize?: number;
    readonly isFallbackAdapter: boolean;
    readonly subgroupMatrixConfigs?: readonly SubgroupMatrixConfig[];
  };
}

export interface SubgroupMatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** The inputs of a call: absent optional ports are left out. */
export interface CallSpec {
  readonly inputs: Readonly<Record<string, { readonly dtype: LogicalDtype; readonly shape: readonly number[] }>>;
  /** Dtypes (and, where the manifest cannot derive them, shapes) wanted for outputs. */
  readonly outputs?: Readonly<Record<string, { readonly dtype?: LogicalDtype; readonly shape?: readonly number[] }>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly args?: Readonly<Record<string, unknown>>;
}

export interface VariantVerdict {
  readonly id: string;
  readonly description: string;
  readonly status: 'eligible' | 'demoted' | 'rejected';
  /** Why it is demoted or rejected; empty when eligible. */
  readonly reason: string;
}

/** A kernel's file is wrong: names the file, the path inside it and the reason. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  constructor(
    readonly file: string,
    readonly path: string,
    readonly reason: string,
  ) {
    super(path === '' ? `${file}: ${reason}` : `${file}: ${path}: ${reason}`);
  }
}

/** The kernel's files are right, but a call is none of this operator's: an argument is missing, a dtype is not taken. */
export class CallError extends KernelError {}
