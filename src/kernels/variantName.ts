// The grammar of variant names, the folders below `build/`.
import { digitsVersion, parseBackend, printBackend, type VariantBackend } from './backend';
import { majorOf, minorOf, type PythonVersion } from './pythonVersion';

export type VariantFramework =
  /** `abi`: of C++, null where the name has no tag. */
  | { readonly kind: 'torch'; readonly version: PythonVersion; readonly cxx11Abi: boolean | null }
  | { readonly kind: 'torch stable ABI'; readonly version: PythonVersion }
  | { readonly kind: 'tvm-ffi'; readonly version: PythonVersion };

/** A build for one processor, operating system and backend. */
export interface ArchVariant {
  readonly kind: 'arch';
  readonly framework: VariantFramework;
  readonly backend: VariantBackend;
  readonly cpu: string;
  readonly os: string;
}

/** A build without compiled code. `backend` is whatever the name says, `universal` for all of them. */
export interface NoarchVariant {
  readonly kind: 'noarch';
  readonly backend: string;
}

export type VariantName = ArchVariant | NoarchVariant;

function archVariant(framework: VariantFramework | null, parts: readonly string[]): ArchVariant | null {
  const [backendText, cpu, os] = parts;
  if (framework === null || parts.length !== 3) return null;
  if (backendText === undefined || cpu === undefined || os === undefined) return null;
  const backend = parseBackend(backendText);
  return backend === null ? null : { kind: 'arch', framework, backend, cpu, os };
}

/** The version that follows `prefix`: one digit of major, the rest is minor. */
function versionAfter(prefix: string, text: string): PythonVersion | null {
  return text.startsWith(prefix) ? digitsVersion(text.slice(prefix.length), 1) : null;
}

function torchFramework(text: string, tag: string | undefined): VariantFramework | null {
  const version = versionAfter('torch', text);
  return version === null ? null : { kind: 'torch', version, cxx11Abi: tag === undefined ? null : tag === 'cxx11' };
}

/** Reads the name of a variant; null: the library cannot, and leaves the folder out. */
export function parseVariantName(name: string): VariantName | null {
  const [first = '', second, third, ...rest] = name.split('-');
  if (name.startsWith('torch-stable-abi')) {
    const version = versionAfter('torch-stable-abi', `${first}-${second ?? ''}-${third ?? ''}`);
    return archVariant(version === null ? null : { kind: 'torch stable ABI', version }, rest);
  }
  const after = name.split('-').slice(1);
  if (first === 'torch') return { kind: 'noarch', backend: after.join('-') };
  if (first.startsWith('torch')) {
    const tagged = second === 'cxx11' || second === 'cxx98';
    return archVariant(torchFramework(first, tagged ? second : undefined), tagged ? after.slice(1) : after);
  }
  if (first === 'tvm' && second?.startsWith('ffi') === true) {
    const version = versionAfter('ffi', second);
    return archVariant(version === null ? null : { kind: 'tvm-ffi', version }, after.slice(1));
  }
  return null;
}

function printFramework(framework: VariantFramework): string {
  const version = `${String(majorOf(framework.version))}${String(minorOf(framework.version))}`;
  switch (framework.kind) {
    case 'torch stable ABI':
      return `torch-stable-abi${version}`;
    case 'tvm-ffi':
      return `tvm-ffi${version}`;
    case 'torch':
      return framework.cxx11Abi === null ? `torch${version}` : `torch${version}-cxx${framework.cxx11Abi ? 11 : 98}`;
  }
}

/** The name as the library prints it, and asks the Hub for it: numbers lose their leading zeros. */
export function printVariantName(variant: VariantName): string {
  return variant.kind === 'noarch'
    ? `torch-${variant.backend}`
    : `${printFramework(variant.framework)}-${printBackend(variant.backend)}-${variant.cpu}-${variant.os}`;
}
