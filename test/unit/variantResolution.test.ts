import { describe, expect, it } from 'vitest';
import { isBefore, parsePythonVersion, printPythonVersion } from '../../src/kernels/pythonVersion';
import type { PythonSystem } from '../../src/kernels/system';
import { parseVariantName, printVariantName } from '../../src/kernels/variantName';
import { resolveVariants } from '../../src/kernels/variantResolution';

// The library itself is asked in test/python; these cases say what its quirks are.

describe('parseVariantName', () => {
  it.each([
    ['torch210-cxx11-cu128-x86_64-linux', null],
    ['torch-stable-abi29-cu126-x86_64-linux', null],
    ['tvm-ffi0123-cpu-aarch64-darwin', null],
    ['torch-universal', null],
    ['torch', 'torch-'],
    ['torch2007-cu0128-x86_64-linux', 'torch27-cu128-x86_64-linux'],
    ['torch21-xpu20253--', null],
  ])('reads %s', (name, printed) => {
    const variant = parseVariantName(name);
    expect(variant === null ? null : printVariantName(variant)).toBe(printed ?? name);
  });

  it.each([
    'webgpu',
    'torch210',
    'torch210-npu-x86_64-linux',
    'torch21-cu1-x86_64-linux',
    'torch2٣-cpu-x86_64-linux',
    'torch21-cu12²-x86_64-linux',
    'torch-stable-abi29-cxx11-cu126-x86_64-linux',
    'tvm-ffi-01-cpu-x86_64-linux',
    `torch2${'1'.repeat(4301)}-cpu-x86_64-linux`,
    'torch21\n-cpu-x86_64-linux',
  ])('passes over %s', (name) => {
    expect(parseVariantName(name)).toBeNull();
  });
});

describe('parsePythonVersion', () => {
  it.each([
    ['2.10.0+cu128', '2.10.0+cu128'],
    [' V1!02.010RC1.post3.dev4+Ubuntu_01 ', '1!2.10rc1.post3.dev4+ubuntu.1'],
    ['2.9-1', '2.9.post1'],
    ['1.0preview', '1.0rc0'],
    ['0.17.0.dev0', '0.17.0.dev0'],
  ])('prints %s as %s', (text, printed) => {
    const version = parsePythonVersion(text);
    expect(version === null ? null : printPythonVersion(version)).toBe(printed);
  });

  it.each(['', '2.x', '2..1', '٢.٩', 'unknown', '2.10+', '1.0-'])('refuses %j', (text) => {
    expect(parsePythonVersion(text)).toBeNull();
  });

  it.each([
    ['25.9', true],
    ['26', false],
    ['26.0b2', true],
    ['26.0.dev1', true],
    ['26.0.post1.dev1', false],
    ['1!1.0', false],
  ])('puts %s before 26.0: %s', (text, before) => {
    const version = parsePythonVersion(text);
    expect(version !== null && isBefore(version, [26n, 0n])).toBe(before);
  });
});

describe('resolveVariants', () => {
  const system: PythonSystem = {
    backend: { name: 'cuda', version: '12.8' },
    cpu: 'x86_64',
    os: 'linux',
    torch: '2.10',
    torchCxx11Abi: true,
    tvmFfi: '0.1',
    macos: null,
    freeThreadedWithoutAbi: false,
    architecture: null,
    kernelsVersion: null,
    modules: {},
  };
  const names = [
    'torch-universal',
    'torch-cuda',
    'tvm-ffi01-cu128-x86_64-linux',
    'torch210-cxx11-cu128-x86_64-linux',
    'torch210-cu126-x86_64-linux',
    'torch-stable-abi29-cu124-x86_64-linux',
    'torch-stable-abi29-cu126-x86_64-linux',
    'webgpu',
  ];

  it('prefers the stable ABI, then torch without a tag, then tvm-ffi, then builds without compiled code', () => {
    const { chosen, decisions, skipped } = resolveVariants(names, system);
    expect(chosen).toBe('torch-stable-abi29-cu126-x86_64-linux');
    expect(decisions.map(({ folder }) => folder)).toEqual(names.slice(0, 7).toReversed());
    expect(skipped).toEqual(['webgpu']);
  });

  it('leaves builds with compiled code out where Python has no stable ABI for them', () => {
    const { chosen, decisions, dropped } = resolveVariants(names, { ...system, freeThreadedWithoutAbi: true });
    expect([chosen, decisions.length, dropped.length]).toEqual(['torch-cuda', 2, 5]);
  });

  it('counts a folder once', () => {
    expect(resolveVariants(['torch-cuda', 'torch-cuda'], system).decisions).toHaveLength(1);
  });
});
