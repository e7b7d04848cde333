import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { probePython, type ProbeResult } from '../../src/machine/pythonProbe';
import { probeFacts } from './probeFacts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernel-lens-probe-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Something that stands where an interpreter should. */
async function interpreter(content: string, mode = 0o755): Promise<string> {
  const file = join(folder, 'python');
  await writeFile(file, content);
  await chmod(file, mode);
  return file;
}

async function probe(file: string, limitMs = 30_000, signal = new AbortController().signal): Promise<ProbeResult> {
  const probePath = join(folder, 'probe.py');
  const options = { probePath, workingFolder: folder, env: process.env, modules: ['einops'], limitMs };
  return probePython(file, options, signal);
}

const facts = probeFacts({});
const line = JSON.stringify({ kernelLensProbe: 1, ...facts }).replace('1,', ' 1,');
const answers = `cat <<'END'\n${line}\nEND\n`;
const MEND = 'Choose another interpreter, or mend this one.';

/** Windows has no scripts of this kind. */
describe.skipIf(process.platform === 'win32')('an interpreter that', () => {
  const broken: Readonly<Record<string, [string, string]>> = {
    'ends with an error': [
      '#!/bin/sh\necho "no module named encodings." >&2\nexit 3',
      'ended with code 3: no module named encodings',
    ],
    'ends with an error and no word': ['#!/bin/sh\nexit 127', 'ended with code 127'],
    crashes: ['#!/bin/sh\nkill -SEGV $$', 'was ended by SIGSEGV'],
    'prints garbage': ['#!/bin/sh\nprintf "\\001hello\\033[2J"', 'did not answer as Python does: hello [2J'],
    'prints a long line': [`#!/bin/sh\necho ${'x'.repeat(5000)}`, `did not answer as Python does: ${'x'.repeat(159)}…`],
    'prints nothing': ['#!/bin/sh\n', 'answered nothing: it may not be Python'],
    'prints without an end': ['#!/bin/sh\nyes', 'prints without an end instead of answering'],
    'complains without an end': ['#!/bin/sh\nyes >&2', 'prints without an end instead of answering'],
    'is no program': ['\0\x01\x02\x03', 'ended with code 12'],
    'lies about its facts': [`#!/bin/sh\necho '{"kernelLensProbe": 1, "python": 3}'`, 'did not answer as Python does'],
  };
  test('looks for a token of the Hub finds none', async () => {
    const file = await interpreter('#!/bin/sh\necho "got:$HF_TOKEN$HUGGING_FACE_HUB_TOKEN" >&2\nexit 3');
    const env = { ...process.env, HF_TOKEN: 'hf_secret', HUGGING_FACE_HUB_TOKEN: 'hf_secret' };
    const options = { probePath: join(folder, 'probe.py'), workingFolder: folder, env, modules: [], limitMs: 30_000 };
    const result = await probePython(file, options, new AbortController().signal);
    expect(result).toHaveProperty('failure', `${file} ended with code 3: got:. ${MEND}`);
  });

  test.each(Object.entries(broken))('%s becomes a reason', async (_name, [content, reason]) => {
    const file = await interpreter(content);
    const result = await probe(file);
    expect(result).toHaveProperty('failure', expect.stringContaining(`${file} ${reason}`));
    expect(result).toHaveProperty('failure', expect.stringMatching(new RegExp(`\\. ${MEND}$`)));
  });

  test('may not be run', async () => {
    const file = await interpreter('#!/bin/sh\n', 0o644);
    expect(await probe(file)).toEqual({ failure: `${file} is not allowed to run. ${MEND}` });
  });

  test('is a folder', async () => {
    await mkdir(join(folder, 'python'));
    const file = join(folder, 'python');
    expect(await probe(file)).toEqual({ failure: `${file} is not allowed to run. ${MEND}` });
  });

  test('is too old says so itself', async () => {
    const file = await interpreter(`#!/bin/sh\necho '{"kernelLensProbe": 1, "tooOld": "2.7.18"}'`);
    expect(await probe(file)).toEqual({
      failure: `${file} is Python 2.7.18. The kernels library needs Python 3.10 or newer.`,
    });
  });

  test('answers is believed, whatever was printed before', async () => {
    const file = await interpreter(`#!/bin/sh\necho '{"kernelLensProbe": 1, "tooOld": "0"}'\necho noise\n${answers}`);
    expect(await probe(file)).toEqual({ facts });
  });

  test('is told where the probe lies and which modules count', async () => {
    const file = await interpreter(`#!/bin/sh\necho "$@" > told\npwd >> told\necho $PYTHONUTF8 >> told\n${answers}`);
    await probe(file);
    expect(await readFile(join(folder, 'told'), 'utf8')).toBe(`${folder}/probe.py einops\n${folder}\n1\n`);
  });

  test('hangs is ended, with all that it started', async () => {
    const file = await interpreter('#!/bin/sh\nsleep 600 &\necho $! > child\nwait');
    expect(await probe(file, 300)).toEqual({
      failure: `${file} did not answer within 0.3 s. Refresh to ask again, or choose another interpreter.`,
    });
    const child = (await readFile(join(folder, 'child'), 'utf8')).trim();
    await vi.waitFor(async () => {
      expect(await isRunning(child)).toBe(false);
    });
  });

  test('has answered and leaves a program behind that holds its output is not waited for', async () => {
    const file = await interpreter(`#!/bin/sh\n${answers}sleep 600 &\n`);
    expect(await probe(file)).toEqual({ facts });
  });

  test('has answered and does not end is believed', async () => {
    const file = await interpreter(`#!/bin/sh\n${answers}sleep 600`);
    expect(await probe(file, 300)).toEqual({ facts });
  });

  test('is no longer wanted is ended', async () => {
    const file = await interpreter('#!/bin/sh\nsleep 600');
    const abort = new AbortController();
    const result = probe(file, 30_000, abort.signal);
    setTimeout(() => {
      abort.abort();
    }, 50);
    expect(await result).toEqual({ failure: 'Cancelled.' });
    expect(await probe(file, 30_000, abort.signal)).toEqual({ failure: 'Cancelled.' });
  });

  test('is started elsewhere where the working folder is gone', async () => {
    const file = await interpreter(`#!/bin/sh\n${answers}`);
    const options = { probePath: join(folder, 'probe.py'), workingFolder: join(folder, 'gone'), env: {}, modules: [] };
    expect(await probePython(file, { ...options, env: process.env }, new AbortController().signal)).toEqual({ facts });
  });
});

test('an interpreter that is not there', async () => {
  const file = join(folder, 'none');
  expect(await probe(file)).toEqual({ failure: `${file} is not there. ${MEND}` });
});

test('names that are no paths are not looked for anywhere', async () => {
  expect(await probe('python; rm -rf ~')).toEqual({
    failure: 'python; rm -rf ~ is not a full path. Name the interpreter with its folder.',
  });
  expect(await probe('/a\0b')).toHaveProperty('failure', expect.stringContaining('/a b cannot be started: '));
});

/** Zombies count as gone: they wait only for their parent. */
async function isRunning(pid: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', pid]).catch(() => ({ stdout: '' }));
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
