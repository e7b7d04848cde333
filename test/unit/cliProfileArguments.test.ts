import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cliArguments';
import type { ProfileCommand } from '../../src/cliProfileArguments';
import { UsageError } from '../../src/cliValues';

let folder = '';
let file = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cli-profile-'));
  file = path.join(folder, 'my model.py');
  writeFileSync(file, '');
  mkdirSync(path.join(folder, 'odd.py'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function profile(...argv: readonly string[]): ProfileCommand {
  const command = parseCommandLine(['profile', ...argv], ['ai.onnx.Gelu']);
  if (command.name !== 'profile') throw new Error(`This is ${command.name}.`);
  return command;
}

describe('a kernel in Python', () => {
  test('alone leaves everything to the workloads', () => {
    expect(profile('a/b@v1').python).toEqual({
      python: null,
      device: 'auto',
      workloads: [],
      shapes: [],
      backward: false,
      full: false,
      compile: true,
      againstKernels: [],
      againstFunction: null,
      inputs: [],
      tolerance: null,
      plan: false,
    });
  });

  test('with every option', () => {
    const command = profile(
      ...['a/b@v2', '--workload', 'activation.silu_and_mul, Attention.large', '--python', '/env/bin/python'],
      ...['--shapes', 'tokens=4096,inner=14336; tokens=1,name=one', '--dtype', 'bf16,f16', '--device', 'cuda:1'],
      ...['--backward', '--full', '--no-compile', '--against', 'a/b@v1,c/d', '--cases', 'large', '--aa', '--plan'],
    );
    expect(command).toMatchObject({
      subjects: [{ kind: 'hub', id: 'a/b', version: 2 }],
      dtypes: ['bfloat16', 'float16'],
      cases: 'large',
      aa: true,
      quick: false,
      python: {
        python: '/env/bin/python',
        device: 'cuda:1',
        workloads: ['activation.silu_and_mul', 'Attention.large'],
        shapes: [
          { tokens: 4096, inner: 14336 },
          { tokens: 1, name: 'one' },
        ],
        backward: true,
        full: true,
        compile: false,
        againstKernels: [
          { kind: 'hub', id: 'a/b', version: 1 },
          { kind: 'hub', id: 'c/d', version: null },
        ],
        againstFunction: null,
        plan: true,
      },
    });
    expect(command.given).toEqual({
      javascript: [],
      python: [
        ...['--workload', '--shapes', '--backward', '--python', '--device', '--full', '--no-compile'],
        ...['--against', '--plan'],
      ],
    });
  });

  test('--against takes a folder too', () => {
    expect(profile('a/b', '--against', folder).python.againstKernels).toEqual([{ kind: 'folder', path: folder }]);
  });
});

describe('a function', () => {
  test('of a file, with what it gets', () => {
    const inputs = 'x=8x16:float16; eps=1e-6';
    const against = 'torch.nn.functional.gelu';
    expect(
      profile(`${file}:Block.forward`, '--inputs', inputs, '--against', against, '--tolerance', '1e-3'),
    ).toMatchObject({
      subjects: [{ kind: 'function', file, name: 'Block.forward' }],
      python: {
        againstKernels: [],
        againstFunction: against,
        tolerance: 0.001,
        inputs: [{ tensors: [{ name: 'x', shape: [8, 16], dtype: 'float16' }], arguments: { eps: 1e-6 } }],
      },
    });
  });

  test('a folder whose name ends in .py is a folder', () => {
    const odd = path.join(folder, 'odd.py');
    expect(profile(odd).subjects).toEqual([{ kind: 'folder', path: odd }]);
  });
});

describe('bad use names the argument', () => {
  const gelu = (): string => `${file}:gelu`;
  test.each<[() => string[], RegExp]>([
    [() => [file], /names no function: write the file and the function, as model\.py:gelu/],
    [() => [`${file}:`], /names no function/],
    [() => [`${file}:a b`], /names no function/],
    [() => [`${file}:f;import os`], /names no function/],
    [() => ['no-such.py:f', '--inputs', 'x=1'], /there is no file "no-such\.py"/],
    [() => [gelu()], /a function needs --inputs, such as/],
    [() => [gelu(), '--inputs', 'x'], /--inputs: .*x/],
    [() => [gelu(), '--inputs', ''], /--inputs: There are no inputs/],
    [() => [gelu(), 'a/b', '--inputs', 'x=4'], /a function is profiled alone/],
    [() => ['a/b', gelu(), '--inputs', 'x=4'], /a function is profiled alone/],
    [() => [gelu(), '--inputs', 'x=4', '--shapes', 'tokens=1'], /--shapes fits only kernels/],
    [() => [gelu(), '--inputs', 'x=4', '--workload', 'a'], /--workload fits only kernels/],
    [() => [gelu(), '--inputs', 'x=4', '--backward'], /--backward fits only kernels/],
    [() => [gelu(), '--inputs', 'x=4', '--against', 'a/b@v1'], /--against "a\/b@v1" is no function/],
    [() => [gelu(), '--inputs', 'x=4', '--tolerance', '0'], /--tolerance "0" is not a number above 0/],
    [() => [gelu(), '--inputs', 'x=4', '--tolerance', 'much'], /not a number above 0/],
    [() => [gelu(), '--inputs', 'x=4', '--tolerance', ''], /not a number above 0/],
    [() => ['a/b', '--inputs', 'x=4'], /--inputs fits only functions/],
    [() => ['a/b', '--tolerance', '1'], /--tolerance fits only functions/],
    [() => ['a/b', '--shapes', 'tokens'], /--shapes: .*tokens.* is not of the form/],
    [() => ['a/b', '--shapes', 'tokens=-1'], /--shapes: .*whole number/],
    [() => ['a/b', '--device', 'cuda:0; rm'], /--device "cuda:0; rm" is no device of torch/],
    [() => ['a/b', '--device', ''], /is no device/],
    [() => ['a/b', '--quick', '--full'], /--quick and --full exclude each other/],
    [() => ['a/b', '--against', 'a/b@v1,'], /--against .*empty entry/],
    [() => ['a/b', '--against', 'x'], /"x" is neither a folder/],
    [() => ['a/b', '--workload', ','], /--workload .*empty entry/],
    [() => ['a/b', '--plan', '--json', 'r.json'], /--plan measures nothing/],
    [() => ['a/b', '--python', ' '], /--python is empty/],
  ])('%#', (argv, message) => {
    expect(() => profile(...argv())).toThrow(UsageError);
    expect(() => profile(...argv())).toThrow(message);
  });
});
