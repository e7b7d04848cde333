// `kernel-lens check` as it ships, held to the official library on the same interpreter and the same Hub.
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { runCli, type CliOutcome, type CliSetting } from './cliRun';
import { startHub } from './hub';
import type { TestHub } from './hubTypes';
import { askPython } from './pythonClient';
import { temporaryFolders } from './temporaryFolders';

const python = inject('python');

const Here = v.object({ state: v.string(), variant: v.nullable(v.string()), reason: v.nullable(v.string()) });
const CheckSchema = v.object({
  schema: v.literal('kernel-lens/check'),
  version: v.literal(1),
  problem: v.nullable(v.object({ kind: v.string(), message: v.string() })),
  kernel: v.object({ id: v.string(), version: v.nullable(v.number()), commit: v.string() }),
  here: Here,
  versions: v.array(v.object({ version: v.number(), branch: v.string(), commit: v.string() })),
  trusted: v.nullable(v.boolean()),
  gated: v.boolean(),
  private: v.boolean(),
  movedTo: v.nullable(v.object({ id: v.string(), revision: v.string() })),
  variants: v.array(v.object({ variant: v.string(), state: v.string(), reason: v.nullable(v.string()) })),
  webgpu: v.array(v.object({ variant: v.string(), state: v.string(), reason: v.nullable(v.string()) })),
  kernelDepends: v.array(v.object({ id: v.string(), version: v.nullable(v.number()), here: Here })),
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

function check(kernel: string, args: readonly string[] = [], from = setting): Promise<CliOutcome> {
  return runCli(from, ['check', kernel, '--python', python, ...args]);
}

async function checked(
  kernel: string,
  from = setting,
): Promise<{ code: number | null; answer: v.InferOutput<typeof CheckSchema> }> {
  const { code, stdout, stderr } = await check(kernel, ['--json'], from);
  expect(stdout, stderr).not.toBe('');
  return { code, answer: v.parse(CheckSchema, JSON.parse(stdout)) };
}

test.each(['kernels-community/activation@v1', 'kernels-community/activation@v2', 'kernels-community/relu@v1'])(
  '%s: verdicts and words are those of the library',
  async (kernel) => {
    const [id, version] = kernel.split('@v');
    const script = `
from kernels import get_kernel_variants, VariantAccepted
result = [[d.variant.variant_str, None if isinstance(d, VariantAccepted) else d.reason]
          for d in get_kernel_variants("${id ?? ''}", version=${version ?? ''})]`;
    const expected = v.parse(
      v.array(v.tuple([v.string(), v.nullable(v.string())])),
      await askPython({ python, hub, home: await folders.make() }, script),
    );
    const { answer } = await checked(kernel);
    const judged = answer.variants.map(({ variant, reason }): [string, string | null] => [variant, reason]);
    // Among builds that the library finds equally good its order is that of a Python set, another one in each process.
    const sorted = (list: readonly [string, string | null][]): string[] =>
      list.map((one) => JSON.stringify(one)).sort();
    expect(sorted(judged)).toEqual(sorted(expected));
    const accepted = (list: readonly [string, string | null][]): string[] =>
      list.flatMap(([name, reason]) => (reason === null ? [name] : []));
    expect(accepted(judged)).toEqual(accepted(expected));
    expect(answer.here.variant).toBe(accepted(expected)[0]);
  },
);

describe('the answer is the exit code', () => {
  test.each<[string, number, RegExp]>([
    ['kernels-community/activation', 0, /^kernels-community\/activation@v2 works here: torch-universal\n/],
    ['kernels-community/activation@v1', 0, /^kernels-community\/activation@v1 works here/],
    ['kernels-community/gated-mlp', 0, /needs kernel +kernels-community\/relu@v1: works here: torch-cpu/],
    ['kernels-community/gated-attention', 1, /may work here\. .*metadata has not been read/],
    ['kernels-community/old-relu', 1, /moved to +kernels-community\/relu@v1/],
  ])('%s: %i', async (kernel, code, words) => {
    const outcome = await check(kernel);
    expect(outcome.code, outcome.stderr).toBe(code);
    expect(outcome.stdout).toMatch(words);
  });

  test('a WebGPU kernel is judged by the adapter', async () => {
    const { code, answer } = await checked('webgpu-kernels/ai.onnx.Gelu@v1');
    expect(code).toBe(0);
    expect(answer.webgpu.map(({ variant, state }) => [variant, state])).toContainEqual(['unfused', 'fits']);
    expect(answer.trusted).toBe(true);
  });

  test('a publisher who is not trusted is told', async () => {
    const { stdout } = await check('stranger/relu');
    expect(stdout).toMatch(/publisher +stranger, not a trusted publisher: .*trust_remote_code=True/);
  });

  test.each<[string, number, RegExp]>([
    ['kernels-community/no-such-kernel', 4, /does not exist on .*, or it is private/],
    ['kernels-community/activation@v9', 4, /Version 9 .*not found, available versions: 1, 2/],
    ['kernels-community/private-attention', 4, /or it is private/],
    ['../x', 2, /is not a kernel/],
    ['kernels-community/activation@main', 2, /check looks at versions/],
    [`a/${'b'.repeat(10_000)}`, 2, /is not a kernel/],
    ['kernels-community/; rm -rf ~', 2, /is not a kernel/],
    ['kernels-community/\u202erelu', 2, /is not a kernel/],
  ])('%s: %i', async (kernel, code, words) => {
    const outcome = await check(kernel);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toMatch(words);
    expect(outcome.stderr.length).toBeLessThan(1000);
    expect(outcome.stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test('with a token a private kernel opens, and the token is not printed', async () => {
  const { code, stdout, stderr } = await check('kernels-community/private-attention', [], {
    ...setting,
    token: 'hf_reader',
  });
  expect(code, stderr).not.toBe(4);
  expect(stdout).toMatch(/access +private/);
  expect(stdout + stderr).not.toContain('hf_reader');
});

describe('without an answer', () => {
  test('nothing is known of a kernel that was never looked at', async () => {
    const { code, stderr } = await check('kernels-community/activation', ['--offline']);
    expect(code).toBe(4);
    expect(stderr).toMatch(/offline|HF_HUB_OFFLINE/i);
  });

  test('what was seen is shown, and its age said', async () => {
    await check('kernels-community/activation@v1');
    hub.clearRequests();
    const { code, stdout, stderr } = await check('kernels-community/activation@v1', ['--offline']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/works here: torch-universal/);
    expect(stderr).toContain(`as the Hub answered on ${new Date().toISOString().slice(0, 10)} at `);
    expect(hub.requests).toEqual([]);
  });

  test('a Hub in trouble is 4, after few requests', async () => {
    hub.faults.add({ match: /./, kind: 'status', status: 503 });
    const { code, stderr } = await check('kernels-community/activation');
    expect(code).toBe(4);
    expect(stderr).toMatch(/trouble of its own|not available/);
    expect(hub.requests.length).toBeLessThan(20);
  });
});

test('without a Python that answers, the builds are shown and none is judged', async () => {
  const { code, stdout } = await runCli(setting, [
    'check',
    'kernels-community/activation',
    '--python',
    '/no/such/python',
  ]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^kernels-community\/activation@v2 cannot be judged here: /);
  expect(stdout).toMatch(/ {2}\? torch-universal\n/);
});
