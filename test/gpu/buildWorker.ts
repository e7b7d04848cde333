import { build } from '../../scripts/build.mjs';

/** Vitest calls this once before the GPU tests, which run the worker as it ships. */
export async function setup(): Promise<void> {
  await build({ names: ['gpuWorker'], production: false });
}
