import type { TestProject } from 'vitest/node';
import { setUpPython, setUpTorchPython } from '../../scripts/setup-python.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The interpreter of an environment that has `kernels` and `huggingface_hub`. */
    python: string;
    /** The interpreter of one that has `torch` and `transformers` too. Only the project `torch` has it: it is large. */
    torchPython: string;
  }
}

/** Vitest calls this once before the tests that drive the official clients. */
export async function setup(project: TestProject): Promise<void> {
  if (project.name === 'torch') project.provide('torchPython', await setUpTorchPython());
  else project.provide('python', await setUpPython());
}
