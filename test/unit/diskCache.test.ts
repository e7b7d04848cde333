import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskCache } from '../../src/hub/diskCache';
import { SECRET, settingsOf } from './answeringFetch';

const AT = '2026-01-01T00:00:00.000Z';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-cache-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function keep(key: string, value: unknown, scope = 'scope'): Promise<void> {
  const cache = new DiskCache({ folder, scope });
  cache.write(key, { value, at: AT });
  await cache.written();
}

async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

test('what one run kept, the next one reads, with its age', async () => {
  await keep('list', { kernels: ['ü', 1, null] });
  expect(new DiskCache({ folder, scope: 'scope' }).read('list')).toEqual({
    value: { kernels: ['ü', 1, null] },
    at: AT,
  });
  expect(new DiskCache({ folder, scope: 'scope' }).read('another')).toBeNull();
});

test('what is written can be read at once', () => {
  const cache = new DiskCache({ folder, scope: 'scope' });
  cache.write('a', { value: 1, at: AT });
  cache.write('a', { value: 2, at: AT });
  expect(cache.read('a')?.value).toBe(2);
});

test('what one token saw, another does not see, and no file has the token in it', async () => {
  const mine = settingsOf({ token: SECRET }).scope;
  await keep('list', 'private', mine);
  for (const { scope } of [
    settingsOf(),
    settingsOf({ token: 'hf_other' }),
    settingsOf({ endpoint: 'https://m.example', token: SECRET }),
  ]) {
    expect(new DiskCache({ folder, scope }).read('list')).toBeNull();
  }
  expect(new DiskCache({ folder, scope: mine }).read('list')?.value).toBe('private');
  for (const file of await files()) expect(file + (await readFile(file, 'utf8'))).not.toContain('TheSecret');
});

test.skipIf(process.platform === 'win32')('nobody else can look', async () => {
  await keep('list', 'private');
  expect((await stat(path.join(folder, 'scope'))).mode & 0o077).toBe(0);
});

test.each([
  ['nothing', ''],
  ['half of it', '{"format":1,"key":"li'],
  ['noise', '\u0000\uffff'],
  ['another form', JSON.stringify({ format: 2, key: 'list', at: AT, value: 1 })],
  ['the answer to something else', JSON.stringify({ format: 1, key: 'other', at: AT, value: 1 })],
  ['no date', JSON.stringify({ format: 1, key: 'list', at: 'today', value: 1 })],
  ['a list', '[]'],
])('a file that holds %s is an answer that is not there, and is replaced', async (_, text) => {
  await keep('list', 'old');
  const [file] = await files();
  await writeFile(file ?? '', text);
  expect(new DiskCache({ folder, scope: 'scope' }).read('list')).toBeNull();
  await keep('list', 'new');
  expect(new DiskCache({ folder, scope: 'scope' }).read('list')?.value).toBe('new');
});

test('what is no file of ours is let be', async () => {
  await mkdir(path.join(folder, 'scope', '0'.repeat(32) + '.json'), { recursive: true });
  await writeFile(path.join(folder, 'scope', 'notes.txt'), 'mine');
  await keep('list', 1);
  expect(await readFile(path.join(folder, 'scope', 'notes.txt'), 'utf8')).toBe('mine');
});

async function unusable(kind: string): Promise<string> {
  if (kind === 'a file') {
    await writeFile(path.join(folder, 'place'), 'mine');
    return path.join(folder, 'place');
  }
  await chmod(folder, 0o500);
  return path.join(folder, 'place');
}

// The superuser writes where it likes.
test.for(process.getuid?.() === 0 ? ['a file'] : ['a file', 'read-only'])(
  'a folder that is %s: told once, nothing lost, nothing thrown',
  async (kind) => {
    const place = await unusable(kind);
    const problems: string[] = [];
    const cache = new DiskCache({ folder: place, scope: 'scope', onProblem: (message) => problems.push(message) });
    for (const key of ['a', 'b', 'c']) {
      expect(cache.read(key)).toBeNull();
      cache.write(key, { value: key, at: AT });
      await cache.written();
    }
    expect(['a', 'b', 'c'].map((key) => cache.read(key)?.value)).toEqual(['a', 'b', 'c']);
    expect(problems).toEqual([expect.stringContaining(place)]);
    await chmod(folder, 0o700);
    if (kind === 'a file') expect(await readFile(place, 'utf8')).toBe('mine');
  },
);

test('the oldest go before there are too many', async () => {
  const cache = new DiskCache({ folder, scope: 'scope' });
  for (let at = 0; at < 700; at += 1) cache.write(`key ${at}`, { value: at, at: AT });
  await cache.written();
  const kept = await files();
  expect(kept.length).toBeLessThanOrEqual(600);
  expect(kept.length).toBeGreaterThan(500);
});
