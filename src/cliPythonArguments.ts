// Options of `kernel-lens profile` that fit only what is called from Python.
import { kernelArgument, type KernelArgument } from './cliKernels';
import type { OptionValues } from './cliOptions';
import { listValue, positiveValue, quote, textValue, UsageError } from './cliValues';
import { parseFunctionInputs } from './profile/python/inputsText';
import type { FunctionInputs, ShapeSizes } from './profile/python/pythonOptions';
import { parseShapes, ShapeTextError } from './profile/python/shapeText';

export interface PythonFlags {
  /** An interpreter's path; null: the first one found. */
  readonly python: string | null;
  /** As torch names it, or `auto`. */
  readonly device: string;
  readonly workloads: readonly string[];
  readonly shapes: readonly ShapeSizes[];
  readonly backward: boolean;
  readonly full: boolean;
  readonly compile: boolean;
  /** Kernels that the first one is compared with. */
  readonly againstKernels: readonly KernelArgument[];
  /** Another function of the file, or of an installed module, that a function is compared with; null: none. */
  readonly againstFunction: string | null;
  /** What a function is called with; empty: it is no function. */
  readonly inputs: readonly FunctionInputs[];
  /** null: by dtype. */
  readonly tolerance: number | null;
  /** The cases are told and none is run. */
  readonly plan: boolean;
}

/** Those that fit only kernels. */
export const KERNEL_OPTIONS = {
  workload: { type: 'string' },
  shapes: { type: 'string' },
  backward: { type: 'boolean' },
} as const;

/** Those that fit only functions. */
export const FUNCTION_OPTIONS = { inputs: { type: 'string' }, tolerance: { type: 'string' } } as const;

export const PYTHON_OPTIONS = {
  ...KERNEL_OPTIONS,
  ...FUNCTION_OPTIONS,
  python: { type: 'string' },
  device: { type: 'string' },
  full: { type: 'boolean' },
  'no-compile': { type: 'boolean' },
  against: { type: 'string' },
  plan: { type: 'boolean' },
} as const;

const DOTTED = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

/** @param isFunction whether a function is profiled, and not a kernel. Throws UsageError. */
export function pythonFlags(values: OptionValues<typeof PYTHON_OPTIONS>, isFunction: boolean): PythonFlags {
  const { shapes, inputs } = values;
  return {
    python: textValue('--python', values.python),
    device: deviceValue(values.device),
    workloads: listValue('--workload', values.workload),
    shapes: shapes === undefined ? [] : parsed('--shapes', () => parseShapes(shapes)),
    backward: values.backward ?? false,
    full: values.full ?? false,
    compile: values['no-compile'] !== true,
    againstKernels: isFunction ? [] : listValue('--against', values.against).map((one) => kernelArgument(one, [])),
    againstFunction: isFunction ? functionName(values.against) : null,
    inputs: inputs === undefined ? [] : parsed('--inputs', () => parseFunctionInputs(inputs)),
    tolerance: positiveValue('--tolerance', values.tolerance),
    plan: values.plan ?? false,
  };
}

function deviceValue(value: string | undefined): string {
  if (value === undefined) return 'auto';
  if (/^[a-z]+(?::\d{1,3})?$/.test(value)) return value;
  throw new UsageError(`--device ${quote(value)} is no device of torch: use auto, cpu, cuda, cuda:1, xpu or mps`);
}

function functionName(value: string | undefined): string | null {
  if (value === undefined) return null;
  if (DOTTED.test(value)) return value;
  throw new UsageError(
    `--against ${quote(value)} is no function: name one of the same file, or of a module as torch.nn.functional.gelu`,
  );
}

function parsed<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ShapeTextError) throw new UsageError(`${option}: ${error.message}`, { cause: error });
    throw error;
  }
}
