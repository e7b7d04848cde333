import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cliArguments';
import { HELP } from '../../src/cliHelp';
import { UsageError } from '../../src/cliValues';

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
    expect(parseCommandLine(['profile'], BUNDLED)).toMatchObject({
      name: 'profile',
      subjects: [
        { kind: 'bundled', id: 'ai.onnx.Gelu' },
        { kind: 'bundled', id: 'ai.onnx.Softmax' },
      ],
      ...{ cases: null, dtypes: [], quick: false, aa: false, seed: 1 },
      webgpu: { adapter: 'auto', variants: [] },
      given: { javascript: [], python: [] },
      targets: { json: null, markdown: null, csv: null },
      hub: { endpoint: null, offline: false, trust: false },
    });
  });

  test.each([
    ['gelu', { kind: 'bundled', id: 'ai.onnx.Gelu' }],
    ['Softmax', { kind: 'bundled', id: 'ai.onnx.Softmax' }],
    ['AI.ONNX.GELU', { kind: 'bundled', id: 'ai.onnx.Gelu' }],
  ])('finds the bundled kernel %s', (name, expected) => {
    const command = parseCommandLine(['profile', name], BUNDLED);
    expect(command).toMatchObject({ subjects: [expected] });
  });

  const commit = '0123456789abcdef0123456789abcdef01234567';
  test.each([
    ['webgpu-kernels/ai.onnx.Add', { id: 'webgpu-kernels/ai.onnx.Add', version: null, revision: null }],
    ['webgpu-kernels/ai.onnx.Add@v1', { id: 'webgpu-kernels/ai.onnx.Add', version: 1, revision: null }],
    ['a/b@main', { id: 'a/b', version: null, revision: 'main' }],
    [`a/b@${commit}`, { id: 'a/b', version: null, revision: commit }],
  ])('takes %s for a kernel of the Hub', (name, expected) => {
    expect(parseCommandLine(['profile', name], BUNDLED)).toMatchObject({ subjects: [{ kind: 'hub', ...expected }] });
    expect(parseCommandLine(['verify', name], BUNDLED)).toMatchObject({ kernels: [{ kind: 'hub', ...expected }] });
  });

  test('takes a folder by its path, spaces and all', () => {
    const kernel = path.join(folder, 'my kernel');
    expect(parseCommandLine(['profile', kernel], BUNDLED)).toMatchObject({
      subjects: [{ kind: 'folder', path: kernel }],
    });
  });

  test('takes a folder that is there, though a kernel of the Hub may have the name', () => {
    const command = parseCommandLine(['profile', 'media/kernels'], BUNDLED);
    expect(command).toMatchObject({ subjects: [{ kind: 'folder', path: path.resolve('media/kernels') }] });
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
      [
        ...[...argv, '--quick', '--aa', '--seed', '7', '--json', path.join(folder, 'r.json')],
        ...['--trust', '--offline', '--endpoint', 'https://mirror.example/hf', '--peer', 'onnxruntime'],
      ],
      BUNDLED,
    );
    expect(command).toMatchObject({
      ...{ cases: '4096', dtypes: ['float16', 'float32'], quick: true, aa: true, seed: 7 },
      webgpu: { adapter: 'NVIDIA', variants: ['unfused', 'fused'], peer: 'onnxruntime' },
      given: { javascript: ['--adapter', '--variants', '--peer'], python: [] },
      targets: { json: path.join(folder, 'r.json') },
      hub: { endpoint: 'https://mirror.example/hf', offline: true, trust: true },
    });
  });
});

describe('list', () => {
  test('alone lists everything', () => {
    expect(parseCommandLine(['list'], BUNDLED)).toEqual({
      name: 'list',
      search: '',
      platforms: [],
      publishers: [],
      worksHere: false,
      order: 'trending',
      json: false,
      python: null,
      hub: { endpoint: null, offline: false },
    });
  });

  test('reads every option', () => {
    const argv = ['list', '--search', ' flash attention ', '--platform', 'CUDA,cpu', '--publisher', 'a,b'];
    const rest = ['--works-here', '--sort', 'downloads', '--json', '--python', '/usr/bin/python3', '--offline'];
    expect(parseCommandLine([...argv, ...rest], BUNDLED)).toEqual({
      name: 'list',
      search: 'flash attention',
      platforms: ['cuda', 'cpu'],
      publishers: ['a', 'b'],
      worksHere: true,
      order: 'downloads',
      json: true,
      python: '/usr/bin/python3',
      hub: { endpoint: null, offline: true },
    });
  });
});

test('check takes one kernel', () => {
  const argv = [
    'check',
    'kernels-community/activation@v2',
    '--json',
    '--python',
    'python3',
    '--endpoint',
    'http://a/b',
  ];
  expect(parseCommandLine(argv, BUNDLED)).toEqual({
    name: 'check',
    kernel: { id: 'kernels-community/activation', version: 2, revision: null },
    json: true,
    python: 'python3',
    hub: { endpoint: 'http://a/b', offline: false },
  });
});

describe('bad use names the argument', () => {
  test.each<[string[], RegExp]>([
    [['profil'], /unknown command "profil"/],
    [['profile', 'nosuch'], /"nosuch" is neither a folder nor a bundled kernel; bundled kernels: ai\.onnx\.Gelu/],
    [['profile', './ai.onnx.Gelu'], /neither a folder/],
    [['profile', '--frobnicate'], /frobnicate/],
    [['profile', '--cases', '('], /--cases "\(" is not a regular expression/],
    [['profile', '--dtype', 'f128'], /--dtype "f128" is unknown: use f32/],
    [['profile', '--dtype', '__proto__'], /is unknown/],
    [['profile', '--variants', 'a,,b'], /empty entry/],
    [['profile', '--adapter', ''], /--adapter is empty/],
    [['profile', '--peer', 'tensorrt'], /--peer "tensorrt" is unknown: there is onnxruntime/],
    [['profile', '--seed', '-1'], /seed/],
    [['profile', '--seed', '1.5'], /not a whole number/],
    [['profile', '--seed', '4294967296'], /not a whole number/],
    [['profile', '--json', '/no/such/folder/r.json'], /the folder .* does not exist/],
    [['profile', '--json', tmpdir()], /is a folder, name a file/],
    [['profile', '--json', 'package.json/r.json'], /is a file, not a folder/],
    [['profile', '--json', 'a.txt', '--csv', './a.txt'], /name the same file/],
    [['verify'], /needs a folder/],
    [['adapters', 'x'], /takes no arguments/],
    [['profile', '../x/y'], /neither a folder/],
    [['profile', '/no/such/folder'], /neither a folder/],
    [['profile', 'a/b/c'], /"a\/b\/c" is not a kernel/],
    [['profile', 'a/b@'], /is not a version/],
    [['profile', 'a/b@../x'], /is not a version/],
    [['profile', 'a/b@--upload-pack=x'], /is not a version/],
    [['profile', `a/${'b'.repeat(10_000)}`], /is not a kernel/],
    [['check'], /check needs a kernel/],
    [['check', 'activation'], /organisation and the name/],
    [['check', '../../etc/passwd'], /is not a kernel/],
    [['check', '../x'], /is not a kernel/],
    [['check', 'a/b', 'c/d'], /takes one kernel/],
    [['check', 'a/b\u202e'], /is not a kernel/],
    [['list', 'gelu'], /takes no arguments, but got "gelu": use --search/],
    [['list', '--platform', 'vulkan'], /--platform "vulkan" is unknown: use cuda, .* or webgpu/],
    [['list', '--platform', 'cuda,'], /empty entry/],
    [['list', '--sort', 'age'], /--sort "age" is unknown: use trending, .* or name/],
    [['list', '--search', ' '], /--search is empty/],
    [['list', '--trust'], /trust/],
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

test.each([
  [[]],
  [['help']],
  [['--help']],
  [['profile', '--help']],
  [['verify', '-h']],
  [['list', '-h']],
  [['check', '-h']],
])('help for %j', (argv: string[]) => {
  expect(parseCommandLine(argv, BUNDLED)).toEqual({ name: 'help' });
});

test('help names every option that the parser takes', () => {
  const ofProfile = ['adapter', 'variants', 'cases', 'dtype', 'quick', 'aa', 'seed', 'json', 'markdown', 'csv'];
  const ofPython = [
    'workload',
    'shapes',
    'device',
    'backward',
    'full',
    'no-compile',
    'against',
    'plan',
    'inputs',
    'tolerance',
  ];
  const ofHub = ['search', 'platform', 'publisher', 'works-here', 'sort', 'python', 'endpoint', 'offline', 'trust'];
  for (const option of [...ofProfile, ...ofPython, ...ofHub]) {
    expect(HELP).toContain(`--${option}`);
  }
});
