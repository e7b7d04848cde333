// A GPU in software (SwiftShader) for machines without one: where its files are on this machine.
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

/** The folder that holds SwiftShader, its Vulkan driver manifest and, mostly, a Vulkan loader. */
export interface SoftwareGpu {
  readonly folder: string;
  /** Path of vk_swiftshader_icd.json, for VK_DRIVER_FILES. */
  readonly driverFile: string;
  /** The folder also holds the Vulkan loader. */
  readonly hasLoader: boolean;
  /** Where it comes from, in words, e.g. `beside the editor`. */
  readonly origin: string;
}

/** What the search depends on; a parameter so that tests can search a machine that is not this one. */
export interface SoftwareGpuSearch {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program that runs us: VS Code keeps SwiftShader beside it. */
  readonly execPath: string;
  /** The folder of our package.json; a clone has the development dependency below it. */
  readonly root: string;
  /** Where the unpacked files are kept; the default is `<root>/.cache`. */
  readonly cacheFolder?: string;
}

/** Names a folder with the SwiftShader files; it goes before every other place. */
export const SOFTWARE_GPU_VARIABLE = 'KERNEL_LENS_SOFTWARE_GPU';

const DRIVER_FILE = 'vk_swiftshader_icd.json';
const ARCHIVE = ['node_modules', '@sparticuz', 'chromium', 'bin', 'swiftshader.tar.br'];
const ARCHIVE_FILES = ['libvk_swiftshader.so', DRIVER_FILE, 'libvulkan.so.1'];
const TAR_BLOCK = 512;

const decompress = promisify(brotliDecompress);

/**
 * Finds SwiftShader: the folder that KERNEL_LENS_SOFTWARE_GPU names, else beside the program that runs us, else
 * unpacked from the development dependency. Returns null where there is none; throws when the named folder lacks it.
 */
export async function findSoftwareGpu(search: SoftwareGpuSearch): Promise<SoftwareGpu | null> {
  const named = search.env[SOFTWARE_GPU_VARIABLE];
  if (named !== undefined && named !== '') {
    const found = await inFolder(named, search.platform, SOFTWARE_GPU_VARIABLE);
    if (found === null) {
      const wanted = filesFor(search.platform)?.driver ?? 'a software GPU for this system';
      throw new Error(`${SOFTWARE_GPU_VARIABLE} names ${named}, but ${wanted} is not there. Correct it, or unset it.`);
    }
    return found;
  }
  const beside = await inFolder(dirname(search.execPath), search.platform, 'beside the editor');
  if (beside !== null) return beside;
  if (search.platform !== 'linux') return null;
  const archive = join(search.root, ...ARCHIVE);
  if (!(await exists(archive))) return null;
  const folder = await unpack(archive, search.cacheFolder ?? join(search.root, '.cache'));
  return inFolder(folder, search.platform, 'from the development dependencies');
}

function filesFor(platform: NodeJS.Platform): { driver: string; loader: string } | null {
  if (platform === 'linux') return { driver: 'libvk_swiftshader.so', loader: 'libvulkan.so.1' };
  if (platform === 'win32') return { driver: 'vk_swiftshader.dll', loader: 'vulkan-1.dll' };
  // Dawn speaks Metal on macOS and has no use for a Vulkan driver there.
  return null;
}

async function inFolder(folder: string, platform: NodeJS.Platform, origin: string): Promise<SoftwareGpu | null> {
  const files = filesFor(platform);
  if (files === null) return null;
  const driverFile = join(folder, DRIVER_FILE);
  if (!(await exists(driverFile)) || !(await exists(join(folder, files.driver)))) return null;
  return { folder, driverFile, hasLoader: await exists(join(folder, files.loader)), origin };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Unpacks into a folder named by the archive's digest. A second process that does the same finds it whole or not at all. */
async function unpack(archive: string, cacheFolder: string): Promise<string> {
  const packed = await readFile(archive);
  const digest = createHash('sha256').update(packed).digest('hex').slice(0, 16);
  const target = join(cacheFolder, `software-gpu-${digest}`);
  if (await exists(join(target, DRIVER_FILE))) return target;
  const files = readTar(await decompress(packed));
  const working = join(cacheFolder, `unpacking-${randomUUID()}`);
  await mkdir(working, { recursive: true });
  try {
    for (const name of ARCHIVE_FILES) {
      const content = files.get(name);
      if (content === undefined) throw new Error(`${archive} holds no ${name}.`);
      await writeFile(join(working, name), content, { mode: 0o755 });
    }
    // A rename is all or nothing; where another process was first, its copy is as good as ours.
    await rename(working, target).catch(async (error: unknown) => {
      if (!(await exists(join(target, DRIVER_FILE)))) throw error;
    });
  } finally {
    await rm(working, { recursive: true, force: true });
  }
  return target;
}

/** The plain files of a tar archive by name. Links, folders and long-name extensions are passed over. */
export function readTar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = 0;
  while (at + TAR_BLOCK <= archive.length) {
    const name = tarText(archive, at, 100);
    if (name === '') break;
    const size = Number.parseInt(tarText(archive, at + 124, 12).trim(), 8);
    if (!Number.isSafeInteger(size) || at + TAR_BLOCK + size > archive.length) {
      throw new Error(`the archive is damaged at byte ${at}: ${name} has no readable size`);
    }
    const kind = tarText(archive, at + 156, 1);
    const start = at + TAR_BLOCK;
    if (kind === '0' || kind === '') files.set(name.replace(/^\.\//, ''), archive.subarray(start, start + size));
    at = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  return files;
}

function tarText(archive: Buffer, start: number, length: number): string {
  const field = archive.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}
