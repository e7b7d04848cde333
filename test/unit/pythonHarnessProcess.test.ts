// The harness as a process, played by a few lines: what it says, how it ends, and how it is ended.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HarnessEvent } from '../../src/profile/python/harnessEvents';
import {
  HarnessFailure,
  runHarness,
  type HarnessEnding,
  type HarnessTimes,
} from '../../src/profile/python/harnessProcess';
import { fakeHarness } from './fakeHarness';

const HELLO = `send('hello', { python: '3.12.3', executable: '/python', pid: process.pid });`;
const END = `send('end', { status: 'complete', reason: null });`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-fake-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Played {
  readonly events: readonly HarnessEvent[];
  readonly ending: HarnessEnding | HarnessFailure;
  readonly pid: number | null;
}

interface Hooks {
  readonly times?: Partial<HarnessTimes>;
  /** Cancels at the first event of this type. */
  readonly cancelAt?: HarnessEvent['type'];
  readonly python?: string;
}

async function play(body: string, { times, cancelAt, python }: Hooks = {}): Promise<Played> {
  const fake = await fakeHarness(folder, body);
  const events: HarnessEvent[] = [];
  const cancel = new AbortController();
  const ending = await runHarness({
    ...{ python: python ?? fake.python, harnessPath: fake.harnessPath, workingFolder: folder },
    env: process.env,
    request: '{"v":1}',
    signal: cancel.signal,
    onEvent: (event) => {
      events.push(event);
      if (event.type === cancelAt) cancel.abort();
    },
    ...(times === undefined ? {} : { times }),
  }).catch((error: unknown) => {
    if (error instanceof HarnessFailure) return error;
    throw error;
  });
  const hello = events.find((event) => event.type === 'hello');
  return { events, ending, pid: hello?.pid ?? null };
}

function failureOf({ ending }: Played): HarnessFailure {
  if (!(ending instanceof HarnessFailure)) throw new Error(`it ended: ${ending.status}`);
  return ending;
}

/** One that nobody has collected yet is gone all the same. */
function isAlive(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    // Only Linux tells more.
    return true;
  }
}

test('events are told in their order, what is not known is passed over, and the end is the end', async () => {
  const played = await play(`
    write('Some start-up file prints this.\\n');
    ${HELLO}
    send('heartbeat');
    send('something-of-tomorrow', { a: 1 });
    send('phase', { text: 'importing torch', contender: null, limitS: null, more: 'of tomorrow' });
    send('log', { text: 'a kernel printed this' });
    write('{"v":1,"type":"phase","text":"x","cont'); await sleep(20); write('ender":null,"limitS":1}\\n\\n');
    ${END}
    send('phase', { text: 'too late', contender: null, limitS: null });
  `);
  expect(played.events.map(({ type }) => type)).toEqual(['hello', 'phase', 'phase', 'end']);
  expect(played.ending).toEqual({ status: 'complete', reason: null });
});

test('the request goes to standard input, and nothing of it to the arguments', async () => {
  const played = await play(`
    ${HELLO}
    send('end', { status: 'failed', reason: JSON.stringify([request, process.argv.slice(2)]) });
  `);
  expect(played.ending).toEqual({ status: 'failed', reason: '[{"v":1},[]]' });
});

test.each<[string, string, HarnessFailure['kind'], RegExp]>([
  [
    'a newer protocol',
    `write('{"v":2,"type":"hello"}\\n'); await cancelled();`,
    'protocol',
    /speaks protocol 2.*reads up to 1\. Install Kernel Lens again/,
  ],
  [
    'a malformed event',
    `${HELLO} send('plan', { cases: [{ id: 'a' }] }); await cancelled();`,
    'protocol',
    /malformed event plan \(cases\.0\.workload\)/,
  ],
  [
    'a line that is no event',
    `${HELLO} write('{"v":1,\\n'); await cancelled();`,
    'protocol',
    /a line that is no event: \{"v":1,/,
  ],
  ['an event without a type', `${HELLO} write('{"v":1}\\n'); await cancelled();`, 'protocol', /no event/],
  [
    'a line without an end',
    `${HELLO} const piece = 'x'.repeat(1 << 20); try { for (;;) write(piece); } catch { await cancelled(); }`,
    'protocol',
    /longer than any event/,
  ],
  [
    'an early end',
    `${HELLO} process.stderr.write('one\\ntwo!\\n'); process.exit(3);`,
    'died',
    /ended with code 3 while starting: two\. Run again/,
  ],
  [
    'a crash',
    `${HELLO} process.kill(process.pid, 'SIGSEGV'); await sleep(1000);`,
    'died',
    /was ended by SIGSEGV while starting/,
  ],
  [
    'no word at all',
    `process.stderr.write('SyntaxError: invalid syntax\\n'); process.exit(1);`,
    'start',
    /ended with code 1 before it could measure: SyntaxError: invalid syntax\. Choose another/,
  ],
])('%s is a failure in words', async (_name, body, kind, message) => {
  const played = await play(body, { times: { askAfterMs: 50, killAfterMs: 2000 } });
  const failure = failureOf(played);
  expect(failure.message).toMatch(message);
  expect(failure.kind).toBe(kind);
  expect(isAlive(played.pid)).toBe(false);
});

test('an interpreter that is not there, and one that may not be run', async () => {
  const missing = failureOf(await play('', { python: path.join(folder, 'nowhere', 'python') }));
  expect(missing.kind).toBe('start');
  expect(missing.message).toMatch(/python is not there\. Choose another/);
  const plain = path.join(folder, 'plain');
  await writeFile(plain, 'no program');
  const refused = failureOf(await play('', { python: plain }));
  expect(refused.kind).toBe('start');
  expect(refused.message).toMatch(/is not allowed to run/);
});

test.each([
  ['hears of it', `await cancelled(); send('end', { status: 'cancelled', reason: 'cancelled' });`],
  [
    'hears the signal only',
    `process.on('SIGTERM', () => { send('end', { status: 'cancelled', reason: 'cancelled' }); process.exit(1); }); await sleep(60000);`,
  ],
  ['dies of the signal', 'await sleep(60000);'],
  ['has to be killed', `process.on('SIGTERM', () => undefined); for (;;) await sleep(60000);`],
])('a cancelled harness that %s is gone', async (_name, body) => {
  const phase = `send('phase', { text: 'timing', contender: null, limitS: 60 });`;
  const played = await play(`${HELLO} ${phase} ${body}`, {
    cancelAt: 'phase',
    times: { askAfterMs: 100, killAfterMs: 200 },
  });
  expect(played.ending).toEqual({ status: 'cancelled', reason: 'cancelled' });
  expect(isAlive(played.pid)).toBe(false);
});

test('what it left behind in its group goes with it', async () => {
  const played = await play(`
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    send('hello', { python: '3.12.3', executable: '/python', pid: child.pid });
    ${END}
  `);
  expect(played.ending).toEqual({ status: 'complete', reason: null });
  await expect.poll(() => isAlive(played.pid)).toBe(false);
});

test('a harness that says nothing for too long is ended, one that speaks within the limit of its phase is not', async () => {
  const silent = failureOf(
    await play(`${HELLO} send('phase', { text: 'timing', contender: null, limitS: 0.1 }); await sleep(60000);`, {
      times: { slackMs: 100, askAfterMs: 10, killAfterMs: 500 },
    }),
  );
  expect(silent.kind).toBe('silent');
  expect(silent.message).toMatch(/said nothing for .* while timing, and was ended/);
  const patient = await play(
    `${HELLO} send('phase', { text: 'timing', contender: null, limitS: 60 }); await sleep(600); ${END}`,
    {
      times: { slackMs: 100 },
    },
  );
  expect(patient.ending).toEqual({ status: 'complete', reason: null });
});

test('one that has ended but stays is not waited for', async () => {
  const played = await play(`${HELLO} ${END} await sleep(60000);`, { times: { departureMs: 100 } });
  expect(played.ending).toEqual({ status: 'complete', reason: null });
  expect(isAlive(played.pid)).toBe(false);
});

test('what a listener throws ends the process, and is thrown', async () => {
  const fake = await fakeHarness(folder, `${HELLO} await cancelled();`);
  const run = runHarness({
    ...{ python: fake.python, harnessPath: fake.harnessPath, workingFolder: folder, env: process.env, request: '{}' },
    signal: new AbortController().signal,
    onEvent: () => {
      throw new RangeError('of the listener');
    },
  });
  await expect(run).rejects.toThrow('of the listener');
});
