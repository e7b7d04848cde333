// Unpacks SwiftShader into the cache, for an installed extension on a machine without a GPU.
import { cached } from './cache.mjs';
import { archivesVersion, unpackFolder } from './chromium-archives.mjs';

/** @returns {Promise<string>} the folder for the environment variable KERNEL_LENS_SOFTWARE_GPU */
export async function setUpSoftwareGpu() {
  return cached(`swiftshader-${await archivesVersion()}`, (folder) => unpackFolder('swiftshader', folder));
}
