import { describe, expect, test } from 'vitest';
import type { ProbeFacts } from '../../src/machine/probeAnswer';
import { pythonSystem } from '../../src/machine/pythonSystem';
import type { PythonSystem } from '../../src/kernels/system';
import { H100, probeFacts, TORCH } from './probeFacts';

// Linux is held to the library itself in test/python/pythonProbe.test.ts. Here is what that machine cannot be.

function systemOf(change: Partial<ProbeFacts>): PythonSystem {
  const result = pythonSystem(probeFacts(change));
  if ('missing' in result) throw new Error(result.missing);
  return result.system;
}

const MAC = { system: 'Darwin', machine: 'arm64', macos: '26.1' };
const MAC_TORCH = { ...TORCH, version: '2.9.0', cuda: null, cxx11Abi: false, mps: true };

describe('the system of', () => {
  test('Linux with an H100', () => {
    expect(systemOf({})).toEqual({
      backend: { name: 'cuda', version: '12.8' },
      cpu: 'x86_64',
      os: 'linux',
      torch: '2.9',
      torchCxx11Abi: true,
      tvmFfi: null,
      macos: null,
      freeThreadedWithoutAbi: false,
      architecture: '9.0',
      kernelsVersion: '0.17.2',
      modules: { einops: true },
    });
  });

  test('a Mac', () => {
    const apple = { vendor: 'apple', name: 'Apple M4', architecture: null, memoryBytes: null } as const;
    const gpus = { ...probeFacts({}).gpus, devices: [apple] };
    expect(systemOf({ platform: MAC, torch: MAC_TORCH, gpus })).toMatchObject({
      backend: { name: 'metal', version: null },
      cpu: 'aarch64',
      os: 'darwin',
      torchCxx11Abi: null,
      macos: '26.1',
      architecture: null,
    });
  });

  test('a Mac too old for Metal', () => {
    const backend = systemOf({ platform: MAC, torch: { ...MAC_TORCH, mps: false } }).backend;
    expect(backend).toEqual({ name: 'cpu', version: null });
  });

  test.each([
    ['AMD64', 'x86_64'],
    ['ARM64', 'ARM64'],
  ])('Windows on %s', (machine, cpu) => {
    const system = systemOf({ platform: { system: 'Windows', machine, macos: null } });
    expect(system).toMatchObject({ cpu, os: 'windows', torchCxx11Abi: null });
  });

  test.each([
    ['3.13.1', true, true],
    ['3.14.0', true, true],
    ['3.15.0', true, false],
    ['3.13.1', false, false],
  ])('Python %s, free-threaded: %s', (version, freeThreaded, expected) => {
    const python = { version, executable: '/env/bin/python', freeThreaded };
    expect(systemOf({ python }).freeThreadedWithoutAbi).toBe(expected);
  });

  test('no torch and a CUDA runtime on the library path', () => {
    const gpus = { ...probeFacts({}).gpus, cudaRuntime: '12.9' };
    expect(systemOf({ torch: null, gpus })).toMatchObject({ backend: { name: 'cuda', version: '12.9' }, torch: null });
    expect(systemOf({ torch: null }).backend.name).toBe('cpu');
  });

  test('two GPUs: the first of the backend counts', () => {
    const amd = { vendor: 'amd', name: 'AMD GPU', architecture: 'gfx942', memoryBytes: null } as const;
    const gpus = { ...probeFacts({}).gpus, devices: [amd, H100, { ...H100, architecture: '8.6' }] };
    expect(systemOf({ gpus }).architecture).toBe('9.0');
    expect(systemOf({ gpus, torch: { ...TORCH, cuda: null, hip: '6.4' } }).architecture).toBe('gfx942');
    expect(systemOf({ gpus, torch: { ...TORCH, cuda: null } }).architecture).toBeNull();
  });

  test('a GPU that is hidden', () => {
    expect(systemOf({ gpus: { ...probeFacts({}).gpus, devices: [] } }).architecture).toBeNull();
  });
});
