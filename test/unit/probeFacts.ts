import type { System } from '../../src/kernels/system';
import type { CommandPlace } from '../../src/machine/installCommand';
import type { PythonFacts } from '../../src/machine/machineTypes';
import { missingParts } from '../../src/machine/missingParts';
import type { ProbeFacts } from '../../src/machine/probeAnswer';
import { pythonSystem } from '../../src/machine/pythonSystem';

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

/** Where commands for the environment of `probeFacts` are pasted. */
export const PLACE: CommandPlace = {
  interpreter: '/env/bin/python',
  installer: { kind: 'pip', prefix: '/env', project: null, pip: true, externallyManaged: false },
  workingFolder: '/home/mina',
  platform: 'linux',
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

/** What is known of the environment of `probeFacts(change)` once it has been asked. */
export function pythonHere(
  change: Partial<ProbeFacts> = {},
  place: CommandPlace = PLACE,
): { readonly system: System['python']; readonly python: PythonFacts } {
  const facts = probeFacts(change);
  const { python, torch, kernels, gpus } = facts;
  return {
    system: pythonSystem(facts),
    python: {
      environment: { path: place.interpreter, source: 'command line' },
      version: python.version,
      torchVersion: torch?.version ?? null,
      kernelsVersion: kernels,
      gpus: gpus.devices.map(({ name, architecture, memoryBytes }) => ({ name, architecture, memoryBytes })),
      driver: gpus.driver,
      missing: missingParts(facts, place),
      installing: place,
    },
  };
}
