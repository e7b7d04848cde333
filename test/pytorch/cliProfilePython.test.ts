// `kernel-lens profile` of what is called from Python, as it ships: with real torch and kernels, against the Hub of the tests.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { readReport } from '../../src/profile/reportFile';
import { runCli, type CliOutcome } from '../hub/cliRun';
import { buildFiles } from '../hub/kernelFinder';
import { sharedHub } from '../hub/sharedHub';
import { temporaryFolders } from '../hub/temporaryFolders';

const ACTIVATION = 'kernels-community/activation';
const STRANGER = 'stranger/relu';
/** One small case, quickly. */
const SMALL = ['--workload', 'activation.silu', '--shapes', 'tokens=16,inner=64', '--dtype', 'f32'];
const QUICK = ['--quick', '--no-compile', '--device', 'cpu'];
const SILU = `import torch

def silu(out, x):
    out.copy_(torch.nn.functional.silu(x))
    return out

__all__ = ["silu"]
`;
const LIMIT_MS = 300_000;

const folders = temporaryFolders();
const at = sharedHub({ torchKernels: true });
let home: string;

beforeEach(async () => {
  home = await folders.make();
});
afterAll(() => folders.remove());

function profile(...args: readonly string[]): Promise<CliOutcome> {
  return runCli({ endpoint: at.hub.endpoint, home }, ['profile', ...args]);
}

/** With the Python that has torch. */
function measure(...args: readonly string[]): Promise<CliOutcome> {
  return profile(...args, '--python', inject('torchPython'));
}

/** Files of the Hub that were sent, by their paths in the repository, each once. */
function sent(): string[] {
  const files = at.hub.requests.flatMap(({ method, path: asked, status }) => {
    const file = /\/resolve-cache\/.*?\/[0-9a-f]{40}\/([^?]*)/.exec(decodeURIComponent(asked))?.[1];
    return method === 'GET' && status === 200 && file !== undefined ? [file] : [];
  });
  return [...new Set(files)].sort();
}

describe('a kernel of the Hub', () => {
  test(
    'is measured: a table, a report with its commit, and only the build that is needed',
    { timeout: LIMIT_MS },
    async () => {
      const file = path.join(home, 'report.json');
      const { code, stdout, stderr } = await measure(`${ACTIVATION}@v1`, ...SMALL, ...QUICK, '--json', file);
      expect(code, stderr).toBe(0);
      expect(stdout).toContain(`\n${ACTIVATION}\n`);
      expect(stdout).toMatch(/silu 16×64 f32 +PyTorch \(baseline\)/);
      expect(stdout).toMatch(/activation v1 .*✓/);
      const commit = at.hub.commitOf(ACTIVATION, 'v1');
      const { kernels, command, machine, cases } = readReport(await readFile(file, 'utf8'), 'report.json');
      expect(kernels).toMatchObject([
        {
          id: ACTIVATION,
          language: 'python',
          source: 'hub',
          commit,
          version: 1,
          variant: 'torch-universal',
          problem: null,
        },
      ]);
      expect(machine.python).toMatchObject({ torch: expect.stringMatching(/^2\./) as string, kernels: '0.17.2' });
      expect(cases.map(({ rows }) => rows.map(({ contender }) => contender.id))).toEqual([
        ['eager', `${ACTIVATION}@v1`],
      ]);
      expect(sent().filter((name) => !/^build\/torch-universal\/[^/]+$/.test(name))).toEqual([
        'benchmarks/benchmark.py',
      ]);

      // What the report says repeats it, and the Hub is not needed for that.
      at.hub.clearRequests();
      const again = await profile(...command.slice(2), '--offline', '--plan');
      expect([again.code, again.stdout], again.stderr).toEqual([0, `${cases[0]?.id ?? ''}\n1 case\n`]);
      const byVersion = await measure(`${ACTIVATION}@v1`, ...SMALL, ...QUICK, '--offline', '--plan');
      expect([byVersion.code, byVersion.stdout], byVersion.stderr).toEqual([0, again.stdout]);
      expect(at.hub.requests).toEqual([]);
    },
  );

  test('beside another version of it, and only planned', { timeout: LIMIT_MS }, async () => {
    const rotary = 'kernels-community/rotary';
    const { code, stdout, stderr } = await measure(`${rotary}@v1`, '--against', rotary, ...QUICK, '--plan');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^kernels-community\/rotary\/rotary\.\w+\/.*\n(.*\n)*\d+ cases?\n$/);
  });

  test('of a publisher who is not trusted runs only with --trust', { timeout: LIMIT_MS }, async () => {
    const hub = await at.own();
    const traced = `${SILU}\nopen(${JSON.stringify(path.join(home, 'ran'))}, "w").close()\n`;
    hub.publish(STRANGER, 'v1', { ...buildFiles('torch-universal'), 'build/torch-universal/__init__.py': traced });
    const refused = await measure(STRANGER, ...SMALL, ...QUICK, '--plan');
    expect([refused.code, refused.stdout]).toEqual([5, '']);
    expect(refused.stderr).toMatch(/does not list stranger.*as a trusted publisher.*It is a program/);
    expect(refused.stderr).toMatch(/was not run.*Add --trust to run it/);
    await expect(readFile(path.join(home, 'ran'))).rejects.toThrow();
    expect(sent().filter((name) => name.endsWith('.py'))).toEqual([]);
    await expect(measure(STRANGER, ...SMALL, '--plan', '--offline')).resolves.toMatchObject({ code: 4 });
    const run = await measure(STRANGER, ...SMALL, ...QUICK, '--plan', '--trust');
    expect([run.code, run.stdout], run.stderr).toEqual([0, `${STRANGER}/activation.silu/16×64/float32\n1 case\n`]);
    await readFile(path.join(home, 'ran'));
  });
});

test('a folder in the layout of the Hub', { timeout: LIMIT_MS }, async () => {
  const folder = path.join(home, 'my-silu');
  await lay(folder, SILU);
  const { code, stdout, stderr } = await measure(folder, ...SMALL, ...QUICK, '--plan');
  expect([code, stdout], stderr).toEqual([0, 'my-silu/activation.silu/16×64/float32\n1 case\n']);
  expect(at.hub.requests).toEqual([]);
});

describe('a function of a file', () => {
  test('against another: right, and wrong', { timeout: LIMIT_MS }, async () => {
    const file = path.join(home, 'mine.py');
    await writeFile(
      file,
      'import torch\n\ndef twice(x, by=2.0):\n    return x * by\n\ndef plain(x, by=2.0):\n    return torch.mul(x, by)\n\ndef wrong(x, by=2.0):\n    return x\n',
    );
    const inputs = ['--inputs', 'x=8x16; by=3.0', '--dtype', 'f32', '--against', 'plain', ...QUICK];
    const right = await measure(`${file}:twice`, ...inputs);
    expect(right.code, right.stderr).toBe(0);
    expect(right.stdout).toMatch(/\nmine\.py:twice\n/);
    expect(right.stdout).toMatch(/plain \(baseline\)/);
    const wrong = await measure(`${file}:wrong`, ...inputs);
    expect([wrong.code, wrong.stdout], wrong.stderr).toEqual([1, expect.stringMatching(/WRONG/)]);
  });
});

test('a kernel that does not load has no plan', { timeout: LIMIT_MS }, async () => {
  const folder = path.join(home, 'broken');
  await lay(folder, 'raise RuntimeError("no luck")');
  const { code, stdout, stderr } = await measure(folder, ...SMALL, ...QUICK, '--plan');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/broken could not be used: .*no luck/);
});

describe('nothing is run of', () => {
  test.each<[string, readonly string[], number, RegExp]>([
    ['what is not there', ['kernels-community/no-such-kernel'], 4, /does not exist/],
    ['a version that is not there', [`${ACTIVATION}@v9`], 4, /Version 9 not found, available versions: 1/],
    ['what has moved', ['kernels-community/old-relu'], 4, /has moved to kernels-community\/relu/],
    [
      'what lacks a package',
      ['kernels-community/triton-layer-norm@v3'],
      1,
      /does not run here: .*`einops`\.\n {2}Install einops, which it needs\.\n {4}\S+python -m pip install einops\n$/,
    ],
    ['what has no workload', ['kernels-community/aiter-kernels@v1', '--workload', 'no.such'], 2, /“no\.such”/],
    [
      'two languages at once',
      ['gelu', `${ACTIVATION}@v1`],
      2,
      /JavaScript and .*@v1 from Python: profile them one after/,
    ],
    ['two kernels at once', [`${ACTIVATION}@v1`, 'kernels-community/rmsnorm@v1'], 2, /one at a time: .*--against/],
    [
      'a WebGPU kernel to compare with',
      [ACTIVATION, '--against', 'webgpu-kernels/ai.onnx.Add'],
      2,
      /Add from JavaScript/,
    ],
    [
      'Python with a WebGPU option',
      [ACTIVATION, '--variants', 'a'],
      2,
      /--variants fits only what is called from JavaS/,
    ],
    ['WebGPU with a Python option', ['gelu', '--full'], 2, /--full fits only what is called from Python/],
    ['WebGPU in a dtype of torch', ['gelu', '--dtype', 'bf16'], 2, /--dtype bfloat16 fits only/],
    ['a folder without a kernel', ['.'], 2, /"\/.*" holds no kernel/],
  ])('%s', async (_name, args, code, words) => {
    const python = args.includes('gelu') ? [] : ['--python', inject('torchPython')];
    const outcome = await profile(...args, ...python);
    expect([outcome.code, outcome.stdout], outcome.stderr).toEqual([code, '']);
    expect(outcome.stderr).toMatch(words);
  });

  test('a Python that is not there', async () => {
    const { code, stderr } = await profile(ACTIVATION, '--python', path.join(home, 'no', 'python'));
    expect(code).toBe(3);
    expect(stderr).toMatch(/no\/python is not there/);
  });
});

/** A kernel for any device, in the layout of the Hub. */
async function lay(folder: string, source: string): Promise<void> {
  await mkdir(path.join(folder, 'build', 'torch-universal'), { recursive: true });
  const files = { ...buildFiles('torch-universal'), 'build/torch-universal/__init__.py': source };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
}
