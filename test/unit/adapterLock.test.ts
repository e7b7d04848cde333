import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AdapterBusyError, AdapterLock } from '../../src/profile/webgpu/adapterLock';

describe('the lock of an adapter', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kernel-lens-lock-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Makes it look as if `pid` held the lock. */
  async function heldBy(pid: number | string): Promise<string> {
    const lock = AdapterLock.take(folder, 'GPU');
    lock.release();
    await writeFile(lock.file, String(pid));
    return lock.file;
  }

  test('a living holder is named, and another adapter is free', async () => {
    await heldBy(process.ppid);
    expect(() => AdapterLock.take(folder, 'GPU')).toThrow(AdapterBusyError);
    expect(() => AdapterLock.take(folder, 'GPU')).toThrow(new RegExp(`process ${process.ppid}.*GPU`));
    AdapterLock.take(folder, 'other GPU').release();
  });

  test('released, nothing of it is left', async () => {
    AdapterLock.take(folder, 'GPU').release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('a holder that has ended is followed', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await heldBy(child.pid ?? 0);
    AdapterLock.take(folder, 'GPU').release();
  });

  test.each(['', 'nonsense', '-5'])('a lock that says %j is left over', async (text) => {
    await heldBy(text);
    AdapterLock.take(folder, 'GPU').release();
  });

  test('a lock that nobody has renewed for long is left over, though its process id lives', async () => {
    const file = await heldBy(process.ppid);
    const before = new Date(Date.now() - 3_600_000);
    await utimes(file, before, before);
    AdapterLock.take(folder, 'GPU').release();
  });

  test('what another has taken over is not released', async () => {
    const lock = AdapterLock.take(folder, 'GPU');
    await writeFile(lock.file, String(process.ppid));
    lock.release();
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('this process cannot take it twice, and can again when it has released it', () => {
    const lock = AdapterLock.take(folder, 'GPU');
    expect(() => AdapterLock.take(folder, 'GPU')).toThrow(AdapterBusyError);
    lock.release();
    AdapterLock.take(folder, 'GPU').release();
  });

  test("this process's id in another process's lock is left over", async () => {
    await heldBy(process.pid);
    AdapterLock.take(folder, 'GPU').release();
  });

  test.each([
    { start: 'free', mode: 'release' },
    { start: 'left over', mode: 'leave' },
  ])('many processes, never two holders: a lock that is $start, and that they $mode', async ({ start, mode }) => {
    const rival = join(folder, 'rival.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'lockRival.ts')],
      outfile: rival,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const locks = join(folder, 'locks');
    await mkdir(locks);
    if (start === 'left over') {
      const lock = AdapterLock.take(locks, 'GPU');
      lock.release();
      await writeFile(lock.file, '');
    }
    let held = 0;
    const rivals = Array.from({ length: 6 }, () => spawn(process.execPath, [rival, locks, mode, '150']));
    const outputs = await Promise.all(
      rivals.map(async (child) => {
        let text = '';
        child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
        child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
        await once(child, 'close');
        return text;
      }),
    );
    for (const text of outputs) {
      expect(text).toMatch(/^held \d+ times, overlapped 0 times\n$/);
      held += Number(/\d+/.exec(text)?.[0]);
    }
    expect(held).toBeGreaterThan(1);
  });
});
