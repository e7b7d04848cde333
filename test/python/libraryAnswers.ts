import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';

const SCRIPT = join(import.meta.dirname, 'library_answers.py');

/** Asks the installed `kernels` library about every case; the answers come in the same order. */
export async function askLibrary<Schema extends v.GenericSchema>(
  python: string,
  kind: 'variants' | 'metadata' | 'versions' | 'ids',
  cases: readonly unknown[],
  answer: Schema,
): Promise<v.InferOutput<Schema>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kernel-lens-answers-'));
  try {
    const [questions, answers] = [join(folder, 'questions.json'), join(folder, 'answers.json')];
    await writeFile(questions, JSON.stringify({ kind, cases }));
    await promisify(execFile)(python, ['-X', 'utf8', SCRIPT, questions, answers], { maxBuffer: 1e8 });
    return v.parse(v.array(answer), JSON.parse(await readFile(answers, 'utf8')));
  } finally {
    await rm(folder, { recursive: true });
  }
}
