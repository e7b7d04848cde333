// The backend that stands in a variant's name: `cu128`, `rocm64`, `cpu`.
import type { SystemBackend } from './system';
import { majorOf, minorOf, parsePythonVersion, releaseVersion, type PythonVersion } from './pythonVersion';
import { MOST_DIGITS } from './pythonInteger';

export interface VariantBackend {
  readonly name: SystemBackend['name'];
  /** Null: the name has none. */
  readonly version: PythonVersion | null;
}

const WITHOUT_VERSION = ['cpu', 'metal', 'neuron', 'tpu'] as const;
const WITH_VERSION = [
  ['cu', 'cuda'],
  ['rocm', 'rocm'],
  ['xpu', 'xpu'],
  ['cann', 'cann'],
] as const;

/** Digits of a name as major and minor version, split before digit `at`; null where Python does not read them. */
export function digitsVersion(digits: string, at: number): PythonVersion | null {
  const [major, minor] = [digits.slice(0, at), digits.slice(at)];
  // Python's `\d` takes the digits of every script, but its versions are ASCII.
  if (!/^[0-9]+$/.test(major) || !/^[0-9]+$/.test(minor)) return null;
  if (major.length > MOST_DIGITS || minor.length > MOST_DIGITS) return null;
  return releaseVersion(BigInt(major), BigInt(minor));
}

/** A backend as variants name it: the last digit is the minor version, `cu128` is CUDA 12.8. Null: it is none. */
export function parseBackend(text: string): VariantBackend | null {
  const plain = WITHOUT_VERSION.find((name) => name === text);
  if (plain !== undefined) return { name: plain, version: null };
  for (const [prefix, name] of WITH_VERSION) {
    if (!text.startsWith(prefix)) continue;
    const digits = text.slice(prefix.length);
    const version = digitsVersion(digits, digits.length - 1);
    return version === null ? null : { name, version };
  }
  return null;
}

/** The backend as variants name it. */
export function printBackend({ name, version }: VariantBackend): string {
  const prefix = WITH_VERSION.find(([, backend]) => backend === name)?.[0] ?? name;
  return version === null ? prefix : `${prefix}${String(majorOf(version))}${String(minorOf(version))}`;
}

/** A machine's backend with its version read; null: Python cannot read the version. */
export function readSystemBackend({ name, version }: SystemBackend): VariantBackend | null {
  if (version === null) return { name, version: null };
  const read = parsePythonVersion(version);
  return read === null ? null : { name, version: read };
}
