import type { ProbeFacts } from '../../src/machine/probeAnswer';

type Torch = NonNullable<ProbeFacts['torch']>;

export const TORCH: Torch = {
  file: '/env/lib/python3.12/site-packages/torch/version.py',
  version: '2.9.0+cu128',
  cuda: '12.8',
  hip: null,
  xpu: null,
  cxx11Abi: true,
  autoload: [],
  mps: false,
  problem: null,
};

export const H100: ProbeFacts['gpus']['devices'][number] = {
  vendor: 'nvidia',
  name: 'NVIDIA H100 80GB HBM3',
  architecture: '9.0',
  memoryBytes: 85017493504,
};

/** Of a healthy environment with a GPU, but for `change`. */
export function probeFacts(change: Partial<ProbeFacts>): ProbeFacts {
  return {
    python: { version: '3.12.4', executable: '/env/bin/python', freeThreaded: false },
    platform: { system: 'Linux', machine: 'x86_64', macos: null },
    torch: TORCH,
    cann: null,
    kernels: '0.17.2',
    tvmFfi: null,
    modules: { einops: true },
    installer: { kind: 'pip', prefix: '/env', project: null, pip: true, externallyManaged: false },
    stamps: [],
    gpus: {
      devices: [H100],
      driver: '580.159.04',
      driverCuda: '13.0',
      cudaRuntime: null,
      hardware: ['nvidia'],
      distribution: 'ubuntu',
      problem: null,
    },
    ...change,
  };
}
