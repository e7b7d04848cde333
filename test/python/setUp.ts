import type { TestProject } from 'vitest/node';
import { setUpPython } from '../../scripts/setup-python.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The interpreter of an environment that has `kernels` and `huggingface_hub`. */
    python: string;
  }
}

/** Vitest calls this once before the tests that drive the official clients. */
export async function setup(project: TestProject): Promise<void> {
  project.provide('python', await setUpPython());
}
