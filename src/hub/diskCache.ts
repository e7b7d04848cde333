// What the Hub said before, as files: small, replaceable, and no trouble where they cannot be kept.
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { writeFileAtomically } from '../profile/writeFile';

export interface CachedAnswer {
  readonly value: unknown;
  /** ISO 8601: when the Hub gave it. */
  readonly at: string;
}

/** What the Hub said before. Neither method ever throws: a cache that does not work is an empty one. */
export interface AnswerCache {
  /** Null: nothing, or nothing that can be read. */
  read(key: string): CachedAnswer | null;
  /** What is written can be read at once; the disk follows. */
  write(key: string, answer: CachedAnswer): void;
}

export interface DiskCacheOptions {
  /** The folder of the answers; made when the first one is kept. */
  readonly folder: string;
  /** `HubSettings.scope`. */
  readonly scope: string;
  /** Told once, in a sentence for people, when the folder cannot be used. */
  readonly onProblem?: ((message: string) => void) | undefined;
}

const FileSchema = v.object({
  format: v.literal(1),
  key: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  value: v.unknown(),
});
const NAME = /^[0-9a-f]{32}\.json$/;
/** Larger ones are none of ours. */
const LARGEST_FILE = 64 * 1024 * 1024;
/** Beyond these the oldest go. */
const MOST_FILES = 600;

/** Answers as files in `folder`, those of each scope in a folder of their own that only this user can read. */
export class DiskCache implements AnswerCache {
  private readonly folder: string;
  private readonly memory = new Map<string, CachedAnswer | null>();
  private files: Set<string> | null = null;
  private readonly waiting = new Map<string, CachedAnswer>();
  private writing: Promise<void> | null = null;
  private broken = false;

  constructor(private readonly options: DiskCacheOptions) {
    this.folder = path.join(options.folder, options.scope);
  }

  read(key: string): CachedAnswer | null {
    const known = this.memory.get(key);
    if (known !== undefined) return known;
    const found = this.readFile(key);
    this.memory.set(key, found);
    return found;
  }

  write(key: string, answer: CachedAnswer): void {
    this.memory.set(key, answer);
    if (this.broken) return;
    this.waiting.set(key, answer);
    this.writing ??= this.writeWaiting().finally(() => {
      this.writing = null;
    });
  }

  /** Once all that was written is on the disk, or is known not to get there. */
  async written(): Promise<void> {
    await this.writing;
  }

  private readFile(key: string): CachedAnswer | null {
    const name = fileName(key);
    this.files ??= new Set(listed(this.folder));
    if (!this.files.has(name)) return null;
    const file = path.join(this.folder, name);
    try {
      if (statSync(file).size > LARGEST_FILE) return null;
      const parsed = v.safeParse(FileSchema, JSON.parse(readFileSync(file, 'utf8')));
      return parsed.success && parsed.output.key === key ? { value: parsed.output.value, at: parsed.output.at } : null;
    } catch {
      // Half a file, somebody else's, or one that just went: the Hub is asked anew and its answer replaces it.
      return null;
    }
  }

  private async writeWaiting(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      for (const [key, { at, value }] of this.waiting) {
        this.waiting.delete(key);
        const text = JSON.stringify({ format: 1, key, at, value });
        if (text.length <= LARGEST_FILE) await writeFileAtomically(path.join(this.folder, fileName(key)), text);
      }
      await removeOldest(this.folder);
    } catch (error) {
      this.broken = true;
      this.waiting.clear();
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      this.options.onProblem?.(
        `Answers of the Hub cannot be kept in ${this.options.folder}${code}, so it is asked anew after a restart. Make the folder writable.`,
      );
    }
  }
}

function fileName(key: string): string {
  return `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => NAME.test(name));
  } catch {
    return [];
  }
}

async function removeOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name));
  if (names.length <= MOST_FILES) return;
  const ages = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(path.join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  ages.sort((a, b) => a.at - b.at);
  // A few more than needed, so that this is not done at each write.
  for (const { name } of ages.slice(0, ages.length - MOST_FILES + 50))
    await rm(path.join(folder, name), { force: true });
}
