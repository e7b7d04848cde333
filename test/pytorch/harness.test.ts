// The tests of the Python harness, test/harness/test_*.py, each a test here. One process runs them all: torch is slow to import.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { expect, inject, test } from 'vitest';
import { torchEnvironment } from './runWritten';

const runner = path.join(import.meta.dirname, '../harness/run_tests.py');
/** Of what the process printed last, for a test that fails. */
const SHOWN = 4000;

const Line = v.object({
  name: v.string(),
  state: v.picklist(['passed', 'failed', 'skipped']),
  /** What failed, or why it was skipped. */
  text: v.string(),
});

interface Outcome {
  readonly lines: readonly v.InferOutput<typeof Line>[];
  /** null: it was ended by a signal. */
  readonly code: number | null;
  readonly printed: string;
}

const { lines, code, printed } = await runTests(inject('torchPython'));

async function runTests(python: string): Promise<Outcome> {
  const home = await mkdtemp(path.join(tmpdir(), 'kl-harness-'));
  try {
    // Nobody is to be asked: all kernels here are folders. Their temporary folders go with this one.
    const env = { HF_HUB_OFFLINE: '1', TMPDIR: home };
    const hidden = torchEnvironment({ python, endpoint: 'http://127.0.0.1:9', home, env });
    const child = spawn(python, ['-B', '-W', 'ignore', runner], {
      env: { ...hidden, CUDA_VISIBLE_DEVICES: process.env['CUDA_VISIBLE_DEVICES'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-SHOWN);
    });
    const lines: v.InferOutput<typeof Line>[] = [];
    for await (const line of createInterface({ input: child.stdout })) lines.push(v.parse(Line, JSON.parse(line)));
    const [code] = v.parse(v.tuple([v.nullable(v.number()), v.nullable(v.string())]), await closed);
    return { lines, code, printed };
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

test('all of them ran, and no program that measures', () => {
  expect(lines.length, printed).toBeGreaterThan(100);
  const failed = lines.some(({ state }) => state === 'failed');
  expect(code, printed).toBe(failed ? 1 : 0);
  expect(lines.filter(({ name }) => name.includes('measure_'))).toEqual([]);
});

for (const { name, state, text } of lines) {
  test(name, ({ skip }) => {
    skip(state === 'skipped', text);
    if (state === 'failed') expect.fail(text);
  });
}
