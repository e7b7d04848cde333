// Environment variables a GPU worker needs, so that Dawn finds a Vulkan loader and a driver. They have to be there when
// the process starts: the dynamic linker and the loader read them once.
import { access, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { SoftwareGpu } from './softwareAdapter';

export interface GpuEnvironment {
  /** `native`: the machine's own drivers. `software`: SwiftShader and nothing else. */
  readonly kind: 'native' | 'software';
  /** To be laid over the environment of this process. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The places that are looked at; parameters so that tests can look at a machine that is not this one. */
export interface DriverPlaces {
  readonly loaderFolders: readonly string[];
  /** Where the Vulkan loader looks for driver manifests by itself. */
  readonly standardDriverFolders: readonly string[];
  /** Where drivers are also seen to be, but the loader does not look. */
  readonly otherDriverFolders: readonly string[];
  /** Folders of driver libraries that may be missing from the linker's cache. */
  readonly otherLibraryFolders: readonly string[];
}

const LOADER = 'libvulkan.so.1';

/** The places of a usual Linux machine. */
export const LINUX_PLACES: DriverPlaces = {
  loaderFolders: [
    '/lib/x86_64-linux-gnu',
    '/usr/lib/x86_64-linux-gnu',
    '/lib/aarch64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/lib64',
    '/usr/lib',
    '/lib',
    '/usr/local/lib',
    '/run/opengl-driver/lib',
  ],
  standardDriverFolders: [
    '/etc/vulkan/icd.d',
    '/usr/local/etc/vulkan/icd.d',
    '/usr/local/share/vulkan/icd.d',
    '/usr/share/vulkan/icd.d',
  ],
  otherDriverFolders: [
    '/usr/local/nvidia/share/vulkan/icd.d',
    '/usr/local/nvidia/etc/vulkan/icd.d',
    '/opt/nvidia/share/vulkan/icd.d',
    '/run/opengl-driver/share/vulkan/icd.d',
  ],
  otherLibraryFolders: ['/usr/local/nvidia/lib64', '/usr/local/nvidia/lib', '/opt/nvidia/lib64'],
};

/**
 * For the machine's own GPU. On Linux it names drivers that lie where the loader does not look, and lends SwiftShader's
 * loader to a machine that has none. What the user has set stays.
 */
export async function nativeEnvironment(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  software: SoftwareGpu | null,
  places: DriverPlaces = LINUX_PLACES,
): Promise<GpuEnvironment> {
  const variables: Record<string, string> = { ...runtimeFolder(platform, env) };
  if (platform !== 'linux') return { kind: 'native', variables };
  const libraryPath: string[] = [];
  if (!driversChosen(env)) {
    const standard = await driverFiles(places.standardDriverFolders);
    const other = await driverFiles(places.otherDriverFolders);
    if (other.length > 0) {
      // Naming any driver switches the loader's own search off, so the standard ones are named as well.
      Object.assign(variables, namedDrivers([...standard, ...other]));
      libraryPath.push(...(await present(places.otherLibraryFolders)));
    }
  }
  const ownPath = (env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const hasLoader =
    (await present([...places.loaderFolders, ...ownPath].map((folder) => join(folder, LOADER)))).length > 0;
  if (!hasLoader && software?.hasLoader === true) libraryPath.push(software.folder);
  if (libraryPath.length > 0) variables['LD_LIBRARY_PATH'] = [...ownPath, ...libraryPath].join(delimiter);
  return { kind: 'native', variables };
}

/** For SwiftShader alone, whatever GPU the machine has. */
export function softwareEnvironment(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  software: SoftwareGpu,
): GpuEnvironment {
  const variables: Record<string, string> = { ...runtimeFolder(platform, env), ...namedDrivers([software.driverFile]) };
  if (software.hasLoader) {
    // Windows looks for libraries along PATH, Linux along LD_LIBRARY_PATH.
    const name = platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH';
    const before = Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
    variables[name] =
      before === undefined || before === '' ? software.folder : `${software.folder}${delimiter}${before}`;
  }
  return { kind: 'software', variables };
}

function driversChosen(env: Readonly<Record<string, string | undefined>>): boolean {
  return ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'].some((name) => (env[name] ?? '') !== '');
}

/** Both names of the variable: loaders before 1.3.207 know only the second. */
function namedDrivers(files: readonly string[]): Record<string, string> {
  const list = files.join(delimiter);
  return { VK_DRIVER_FILES: list, VK_ICD_FILENAMES: list };
}

/** Without this folder some drivers print a warning for every device they open. */
function runtimeFolder(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return platform === 'linux' && (env['XDG_RUNTIME_DIR'] ?? '') === '' ? { XDG_RUNTIME_DIR: tmpdir() } : {};
}

async function driverFiles(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    found.push(...names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name)));
  }
  return found;
}

async function present(paths: readonly string[]): Promise<string[]> {
  const checks = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => checks[index]);
}
