import { chmod, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProbeFacts } from '../../src/machine/probeAnswer';
import { ProbeCache, type ProbeKey } from '../../src/machine/probeCache';
import { probeFacts } from './probeFacts';

const HOUR = 3_600_000;

let folder: string;
let now: number;
let cache: ProbeCache;
let key: ProbeKey;
let facts: ProbeFacts;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernel-lens-cache-'));
  now = 1_800_000_000_000;
  cache = new ProbeCache(join(folder, 'deep', 'cache'), () => now);
  const [version, interpreter] = [join(folder, 'version.py'), join(folder, 'python')];
  await writeFile(version, '');
  await writeFile(interpreter, '');
  key = { interpreter, modules: ['einops', 'nki'], env: {} };
  const python = { version: '3.12.4', executable: interpreter, freeThreaded: false };
  facts = probeFacts({ python, stamps: [version, interpreter, join(folder, 'not there')] });
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('facts of an interpreter', () => {
  test('are kept, and read without asking again', async () => {
    expect(await cache.read(key)).toBeNull();
    await cache.write(key, facts);
    expect(await cache.read(key)).toEqual(facts);
    expect(await cache.read({ ...key, modules: ['nki', 'einops'] })).toEqual(facts);
  });

  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    'torch is another': () => utimes(join(folder, 'version.py'), 5, 5),
    'a file has come': () => writeFile(join(folder, 'not there'), ''),
    'a file has gone': () => rm(join(folder, 'version.py')),
    'they are a day old': async () => (now += 25 * HOUR),
    'the clock was set back': async () => (now -= HOUR),
  };
  test.each(Object.entries(changes))('are old where %s', async (_name, change) => {
    await cache.write(key, facts);
    await change();
    expect(await cache.read(key)).toBeNull();
  });

  test('hold for what they were asked with', async () => {
    await cache.write(key, facts);
    expect(await cache.read({ ...key, interpreter: join(folder, 'other') })).toBeNull();
    expect(await cache.read({ ...key, modules: ['einops'] })).toBeNull();
    expect(await cache.read({ ...key, env: { CUDA_VISIBLE_DEVICES: '1' } })).toBeNull();
    expect(await cache.read({ ...key, env: { CUDA_VISIBLE_DEVICES: '' } })).toBeNull();
    expect(await cache.read({ ...key, env: { HSA_OVERRIDE_GFX_VERSION_1: '10.3.0' } })).toBeNull();
    expect(await cache.read({ ...key, env: { HF_TOKEN: 'hf_secret' } })).toEqual(facts);
  });

  test('are not kept where another program answered than the one that was asked', async () => {
    await cache.write(key, { ...facts, python: { ...facts.python, executable: '/versions/3.12/bin/python' } });
    expect(await cache.read(key)).toBeNull();
  });

  test('are not kept where the driver did not answer', async () => {
    await cache.write(key, { ...facts, gpus: { ...facts.gpus, problem: 'It hangs.' } });
    expect(await cache.read(key)).toBeNull();
  });

  test('take nothing from the environment along', async () => {
    await cache.write({ ...key, env: { HF_TOKEN: 'hf_secret', CUDA_VISIBLE_DEVICES: 'GPU-12' } }, facts);
    const [name = ''] = await readdir(join(folder, 'deep', 'cache'));
    const text = await readFile(join(folder, 'deep', 'cache', name), 'utf8');
    expect(text).not.toMatch(/hf_secret|GPU-12/);
  });
});

describe('a cache folder', () => {
  async function onlyFile(): Promise<string> {
    const [name = ''] = await readdir(join(folder, 'deep', 'cache'));
    return join(folder, 'deep', 'cache', name);
  }

  test.each(['', 'garbage', '{}', '[]', 'null', '{"at": 1, "stamps": [], "facts": {"python": {}}}'])(
    'that holds %j is asked past, and mended',
    async (content) => {
      await cache.write(key, facts);
      await writeFile(await onlyFile(), content);
      expect(await cache.read(key)).toBeNull();
      await cache.write(key, facts);
      expect(await cache.read(key)).toEqual(facts);
    },
  );

  test('that is a file changes nothing', async () => {
    const blocked = new ProbeCache(join(folder, 'version.py'), () => now);
    await blocked.write(key, facts);
    expect(await blocked.read(key)).toBeNull();
    expect(await readFile(join(folder, 'version.py'), 'utf8')).toBe('');
  });

  test('that is read-only changes nothing', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows knows no folder that is read-only');
    skip(process.getuid?.() === 0, 'root may write everywhere');
    await chmod(folder, 0o555);
    await cache.write(key, facts);
    expect(await cache.read(key)).toBeNull();
    await chmod(folder, 0o755);
  });

  test('holds one file an interpreter, and no parts of files', async () => {
    await Promise.all(Array.from({ length: 20 }, () => cache.write(key, facts)));
    expect(await readdir(join(folder, 'deep', 'cache'))).toHaveLength(1);
    expect(await cache.read(key)).toEqual(facts);
  });
});
