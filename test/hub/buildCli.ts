import type { TestProject } from 'vitest/node';
import { build } from '../../scripts/build.mjs';
import { setUpSoftwareGpu } from '../../scripts/setup-software-gpu.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of SwiftShader, unpacked once. */
    softwareGpu: string;
  }
}

/** Vitest calls this once before the tests that run the command line as it ships. */
export async function setup(project: TestProject): Promise<void> {
  await build({ names: ['cli', 'scanWorker', 'gpuWorker'], production: false });
  project.provide('softwareGpu', process.platform === 'linux' ? await setUpSoftwareGpu() : '');
}
