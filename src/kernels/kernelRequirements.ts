// What a build asks of the Python around it: other packages, and a `kernels` library that is new enough.
import type { KernelMetadata } from './kernelDetails';
import { compareReleases, majorOf, minorOf, parsePythonVersion } from './pythonVersion';
import type { PythonSystem, SystemBackend } from './system';

/** A package as `pip` knows it and as Python imports it; `module` null: there is nothing to import. */
interface PythonPackage {
  readonly pip: string;
  readonly module: string | null;
}

/** The names that `python-depends` may hold, as the library's own table has them, up to this release of it. */
const TABLE_OF = [0n, 17n];
const GENERAL: Readonly<Record<string, PythonPackage>> = {
  einops: { pip: 'einops', module: 'einops' },
  helion: { pip: 'helion', module: 'helion' },
  'tvm-ffi': { pip: 'apache-tvm-ffi', module: 'tvm_ffi' },
};
const BY_BACKEND: Readonly<Partial<Record<SystemBackend['name'], Readonly<Record<string, PythonPackage>>>>> = {
  cuda: { 'nvidia-cutlass-dsl': { pip: 'nvidia-cutlass-dsl', module: 'cutlass' } },
  neuron: { nki: { pip: 'nki', module: 'nki' } },
  xpu: { onednn: { pip: 'onednn-devel', module: null } },
};

/** The import names that a probe has to look for so that dependencies can be judged. */
export const DEPENDENCY_MODULES: readonly string[] = [GENERAL, ...Object.values(BY_BACKEND)].flatMap((packages) =>
  Object.values(packages).flatMap(({ module }) => module ?? []),
);

function packageOf(dependency: string, backend: SystemBackend): PythonPackage | null {
  for (const packages of [GENERAL, BY_BACKEND[backend.name] ?? {}]) {
    if (Object.hasOwn(packages, dependency)) return packages[dependency] ?? null;
  }
  return null;
}

/** A library that is newer than the table above may know more names; without one, the newest would be installed. */
function mayKnowMore({ kernelsVersion }: PythonSystem): boolean {
  const installed = kernelsVersion === null ? null : parsePythonVersion(kernelsVersion);
  return installed === null || compareReleases([majorOf(installed), minorOf(installed)], TABLE_OF) > 0;
}

function isMissing({ module }: PythonPackage, { modules }: PythonSystem): boolean {
  return module !== null && Object.hasOwn(modules, module) && modules[module] === false;
}

/** The first dependency that is not installed, in the library's words. Names that its table lacks are passed over. */
export function missingDependency(
  kernelName: string,
  dependencies: readonly string[],
  system: PythonSystem,
): string | null {
  for (const dependency of dependencies) {
    const wanted = packageOf(dependency, system.backend);
    if (wanted === null || !isMissing(wanted, system)) continue;
    const module = kernelName.replaceAll('-', '_');
    return `Kernel module \`${module}\` requires Python dependency \`${wanted.pip}\`. Please install with: pip install ${wanted.pip}`;
  }
  return null;
}

/** The packages that are not installed, as pip knows them, of those that a build needs and the library's table has. */
export function missingPackages(dependencies: readonly string[], system: PythonSystem): readonly string[] {
  const wanted = dependencies.flatMap((dependency) => packageOf(dependency, system.backend) ?? []);
  return [...new Set(wanted.filter((one) => isMissing(one, system)).map(({ pip }) => pip))];
}

/** Why the library refuses a build for its `python-depends`, in its words; null: it does not, as far as was asked. */
export function dependencyProblem(metadata: KernelMetadata, system: PythonSystem): string | null {
  const name = metadata.name ?? '';
  for (const dependency of metadata.pythonDepends) {
    if (packageOf(dependency, system.backend) === null) {
      if (mayKnowMore(system)) continue;
      return `Kernel module \`${name.replaceAll('-', '_')}\` uses unsupported kernel dependency: ${dependency}`;
    }
    const missing = missingDependency(name, [dependency], system);
    if (missing !== null) return missing;
  }
  return null;
}

/** Why the installed library is too old for a build, in its words; null: it is not, or it cannot be told. */
export function minimumVersionProblem(metadata: KernelMetadata, variant: string, system: PythonSystem): string | null {
  const { kernelsMinver } = metadata;
  const { kernelsVersion } = system;
  if (kernelsMinver === null || kernelsVersion === null || !/^[0-9]{1,9}(\.[0-9]{1,9})*$/.test(kernelsMinver))
    return null;
  const installed = parsePythonVersion(kernelsVersion);
  const least = kernelsMinver.split('.').map(BigInt);
  if (installed === null || compareReleases(installed.release, least) >= 0) return null;
  return (
    `Kernel '${metadata.name ?? ''}' variant '${variant}' requires kernels>=${least.join('.')}, but version ` +
    `${kernelsVersion} is installed. Upgrade with: pip install --upgrade kernels`
  );
}
