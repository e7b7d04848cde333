import type { KernelSummary } from '../../src/kernels/kernelSummary';

/** A row of the catalogue in which nothing is known but what is given. */
export function summary(change: Partial<KernelSummary> & Pick<KernelSummary, 'id'>): KernelSummary {
  return {
    language: 'python',
    group: 'other',
    summary: null,
    backends: [],
    torch: null,
    version: null,
    license: null,
    downloads: null,
    likes: null,
    trending: null,
    updatedAt: null,
    private: false,
    gated: false,
    trusted: null,
    functions: [],
    layers: [],
    benchmarks: null,
    pythonDepends: [],
    ...change,
  };
}
