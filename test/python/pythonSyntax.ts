// Asks Python what it reads in its own files. Answered by python_syntax.py.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';

const SCRIPT = join(import.meta.dirname, 'python_syntax.py');

const SPAN = v.tuple([v.number(), v.number()]);
/** Its kind and where the first statement of its body begins; of a comprehension, where it begins itself. */
const SCOPE = v.tuple([v.picklist(['module', 'function', 'class', 'comprehension']), v.number()]);
const FILE = v.object({
  file: v.string(),
  text: v.string(),
  /** The call, its callee, and of each argument its name, `*` or `**`, and its value. */
  calls: v.array(v.tuple([SPAN, SPAN, v.array(v.tuple([v.string(), v.number(), v.number()]))])),
  values: v.array(v.tuple([v.number(), v.number(), v.union([v.string(), v.number(), v.boolean(), v.null()])])),
  /** Of each name that is bound, where its statement begins, and what it is; null: relative. */
  imports: v.array(v.tuple([v.number(), v.string(), v.nullable(v.string())])),
  /** Where a name is read, and the scope it belongs to; null: none of the file. */
  names: v.array(v.tuple([v.number(), v.nullable(SCOPE)])),
});
export type PythonFile = v.InferOutput<typeof FILE>;

/** About `count` files, spread over the library of `python` and its packages. */
export async function readByPython(python: string, count: number): Promise<PythonFile[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kernel-lens-syntax-'));
  try {
    const output = join(folder, 'files');
    await promisify(execFile)(python, ['-X', 'utf8', SCRIPT, output, String(count)]);
    const lines = (await readFile(output, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => v.parse(FILE, JSON.parse(line)));
  } finally {
    await rm(folder, { recursive: true });
  }
}
