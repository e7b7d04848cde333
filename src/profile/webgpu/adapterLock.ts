// One measurement at a time on an adapter, over all processes of this machine: two at once would time each other.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another process holds the adapter. */
export class AdapterBusyError extends Error {
  override readonly name = 'AdapterBusyError';
  constructor(
    adapter: string,
    readonly pid: number,
  ) {
    super(
      `Another run (process ${pid}) is measuring on ${adapter}. Wait until it has ended, or stop it, then run again.`,
    );
  }
}

/** A living holder renews its lock this often. */
const RENEW_MS = 5_000;
/** A lock older than this is left over, even where its process id lives: ids are used again. */
const STALE_MS = 10 * 60_000;
const ATTEMPTS = 3;

/** A lock file with the holder's process id. Whoever takes it releases it. */
export class AdapterLock {
  private readonly renewal: NodeJS.Timeout;

  private constructor(readonly file: string) {
    this.renewal = setInterval(() => {
      const now = new Date();
      try {
        utimesSync(file, now, now);
      } catch {
        // Somebody removed it; the run goes on, only unguarded.
      }
    }, RENEW_MS);
    this.renewal.unref();
  }

  /** Takes the lock of `adapter` in `folder`. Throws AdapterBusyError while a living process holds it. */
  static take(folder: string, adapter: string): AdapterLock {
    const key = createHash('sha256').update(adapter).digest('hex').slice(0, 12);
    const file = join(folder, `kernel-lens-${key}.lock`);
    for (let attempt = 1; ; attempt++) {
      try {
        writeFileSync(file, String(process.pid), { flag: 'wx' });
        return new AdapterLock(file);
      } catch (error) {
        if (!hasCode(error, 'EEXIST') || attempt === ATTEMPTS) throw error;
      }
      const holder = livingHolder(file);
      if (holder !== null) throw new AdapterBusyError(adapter, holder);
      rmSync(file, { force: true });
    }
  }

  release(): void {
    clearInterval(this.renewal);
    if (readHolder(this.file) === process.pid) rmSync(this.file, { force: true });
  }
}

/** The process that holds the lock; null when it is gone or the lock is left over. */
function livingHolder(file: string): number | null {
  const pid = readHolder(file);
  if (pid === null || pid === process.pid || !isAlive(pid)) return null;
  try {
    return Date.now() - statSync(file).mtimeMs < STALE_MS ? pid : null;
  } catch {
    return null;
  }
}

function readHolder(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, but there.
    return hasCode(error, 'EPERM');
  }
  return !isZombie(pid);
}

/** Ended, but not yet collected by its parent: on Linux such a process can still be signalled. */
function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').includes(' Z ');
  } catch {
    return false;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
