import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HELP, parseCommandLine, UsageError } from '../../src/cliArguments';

const BUNDLED = ['ai.onnx.Gelu', 'ai.onnx.Softmax'];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cli-arguments-'));
  mkdirSync(path.join(folder, 'my kernel'));
  writeFileSync(path.join(folder, 'file.json'), '{}');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('profile', () => {
  test('without a name takes every bundled kernel and the defaults', () => {
    expect(parseCommandLine(['profile'], BUNDLED)).toEqual({
      name: 'profile',
      options: {
        kernels: [
          { kind: 'bundled', id: 'ai.onnx.Gelu' },
          { kind: 'bundled', id: 'ai.onnx.Softmax' },
        ],
        adapter: 'auto',
        variants: [],
        cases: null,
        dtypes: [],
        quick: false,
        aa: false,
        seed: 1,
      },
      targets: { json: null, markdown: null, csv: null },
    });
  });

  test.each([
    ['gelu', { kind: 'bundled', id: 'ai.onnx.Gelu' }],
    ['Softmax', { kind: 'bundled', id: 'ai.onnx.Softmax' }],
    ['AI.ONNX.GELU', { kind: 'bundled', id: 'ai.onnx.Gelu' }],
  ])('finds the bundled kernel %s', (name, expected) => {
    const command = parseCommandLine(['profile', name], BUNDLED);
    expect(command).toMatchObject({ options: { kernels: [expected] } });
  });

  test('takes a folder by its path, spaces and all', () => {
    const kernel = path.join(folder, 'my kernel');
    expect(parseCommandLine(['profile', kernel], BUNDLED)).toMatchObject({
      options: { kernels: [{ kind: 'folder', path: kernel }] },
    });
  });

  test('reads every option', () => {
    const argv = [
      'profile',
      'gelu',
      '--adapter',
      'NVIDIA',
      '--variants',
      'unfused, fused',
      '--cases',
      '4096',
      '--dtype',
      'f16,f32',
    ];
    const command = parseCommandLine(
      [...argv, '--quick', '--aa', '--seed', '7', '--json', path.join(folder, 'r.json')],
      BUNDLED,
    );
    expect(command).toMatchObject({
      options: {
        adapter: 'NVIDIA',
        variants: ['unfused', 'fused'],
        cases: '4096',
        dtypes: ['float16', 'float32'],
        quick: true,
        aa: true,
        seed: 7,
      },
      targets: { json: path.join(folder, 'r.json') },
    });
  });
});

describe('bad use names the argument', () => {
  test.each<[string[], RegExp]>([
    [['profil'], /unknown command "profil"/],
    [['profile', 'nosuch'], /"nosuch" is neither a folder nor a bundled kernel; bundled kernels: ai\.onnx\.Gelu/],
    [['profile', './ai.onnx.Gelu'], /neither a folder/],
    [['profile', '--frobnicate'], /frobnicate/],
    [['profile', '--cases', '('], /--cases "\(" is not a regular expression/],
    [['profile', '--dtype', 'f64'], /--dtype "f64" is unknown: use f32/],
    [['profile', '--dtype', '__proto__'], /is unknown/],
    [['profile', '--variants', 'a,,b'], /empty entry/],
    [['profile', '--adapter', ''], /--adapter is empty/],
    [['profile', '--seed', '-1'], /seed/],
    [['profile', '--seed', '1.5'], /not a whole number/],
    [['profile', '--seed', '4294967296'], /not a whole number/],
    [['profile', '--json', '/no/such/folder/r.json'], /the folder .* does not exist/],
    [['profile', '--json', tmpdir()], /is a folder, name a file/],
    [['profile', '--json', 'package.json/r.json'], /is a file, not a folder/],
    [['profile', '--json', 'a.txt', '--csv', './a.txt'], /name the same file/],
    [['verify'], /needs a folder/],
    [['adapters', 'x'], /takes no arguments/],
  ])('%j', (argv, message) => {
    expect(() => parseCommandLine(argv, BUNDLED)).toThrow(UsageError);
    expect(() => parseCommandLine(argv, BUNDLED)).toThrow(message);
  });

  test('a file in place of a folder', () => {
    expect(() => parseCommandLine(['verify', path.join(folder, 'file.json')], BUNDLED)).toThrow(
      /is a file: name the kernel's folder/,
    );
  });
});

test.each([[[]], [['help']], [['--help']], [['profile', '--help']], [['verify', '-h']]])(
  'help for %j',
  (argv: string[]) => {
    expect(parseCommandLine(argv, BUNDLED)).toEqual({ name: 'help' });
  },
);

test('help names every option that the parser takes', () => {
  for (const option of ['adapter', 'variants', 'cases', 'dtype', 'quick', 'aa', 'seed', 'json', 'markdown', 'csv']) {
    expect(HELP).toContain(`--${option}`);
  }
});
