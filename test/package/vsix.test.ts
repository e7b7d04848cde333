import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageExtension } from '../../scripts/package.mjs';
import { zipEntries } from './zipEntries';

const BUNDLE_LIMIT = 450_000;
/** Loaded once code is shown: the parsers are in it. */
const EDITOR_LIMIT = 700_000;
const VSIX_LIMIT = 15_000_000;

const archive = await packaged();
const entries = zipEntries(archive);

async function packaged(): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-vsix-'));
  try {
    return await readFile(await packageExtension({ platform: 'linux-x64', folder }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes in all of the files whose name matches. */
function bytes(pattern: RegExp): number {
  const some = entries.filter(({ name }) => pattern.test(name));
  expect(some).not.toEqual([]);
  return some.reduce((sum, { size }) => sum + size, 0);
}

test('holds these files and no others', async () => {
  // A file that is meant to ship is added to the list; one that is not, to no list at all.
  const pinned = await readFile(path.join(import.meta.dirname, 'vsixFiles.txt'), 'utf8');
  expect(entries.map(({ name }) => name).sort()).toEqual(pinned.trim().split('\n'));
});

test('is small enough to download', () => {
  expect(archive.length).toBeLessThan(VSIX_LIMIT);
});

test.each([
  ['extension', /dist\/extension\.js$/],
  ['page', /dist\/webview\/.*\.(js|css)$/],
])('the %s is small enough to start at once', (_, pattern) => {
  expect(bytes(pattern)).toBeLessThan(BUNDLE_LIMIT);
});

test('what reads code is small enough to load while somebody waits for it', () => {
  expect(bytes(/dist\/editor\.js$/)).toBeLessThan(EDITOR_LIMIT);
});

test('ships the licence of everything in it', () => {
  expect(bytes(/\/LICENSE\.txt$/)).toBeGreaterThan(0);
  expect(bytes(/\/ThirdPartyNotices\.txt$/)).toBeGreaterThan(0);
});
