import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import * as v from 'valibot';
import { probePython, type ProbeOptions } from '../../src/machine/pythonProbe';
import type { ProbeFacts } from '../../src/machine/probeAnswer';
import { pythonSystem } from '../../src/machine/pythonSystem';
import { FAKE_NPU, FAKE_TVM_FFI, fakeExtension, fakeTorch, writeFiles, type FakeTorch } from './fakePackages';

const python = inject('python');
const pythonFolder = join(import.meta.dirname, '../../media/python');
const run = promisify(execFile);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernel-lens-probe-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** This process's environment, with the packages in `folder` installed as far as Python can tell. */
function environment(more: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  return { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1', ...more };
}

async function probe(
  more: Readonly<Record<string, string>> = {},
  modules: readonly string[] = [],
  interpreter = python,
): Promise<ProbeFacts> {
  const options: ProbeOptions = {
    probePath: join(pythonFolder, 'probe.py'),
    workingFolder: folder,
    env: environment(more),
    modules,
    // The limit has its own tests; these must not fail where the machine is busy.
    limitMs: 60_000,
  };
  const result = await probePython(interpreter, options, new AbortController().signal);
  if ('failure' in result) throw new Error(result.failure);
  return result.facts;
}

async function libraryValues(more: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  const { stdout } = await run(python, [join(import.meta.dirname, 'system_values.py')], { env: environment(more) });
  return v.parse(v.record(v.string(), v.unknown()), JSON.parse(stdout));
}

const constant = (value: boolean) => ({ from: 'constant', value }) as const;
const cmake = (value: boolean) => ({ from: 'cmake', value }) as const;

const TORCHES: Readonly<Record<string, FakeTorch>> = {
  'CUDA 12.8': { version: '2.9.0+cu128', cuda: '12.8', abi: constant(true) },
  'CUDA 13.0, built from a branch': { version: '2.10.0a0+git449b176', cuda: '13.0', abi: constant(true) },
  'CUDA 11.8 with the old ABI': {
    version: '2.4.1+cu118',
    cuda: '11.8',
    abi: cmake(false),
    autoload: false,
    saysXpu: false,
  },
  'CUDA 12.6 with the new ABI': { version: '2.7.1+cu126', cuda: '12.6', abi: cmake(true) },
  'a post-release': { version: '1.13.1.post200', cuda: '11.2', abi: cmake(true), autoload: false, saysXpu: false },
  'ROCm 6.4': { version: '2.9.0+rocm6.4', hip: '6.4.43484-123eb5128', abi: constant(true) },
  'ROCm 7.0 without a build': { version: '2.10.0+rocm7.0', hip: '7.0', abi: constant(true) },
  XPU: { version: '2.9.0+xpu', xpu: '20250302', abi: constant(true) },
  CPU: { version: '2.9.0+cpu', abi: constant(true) },
  'CPU, version.py without xpu': { version: '2.4.1', abi: cmake(false), autoload: false, saysXpu: false },
};

describe('what the kernels library sees with torch imported, without importing it', () => {
  async function expectSame(more: Readonly<Record<string, string>> = {}): Promise<ProbeFacts> {
    const [facts, values] = await Promise.all([probe(more), libraryValues(more)]);
    const result = pythonSystem(facts);
    if ('missing' in result) throw new Error(result.missing);
    // GPU and modules are looked at when a kernel is loaded, so they are not among the values here.
    const { architecture, modules } = result.system;
    expect(result.system).toEqual({ ...values, architecture, modules });
    return facts;
  }

  test.each(Object.entries(TORCHES))('torch for %s', async (_name, torch) => {
    await writeFiles(folder, fakeTorch(torch));
    const { torch: read } = await expectSame();
    expect(read?.version).toBe(torch.version);
  });

  test('no torch', async () => {
    expect((await expectSame()).torch).toBeNull();
  });

  test('tvm-ffi', async () => {
    await writeFiles(folder, { ...fakeTorch({ version: '2.9.0', abi: constant(true) }), ...FAKE_TVM_FFI });
    expect((await expectSame()).tvmFfi).toBe('0.1.9');
  });

  const extensions = {
    tpu: fakeExtension('torch_tpu', ['torch.backends.tpu = object()']),
    neuron: fakeExtension('torch_neuronx', ['torch.neuron = object()']),
    another: fakeExtension('torch_gcu', ['pass']),
  };
  test.each(Object.entries(extensions))('an extension that torch loads along: %s', async (name, files) => {
    await writeFiles(folder, { ...fakeTorch({ version: '2.9.0', cuda: '12.8', abi: constant(true) }), ...files });
    const facts = await expectSame();
    expect(facts.torch?.autoload).toHaveLength(1);
    const result = pythonSystem(facts);
    expect('system' in result && result.system.backend.name).toBe(name === 'another' ? 'cuda' : name);
  });

  test('an extension that is not to be loaded along', async () => {
    await writeFiles(folder, { ...fakeTorch({ version: '2.9.0', abi: constant(true) }), ...extensions.tpu });
    await expectSame({ TORCH_DEVICE_BACKEND_AUTOLOAD: '0' });
  });

  test('an extension beside a torch that loads none along', async () => {
    const torch = fakeTorch({ version: '2.4.1', abi: cmake(true), autoload: false });
    await writeFiles(folder, { ...torch, ...extensions.tpu });
    await expectSame();
  });

  test.each(['8.2.RC1', '7.0.0'])('an NPU with CANN %s', async (version) => {
    await writeFiles(folder, {
      ...fakeTorch({ version: '2.9.0', abi: constant(true) }),
      ...FAKE_NPU,
      'toolkit/aarch64-linux/ascend_toolkit_install.info': `package_name=Ascend-cann-toolkit\nversion=${version}\npath=/usr\n`,
    });
    expect((await expectSame({ ASCEND_HOME_PATH: join(folder, 'toolkit') })).cann).toBe(version);
  });

  test('an NPU without its toolkit, where the library fails', async () => {
    await writeFiles(folder, {
      ...fakeTorch({ version: '2.9.0', abi: constant(true) }),
      ...FAKE_NPU,
      'toolkit/none': '',
    });
    const more = { ASCEND_HOME_PATH: join(folder, 'toolkit') };
    expect(await libraryValues(more)).toHaveProperty('error');
    expect(pythonSystem(await probe(more))).toEqual({
      missing: 'torch_npu finds no CANN toolkit. Run its set_env.sh, which sets ASCEND_HOME_PATH.',
    });
  });

  const nonsense = { version: { version: 'parrot' }, cuda: { version: '2.9.0', cuda: 'twelve' } };
  test.each(Object.entries(nonsense))('nonsense for the %s, where the library fails', async (_name, torch) => {
    await writeFiles(folder, fakeTorch({ ...torch, abi: constant(true) }));
    expect(await libraryValues()).toHaveProperty('error');
    expect(pythonSystem(await probe())).toHaveProperty('missing');
  });
});

describe('a damaged torch', () => {
  const whole = fakeTorch({ version: '2.9.0', abi: constant(true) });
  const without = (name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(whole).filter(([file]) => file !== name));
  const damaged: Readonly<Record<string, [Record<string, string>, string]>> = {
    'without version.py': [without('torch/version.py'), 'version.py: No such file or directory'],
    'that is an empty folder': [{ 'torch/README': '' }, 'torch holds no torch/__init__.py'],
    'without its library': [without('torch/_C.cpython-311-x86_64-linux-gnu.so'), 'torch lacks its compiled part'],
    'whose version.py is cut off': [{ ...whole, 'torch/version.py': "__version__ = '2.9" }, 'version.py: unterminated'],
    'whose version.py says nothing': [{ ...whole, 'torch/version.py': '' }, 'version.py states no version'],
    'whose version.py holds zeros': [{ ...whole, 'torch/version.py': '\0\0\0' }, 'null bytes'],
    'whose version.py calculates': [{ ...whole, 'torch/version.py': "__version__ = open('x')" }, 'malformed node'],
  };
  test.each(Object.entries(damaged))('%s says so', async (_name, [files, problem]) => {
    await writeFiles(folder, files);
    const facts = await probe();
    expect(facts.torch?.problem).toContain(problem);
    expect(pythonSystem(facts)).toHaveProperty(
      'missing',
      expect.stringMatching(/^torch is damaged: .*Install it again\.$/),
    );
  });
});

describe('the rest of the environment', () => {
  test('modules are looked for and not imported', async () => {
    await writeFiles(folder, { 'einops.py': 'raise SystemExit(3)', 'nki/__init__.py': 'raise SystemExit(3)' });
    const { modules } = await probe({}, ['einops', 'triton', 'os.path', '']);
    // What the installed library's own list names is looked for as well.
    expect(modules).toEqual({
      '': false,
      cutlass: false,
      einops: true,
      helion: false,
      nki: true,
      'os.path': false,
      triton: false,
      tvm_ffi: false,
    });
  });

  test('the modules of the probe itself are nobody else’s', async () => {
    const { modules } = await probe({}, ['gpu_facts', 'torch_facts']);
    expect(modules).toMatchObject({ gpu_facts: false, torch_facts: false });
  });

  test('a module of the workspace shadows none of the standard library', async () => {
    await writeFiles(folder, { 'json.py': 'raise SystemExit(3)', 'platform.py': 'raise SystemExit(3)' });
    expect((await probe({ PYTHONPATH: '' })).python.executable).toBe(python);
  });

  test('a folder that only has the name of the kernels library is not it', async () => {
    await writeFiles(folder, { 'kernels/mine.cu': '' });
    const { stdout } = await run(python, ['-c', 'import sys; print(sys._base_executable)']);
    expect((await probe({}, ['kernels'], stdout.trim())).kernels).toBeNull();
    expect((await probe({}, ['kernels'])).kernels).toMatch(/^\d+\.\d+/);
  });

  test('what a start file prints is no answer', async () => {
    const noise = 'print("{\\"kernelLensProbe\\": 1, \\"tooOld\\": \\"0\\"}"); print("no newline", end="")';
    await writeFiles(folder, { 'sitecustomize.py': noise });
    expect((await probe()).python.executable).toBe(python);
  });

  test.each([
    ['a dictionary', `print({'level': 'info'})`],
    ['JSON', `print('{"devices": 3, "driver": 7}')`],
    ['half of it', `print('{"devices": [', end='')`],
  ])('what a start file prints is no answer of the driver: %s', async (_, noise) => {
    await writeFiles(folder, { 'sitecustomize.py': noise });
    const { gpus } = await probe();
    expect(Array.isArray(gpus.devices)).toBe(true);
    expect(gpus.driver).not.toBe(7);
  });

  test('a Python from between two releases has the version of the next', async () => {
    await writeFiles(folder, {
      'sitecustomize.py': 'import platform; platform.python_version = lambda: "3.14.0rc1+"',
    });
    expect((await probe()).python.version).toBe('3.14.0rc1');
  });

  test('packages that are damaged take nothing else down', async () => {
    await writeFiles(folder, {
      'tvm_ffi/__init__.py': '',
      'apache_tvm_ffi-1.dist-info/top_level.txt': 'tvm_ffi',
      'broken-1.dist-info/entry_points.txt': '[x\n===\n\ufffd',
      'broken-1.dist-info/METADATA': '\0\ufffd',
    });
    expect(await probe()).toMatchObject({ torch: null, tvmFfi: null });
    await writeFile(join(folder, 'broken-1.dist-info/entry_points.txt'), Buffer.from([0xff, 0xfe]));
    await writeFiles(folder, fakeTorch({ version: '2.9.0', abi: constant(true) }));
    const { torch } = await probe();
    expect(torch?.problem).toContain('the list of its device extensions cannot be read');
    expect(await libraryValues()).toEqual({ error: 'UnicodeDecodeError' });
  });

  test('stamps name the files that decide', async () => {
    await writeFiles(folder, fakeTorch({ version: '2.9.0', abi: constant(true) }));
    const { stamps } = await probe();
    expect(stamps).toContain(join(folder, 'torch', 'version.py'));
    expect(stamps).toContain(python);
    expect(stamps.some((file) => file.endsWith('site-packages'))).toBe(true);
  });

  test('old Pythons can read the script that answers for them, and 3.8 the rest', async () => {
    const check = [
      'import ast, pathlib, sys',
      'for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):',
      '    version = (3, 3) if path.name == "probe.py" else (3, 8)',
      '    tree = ast.parse(path.read_text(), feature_version=version)',
      '    bad = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, (ast.JoinedStr, ast.AnnAssign))]',
      '    print(path.name, bad if path.name == "probe.py" else [])',
    ].join('\n');
    const { stdout } = await run(python, ['-c', check, pythonFolder]);
    expect(stdout).toContain('probe.py []');
  });
});
