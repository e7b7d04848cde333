// Which build the `kernels` library takes on a machine, and why not the others: its order of checks, its words.
import { printBackend, readSystemBackend, type VariantBackend } from './backend';
import { isBefore, majorOf, minorOf, parsePythonVersion, printPythonVersion, releaseVersion } from './pythonVersion';
import { compareReleases, type PythonVersion } from './pythonVersion';
import type { PythonSystem } from './system';
import { parseVariantName, printVariantName, type ArchVariant, type VariantName } from './variantName';

/** The checks in the order in which a build can fail them; `system`: the machine's own versions cannot be read. */
export const VARIANT_CHECKS = [
  'system',
  'cpu',
  'os',
  'noarch',
  'framework',
  'abi',
  'backend',
  'cuda',
  'macos',
] as const;
export type VariantCheck = (typeof VARIANT_CHECKS)[number];

export interface VariantDecision {
  /** The folder's name. */
  readonly folder: string;
  /** The name as the library prints it, and under which it looks for the folder. */
  readonly name: string;
  readonly variant: VariantName;
  readonly accepted: boolean;
  /** The library's words; null: accepted. */
  readonly reason: string | null;
  /** The check that it failed; null: accepted. */
  readonly failed: VariantCheck | null;
}

export interface VariantResolution {
  /** The folder of the build that is taken; null: none fits. */
  readonly chosen: string | null;
  /** In the library's order: accepted first, the preferred one leading. */
  readonly decisions: readonly VariantDecision[];
  /** Folders whose names the library cannot read. */
  readonly skipped: readonly string[];
  /** Folders that it does not even judge, because this Python has neither the GIL nor a stable ABI. */
  readonly dropped: readonly string[];
}

interface Facts {
  readonly system: PythonSystem;
  readonly backend: VariantBackend;
  readonly torch: PythonVersion | null;
  readonly tvmFfi: PythonVersion | null;
  readonly macos: PythonVersion | null;
}

interface Rejection {
  readonly failed: VariantCheck;
  readonly reason: string;
}

const OLDEST_MACOS = releaseVersion(26n, 0n);

/** A value as Python prints it. */
function python(value: PythonVersion | boolean | null): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return printPythonVersion(value);
}

/** Major and minor of a version, as the library cuts torch's and tvm-ffi's. */
function majorMinor(version: PythonVersion | null): PythonVersion | null {
  return version === null ? null : releaseVersion(majorOf(version), minorOf(version));
}

/** The machine's values read; text: the first that Python refuses, in its words. */
function readFacts(system: PythonSystem): Facts | string {
  const { torch, tvmFfi, macos } = system;
  const read = (text: string | null): PythonVersion | null => (text === null ? null : parsePythonVersion(text));
  for (const text of [system.backend.version, torch, tvmFfi, macos]) {
    if (text !== null && read(text) === null) return `Invalid version: '${text}'`;
  }
  const backend = readSystemBackend(system.backend) ?? { name: system.backend.name, version: null };
  return { system, backend, torch: majorMinor(read(torch)), tvmFfi: majorMinor(read(tvmFfi)), macos: read(macos) };
}

function frameworkRejection({ framework }: ArchVariant, { torch, tvmFfi, system }: Facts): Rejection | null {
  const version = python(framework.version);
  const order = (other: PythonVersion): number => compareReleases(framework.version.release, other.release);
  switch (framework.kind) {
    case 'torch': {
      if (torch === null || order(torch) !== 0) {
        const reason = `Torch version (${version}) does not match environment Torch version (${python(torch)})`;
        return { failed: 'framework', reason };
      }
      if (framework.cxx11Abi === null || framework.cxx11Abi === system.torchCxx11Abi) return null;
      const [built, here] = [python(framework.cxx11Abi), python(system.torchCxx11Abi)];
      return {
        failed: 'abi',
        reason: `Torch CXX11 ABI (${built}) does not match environment Torch CXX11 ABI (${here})`,
      };
    }
    case 'torch stable ABI': {
      if (torch !== null && order(torch) <= 0) return null;
      const here = python(torch);
      const reason = `Torch stable ABI version (${version}) is too new for environment Torch version (${here})`;
      return { failed: 'framework', reason };
    }
    case 'tvm-ffi': {
      if (tvmFfi !== null && order(tvmFfi) === 0) return null;
      const here = python(tvmFfi);
      const reason = `tvm-ffi version (${version}) does not match environment tvm-ffi version (${here})`;
      return { failed: 'framework', reason };
    }
  }
}

function backendRejection(built: VariantBackend, { backend: here, macos }: Facts): Rejection | null {
  if (built.name === 'cuda' && here.name === 'cuda' && built.version !== null && here.version !== null) {
    const fits = majorOf(built.version) === majorOf(here.version) && minorOf(built.version) <= minorOf(here.version);
    if (fits) return null;
    const [version, system] = [python(built.version), python(here.version)];
    return {
      failed: 'cuda',
      reason: `CUDA version (${version}) is not compatible with system CUDA version (${system})`,
    };
  }
  const [name, system] = [printBackend(built), printBackend(here)];
  if (name !== system) {
    return { failed: 'backend', reason: `backend (${name}) does not match selected backend (${system})` };
  }
  if (built.name !== 'metal' || (macos !== null && !isBefore(macos, OLDEST_MACOS.release))) return null;
  const oldest = python(OLDEST_MACOS);
  return {
    failed: 'macos',
    reason: `Metal kernels require macOS ${oldest} or later, system macOS version is ${python(macos)}`,
  };
}

function rejection(variant: VariantName, facts: Facts): Rejection | null {
  const { system, backend } = facts;
  if (variant.kind === 'noarch') {
    const here = backend.name === 'cann' ? 'npu' : backend.name;
    if (variant.backend === here || variant.backend === 'universal') return null;
    const reason = `backend (${variant.backend}) does not match system backend (${here}) and is not universal`;
    return { failed: 'noarch', reason };
  }
  if (variant.cpu !== system.cpu) {
    return { failed: 'cpu', reason: `CPU (${variant.cpu}) does not match system CPU (${system.cpu})` };
  }
  if (variant.os !== system.os) {
    return { failed: 'os', reason: `OS (${variant.os}) does not match system OS (${system.os})` };
  }
  return frameworkRejection(variant, facts) ?? backendRejection(variant.backend, facts);
}

/** What the library sorts by, lowest first; equal keys keep the order in which they came. */
function sortKey({ variant, accepted }: VariantDecision): readonly bigint[] {
  const rejected = accepted ? 0n : 1n;
  if (variant.kind === 'noarch') return [rejected, 2n, 0n, 0n, variant.backend === 'universal' ? 1n : 0n];
  const { framework, backend } = variant;
  const newer = backend.version === null ? 0n : -minorOf(backend.version);
  switch (framework.kind) {
    case 'torch stable ABI':
      return [rejected, 0n, -majorOf(framework.version), -minorOf(framework.version), newer];
    case 'torch':
      return [rejected, 1n, 0n, framework.cxx11Abi === null ? 0n : 1n, newer];
    case 'tvm-ffi':
      return [rejected, 2n, 0n, 0n, newer];
  }
}

/**
 * Judges the folders below `build/` for a Python environment, as the library's resolver does. Never throws: where
 * the machine's own versions are none that Python reads, every build is rejected with that reason.
 */
export function resolveVariants(names: readonly string[], system: PythonSystem): VariantResolution {
  const facts = readFacts(system);
  const decisions: VariantDecision[] = [];
  const skipped: string[] = [];
  const dropped: string[] = [];
  for (const folder of new Set(names)) {
    const variant = parseVariantName(folder);
    if (variant === null) skipped.push(folder);
    else if (system.freeThreadedWithoutAbi && variant.kind === 'arch') dropped.push(folder);
    else {
      const refused =
        typeof facts === 'string' ? ({ failed: 'system', reason: facts } as const) : rejection(variant, facts);
      const { failed = null, reason = null } = refused ?? {};
      decisions.push({ folder, name: printVariantName(variant), variant, accepted: refused === null, reason, failed });
    }
  }
  const sorted = decisions
    .map((decision) => ({ decision, key: sortKey(decision) }))
    .toSorted((a, b) => compareReleases(a.key, b.key))
    .map(({ decision }) => decision);
  return { chosen: sorted.find(({ accepted }) => accepted)?.folder ?? null, decisions: sorted, skipped, dropped };
}
