// Facts of interpreters on disk, good for as long as the files that they were read from do not change.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ProbeFactsSchema, type ProbeFacts } from './probeAnswer';

/** What an answer depends on beside the interpreter's own files. */
export interface ProbeKey {
  readonly interpreter: string;
  readonly modules: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Variables that change what PyTorch sees. */
const VARIABLES = [
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'HIP_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'ASCEND_HOME_PATH',
  'TORCH_DEVICE_BACKEND_AUTOLOAD',
  'LD_LIBRARY_PATH',
  'PYTHONPATH',
  'PYTHONNOUSERSITE',
] as const;

const EntrySchema = v.object({
  at: v.number(),
  stamps: v.array(v.tuple([v.string(), v.nullable(v.number())])),
  facts: ProbeFactsSchema,
});

/** A folder of answers. One that cannot be read or written is as good as empty. */
export class ProbeCache {
  constructor(
    private readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** The facts as they were found at most a day ago, where none of the files that tell has changed; null: ask again. */
  async read(key: ProbeKey): Promise<ProbeFacts | null> {
    try {
      const entry = v.parse(EntrySchema, JSON.parse(await readFile(this.file(key), 'utf8')));
      const age = this.now() - entry.at;
      // A day, because a driver can change without any of these files changing. A clock may have been set back.
      if (age < 0 || age > DAY_MS) return null;
      const times = await Promise.all(entry.stamps.map(([file]) => changedAt(file)));
      if (entry.stamps.some(([, time], index) => time !== times[index])) return null;
      return entry.facts;
    } catch {
      return null;
    }
  }

  /** Keeps an answer; where that fails, the next one is asked for again, which is all that is lost. */
  async write(key: ProbeKey, facts: ProbeFacts): Promise<void> {
    // What a driver failed to say once it may say the next time.
    if (facts.gpus.problem !== null) return;
    // What a version manager's stand-in starts depends on more than its own file.
    if (path.resolve(facts.python.executable) !== path.resolve(key.interpreter)) return;
    const stamps = await Promise.all(facts.stamps.map(async (file) => [file, await changedAt(file)] as const));
    const file = this.file(key);
    const part = `${file}.${randomUUID()}`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(part, JSON.stringify({ at: this.now(), stamps, facts }));
      await rename(part, file);
    } catch {
      await rm(part, { force: true }).catch(() => undefined);
    }
  }

  private file({ interpreter, modules, env }: ProbeKey): string {
    const overrides = Object.keys(env).filter((name) => name.startsWith('HSA_OVERRIDE_GFX_VERSION'));
    const variables = [...VARIABLES, ...overrides.sort()].map((name) => [name, env[name] ?? null]);
    const parts = [interpreter, [...modules].sort(), variables];
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    return path.join(this.folder, `python-${digest.slice(0, 32)}.json`);
  }
}

async function changedAt(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
