import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nativeEnvironment, softwareEnvironment, type DriverPlaces } from '../../src/profile/webgpu/gpuEnvironment';
import type { SoftwareGpu } from '../../src/profile/webgpu/softwareAdapter';

const SOFTWARE: SoftwareGpu = { folder: '/ss', driverFile: '/ss/icd.json', hasLoader: true, origin: 'a test' };
const RUNTIME = { XDG_RUNTIME_DIR: '/run/user/0' };

describe('variables for the GPU worker on Linux', () => {
  let folder: string;
  let places: DriverPlaces;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kernel-lens-drivers-'));
    const [lib, standard, other, nvidia] = ['lib', 'standard', 'other', 'nvidia'].map((name) => join(folder, name));
    places = {
      loaderFolders: [lib ?? ''],
      standardDriverFolders: [standard ?? ''],
      otherDriverFolders: [other ?? ''],
      otherLibraryFolders: [nvidia ?? ''],
    };
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function put(path: string): Promise<string> {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, '');
    return file;
  }

  test('a usual machine needs none', async () => {
    await put('lib/libvulkan.so.1');
    await put('standard/radeon_icd.json');
    expect((await nativeEnvironment('linux', RUNTIME, SOFTWARE, places)).variables).toEqual({});
  });

  test('a driver outside of the standard places is named together with those inside', async () => {
    await put('lib/libvulkan.so.1');
    const standard = await put('standard/intel_icd.json');
    const other = await put('other/nvidia_icd.json');
    await put('nvidia/libGLX_nvidia.so.0');
    const { variables } = await nativeEnvironment('linux', RUNTIME, SOFTWARE, places);
    const drivers = `${standard}:${other}`;
    expect(variables).toEqual({
      VK_DRIVER_FILES: drivers,
      VK_ICD_FILENAMES: drivers,
      LD_LIBRARY_PATH: join(folder, 'nvidia'),
    });
  });

  test('what the user has chosen stays', async () => {
    await put('lib/libvulkan.so.1');
    await put('other/nvidia_icd.json');
    const env = { ...RUNTIME, VK_ICD_FILENAMES: '/mine.json' };
    expect((await nativeEnvironment('linux', env, SOFTWARE, places)).variables).toEqual({});
  });

  test('a machine without a Vulkan loader borrows that of SwiftShader, after its own folders', async () => {
    const env = { ...RUNTIME, LD_LIBRARY_PATH: '/opt/cuda' };
    const { variables } = await nativeEnvironment('linux', env, SOFTWARE, places);
    expect(variables).toEqual({ LD_LIBRARY_PATH: '/opt/cuda:/ss' });
    expect((await nativeEnvironment('linux', env, null, places)).variables).toEqual({});
  });

  test('the runtime folder is set where it is not', async () => {
    await put('lib/libvulkan.so.1');
    expect((await nativeEnvironment('linux', {}, null, places)).variables).toEqual({ XDG_RUNTIME_DIR: tmpdir() });
    expect((await nativeEnvironment('darwin', {}, null, places)).variables).toEqual({});
  });

  test('SwiftShader alone: its driver, and its loader first', () => {
    expect(softwareEnvironment('linux', { ...RUNTIME, LD_LIBRARY_PATH: '/a' }, SOFTWARE)).toEqual({
      kind: 'software',
      variables: { VK_DRIVER_FILES: '/ss/icd.json', VK_ICD_FILENAMES: '/ss/icd.json', LD_LIBRARY_PATH: '/ss:/a' },
    });
    const lean = softwareEnvironment('linux', RUNTIME, { ...SOFTWARE, hasLoader: false });
    expect(lean.variables['LD_LIBRARY_PATH']).toBeUndefined();
    const windows = softwareEnvironment('win32', { Path: 'C:\\Windows' }, SOFTWARE);
    expect(windows.variables['PATH']).toMatch(/^\/ss.C:\\Windows$/);
  });
});
