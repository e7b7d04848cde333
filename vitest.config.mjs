import { defineConfig } from 'vitest/config';

// `unit` needs neither an editor nor an adapter; `python` drives the official clients, `torch` PyTorch; `gpu` runs the built worker on the software adapter.
export default defineConfig({
  test: {
    // By default one core is left for an editor.
    maxWorkers: 2,
    projects: [
      {
        // No module has state, so the files of one worker share what they import.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false, testTimeout: 30_000 },
      },
      {
        // The official clients, from PyPI and npm, against this program and against the Hub of the tests.
        test: {
          name: 'python',
          include: ['test/python/*.test.ts', 'test/hub/**/*.test.ts'],
          globalSetup: ['test/python/setUp.ts', 'test/hub/buildCli.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // What is written into code, run by PyTorch on the processor with the kernels of the tests.
        test: {
          name: 'torch',
          include: ['test/pytorch/**/*.test.ts'],
          globalSetup: ['test/python/setUp.ts', 'test/hub/buildCli.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The VSIX as it ships. Making it takes a while.
        test: { name: 'package', include: ['test/package/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'gpu',
          include: ['test/gpu/**/*.test.ts'],
          globalSetup: ['test/gpu/buildWorker.ts'],
          pool: 'forks',
          // One software adapter shared by several files would only slow each of them down.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
