import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { installCommand, shellLine, type CommandPlace, type Wanted } from '../../src/machine/installCommand';
import type { ProbeInstaller } from '../../src/machine/probeAnswer';

const KERNELS: Wanted = { name: 'kernels', version: '', again: false };
const NEWER: Wanted = { name: 'kernels', version: '>=0.14', again: false };
const TORCH: Wanted = { name: 'torch', version: '', again: false };
const GPU_TORCH: Wanted = { name: 'torch', version: '==2.9.0', again: true };

function place(change: Partial<ProbeInstaller>, more: Partial<CommandPlace> = {}): CommandPlace {
  const prefix = change.prefix ?? '/home/mina/.venv';
  const installer = { kind: 'pip', prefix, project: null, pip: true, externallyManaged: false, ...change } as const;
  return { interpreter: `${prefix}/bin/python`, installer, workingFolder: '/home/mina', platform: 'linux', ...more };
}

describe('the command of this environment’s own installer', () => {
  const cases: [string, CommandPlace, Wanted, string][] = [
    ['uv', place({ kind: 'uv' }), KERNELS, 'uv pip install kernels'],
    ['uv', place({ kind: 'uv' }), TORCH, 'uv pip install --torch-backend=auto torch'],
    [
      'uv',
      place({ kind: 'uv' }),
      GPU_TORCH,
      'uv pip install --reinstall-package torch --torch-backend=auto torch==2.9.0',
    ],
    ['uv elsewhere', place({ kind: 'uv', prefix: '/env' }), KERNELS, 'uv pip install --python /env/bin/python kernels'],
    ["uv's project", place({ kind: 'uv', project: '/home/mina' }), NEWER, "uv add 'kernels>=0.14'"],
    ["uv's project elsewhere", place({ kind: 'uv', project: '/a b' }), KERNELS, "uv add --project '/a b' kernels"],
    ['pip', place({}), KERNELS, '/home/mina/.venv/bin/python -m pip install kernels'],
    ['pip', place({}), NEWER, "/home/mina/.venv/bin/python -m pip install 'kernels>=0.14'"],
    ['pip', place({}), GPU_TORCH, '/home/mina/.venv/bin/python -m pip install --force-reinstall torch==2.9.0'],
    [
      'no pip',
      place({ pip: false }),
      KERNELS,
      '/home/mina/.venv/bin/python -m ensurepip && /home/mina/.venv/bin/python -m pip install kernels',
    ],
    [
      "the system's Python",
      place({ prefix: '/usr', externallyManaged: true }),
      KERNELS,
      '/usr/bin/python -m venv .venv && .venv/bin/python -m pip install kernels',
    ],
    [
      'conda',
      place({ kind: 'conda', prefix: '/conda/envs/a' }),
      KERNELS,
      'conda run --prefix /conda/envs/a python -m pip install kernels',
    ],
    [
      'conda',
      place({ kind: 'conda', prefix: '/conda/envs/a' }),
      TORCH,
      'conda install --prefix /conda/envs/a --channel conda-forge pytorch',
    ],
    [
      'conda',
      place({ kind: 'conda', prefix: '/conda/envs/a' }),
      GPU_TORCH,
      'conda install --prefix /conda/envs/a --channel conda-forge --force-reinstall pytorch-gpu==2.9.0',
    ],
    ['pixi', place({ kind: 'pixi' }), KERNELS, 'pixi add --pypi kernels'],
    ['poetry', place({ kind: 'poetry', project: '/home/mina' }), NEWER, "poetry add 'kernels>=0.14'"],
    ['poetry elsewhere', place({ kind: 'poetry', project: '/p' }), KERNELS, 'poetry add --directory /p kernels'],
    [
      'poetry without a project',
      place({ kind: 'poetry' }),
      KERNELS,
      '/home/mina/.venv/bin/python -m pip install kernels',
    ],
    ['pdm', place({ kind: 'pdm', project: '/home/mina' }), KERNELS, 'pdm add kernels'],
    [
      'pip on Windows',
      place({}, { platform: 'win32', interpreter: 'C:\\env\\Scripts\\python.exe' }),
      NEWER,
      "C:\\env\\Scripts\\python.exe -m pip install 'kernels>=0.14'",
    ],
    [
      'pip on Windows, in a folder with a blank',
      place({}, { platform: 'win32', interpreter: 'C:\\my env\\python.exe' }),
      KERNELS,
      "& 'C:\\my env\\python.exe' -m pip install kernels",
    ],
  ];
  test.each(cases)('%s', (_name, where, wanted, command) => {
    expect(installCommand(wanted, where)).toBe(command);
  });
});

test.skipIf(process.platform === 'win32')('a shell takes a line apart into the words that it was made of', () => {
  const word = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom("'", '$(id)', '~', '-x', 'a b'));
  const words = fc.array(
    word.filter((text) => !text.includes('\0') && !/\p{Cs}/u.test(text)),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(words, (all) => {
      const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellLine(all, 'linux')}`]);
      expect(output.toString('utf8').split('\0').slice(0, -1)).toEqual(all);
    }),
    { numRuns: 40 },
  );
});
