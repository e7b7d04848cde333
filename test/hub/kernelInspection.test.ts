// A look into the kernels of the Hub of the tests.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createHub } from '../../src/hub/hubClient';
import type { HubError } from '../../src/hub/hubError';
import { hubSettings } from '../../src/hub/hubSettings';
import { inspectKernel } from '../../src/hub/kernelInspection';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import { startHub } from './hub';
import type { TestHub } from './hubTypes';

const never = new AbortController().signal;
let hub: TestHub;

beforeAll(async () => {
  hub = await startHub({ hostile: true });
});
afterEach(() => {
  hub.clearRequests();
  hub.faults.clear();
});
afterAll(async () => {
  await hub.close();
});

function look(
  id: string,
  version: number | null = null,
  more: { readonly token?: string; readonly taken?: string; readonly before?: KernelDetails } = {},
): Promise<KernelDetails> {
  const settings = hubSettings({
    endpoint: hub.endpoint,
    token: more.token,
    env: { HF_TOKEN_PATH: '/nowhere' },
    home: '/nowhere',
  });
  const takenHere = (variants: readonly string[]): string | null =>
    variants.find((name) => name === more.taken) ?? null;
  const known = null;
  return inspectKernel(
    { hub: createHub(settings, { fetch }), takenHere, known, before: more.before ?? null },
    id,
    version,
    never,
  );
}

test('a Python kernel', async () => {
  const id = 'kernels-community/activation';
  const details = await look(id, null, { taken: 'torch-stable-abi210-cu126-x86_64-linux' });
  expect(details).toMatchObject({
    id,
    versions: [{ version: 1 }, { version: 2, branch: 'v2', commit: hub.commitOf(id, 'v2') }],
    version: { version: 2 },
    commit: hub.commitOf(id, 'v2'),
    license: 'Apache-2.0',
    trusted: true,
    gated: false,
    private: false,
    redirect: null,
    webgpu: null,
    benchmarks: ['benchmarks/benchmark.py'],
  });
  expect(details.variants).toHaveLength(11);
  expect(details.metadata['torch-stable-abi210-cu126-x86_64-linux']).toMatchObject({
    name: 'activation',
    archs: ['7.0', '8.0', '9.0a', '9.0+PTX'],
    kernelsMinver: '0.14.0',
  });
  expect(details.functions.find(({ name }) => name === 'gelu_tanh')?.signature).toMatch(/^\(out, x/);
  expect(details.layers.length).toBeGreaterThan(0);
  expect(details.card).not.toMatch(/^---/);
  expect(hub.requests.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(10);
});

test('what belongs to a commit is asked for once', async () => {
  const id = 'kernels-community/activation';
  const before = await look(id, 1);
  hub.clearRequests();
  expect(await look(id, 1, { before })).toEqual(before);
  expect(hub.requests.filter(({ path }) => path.includes(before.commit))).toEqual([]);
  await look(id, 1, { before, taken: 'torch-universal' });
});

test('a WebGPU kernel', async () => {
  const details = await look('webgpu-kernels/ai.onnx.Softmax');
  expect(details).toMatchObject({ variants: ['webgpu'], version: { version: 1 }, functions: [] });
  expect(details.webgpu?.length).toBeGreaterThan(0);
  expect(details.webgpu?.every(({ features, limits }) => Array.isArray(features) && typeof limits === 'object')).toBe(
    true,
  );
});

test('one that has moved', async () => {
  expect((await look('kernels-community/old-relu')).redirect).toEqual({
    destination: 'kernels-community/relu',
    revision: expect.any(String) as string,
  });
});

test.each([undefined, 'hf_visitor'])('a gated one, without access (%s): what can be seen', async (token) => {
  const details = await look('kernels-community/gated-attention', null, token === undefined ? {} : { token });
  expect(details).toMatchObject({ gated: true, metadata: {} });
  expect(details.versions.length).toBeGreaterThan(0);
});

test('a private one, and one by nobody in particular', async () => {
  expect(await look('kernels-community/private-attention', null, { token: 'hf_reader' })).toMatchObject({
    private: true,
  });
  await expect(look('kernels-community/private-attention')).rejects.toMatchObject({
    kind: 'unauthorized',
  } satisfies Partial<HubError>);
  expect(await look('stranger/relu')).toMatchObject({ trusted: false });
});

test('trust that cannot be asked about is not assumed', async () => {
  hub.faults.add({ match: /overview/, kind: 'garbage' });
  expect((await look('kernels-community/relu')).trusted).toBeNull();
});

test('one with paths that lead out of it', async () => {
  const details = await look('stranger/hostile-paths');
  for (const name of details.variants) expect(name).not.toMatch(/[/\\]|^\.\.?$/);
  expect(details.metadata).toEqual({});
});

test('a version that is not there', async () => {
  await expect(look('kernels-community/activation', 7)).rejects.toThrow(
    'Version 7 of kernels-community/activation not found, available versions: 1, 2.',
  );
});
