// A program of its own: takes the lock again and again, and counts how often somebody else held it at the same time.
// Asked to leave it, it puts a dead process's lock in the place of its own, so that its rivals have one to clear away.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { AdapterBusyError, AdapterLock } from '../../src/profile/webgpu/adapterLock';

/** No process has it: above every limit on ids. */
const NOBODY = 2 ** 30;

function rest(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function take(folder: string): AdapterLock | null {
  try {
    return AdapterLock.take(folder, 'GPU');
  } catch (error) {
    if (!(error instanceof AdapterBusyError)) throw error;
    return null;
  }
}

/** False when another one is inside. */
function stayAlone(inside: string, ms: number): boolean {
  try {
    writeFileSync(inside, '', { flag: 'wx' });
    rest(ms);
    rmSync(inside);
    return true;
  } catch {
    return false;
  }
}

function compete(folder: string, mode: string, tries: number): string {
  let held = 0;
  let overlapped = 0;
  for (let attempt = 0; attempt < tries; attempt++) {
    const lock = take(folder);
    if (lock === null) {
      rest(1);
      continue;
    }
    held += 1;
    if (!stayAlone(join(folder, 'inside'), attempt % 3)) overlapped += 1;
    if (mode === 'leave') {
      const dead = join(folder, `dead-${process.pid}`);
      writeFileSync(dead, `${NOBODY} ${held} ${process.pid}`);
      renameSync(dead, lock.file);
    }
    lock.release();
  }
  return `held ${held} times, overlapped ${overlapped} times\n`;
}

const [folder = '', mode = 'release', tries = '1'] = process.argv.slice(2);
process.stdout.write(compete(folder, mode, Number(tries)));
