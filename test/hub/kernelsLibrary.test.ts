// The `kernels` library from PyPI against the Hub of the tests.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { startHub } from './hub';
import type { TestHub } from './hubTypes';
import { askPython, kernelsCommand } from './pythonClient';
import type { PythonSetting } from './pythonClient';
import { temporaryFolders } from './temporaryFolders';

const folders = temporaryFolders();
let hub: TestHub;

beforeAll(async () => {
  hub = await startHub();
});
afterEach(() => {
  hub.clearRequests();
  hub.faults.clear();
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

async function setting(token?: string): Promise<PythonSetting> {
  const home = await folders.make();
  return { python: inject('python'), hub, home, ...(token === undefined ? {} : { token }) };
}

test('get_kernel loads what the Hub serves, and its token stays with the Hub', async () => {
  const result = await askPython(
    await setting('hf_visitor'),
    `
from kernels import get_kernel
kernel = get_kernel("kernels-community/activation", version=2, backend="cpu")
out = [0.0] * 2
kernel.gelu_tanh(out, [1.0, -2.0])
result = {"out": [round(value, 3) for value in out], "file": kernel.__file__.replace("\\\\", "/")}
`,
  );
  expect(result).toEqual({
    out: [0.841, -0.045],
    file: expect.stringContaining(
      `kernels--kernels-community--activation/snapshots/${hub.commitOf('kernels-community/activation', 'v2')}/build/torch-universal/__init__.py`,
    ) as string,
  });
  const large = hub.requests.filter(({ origin }) => origin === 'files');
  expect(large.map(({ status, authorization }) => ({ status, authorization }))).toEqual([
    { status: 200, authorization: null },
  ]);
  const rest = hub.requests.filter(({ path: asked }) => asked.includes('/kernels'));
  expect(new Set(rest.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer hf_visitor']));
});

test('a kernel that stands on others brings them', async () => {
  const result = await askPython(
    await setting(),
    `
from kernels import get_kernel, get_loaded_kernels
kernel = get_kernel("kernels-community/gated-mlp", version=1, backend="cpu")
out = [0.0]
kernel.gated_mlp(out, [1.0, -1.0])
result = {"out": out, "loaded": sorted(one.repo_info.repo_id for one in get_loaded_kernels())}
`,
  );
  expect(result).toEqual({
    out: [0],
    loaded: ['kernels-community/activation', 'kernels-community/gated-mlp', 'kernels-community/relu'],
  });
});

test('has_kernel and get_kernel_variants see the builds', async () => {
  const result = await askPython(
    await setting(),
    `
from kernels import get_kernel_variants, has_kernel
names = ["activation", "relu", "gated-mlp"]
result = {
    "has": [has_kernel(f"kernels-community/{name}", version=1, backend="cpu") for name in names],
    "triton": has_kernel("kernels-community/triton-layer-norm", version=3, backend="cpu"),
    "variants": {
        one.variant.variant_str: getattr(one, "reason", None)
        for one in get_kernel_variants("kernels-community/triton-layer-norm", version=3, backend="cpu")
    },
}
`,
  );
  const reason = (backend: string): string =>
    `backend (${backend}) does not match system backend (cpu) and is not universal`;
  expect(result).toEqual({
    has: [true, true, true],
    triton: false,
    variants: { 'torch-cuda': reason('cuda'), 'torch-rocm': reason('rocm'), 'torch-xpu': reason('xpu') },
  });
});

const trustHint =
  'Set trust_remote_code=True or add the repository ID to the trust_remote_code allowlist to allow loading kernels from untrusted sources.';
// Who asks, for what, and what the library says.
const refusals: readonly (readonly [token: string, id: string, version: number, expected: string])[] = [
  ['', 'stranger/relu', 1, `Kernel repository 'stranger/relu' is not from a trusted publisher. ${trustHint}`],
  ['', 'solo/softcap', 1, `Kernel repository 'solo/softcap' could not verify publisher trust status. ${trustHint}`],
  ['', 'kernels-community/activation', 7, 'ValueError: Version 7 not found, available versions: 1, 2'],
  ['', 'kernels-community/private-attention', 1, "HfHubHTTPError: Client error '401 Unauthorized'"],
  ['', 'kernels-community/nothing', 1, "HfHubHTTPError: Client error '401 Unauthorized'"],
  ['', 'kernels-community/gated-attention', 1, 'GatedRepoError: 401'],
  ['', 'kernels-community/old-relu', 1, 'RemoteEntryNotFoundError: 404'],
  ['', 'webgpu-kernels/ai.onnx.Add', 1, 'FileNotFoundError: Cannot find a build variant for this system'],
  ['hf_visitor', 'kernels-community/private-attention', 1, 'RepositoryNotFoundError: 404'],
  ['hf_visitor', 'kernels-community/nothing', 1, 'RepositoryNotFoundError: 404'],
  ['hf_visitor', 'kernels-community/gated-attention', 1, 'GatedRepoError: 403'],
  ['hf_wrong', 'kernels-community/relu', 1, 'could not verify publisher trust status'],
];
test.each(['', 'hf_visitor', 'hf_wrong'])('get_kernel refuses in its own words, with the token "%s"', async (token) => {
  const rows = refusals.filter(([own]) => own === token);
  const calls = JSON.stringify(rows.map(([, id, version]) => [id, version]));
  const result = await askPython(
    await setting(token === '' ? undefined : token),
    `
from kernels import get_kernel
result = [tried(lambda: str(get_kernel(id, version=version, backend="cpu"))) for id, version in ${calls}]
`,
  );
  expect(result).toEqual(rows.map(([, , , expected]) => expect.stringContaining(expected) as string));
});

test('a token opens what is private and what is gated', async () => {
  const result = await askPython(
    await setting('hf_reader'),
    `
from kernels import get_kernel
names = ["private-attention", "gated-attention"]
result = [get_kernel(f"kernels-community/{name}", version=1, backend="cpu").__all__ for name in names]
`,
  );
  expect(result).toEqual([['run'], ['run']]);
});

test('the digests in metadata.json are those that the library computes', async () => {
  const result = await askPython(
    await setting(),
    `
from pathlib import Path
from kernels import Metadata
from kernels.install import install_kernel_all_variants
from kernels._rust import Digest
result = {}
for name, version in [("activation", 2), ("relu", 1), ("gated-mlp", 1), ("triton-layer-norm", 3)]:
    for build in install_kernel_all_variants(f"kernels-community/{name}", version=version).iterdir():
        metadata = Metadata.read_from_file(build / "metadata.json")
        metadata.digest.validate(Digest.hash_variant(metadata.digest.algorithm, build))
        result[f"{metadata.name} {build.name}"] = metadata.version
`,
  );
  expect(Object.keys(result as object)).toHaveLength(11 + 5 + 1 + 3);
});

const project = `[project]\nname = "mine"\nversion = "1"\n\n[tool.kernels.dependencies]\n"kernels-community/gated-mlp" = 1\n"kernels-community/activation" = 2\n`;

test('lock, download and load_kernel agree on the commits of the Hub', async () => {
  const client = await setting();
  const folder = await folders.make();
  const lockFile = path.join(folder, 'kernels.lock');
  await writeFile(path.join(folder, 'pyproject.toml'), project);
  await kernelsCommand(client, ['lock', folder]);
  const locked = (id: string, version: number): unknown => ({
    dependency: { 'repo-id': `kernels-community/${id}`, version },
    lock: { commit: hub.commitOf(`kernels-community/${id}`, `v${version}`) },
  });
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as unknown;
  expect(lock).toHaveLength(4);
  expect(lock).toEqual(
    expect.arrayContaining([
      locked('relu', 1),
      locked('activation', 1),
      locked('gated-mlp', 1),
      locked('activation', 2),
    ]),
  );

  await kernelsCommand(client, ['download', folder]);
  // From these listings huggingface_hub 2.4 concludes that a snapshot of one build is incomplete, and the library
  // then refuses what it has just downloaded.
  const caches = (await readdir(path.join(client.home, 'hub'))).filter((name) => name.startsWith('kernels--'));
  for (const name of caches) await rm(path.join(client.home, 'hub', name, 'trees'), { recursive: true });
  hub.clearRequests();
  const result = await askPython(
    client,
    `
from pathlib import Path
from kernels import load_kernel
result = sorted(load_kernel("kernels-community/gated-mlp", lockfile=Path(${JSON.stringify(lockFile)})).__all__)
`,
  );
  expect(result).toEqual(['gated_mlp']);
  expect(hub.requests).toEqual([]);
});

test('a locked kernel stays what it was when its branch moves on', async () => {
  const own = await startHub();
  try {
    const client = { ...(await setting()), hub: own };
    const folder = await folders.make();
    await writeFile(path.join(folder, 'pyproject.toml'), '[tool.kernels.dependencies]\n"kernels-community/relu" = 1\n');
    await kernelsCommand(client, ['lock', folder]);
    const before = own.commitOf('kernels-community/relu', 'v1');
    const after = own.publish('kernels-community/relu', 'v1', { 'build/torch-cpu/more.py': 'MORE = 1\n' });
    expect(after).not.toBe(before);
    await kernelsCommand(client, ['download', folder]);
    const lock = await readFile(path.join(folder, 'kernels.lock'), 'utf8');
    expect(lock).toContain(before);
    const asked = own.requests.map((request) => request.path).filter((asked) => asked.includes('metadata.json'));
    expect(asked.at(-1)).toContain(before);
  } finally {
    await own.close();
  }
});

test('lock refuses what the Hub does not vouch for', async () => {
  const folder = await folders.make();
  await writeFile(path.join(folder, 'pyproject.toml'), '[tool.kernels.dependencies]\n"stranger/relu" = 1\n');
  await expect(kernelsCommand(await setting(), ['lock', folder])).rejects.toThrow(
    "Kernel repository 'stranger/relu' is not from a trusted publisher.",
  );
});

test('the commands info and versions read the Hub', async () => {
  const client = await setting();
  const info = await kernelsCommand(client, ['info', 'kernels-community/activation', '--json']);
  expect(JSON.parse(info)).toMatchObject({
    revision: 'v2',
    name: 'activation',
    version: 2,
    kernels_minver: '0.14.0',
    backends: ['cpu', 'cuda', 'metal', 'rocm', 'universal', 'xpu'],
  });
  const versions = await kernelsCommand(client, ['versions', 'kernels-community/activation']);
  expect(versions).toContain('Version 1:');
  expect(versions).toContain('Version 2:');
  expect(versions).toContain('torch-universal compatible');
});

test('behind a mirror with a path, every request stays below it', async () => {
  const mirror = await startHub({ prefix: '/mirror/hf', treePageSize: 2 });
  try {
    const script =
      'from kernels import get_kernel\nresult = get_kernel("kernels-community/activation", version=2, backend="cpu").__all__';
    const result = await askPython({ ...(await setting('hf_reader')), hub: mirror }, script);
    expect(result).toContain('gelu_tanh');
    const asked = mirror.requests.filter(({ origin }) => origin === 'hub');
    expect(asked.filter(({ path: asked }) => !asked.startsWith('/mirror/hf/'))).toEqual([]);
    expect(asked.filter(({ path: asked }) => asked.includes('cursor=')).length).toBeGreaterThan(4);
  } finally {
    await mirror.close();
  }
});
