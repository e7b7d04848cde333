// `kernel-lens scan` as it ships, against the Hub of the tests.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { runCli, type CliOutcome, type CliSetting } from './cliRun';
import { startHub } from './hub';
import type { TestHub } from './hubTypes';
import { temporaryFolders } from './temporaryFolders';

const folders = temporaryFolders();
let hub: TestHub;
let setting: CliSetting;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});
beforeEach(async () => {
  hub.faults.clear();
  hub.clearRequests();
  setting = { endpoint: hub.endpoint, home: await folders.make() };
});

const IMPORT = 'from kernels import get_kernel\n';

async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(setting.home, 'code', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

function scan(...args: string[]): Promise<CliOutcome> {
  return runCli(setting, ['scan', ...args]);
}

test('errors are lines and exit code 1; a fixed file is 0', async () => {
  await put({ 'a.py': `${IMPORT}k = get_kernel("kernels-community/activation")\n` });
  const before = await scan('code');
  expect([before.code, before.stderr]).toEqual([1, '']);
  expect(before.stdout).toMatch(
    /^code\/a\.py:2:17: error missing-version No version is given\..*\n\n1 error in 1 file of 2 lines\.\n$/,
  );
  await put({ 'a.py': `${IMPORT}k = get_kernel("kernels-community/activation", version=2)\n` });
  expect(await scan('code')).toEqual({ code: 0, stderr: '', stdout: 'Nothing to say in 1 file of 2 lines.\n' });
});

test('a kernel is asked about once, however often it is used, and files that use none ask nothing', async () => {
  const call = 'get_kernel("kernels-community/activation", version=7)\n';
  await put(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}.py`, IMPORT + call.repeat(5)])));
  const { code, stdout } = await scan('code');
  expect(code).toBe(1);
  expect(stdout.match(/unknown-version/g)).toHaveLength(300);
  expect(hub.requests.filter(({ path: asked }) => asked.includes('/refs'))).toHaveLength(1);
  hub.clearRequests();
  await put({ 'f0.py': 'print("kernels")\n' });
  await scan('code/f0.py');
  expect(hub.requests).toEqual([]);
});

test('with --strict warnings count; without it they do not', async () => {
  await put({ 'a.py': `${IMPORT}k = get_kernel("kernels-community/activation", revision="main")\n` });
  expect((await scan('code')).code).toBe(0);
  expect((await scan('code', '--strict')).code).toBe(1);
});

test('comments keep findings quiet, and are counted', async () => {
  await put({
    'a.py': `${IMPORT}k = get_kernel("kernels-community/activation")  # kernel-lens: ignore[missing-version]\n`,
    'b.py': `# kernel-lens: ignore-file\n${IMPORT}k = get_kernel("activation")\n`,
  });
  const { code, stdout } = await scan('code');
  expect([code, stdout]).toEqual([0, 'Nothing to say in 2 files of 5 lines; 3 kept quiet by comments.\n']);
});

test('notebooks, JavaScript and TypeScript are read', async () => {
  const cell = (source: string): object => ({ cell_type: 'code', source });
  await put({
    'n.ipynb': JSON.stringify({
      cells: [cell('%pip install kernels'), cell(IMPORT), cell('k = get_kernel("kernels-community/relu", version=4)')],
      metadata: {},
    }),
    'a.ts':
      'import { getKernel } from "@huggingface/kernels";\nawait getKernel("webgpu-kernels/ai.onnx.Gelu", { version: 8 });\n',
  });
  const { stdout } = await scan('code');
  expect(stdout).toContain('code/a.ts:2:59: error unknown-version ');
  expect(stdout).toContain('code/n.ipynb:cell 3:1:50: error unknown-version ');
});

describe('nothing in a folder stops it', () => {
  test('files that are no code are said, in a line each', async () => {
    await put({
      'binary.py': new Uint8Array([0, 1, 2, 3]),
      'latin.py': Buffer.concat([Buffer.from(`${IMPORT}# `), Buffer.from([0xe9, 10])]),
      'broken.ipynb': 'kernels {',
      'good.py': `${IMPORT}k = get_kernel("kernels-community/activation")\n`,
      'typed.py': `${IMPORT}k = get_kernel("kernels-commu`,
    });
    const { code, stdout, stderr } = await scan('code');
    expect(code).toBe(1);
    expect(stdout.trim().split('\n').at(-1)).toBe('1 error in 3 files of 6 lines; 2 not read.');
    expect(stderr.trim().split('\n').toSorted()).toEqual([
      'kernel-lens: code/binary.py: not text',
      'kernel-lens: code/broken.ipynb: not a notebook: it is no JSON',
      'kernel-lens: code/latin.py: not UTF-8, read all the same',
    ]);
  });

  test('names of files move nothing on the screen', async () => {
    await put({ 'a\u202e\u001b[2J.py': `${IMPORT}k = get_kernel("kernels-community/activation")\n` });
    const { stdout, stderr } = await scan('code');
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stdout).toContain('error missing-version');
  });

  test.each([
    [['scan'], /scan needs a file or a folder/],
    [['scan', 'no-such-folder'], /no-such-folder is gone/],
    [['scan', ''], /the path is empty/],
    [['scan', '.', '--sarif', 'no/such/out.sarif'], /--sarif: the folder .* does not exist/],
    [['scan', '.', '--fast'], /--fast/],
  ])('%j is bad use', async (args, words) => {
    const { code, stdout, stderr } = await runCli(setting, args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });
});

describe('without an answer of the Hub', () => {
  const CODE = `${IMPORT}k = get_kernel("kernels-community/activation", version=7)\nget_kernel("somebody/thing")\n`;

  test('offline nobody is asked, and only what the code alone tells is said', async () => {
    await put({ 'a.py': CODE });
    const { code, stdout, stderr } = await scan('code', '--offline');
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^code\/a\.py:3:13: error missing-version .*\n\n1 error in /);
    expect(hub.requests).toEqual([]);
  });

  test('a Hub in trouble is said, and is no finding', async () => {
    await put({ 'a.py': CODE });
    hub.faults.add({ match: /./, kind: 'status', status: 503 });
    const { code, stdout, stderr } = await scan('code');
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/unknown-kernel|unknown-version/);
    expect(stderr).toMatch(/not all is known of the kernels in this code: .*503/);
  });
});

test('with a Python the code is judged for its library and its machine', async () => {
  await put({ 'a.py': `${IMPORT}k = get_kernel("kernels-community/triton-layer-norm", version=3)\n` });
  expect((await scan('code')).stdout).toBe('Nothing to say in 1 file of 2 lines.\n');
  const { code, stdout } = await scan('code', '--python', inject('python'));
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /error no-build-here .*does not load here: backend \(.+\) does not match system backend \(cpu\)/,
  );
});

test('--operations lists what kernels can compute, and is no error', async () => {
  await put({ 'm.py': 'import torch.nn.functional as F\ny = F.silu(x)\n' });
  const { code, stdout } = await scan('code', '--operations', '--offline');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^code\/m\.py:2:\d+: operation silu: F\.silu can be kernels-community\/activation \(silu\)/);
});

test('--json and --sarif agree with the text', async () => {
  await put({ 'a b.py': `${IMPORT}k = get_kernel("kernels-community/activation")\n` });
  const { code, stdout, stderr } = await scan('code', '--json', '--sarif', 'out.sarif');
  expect(code, stderr).toBe(1);
  const json = v.parse(
    v.object({
      schema: v.literal('kernel-lens/scan'),
      version: v.literal(1),
      findings: v.tuple([v.object({ path: v.string(), line: v.number(), column: v.number(), code: v.string() })]),
    }),
    JSON.parse(stdout),
  );
  expect(json.findings).toEqual([{ path: 'code/a b.py', line: 2, column: 17, code: 'missing-version' }]);
  const sarif = JSON.parse(await readFile(path.join(setting.home, 'out.sarif'), 'utf8')) as unknown;
  expect(sarif).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        results: [
          {
            ruleId: 'missing-version',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'code/a%20b.py', uriBaseId: '%SRCROOT%' },
                  region: { startLine: 2, startColumn: 17, endLine: 2, endColumn: 45 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});
