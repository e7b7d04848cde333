// A harness that plays what a test has it play: an interpreter that runs a few lines of JavaScript instead of harness.py.
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const PRELUDE = `
import { appendFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const first = (await lines.next()).value;
appendFileSync(process.argv[1] + '.requests', first + '\\n');
const request = JSON.parse(first);
const write = (text) => writeSync(1, text);
const send = (type, fields = {}) => write(JSON.stringify({ v: 1, type, ...fields }) + '\\n');
const cancelled = async () => {
  for (;;) {
    const { value, done } = await lines.next();
    if (done || JSON.parse(value).cancel === true) return;
  }
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const play = (events) => events.forEach(({ type, ...fields }) => send(type, fields));
`;

export interface FakeHarness {
  /** Stands in for the interpreter. */
  readonly python: string;
  readonly harnessPath: string;
  /** What it was asked, a request a run. */
  requests(): Promise<readonly Record<string, unknown>[]>;
}

/**
 * @param folder for its files
 * @param body may use \`request\`, \`send(type, fields)\`, \`play(events)\`, \`write(text)\`, \`cancelled()\`, \`sleep(ms)\`
 */
export async function fakeHarness(folder: string, body: string): Promise<FakeHarness> {
  const [python, harnessPath] = [path.join(folder, 'python'), path.join(folder, 'harness.mjs')];
  await writeFile(harnessPath, `${PRELUDE}\n${body}\nprocess.exit(0);\n`);
  // The switches are Python's.
  await writeFile(python, `#!/bin/sh\nshift 2\nexec '${process.execPath}' "$@"\n`);
  await chmod(python, 0o755);
  return {
    python,
    harnessPath,
    requests: async () =>
      (await readFile(`${harnessPath}.requests`, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
