// Whether a build's compiled code fits the GPU. The library checks this only for the build that it takes.
import type { KernelMetadata } from './kernelDetails';
import { asciiDigits, MOST_DIGITS } from './pythonInteger';
import type { PythonSystem, SystemBackend } from './system';

/** A CUDA architecture as builds declare it: `9.0`, `9.0a`, `10.0f`, `8.0+PTX`. */
interface CudaArchitecture {
  readonly major: bigint;
  readonly minor: bigint;
  readonly suffix: '' | 'a' | 'f';
  readonly ptx: boolean;
}

/** Digits that Python's `isdigit` lets through and its `int` then refuses, such as `²`. */
const OTHER_DIGITS =
  '\\xb2\\xb3\\xb9\\u1369-\\u1371\\u19da\\u2070\\u2074-\\u2079\\u2080-\\u2089\\u2460-\\u2468\\u2474-\\u247c\\u2488-\\u2490' +
  '\\u24ea\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792\\u{10a40}-\\u{10a43}\\u{10e60}-\\u{10e68}' +
  '\\u{11052}-\\u{1105a}\\u{1f100}-\\u{1f10a}';
const IS_DIGIT = new RegExp(`^[\\p{Nd}${OTHER_DIGITS}]+$`, 'u');

/** An architecture that makes the library itself fail: its error's text. */
class UnreadableNumber extends Error {
  override readonly name = 'UnreadableNumber';
}

function readNumber(digits: string): bigint {
  if (!/^\p{Nd}+$/u.test(digits)) throw new UnreadableNumber(`invalid literal for int() with base 10: '${digits}'`);
  const ascii = asciiDigits(digits);
  if (ascii.length <= MOST_DIGITS) return BigInt(ascii);
  throw new UnreadableNumber(
    `Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion: value has ${ascii.length} digits; ` +
      'use sys.set_int_max_str_digits() to increase the limit',
  );
}

function parseCudaArchitecture(text: string): CudaArchitecture | null {
  const ptx = text.endsWith('+PTX');
  const named = ptx ? text.slice(0, -'+PTX'.length) : text;
  const suffix = named.endsWith('a') ? 'a' : named.endsWith('f') ? 'f' : '';
  const numbers = suffix === '' ? named : named.slice(0, -1);
  const dot = numbers.indexOf('.');
  const [major, minor] = [numbers.slice(0, dot), numbers.slice(dot + 1)];
  if (dot === -1 || !IS_DIGIT.test(major) || !IS_DIGIT.test(minor)) return null;
  return { major: readNumber(major), minor: readNumber(minor), suffix, ptx };
}

/** Whether one declared architecture runs on a device of a compute capability; null: it cannot be read. */
function cudaSupports(text: string, major: bigint, minor: bigint): boolean | null {
  const built = parseCudaArchitecture(text);
  if (built === null) return null;
  if (built.suffix === 'a') return major === built.major && minor === built.minor;
  if (built.suffix === '' && built.ptx) return major > built.major || (major === built.major && minor >= built.minor);
  return major === built.major && minor >= built.minor;
}

function cudaProblem(architectures: readonly string[], capability: string): string | null {
  const device = /^([0-9]+)\.([0-9]+)$/.exec(capability);
  if (device === null) return null;
  const [major, minor] = [BigInt(device[1] ?? 0), BigInt(device[2] ?? 0)];
  const supports = architectures.map((text) => cudaSupports(text, major, minor));
  // Where none can be read, the library lets the build through.
  if (supports.includes(true) || supports.every((support) => support === null)) return null;
  return (
    `CUDA capability ${String(major)}.${String(minor)} of the current device is not supported by the architectures ` +
    `of the build: ${architectures.join(', ')}`
  );
}

function rocmProblem(architectures: readonly string[], device: string): string | null {
  const arch = device.split(':')[0] ?? '';
  return architectures.includes(arch)
    ? null
    : `ROCm arch ${arch} of the current device is not supported by the architectures of the build: ${architectures.join(', ')}`;
}

/** Why a GPU is refused; `crashed`: the library itself fails on what is declared, and says nothing else. */
interface Refusal {
  readonly reason: string;
  readonly crashed: boolean;
}

function refusal(family: string | null, architectures: readonly string[], system: PythonSystem): Refusal | null {
  const { torch, backend, architecture } = system;
  if (architectures.length === 0 || torch === null || architecture === null || family !== backend.name) return null;
  if (family !== 'cuda' && family !== 'rocm') return null;
  try {
    const problem = family === 'cuda' ? cudaProblem : rocmProblem;
    const reason = problem(architectures, architecture);
    return reason === null ? null : { reason, crashed: false };
  } catch (error) {
    if (error instanceof UnreadableNumber) return { reason: error.message, crashed: true };
    throw error;
  }
}

/**
 * Why the GPU of a machine cannot run what was built for these architectures of a family, in the library's words;
 * null: it can, or it cannot be told, because the GPU is not known or there is no torch to ask.
 */
export function hardwareProblem(
  family: SystemBackend['name'],
  architectures: readonly string[],
  system: PythonSystem,
): string | null {
  return refusal(family, architectures, system)?.reason ?? null;
}

/** The reason with which the library refuses a build on this machine's GPU, without the advice around it. */
export function architectureReason(metadata: KernelMetadata, system: PythonSystem): string | null {
  return refusal(metadata.backendType, metadata.archs ?? [], system)?.reason ?? null;
}

/** The whole text of the error with which the library refuses a build on this machine's GPU; null: it does not. */
export function architectureProblem(metadata: KernelMetadata, variant: string, system: PythonSystem): string | null {
  const refused = refusal(metadata.backendType, metadata.archs ?? [], system);
  if (refused === null || refused.crashed) return refused?.reason ?? null;
  return (
    `Kernel '${metadata.name ?? ''}' variant '${variant}' does not support the current device: ${refused.reason}. The ` +
    'declared architectures can be incomplete (e.g. when a kernel has a Triton fallback), pass ' +
    '`check_arch=False` to skip this check. Warning: the kernel may fail or crash the process at run time when ' +
    'it does not support the device.'
  );
}
