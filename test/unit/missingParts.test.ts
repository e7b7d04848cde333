import { describe, expect, test } from 'vitest';
import type { CommandPlace } from '../../src/machine/installCommand';
import type { MissingPart } from '../../src/machine/machineTypes';
import { missingParts, missingPython } from '../../src/machine/missingParts';
import type { ProbeFacts } from '../../src/machine/probeAnswer';
import { probeFacts, TORCH } from './probeFacts';

function partsOf(change: Partial<ProbeFacts>, place: Partial<CommandPlace> = {}): MissingPart[] {
  const facts = probeFacts(change);
  const { installer } = facts;
  return missingParts(facts, {
    ...{ interpreter: '/env/bin/python', installer, workingFolder: '/home/mina', platform: 'linux' },
    ...place,
  });
}

const { gpus, installer } = probeFacts({});
const BARE_TORCH = { ...TORCH, version: '2.9.0+cpu', cuda: null };

describe('what is missing', () => {
  test('nothing in a healthy environment', () => {
    expect(partsOf({})).toEqual([]);
  });

  const cases: Readonly<Record<string, [Partial<ProbeFacts>, string, string | null]>> = {
    'the kernels library': [{ kernels: null }, 'kernels library missing', '/env/bin/python -m pip install kernels'],
    'a kernels library of today': [
      { kernels: '0.12.3' },
      "kernels 0.12.3 is too old for today's Hub, which needs 0.14",
      "/env/bin/python -m pip install 'kernels>=0.14'",
    ],
    torch: [{ torch: null }, 'torch missing', '/env/bin/python -m pip install torch'],
    'a whole torch': [
      { torch: { ...TORCH, version: null, problem: 'torch lacks its compiled part' } },
      'torch is damaged: torch lacks its compiled part',
      '/env/bin/python -m pip install --force-reinstall torch',
    ],
    'a torch for the GPU': [
      { torch: BARE_TORCH },
      'torch 2.9.0+cpu is a CPU build, which leaves NVIDIA H100 80GB HBM3 idle',
      '/env/bin/python -m pip install --force-reinstall torch==2.9.0',
    ],
    'a driver': [
      { gpus: { ...gpus, devices: [], driver: null, driverCuda: null } },
      'NVIDIA driver missing: there is a GPU, but nothing serves it',
      'sudo ubuntu-drivers install',
    ],
    'a driver, on a system whose command is not known': [
      { gpus: { ...gpus, devices: [], driver: null, driverCuda: null, distribution: 'fedora' } },
      'NVIDIA driver missing: there is a GPU, but nothing serves it',
      null,
    ],
    'a newer driver': [
      { gpus: { ...gpus, driver: '470.82', driverCuda: '11.4' } },
      "NVIDIA driver 470.82 is too old for torch's CUDA 12.8: it takes 11.4",
      null,
    ],
    'a driver that answers': [
      { gpus: { ...gpus, problem: "NVIDIA's driver did not answer within 1.2 s." } },
      "NVIDIA's driver did not answer within 1.2 s.",
      null,
    ],
    'a newer Python': [
      { python: { version: '3.9.18', executable: '/env/bin/python', freeThreaded: false } },
      'Python 3.9.18 is too old: the kernels library needs 3.10',
      null,
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [change, what, command]) => {
    expect(partsOf(change)).toEqual([{ what, command }]);
  });

  const nothing: Readonly<Record<string, Partial<ProbeFacts>>> = {
    'a driver of the same major version': { gpus: { ...gpus, driverCuda: '12.0' } },
    'GPUs that CUDA_VISIBLE_DEVICES hides': { gpus: { ...gpus, devices: [], driverCuda: null } },
    'a CPU build without a GPU': {
      torch: BARE_TORCH,
      gpus: { ...gpus, devices: [], driver: null, hardware: ['intel'] },
    },
    'a build for ROCm': { torch: { ...BARE_TORCH, hip: '6.4' } },
    'a development release of the library': { kernels: '0.18.0.dev0' },
    'a version that is none': { kernels: 'unknown' },
  };
  test.each(Object.entries(nothing))('not with %s', (_name, change) => {
    expect(partsOf(change)).toEqual([]);
  });

  test('all at once, the most important first', () => {
    const python = { version: '3.8.1', executable: '/env/bin/python', freeThreaded: false };
    const bare = { python, torch: null, kernels: null, gpus: { ...gpus, devices: [], driver: null } };
    expect(partsOf(bare).map(({ what }) => what)).toEqual([
      'Python 3.8.1 is too old: the kernels library needs 3.10',
      'torch missing',
      'kernels library missing',
      'NVIDIA driver missing: there is a GPU, but nothing serves it',
    ]);
  });

  test('on Windows, pip has no build for GPUs to offer, uv has', () => {
    const platform = { system: 'Windows', machine: 'AMD64', macos: null };
    const [pip] = partsOf({ platform, torch: BARE_TORCH }, { platform: 'win32' });
    expect(pip?.command).toBeNull();
    const uv = { ...installer, kind: 'uv' } as const;
    const [mended] = partsOf({ platform, torch: BARE_TORCH, installer: uv }, { platform: 'win32' });
    expect(mended?.command).toContain('--torch-backend=auto');
  });

  test('Python itself', () => {
    expect(missingPython('No Python was found.', 'win32').command).toBe('winget install --id Python.Python.3.13');
    expect(missingPython('No Python was found.', 'linux').command).toBeNull();
  });
});
