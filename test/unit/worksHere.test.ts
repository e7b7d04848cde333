import { describe, expect, it } from 'vitest';
import type { KernelDetails, KernelMetadata } from '../../src/kernels/kernelDetails';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import type { PythonSystem, System, WebGpuSystem } from '../../src/kernels/system';
import { pythonVerdicts } from '../../src/kernels/variantVerdicts';
import { judgeDetails, judgeSummary } from '../../src/kernels/worksHere';
import { summary } from './kernelSummaries';

const cuda: PythonSystem = {
  backend: { name: 'cuda', version: '12.8' },
  cpu: 'x86_64',
  os: 'linux',
  torch: '2.10',
  torchCxx11Abi: true,
  tvmFfi: null,
  macos: null,
  freeThreadedWithoutAbi: false,
  architecture: '8.6',
  kernelsVersion: '0.17.2',
  modules: { einops: false, cutlass: true },
};
const cpu: PythonSystem = { ...cuda, backend: { name: 'cpu', version: null }, architecture: null };
const adapter: WebGpuSystem = {
  name: 'RTX 4090',
  software: false,
  features: ['subgroups'],
  limits: { maxBufferSize: 100 },
};
const on = (system: PythonSystem): System => ({ python: { system }, webgpu: { missing: 'no adapter' } });
const withAdapter: System = { python: { missing: 'no Python' }, webgpu: { system: adapter } };

const row: KernelSummary = summary({
  id: 'org/flash-attn2',
  group: 'attention',
  backends: [{ platform: 'cuda', hardware: [] }],
  version: 3,
});

const metadata: KernelMetadata = {
  id: 'x',
  name: 'flash-attn2',
  version: 1,
  license: 'MIT',
  upstream: null,
  source: null,
  kernelsMinver: null,
  pythonDepends: [],
  kernelDepends: [],
  backendType: 'cuda',
  archs: null,
};

const details: KernelDetails = {
  id: 'org/flash-attn2',
  versions: [],
  version: null,
  commit: '0'.repeat(40),
  variants: [],
  metadata: {},
  webgpu: null,
  card: null,
  functions: [],
  layers: [],
  benchmarks: [],
  license: null,
  trusted: null,
  gated: false,
  private: false,
  redirect: null,
};
const STABLE = 'torch-stable-abi29-cu126-x86_64-linux';

/** The details of a kernel with these builds, of which the metadata was read. */
function built(variants: readonly string[], read: Partial<KernelMetadata> = {}): KernelDetails {
  return {
    ...details,
    variants,
    metadata: Object.fromEntries(variants.map((name) => [name, { ...metadata, ...read }])),
  };
}

describe('judgeSummary', () => {
  const hardware = (...names: string[]): Partial<KernelSummary> => ({
    backends: [{ platform: 'cuda', hardware: names }],
  });
  it.each([
    ['builds for this backend', {}, cuda, 'likely', 'The catalogue lists builds for CUDA; here is CUDA 12.8.'],
    ['none for it', {}, cpu, 'fails', 'backend (cuda) does not match system backend (cpu) and is not universal'],
    ['hardware that fits', hardware('9.0a', '8.0'), cuda, 'likely', null],
    [
      'hardware that does not',
      hardware('9.0', '9.0a'),
      cuda,
      'fails',
      'CUDA capability 8.6 of the current device is not supported by the architectures of the build: 9.0, 9.0a',
    ],
    ['hardware, and no GPU to ask', hardware('9.0'), { ...cuda, architecture: null }, 'likely', null],
    ['the torch that is here', { torch: ['2.9', '2.10'] }, cuda, 'likely', null],
    [
      'compiled builds for newer releases of torch only',
      { ...hardware('8.0'), torch: ['2.9', '2.10'] },
      { ...cuda, torch: '2.8' },
      'fails',
      'Torch version (2.9, 2.10) does not match environment Torch version (2.8)',
    ],
    ['newer ones, but perhaps a build that takes any', { torch: ['2.9'] }, { ...cuda, torch: '2.8' }, 'unknown', null],
    ['one that is no number', { ...hardware('8.0'), torch: ['2.11', 'any'] }, cuda, 'unknown', null],
    ['the torch that is here, with its patch', { ...hardware('8.0'), torch: ['2.10.1'] }, cuda, 'likely', null],
    [
      'no NPU, which the Hub never lists',
      {},
      { ...cpu, backend: { name: 'cann', version: '8.0' } },
      'unknown',
      "The Hub's list does not name builds for NPU: open it to see them.",
    ],
    ['only older ones, which may be of the stable ABI', { torch: ['2.8'] }, cuda, 'unknown', null],
    [
      'a dependency that is missing',
      { pythonDepends: ['nvidia-cutlass-dsl', 'einops'] },
      cuda,
      'fails',
      'Kernel module `flash_attn2` requires Python dependency `einops`. Please install with: pip install einops',
    ],
    ['nothing at all', { backends: [] }, cuda, 'unknown', null],
    [
      'builds, and there is no torch',
      {},
      { ...cuda, torch: null },
      'unknown',
      'PyTorch is not installed in this Python.',
    ],
    ['builds, and Python is free-threaded', {}, { ...cuda, freeThreadedWithoutAbi: true }, 'unknown', null],
  ] as const)('lists %s', (_name, summary, system, state, words) => {
    const verdict = judgeSummary({ ...row, ...summary }, on(system));
    expect(verdict.state).toBe(state);
    if (words !== null) expect(Object.values(verdict)).toContain(words);
  });

  it('says what is missing where nothing can be told', () => {
    expect(judgeSummary(row, withAdapter)).toEqual({ state: 'unknown', reason: 'no Python' });
    const webgpu: KernelSummary = { ...row, language: 'javascript', backends: [{ platform: 'webgpu', hardware: [] }] };
    expect(judgeSummary(webgpu, on(cuda))).toEqual({ state: 'unknown', reason: 'no adapter' });
    expect(judgeSummary(webgpu, withAdapter).state).toBe('likely');
  });
});

describe('judgeDetails', () => {
  it('takes the build that the library takes', () => {
    const kernel = built(['torch210-cxx11-cu128-x86_64-linux', STABLE, 'torch-universal']);
    expect(judgeDetails(kernel, on(cuda))).toEqual({ state: 'works', variant: STABLE });
    expect(judgeDetails(kernel, on(cpu))).toEqual({ state: 'works', variant: 'torch-universal' });
  });

  it.each([
    [
      'the build that got furthest',
      ['torch29-cxx11-cu128-x86_64-linux', 'torch210-cxx11-rocm64-x86_64-linux', 'torch-cpu'],
      'backend (rocm64) does not match selected backend (cu128)',
    ],
    [
      'the same backend before another one',
      ['torch28-cxx11-rocm64-x86_64-linux', 'torch28-cxx11-cu128-x86_64-linux'],
      'Torch version (2.8) does not match environment Torch version (2.10)',
    ],
    [
      'the nearest torch',
      ['torch28-cu128-x86_64-linux', 'torch29-cu128-x86_64-linux', 'torch27-cu128-x86_64-linux'],
      'Torch version (2.9) does not match environment Torch version (2.10)',
    ],
    [
      'the newer CUDA',
      ['torch210-cu130-x86_64-linux'],
      'CUDA version (13.0) is not compatible with system CUDA version (12.8)',
    ],
  ])('gives one reason of many: %s', (_name, variants, reason) => {
    expect(judgeDetails(built(variants), on(cuda))).toEqual({ state: 'fails', reason });
  });

  it.each([
    [
      { archs: ['9.0a', '10.0'] },
      'CUDA capability 8.6 of the current device is not supported by the architectures of the build: 9.0a, 10.0',
    ],
    [
      { pythonDepends: ['einops'] },
      'Kernel module `flash_attn2` requires Python dependency `einops`. Please install with: pip install einops',
    ],
    [{ pythonDepends: ['numpy'] }, 'Kernel module `flash_attn2` uses unsupported kernel dependency: numpy'],
    [
      { kernelsMinver: '0.18.0' },
      `Kernel 'flash-attn2' variant '${STABLE}' requires kernels>=0.18.0, but version 0.17.2 is installed. Upgrade with: pip install --upgrade kernels`,
    ],
  ])('fails where the build that is taken asks for more: %o', (read, reason) => {
    // The library does not go on to the next build.
    expect(judgeDetails(built([STABLE, 'torch-universal'], read), on(cuda))).toEqual({ state: 'fails', reason });
  });

  it.each(['0.18.0', '1.0', null])('leaves unknown dependencies to a library that may know them: %s', (version) => {
    const system = { ...cuda, kernelsVersion: version };
    expect(judgeDetails(built([STABLE], { pythonDepends: ['numpy'] }), on(system)).state).not.toBe('fails');
    expect(judgeDetails(built([STABLE], { pythonDepends: ['numpy', 'einops'] }), on(system)).state).toBe('fails');
  });

  it.each(['id', 'name', 'version', 'license', 'backendType'])('does not promise that `%s` may be missing', (field) => {
    const verdict = judgeDetails(built([STABLE], { [field]: null }), on(cuda));
    expect(verdict).toMatchObject({ state: 'unknown', reason: expect.stringContaining(field.slice(0, 7)) as unknown });
  });

  it('does not promise what it has not seen', () => {
    expect(judgeDetails({ ...built([STABLE]), metadata: {} }, on(cuda)).state).toBe('likely');
    const other = { id: 'org/other', version: 1, revision: null };
    expect(judgeDetails(built([STABLE], { kernelDepends: [other] }), on(cuda)).state).toBe('likely');
  });

  it('says why there is nothing to judge', () => {
    expect(judgeDetails(details, on(cuda))).toEqual({ state: 'fails', reason: 'There are no builds in this version.' });
    expect(judgeDetails(built(['docs']), on(cuda)).state).toBe('fails');
    expect(judgeDetails(built([STABLE]), on({ ...cuda, freeThreadedWithoutAbi: true }))).toEqual({
      state: 'fails',
      reason: 'arch kernel not supported on free-threaded Python <3.15',
    });
    expect(judgeDetails(built(['torch2010-cu128-x86_64-linux']), on(cuda))).toEqual({
      state: 'fails',
      reason:
        'The library looks for torch2010-cu128-x86_64-linux as torch210-cu128-x86_64-linux, and there is no such folder.',
    });
    const broken = { ...cuda, backend: { name: 'cuda', version: 'twelve' } } as const;
    expect(judgeDetails(built([STABLE]), on(broken))).toEqual({ state: 'fails', reason: "Invalid version: 'twelve'" });
  });

  it('asks the adapter for what a WebGPU build needs', () => {
    const needs = (features: string[], least: number) => ({ variant: 'v', features, limits: { maxBufferSize: least } });
    const webgpu = (...all: ReturnType<typeof needs>[]): KernelDetails => ({
      ...details,
      variants: ['webgpu'],
      webgpu: all,
    });
    const verdict = (kernel: KernelDetails): unknown => judgeDetails(kernel, withAdapter);
    expect(verdict(webgpu(needs(['shader-f16'], 1), needs(['subgroups'], 100)))).toEqual({
      state: 'works',
      variant: 'v',
    });
    expect(verdict(webgpu(needs(['shader-f16'], 1)))).toEqual({
      state: 'fails',
      reason: 'the adapter has no shader-f16',
    });
    expect(verdict(webgpu(needs([], 101)))).toEqual({
      state: 'fails',
      reason: 'it needs maxBufferSize of 101, the adapter has 100',
    });
    expect(verdict({ ...details, variants: ['webgpu'] })).toMatchObject({ state: 'unknown' });
    expect(judgeDetails(webgpu(needs([], 1)), on(cuda))).toEqual({ state: 'unknown', reason: 'no adapter' });
    // Builds for both: it works where either does.
    const both = { ...webgpu(needs([], 1)), variants: ['webgpu', 'torch-metal'] };
    expect(judgeDetails(both, { ...withAdapter, python: { system: cuda } })).toMatchObject({ state: 'works' });
    expect(judgeDetails(both, on(cuda))).toEqual({ state: 'unknown', reason: 'no adapter' });
    const neither = { ...webgpu(needs([], 101)), variants: ['webgpu', 'torch-metal'] };
    expect(judgeDetails(neither, { ...withAdapter, python: { system: cuda } })).toMatchObject({
      state: 'fails',
      reason: 'backend (metal) does not match system backend (cuda) and is not universal',
    });
  });
});

describe('pythonVerdicts', () => {
  it('lists every folder once, in the order of the library', () => {
    const kernel = built(['docs', 'torch-cpu', 'torch-cuda', STABLE], { archs: ['8.0'] });
    expect(pythonVerdicts(kernel, cuda).map(({ variant, state }) => [variant, state])).toEqual([
      [STABLE, 'taken'],
      ['torch-cuda', 'fits'],
      ['torch-cpu', 'rejected'],
      ['docs', 'skipped'],
    ]);
  });

  it('gives the whole error for the build that would be taken, and the reason for others', () => {
    const reasons = pythonVerdicts(built([STABLE, 'torch-cuda'], { archs: ['9.0'] }), cuda).map(({ reason }) => reason);
    expect(reasons[0]).toMatch(
      /^Kernel 'flash-attn2' variant .* does not support the current device: .*check_arch=False/,
    );
    expect(reasons[1]).toMatch(/^CUDA capability 8\.6/);
  });
});
