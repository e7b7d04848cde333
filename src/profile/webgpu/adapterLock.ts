// One measurement at a time on an adapter, over all processes of this machine: two at once would time each other.
import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
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
/** How often a lock may vanish between the try to take it and the look at who has it. */
const ATTEMPTS = 50;
/** What `link` says on a file system without hard links. */
const NO_HARD_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EINVAL'];

/** A lock file with the holder's process id. Whoever takes it releases it. */
export class AdapterLock {
  private readonly renewal: NodeJS.Timeout;

  private constructor(
    readonly file: string,
    private readonly adapter: string,
    private readonly text: string,
  ) {
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

  /** Takes the lock of `adapter` in `folder`. Throws AdapterBusyError while a living process, this one too, holds it. */
  static take(folder: string, adapter: string): AdapterLock {
    const file = join(folder, `kernel-lens-${shortHash(adapter)}.lock`);
    return new AdapterLock(file, adapter, acquire(file, adapter));
  }

  release(): void {
    clearInterval(this.renewal);
    try {
      removeUnchanged(this.file, this.text, this.adapter);
    } catch (error) {
      // Somebody takes it for left over, and is removing it now.
      if (!(error instanceof AdapterBusyError)) throw error;
    }
  }
}

/** Makes `file` this process's; returns what is written in it, which no other lock ever says. */
function acquire(file: string, adapter: string): string {
  const text = `${process.pid} ${performance.timeOrigin} ${randomUUID()}`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (place(file, text)) return text;
    const found = readText(file);
    if (found === null) continue;
    const holder = livingHolder(file, found);
    if (holder !== null) throw new AdapterBusyError(adapter, holder);
    removeUnchanged(file, found, adapter);
  }
  throw new Error(`The lock ${file} could not be taken. Remove it when no other run is measuring, then run again.`);
}

/**
 * Removes `file` if it still says `text`. Of those who want to remove the same text, one at a time may: it holds a lock
 * named after the text. Nobody can thus remove what another has put there since.
 */
function removeUnchanged(file: string, text: string, adapter: string): void {
  const claim = `${file}.${shortHash(text)}`;
  acquire(claim, adapter);
  try {
    if (readText(file) === text) rmSync(file, { force: true });
  } finally {
    rmSync(claim, { force: true });
  }
}

/** Puts `file` there with all of its text at once; false when there is one. */
function place(file: string, text: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, text, { flag: 'wx' });
  try {
    return succeeds(() => {
      linkSync(draft, file);
    });
  } catch (error) {
    if (!NO_HARD_LINKS.some((code) => hasCode(error, code))) throw error;
    return succeeds(() => {
      writeFileSync(file, text, { flag: 'wx' });
    });
  } finally {
    rmSync(draft, { force: true });
  }
}

/** False when the file that it would make is there already. */
function succeeds(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** The process that holds the lock; null when it is gone or the lock is left over. */
function livingHolder(file: string, text: string): number | null {
  const [id = '', origin] = text.split(' ');
  const pid = Number.parseInt(id, 10);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  // Our own id in a lock that we did not write: it was another process's before.
  if (pid === process.pid && origin !== String(performance.timeOrigin)) return null;
  if (!isAlive(pid)) return null;
  try {
    return Date.now() - statSync(file).mtimeMs < STALE_MS ? pid : null;
  } catch {
    return null;
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
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
