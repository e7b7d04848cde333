import { expect, test } from 'vitest';
import { hardwareProblem } from '../../src/kernels/deviceArchitecture';
import { resolveVariants } from '../../src/kernels/variantResolution';
import { shortReason } from '../../src/kernels/shortReason';
import { pythonSystem } from '../../src/machine/pythonSystem';
import { probeFacts, TORCH } from './probeFacts';

const machine = pythonSystem(probeFacts({ torch: TORCH }));
if ('missing' in machine) throw new Error(machine.missing);
const { system } = machine;
const here = {
  ...system,
  torch: '2.10.0',
  cxx11Abi: true,
  backend: { name: 'cuda', version: '12.8' },
  cpu: 'x86_64',
  os: 'linux',
} as const;

// The sentences come from the resolver itself, so that a change of its words shows here.
test.each([
  ['torch211-cxx11-cu128-x86_64-linux', 'needs torch 2.11, not 2.10'],
  ['torch210-cxx98-cu128-x86_64-linux', 'needs CXX11 ABI False, not True'],
  ['torch210-cxx11-cu130-x86_64-linux', 'needs CUDA 13.0, not 12.8'],
  ['torch210-cxx11-cu128-aarch64-linux', 'needs aarch64, not x86_64'],
  ['torch210-cxx11-cu128-x86_64-windows', 'needs windows, not linux'],
  ['torch210-cxx11-rocm64-x86_64-linux', 'needs rocm64, not cu128'],
  ['torch-rocm', 'needs ROCm, not CUDA'],
])('a rejected build %s', (name, short) => {
  const [decision] = resolveVariants([name], here).decisions;
  expect(shortReason(decision?.reason ?? '')).toBe(short);
});

test.each([
  ['cuda', '8.6', ['9.0', '10.0'], 'needs compute 9.0, 10.0, not 8.6'],
  ['rocm', 'gfx90a:sramecc+', ['gfx942'], 'needs gfx942, not gfx90a'],
] as const)('a GPU of %s that is not built for', (name, architecture, builds, short) => {
  const backend = { name, version: '7.0' };
  expect(shortReason(hardwareProblem(name, builds, { ...here, backend, architecture }) ?? '')).toBe(short);
});

test.each([
  ['backend (rocm, metal) does not match system backend (cuda) and is not universal', 'needs ROCm or Metal, not CUDA'],
  ['Kernel module `a` requires Python dependency `einops`. Please install with: pip install einops', 'needs einops'],
  ['Metal kernels require macOS 26.0 or later, system macOS version is 15.1', 'needs macOS 26.0, not 15.1'],
  ['the adapter has no shader-f16', 'the adapter has no shader-f16'],
  ['turned \u202e round', 'turned \ufffd round'],
  ['', ''],
])('%s', (reason, short) => {
  expect(shortReason(reason)).toBe(short);
});
