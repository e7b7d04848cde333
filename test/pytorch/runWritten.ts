// Runs files as they were and as they were written, side by side, with PyTorch and the kernels of the tests.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import type { TextEdit } from '../../src/code/span';

const run = promisify(execFile);

export interface WrittenCase {
  readonly name: string;
  /** A file that defines `make()`, which gives what is compared: a function or a module. */
  readonly before: string;
  readonly after: string;
  /** One of those of written_code.py. */
  readonly inputs: string;
  readonly dtypes: readonly ('float32' | 'float16' | 'bfloat16')[];
  /** Whether gradients are compared too. */
  readonly gradients: boolean;
  /** The kernel may leave other numbers in its inputs. */
  readonly mayWrite?: boolean;
  /** Set while the files are loaded and run. */
  readonly environment?: Readonly<Record<string, string>>;
  /** More files of its folder, a lock file for instance. */
  readonly files?: Readonly<Record<string, string>>;
}

const Outcome = v.object({
  name: v.string(),
  /** The first difference or error; null: none. */
  problem: v.nullable(v.string()),
  /** How often a kernel was called. */
  calls: v.number(),
  runs: v.number(),
  /** Warnings that the file logged. */
  logs: v.array(v.string()),
});
export type Outcome = v.InferOutput<typeof Outcome>;

export interface TorchSetting {
  /** `inject('torchPython')`. */
  readonly python: string;
  readonly endpoint: string;
  /** A folder of the test's own, as HF_HOME. */
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Nothing of the user's: no token, no cache, no proxy. */
export function torchEnvironment({ endpoint, home, env }: TorchSetting): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(hf_|hugging|transformers_|kernels_|kernel_lens|local_kernels|.*_proxy$)/i.test(name),
  );
  const quiet = { HF_HUB_DISABLE_PROGRESS_BARS: '1', PYTHONUTF8: '1', CUDA_VISIBLE_DEVICES: '' };
  return { ...Object.fromEntries(kept), HF_ENDPOINT: endpoint, HF_HOME: home, ...quiet, ...env };
}

/** @param folder an empty one, for the files */
export async function runWritten(
  setting: TorchSetting,
  folder: string,
  cases: readonly WrittenCase[],
): Promise<readonly Outcome[]> {
  await Promise.all(
    cases.map(async ({ before, after, files }, number) => {
      const own = path.join(folder, String(number));
      await mkdir(own, { recursive: true });
      for (const [name, text] of Object.entries({ ...files, 'before.py': before, 'after.py': after }))
        await writeFile(path.join(own, name), text);
    }),
  );
  // The files lie beside it.
  const rows = cases.map((one) => ({ ...one, before: null, after: null, files: null }));
  await writeFile(path.join(folder, 'cases.json'), JSON.stringify(rows));
  const script = path.join(import.meta.dirname, 'written_code.py');
  const options = { env: torchEnvironment(setting), maxBuffer: 1 << 26, cwd: folder };
  const { stdout } = await run(setting.python, ['-I', script, folder], options);
  const line = stdout.split(/\r?\n/).findLast((text) => text.startsWith('outcomes '));
  return v.parse(v.array(Outcome), JSON.parse(line?.slice('outcomes '.length) ?? 'null'));
}

/** The text with the edits in it. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  return edits.reduceRight((all, { span, text: added }) => all.slice(0, span.from) + added + all.slice(span.to), text);
}
