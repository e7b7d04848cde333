// `kernel-lens list` as it ships, against the Hub of the tests.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli, type CliSetting } from './cliRun';
import { startHub } from './hub';
import type { TestHub } from './hubTypes';
import { temporaryFolders } from './temporaryFolders';

const NOWHERE = 'http://127.0.0.1:9';
const NO_PYTHON = ['--python', '/no/such/python'];

const ListSchema = v.object({
  schema: v.literal('kernel-lens/list'),
  version: v.literal(1),
  endpoint: v.string(),
  source: v.picklist(['built in', 'cached', 'live']),
  at: v.string(),
  problem: v.nullable(v.object({ kind: v.string(), message: v.string() })),
  kernels: v.array(
    v.looseObject({
      id: v.string(),
      here: v.object({ state: v.string(), variant: v.nullable(v.string()), reason: v.nullable(v.string()) }),
    }),
  ),
});

const folders = temporaryFolders();
let hub: TestHub;
let setting: CliSetting;

beforeAll(async () => {
  hub = await startHub({ hostile: true });
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

/** Ids of the printed table, in its order. */
function ids(stdout: string): string[] {
  return stdout
    .split('\n')
    .slice(1)
    .map((line) => line.split(' ')[0] ?? '')
    .filter((id) => id !== '');
}

async function listed(args: readonly string[], from = setting): Promise<v.InferOutput<typeof ListSchema>> {
  const { code, stdout, stderr } = await runCli(from, ['list', '--json', ...NO_PYTHON, ...args]);
  expect(code, stderr).toBe(0);
  return v.parse(ListSchema, JSON.parse(stdout));
}

test('shows what the Hub lists, with a heading, and says where it is from beside the result', async () => {
  const { code, stdout, stderr } = await runCli(setting, ['list', ...NO_PYTHON, '--sort', 'downloads']);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^kernel +version +for +downloads +works here\n/);
  expect(ids(stdout)[0]).toBe('kernels-community/activation');
  expect(stdout).toMatch(/webgpu-kernels\/ai\.onnx\.Gelu .*WebGPU .*✓ likely\n/);
  expect(stderr).toContain(`kernels as ${hub.endpoint} lists them now.`);
  expect(stderr).toContain('whether kernels for Python run here cannot be told: ');
  expect(hub.requests.length).toBeLessThanOrEqual(3);
});

describe('only what is asked for', () => {
  test.each([
    [
      ['--search', 'gelu'],
      [
        'kernels-community/activation',
        'webgpu-kernels/ai.onnx.Gelu',
        'webgpu-kernels/com.microsoft.BiasGelu',
        'webgpu-kernels/kernel-lens.MatMulBiasGelu',
      ],
    ],
    [['--search', 'no such words'], []],
    [['--publisher', 'solo'], ['solo/softcap']],
    [['--platform', 'webgpu', '--publisher', 'stranger'], ['stranger/ai.onnx.Softmax']],
    [
      ['--works-here', '--search', 'softmax'],
      ['stranger/ai.onnx.Softmax', 'webgpu-kernels/ai.onnx.Softmax'],
    ],
  ])('%j', async (args, expected) => {
    const { kernels } = await listed(args);
    expect(kernels.map(({ id }) => id).sort()).toEqual(expected);
  });

  test('nothing found is said, and no failure', async () => {
    const { code, stdout, stderr } = await runCli(setting, ['list', '--search', 'no such words', ...NO_PYTHON]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('no kernel fits');
  });
});

describe('without an answer', () => {
  test('a fresh installation shows what is built in', async () => {
    const { source, kernels, problem } = await listed([], { ...setting, endpoint: NOWHERE });
    expect(source).toBe('built in');
    expect(kernels.length).toBeGreaterThan(250);
    expect(problem?.kind).toBe('unreachable');
  });

  test('--offline asks nobody', async () => {
    const { code, stdout, stderr } = await runCli(setting, ['list', '--offline', ...NO_PYTHON]);
    expect(code).toBe(0);
    expect(ids(stdout).length).toBeGreaterThan(250);
    expect(stderr).toContain('of the built-in list, made on ');
    expect(hub.requests).toEqual([]);
  });

  test('what was listed before is shown with its day', async () => {
    await listed([]);
    const { code, stderr } = await runCli(setting, ['list', '--offline', ...NO_PYTHON]);
    expect(code).toBe(0);
    expect(stderr).toContain(`kernels as ${hub.endpoint} listed them on ${new Date().toISOString().slice(0, 10)}.`);
  });

  test('a storm of 429 ends in the built-in list, after few requests', async () => {
    hub.faults.add({ match: /./, kind: 'status', status: 429, headers: { 'retry-after': '600' } });
    const { source, problem } = await listed([]);
    expect(source).toBe('built in');
    expect(problem?.kind).toBe('rate-limited');
    expect(hub.requests.length).toBeLessThanOrEqual(3);
  });

  test('a cache folder that holds garbage, or is a file, does no harm', async () => {
    await runCli(setting, ['list', ...NO_PYTHON]);
    const { source } = await listed([], {
      ...setting,
      env: { XDG_CACHE_HOME: path.join(import.meta.dirname, 'cliRun.ts') },
    });
    expect(source).toBe('live');
  });
});

test('a mirror with a path, named on the command line', async () => {
  const mirror = await startHub({ prefix: '/mirror/hf' });
  const { endpoint, source, kernels } = await listed(['--endpoint', `${mirror.endpoint}/`], {
    ...setting,
    endpoint: NOWHERE,
  });
  await mirror.close();
  expect([endpoint, source]).toEqual([mirror.endpoint, 'live']);
  expect(kernels.map(({ id }) => id)).toContain('webgpu-kernels/ai.onnx.Add');
  expect(mirror.requests.every((request) => request.path.startsWith('/mirror/hf/'))).toBe(true);
});

test.each(['not-a-url', 'ftp://example.org', 'https://user:secret@example.org'])(
  '--endpoint %s is bad use',
  async (endpoint) => {
    const { code, stderr } = await runCli(setting, ['list', '--endpoint', endpoint]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--endpoint: /);
    expect(stderr).not.toContain('secret');
  },
);

test('a private kernel is there for who may see it, and the token is printed and kept nowhere', async () => {
  const token = 'hf_reader';
  const args = ['list', '--search', 'private-attention', ...NO_PYTHON];
  expect(ids((await runCli(setting, args)).stdout)).toEqual([]);
  const { stdout, stderr } = await runCli({ ...setting, token }, args);
  expect(ids(stdout)).toEqual(['kernels-community/private-attention']);
  expect(stdout + stderr).not.toContain(token);
  for (const entry of await readdir(setting.home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    expect((await readFile(path.join(entry.parentPath, entry.name))).includes(token), entry.name).toBe(false);
  }
});

test('names and texts made to do harm reach the terminal as text', async () => {
  for (const args of [['list'], ['list', '--json']]) {
    const { code, stdout, stderr } = await runCli(setting, [...args, ...NO_PYTHON]);
    expect(code).toBe(0);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(1000);
  }
});
