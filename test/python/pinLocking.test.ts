// Locking over the Hub of the tests, held to `kernels lock` of the library from PyPI.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { changePins, type PinChange, type PinTools } from '../../src/hub/changePins';
import { createHub } from '../../src/hub/hubClient';
import { hubSettings } from '../../src/hub/hubSettings';
import type { PinTexts } from '../../src/kernels/pinTexts';
import { startHub } from '../hub/hub';
import type { TestHub } from '../hub/hubTypes';
import { askPython, kernelsCommand, type PythonSetting } from '../hub/pythonClient';
import { temporaryFolders } from '../hub/temporaryFolders';

const folders = temporaryFolders();
const signal = new AbortController().signal;
let server: TestHub;

beforeAll(async () => {
  server = await startHub();
});
afterAll(async () => {
  await server.close();
  await folders.remove();
});

async function setting(hub: TestHub, token?: string): Promise<PythonSetting> {
  const home = await folders.make();
  return { python: inject('python'), hub, home, ...(token === undefined ? {} : { token }) };
}

function toolsOf({ endpoint }: TestHub, token?: string): PinTools {
  const hub = createHub(hubSettings({ endpoint, token, env: {}, home: '' }), { fetch });
  return { hub, library: '0.17.2', allow: () => Promise.resolve(false) };
}

function pyproject(pins: Readonly<Record<string, number>>): string {
  const lines = Object.entries(pins).map(([id, version]) => `"kernels-community/${id}" = ${version}\n`);
  return `[project]\nname = "mine"\nversion = "1"\n\n[tool.kernels.dependencies]\n${lines.join('')}`;
}

/** What the command `kernels lock` writes for each, or `Type: message` of what it raises, from one process. */
async function theirs(client: PythonSetting, texts: readonly string[]): Promise<readonly string[]> {
  const made = await Promise.all(
    texts.map(async (text) => {
      const folder = await folders.make();
      await writeFile(path.join(folder, 'pyproject.toml'), text);
      return folder;
    }),
  );
  const answer = await askPython(
    client,
    `
import sys
from pathlib import Path
from kernels.cli import main
def lock(folder):
    sys.argv = ["kernels", "lock", folder]
    main()
    return (Path(folder) / "kernels.lock").read_text(encoding="utf-8")
result = [tried(lambda: lock(folder)) for folder in ${JSON.stringify(made)}]
`,
  );
  return answer as readonly string[];
}

async function ours(tools: PinTools, text: string, change: PinChange = { kind: 'lock' }): Promise<PinTexts> {
  return (await changePins({ pyproject: text, lock: null, pins: null }, change, tools, signal)).texts;
}

test('the lock file is the one that `kernels lock` writes, byte for byte', async () => {
  const texts = [
    { relu: 1 },
    { 'gated-mlp': 1 },
    { 'triton-layer-norm': 3, relu: 1, 'gated-mlp': 1, activation: 2 },
    { 'hostile-card': 1 },
    { 'private-attention': 1, 'gated-attention': 1 },
  ].map((pins) => pyproject(pins));
  texts.push('[tool.kernels]\ndependencies = { "webgpu-kernels/ai.onnx.Add" = 1 }\n');
  const locks = await theirs(await setting(server, 'hf_reader'), texts);
  for (const [index, text] of texts.entries()) {
    expect((await ours(toolsOf(server, 'hf_reader'), text)).lock, text).toBe(locks[index]);
  }
});

test('a mirror with a path and short pages gives the same file', async () => {
  const mirror = await startHub({ prefix: '/mirror/hf', treePageSize: 2 });
  try {
    const text = pyproject({ 'gated-mlp': 1 });
    const [lock] = await theirs(await setting(mirror), [text]);
    expect((await ours(toolsOf(mirror), text)).lock).toBe(lock);
  } finally {
    await mirror.close();
  }
});

test('changes one after the other end where locking everything ends', async () => {
  const tools = toolsOf(server);
  const pin = (name: string, version: number): PinChange => {
    return { kind: 'pin', id: `kernels-community/${name}`, version, language: 'python' };
  };
  const unpin = (name: string): PinChange => ({ kind: 'unpin', id: `kernels-community/${name}` });
  const change = fc.constantFrom(
    pin('relu', 1),
    pin('gated-mlp', 1),
    pin('activation', 1),
    pin('activation', 2),
    unpin('relu'),
    unpin('gated-mlp'),
    unpin('activation'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      let texts: PinTexts = { pyproject: '[project]\nname = "x"\n', lock: null, pins: null };
      for (const one of changes) texts = (await changePins(texts, one, tools, signal)).texts;
      expect(texts).toEqual((await changePins(texts, { kind: 'lock' }, tools, signal)).texts);
    }),
    { numRuns: 12, seed: 3 },
  );
});

test('a pin keeps its commit while another kernel is pinned, and moves when it is updated', async () => {
  const hub = await startHub();
  try {
    const tools = toolsOf(hub);
    const relu = { kind: 'pin', id: 'kernels-community/relu', version: 1, language: 'python' } as const;
    const first = await ours(tools, pyproject({}), relu);
    const before = hub.commitOf('kernels-community/relu', 'v1');
    const after = hub.publish('kernels-community/relu', 'v1', { 'build/torch-cpu/more.py': 'MORE = 1\n' });
    const second = await changePins(first, { ...relu, id: 'kernels-community/activation' }, tools, signal);
    expect(second.texts.lock).toContain(before);
    const third = await changePins(second.texts, relu, tools, signal);
    expect(third.texts.lock).toContain(after);
    expect(third.texts.lock).not.toContain(before);
    expect(await theirs(await setting(hub), [third.texts.pyproject ?? ''])).toEqual([third.texts.lock]);
  } finally {
    await hub.close();
  }
});

test('`kernels download` and `load_kernel` take what is written', async () => {
  const client = await setting(server);
  const folder = await folders.make();
  const file = path.join(folder, 'kernels.lock');
  await writeFile(file, (await ours(toolsOf(server), pyproject({ 'gated-mlp': 1 }))).lock ?? '');
  await kernelsCommand(client, ['download', folder]);
  await forgetTrees(client);
  const loaded = await askPython(
    client,
    `
from pathlib import Path
from kernels import load_kernel
result = load_kernel("kernels-community/gated-mlp", lockfile=Path(${JSON.stringify(file)})).__all__
`,
  );
  expect(loaded).toEqual(['gated_mlp']);
});

test('what cannot be locked is refused in the words of the library', async () => {
  const hub = await startHub();
  try {
    const metadata = (depends: unknown): string => {
      const known = { id: '_x_1', name: 'relu', version: 1, license: 'MIT', 'python-depends': [] };
      return JSON.stringify({ ...known, 'kernel-depends': depends, backend: { type: 'cpu' } });
    };
    const publish = (name: string, branch: string, build: string, text: string | null): void => {
      hub.publish(`kernels-community/${name}`, branch, { [`build/${build}/metadata.json`]: text });
    };
    const self = { 'repo-id': 'kernels-community/relu', version: 1 };
    publish('relu', 'v1', 'torch-cpu', metadata([self]));
    publish(
      'activation',
      'v2',
      'torch-universal',
      metadata([{ 'repo-id': 'webgpu-kernels/ai.onnx.Add', revision: 'v1' }]),
    );
    publish('triton-layer-norm', 'v3', 'torch-cuda', metadata([{ 'repo-id': 'stranger/relu', version: 1 }]));
    publish('gated-mlp', 'v1', 'torch-universal', metadata('all of them'));
    publish('hostile-card', 'v1', 'torch-universal', null);

    const untrusted = "Kernel repository 'stranger/relu' is not from a trusted publisher. Set trust_remote_code=True";
    const cases: readonly (readonly [string, string])[] = [
      ['[tool.kernels.dependencies]\n"stranger/relu" = 1\n', untrusted],
      [pyproject({ activation: 9 }), 'Version 9 not found, available versions: 1, 2'],
      [pyproject({ relu: 1 }), 'Cyclic kernel dependency detected: kernels-community/relu'],
      [pyproject({ activation: 2 }), 'Invalid git object id, expected 40 or 64 hexadecimal digits: v1'],
      [pyproject({ 'triton-layer-norm': 3 }), untrusted],
      [pyproject({ 'gated-mlp': 1 }), 'Cannot parse metadata from'],
      [pyproject({ 'hostile-card': 1 }), 'build/torch-universal/metadata.json'],
      [pyproject({ 'old-relu': 1 }), 'old-relu'],
      [pyproject({ nothing: 1 }), 'nothing'],
    ];
    const refusals = await theirs(
      await setting(hub),
      cases.map(([text]) => text),
    );
    for (const [index, [text, words]] of cases.entries()) {
      expect(refusals[index]).toContain(words);
      await expect(ours(toolsOf(hub), text)).rejects.toThrow(words);
    }
  } finally {
    await hub.close();
  }
});

/** From these listings huggingface_hub 2.4 concludes that a snapshot of one build is incomplete. */
async function forgetTrees({ home }: PythonSetting): Promise<void> {
  const cache = path.join(home, 'hub');
  await mkdir(cache, { recursive: true });
  const kernels = (await readdir(cache)).filter((name) => name.startsWith('kernels--'));
  for (const name of kernels) await rm(path.join(cache, name, 'trees'), { recursive: true, force: true });
}
