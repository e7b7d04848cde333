import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSoftwareGpu, readTar, type SoftwareGpuSearch } from '../../src/profile/webgpu/softwareAdapter';

const LINUX_FILES = ['libvk_swiftshader.so', 'vk_swiftshader_icd.json', 'libvulkan.so.1'];

/** One plain file as tar holds it. */
function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

describe('finding a software GPU', () => {
  let folder: string;
  let search: SoftwareGpuSearch;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kernel-lens-software-'));
    search = { platform: 'linux', env: {}, execPath: join(folder, 'editor', 'code'), root: join(folder, 'clone') };
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function fill(name: string, files: readonly string[]): Promise<string> {
    const path = join(folder, name);
    await mkdir(path, { recursive: true });
    for (const file of files) await writeFile(join(path, file), file);
    return path;
  }

  async function packArchive(files: readonly string[]): Promise<void> {
    const bin = join(folder, 'clone', 'node_modules', '@sparticuz', 'chromium', 'bin');
    await mkdir(bin, { recursive: true });
    const tar = Buffer.concat([...files.map((name) => tarEntry(name, Buffer.from(name))), Buffer.alloc(1024)]);
    await writeFile(join(bin, 'swiftshader.tar.br'), brotliCompressSync(tar));
  }

  test('there is none on a machine without', async () => {
    expect(await findSoftwareGpu(search)).toBeNull();
  });

  test('beside the editor, with and without a loader, as Linux and Windows have it', async () => {
    const editor = await fill('editor', LINUX_FILES);
    expect(await findSoftwareGpu(search)).toMatchObject({
      folder: editor,
      hasLoader: true,
      origin: 'beside the editor',
    });
    await rm(join(editor, 'libvulkan.so.1'));
    expect(await findSoftwareGpu(search)).toMatchObject({ hasLoader: false });
    expect(await findSoftwareGpu({ ...search, platform: 'win32' })).toBeNull();
    await fill('editor', ['vk_swiftshader.dll', 'vulkan-1.dll']);
    expect(await findSoftwareGpu({ ...search, platform: 'win32' })).toMatchObject({ hasLoader: true });
    expect(await findSoftwareGpu({ ...search, platform: 'darwin' })).toBeNull();
  });

  test('a named folder goes before every other, and has to hold it', async () => {
    await fill('editor', LINUX_FILES);
    const named = await fill('named', LINUX_FILES);
    const env = { KERNEL_LENS_SOFTWARE_GPU: named };
    expect(await findSoftwareGpu({ ...search, env })).toMatchObject({ folder: named });
    await rm(join(named, 'libvk_swiftshader.so'));
    await expect(findSoftwareGpu({ ...search, env })).rejects.toThrow(/libvk_swiftshader\.so is not there/);
  });

  test('unpacked from the development dependency, by several processes at once', async () => {
    await packArchive([...LINUX_FILES, 'libEGL.so']);
    const found = await Promise.all(Array.from({ length: 5 }, () => findSoftwareGpu(search)));
    const folders = new Set(found.map((one) => one?.folder));
    expect(folders.size).toBe(1);
    expect(await readdir(found[0]?.folder ?? '')).toEqual(LINUX_FILES.toSorted());
    expect(await readFile(found[0]?.driverFile ?? '', 'utf8')).toBe('vk_swiftshader_icd.json');
    // Nothing half done stays behind.
    expect(await readdir(join(folder, 'clone', '.cache'))).toHaveLength(1);
  });

  test('an archive that lacks a file is an error, and leaves nothing behind', async () => {
    await packArchive(['libvulkan.so.1']);
    await expect(findSoftwareGpu(search)).rejects.toThrow(/holds no libvk_swiftshader\.so/);
    expect(await readdir(join(folder, 'clone', '.cache'))).toEqual([]);
  });
});

describe('reading a tar archive', () => {
  const entries = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,20}$/), fc.uint8Array({ maxLength: 2000 })), {
    selector: ([name]) => name,
    maxLength: 6,
  });

  test('gives back what was put in', () => {
    fc.assert(
      fc.property(entries, (files) => {
        const tar = Buffer.concat([
          ...files.map(([name, bytes]) => tarEntry(name, Buffer.from(bytes))),
          Buffer.alloc(1024),
        ]);
        const read = readTar(tar);
        expect([...read.keys()]).toEqual(files.map(([name]) => name));
        for (const [name, bytes] of files) expect(Buffer.from(bytes).equals(read.get(name) ?? Buffer.of(1))).toBe(true);
      }),
    );
  });

  test('a truncated one is an error', () => {
    const whole = tarEntry('file', Buffer.alloc(5000, 1));
    expect(() => readTar(whole.subarray(0, 2048))).toThrow(/damaged at byte 0/);
  });
});
