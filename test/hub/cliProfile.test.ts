// `kernel-lens profile` and `verify` of kernels of the Hub as they ship, on the software adapter.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { readReport } from '../../src/profile/reportFile';
import { runCli, type CliOutcome, type CliSetting } from './cliRun';
import { startHub } from './hub';
import type { TestHub } from './hubTypes';
import { askPython } from './pythonClient';
import { temporaryFolders } from './temporaryFolders';

const ADD = 'webgpu-kernels/ai.onnx.Add';
const STRANGER = 'stranger/ai.onnx.Softmax';
/** One small case, quickly. */
const SMALL = ['--adapter', 'software', '--quick'];

const folders = temporaryFolders();
let hub: TestHub;
let setting: CliSetting;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});
beforeEach(async () => {
  hub.faults.clear();
  hub.clearRequests();
  setting = { endpoint: hub.endpoint, home: await folders.make() };
});

function profile(args: readonly string[], from = setting): Promise<CliOutcome> {
  return runCli(from, ['profile', ...SMALL, ...args]);
}

/** Files of kernels in the cache, by their paths below a snapshot. */
async function cached(home: string): Promise<string[]> {
  const entries = await readdir(path.join(home, 'hf', 'hub'), { recursive: true }).catch(() => []);
  return entries.flatMap((name) => /snapshots\/[0-9a-f]{40}\/(.*\.\w+)$/.exec(name)?.[1] ?? []).sort();
}

describe('a kernel of a trusted publisher', () => {
  test('is fetched, run and reported with its commit; then it runs without the Hub', async () => {
    const report = path.join(setting.home, 'report.json');
    const first = await profile([`${ADD}@v1`, '--json', report]);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain(`\n${ADD}\n`);
    const { kernels, command, cases } = readReport(await readFile(report, 'utf8'), 'report.json');
    const commit = hub.commitOf(ADD, 'v1');
    expect(kernels).toMatchObject([{ id: ADD, source: 'hub', commit, version: 1, problem: null }]);
    expect(command).toContain(`${ADD}@${commit}`);
    expect(cases.every(({ id }) => id.startsWith(`${ADD}/`))).toBe(true);

    const asked = hub.requests.length;
    for (const kernel of [`${ADD}@v1`, `${ADD}@${commit}`]) {
      const again = await profile([kernel, '--offline', '--cases', 'no such case'], setting);
      expect(again.stderr).toContain('No case matches no such case');
    }
    expect(hub.requests).toHaveLength(asked);
  });

  test('lies where the official client finds it', async () => {
    const { code, stderr } = await runCli(setting, ['verify', `${ADD}@v1`, '--adapter', 'software']);
    expect(code, stderr).toBe(0);
    const script = `
from huggingface_hub import snapshot_download
import os
folder = snapshot_download("${ADD}", repo_type="kernel", revision="v1", local_files_only=True)
result = sorted(os.listdir(os.path.join(folder, "build", "webgpu")))`;
    const home = path.join(setting.home, 'hf');
    expect(await askPython({ python: inject('python'), hub, home }, script)).toContain('manifest.json');
  });

  test('runs beside a bundled one of the same operator', async () => {
    const { code, stdout, stderr } = await profile(['webgpu-kernels/ai.onnx.Gelu', 'Gelu', '--cases', '/4096/']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('\nwebgpu-kernels/ai.onnx.Gelu\n');
    expect(stdout).toContain('\nai.onnx.Gelu\n');
  });
});

describe('a publisher who is not trusted', () => {
  test('is refused where nobody can be asked, and nothing is fetched', async () => {
    const { code, stdout, stderr } = await profile([STRANGER]);
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(/does not list stranger.*as a trusted publisher/);
    expect(stderr).toMatch(/was not run.*Add --trust to run it/);
    expect(await cached(setting.home)).toEqual([]);
    expect(
      hub.requests.filter((request) => request.path.includes('build%2Fwebgpu') || request.path.includes('.jinja')),
    ).toEqual([]);
  });

  test('runs with --trust, which the next run does not remember', async () => {
    const { code, stdout, stderr } = await profile([STRANGER, '--trust', '--cases', '^x']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('No case matches ^x');
    expect(await cached(setting.home)).toContain('build/webgpu/manifest.json');
    expect((await profile([STRANGER])).code).toBe(5);
  });

  test('runs where a person agreed to this commit before, and no other', async () => {
    const commit = hub.commitOf(STRANGER, 'v1');
    const consent = { publisher: 'stranger', commit, by: 'person', at: '2026-01-01T00:00:00.000Z' };
    const file = path.join(setting.home, 'config', 'kernel-lens', 'consents.json');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify([consent]));
    expect((await profile([STRANGER, '--cases', 'no such case'])).code).toBe(2);
    hub.publish(STRANGER, 'v1', { 'README.md': 'Changed.' });
    expect((await profile([STRANGER, '--cases', 'no such case'])).code).toBe(5);
  });

  test('a Hub that cannot be asked about trust is no trust', async () => {
    hub.faults.add({ match: /organizations/, kind: 'status', status: 500 });
    const { code, stderr } = await profile([ADD]);
    expect(code).toBe(5);
    expect(stderr).toContain('could not be asked whether it trusts webgpu-kernels');
  });
});

describe('nothing is run of', () => {
  test.each<[string, number, RegExp]>([
    [
      'kernels-community/relu@v1',
      2,
      /--adapter fits only what is called from JavaScript, and .*relu@v1 is called from P/,
    ],
    [
      'kernels-community/old-relu@v1',
      4,
      /has moved to kernels-community\/relu\. Profile kernels-community\/relu@v1 instead/,
    ],
    ['webgpu-kernels/no-such-kernel', 4, /does not exist/],
    [`${ADD}@v7`, 4, /Version 7 not found, available versions: 1/],
    [`${ADD}@no-such-branch`, 4, /has no branch no-such-branch/],
    ['kernels-community/private-attention', 4, /or it is private/],
  ])('%s', async (kernel, code, words) => {
    const outcome = await profile([kernel, '--trust']);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toMatch(words);
    expect(await cached(setting.home)).toEqual([]);
  });

  test('a file that is not what metadata.json says, by its name, though the Hub serves it so', async () => {
    const other = await startHub();
    const place = 'build/webgpu/manifest.json';
    other.publish(ADD, 'v1', { [place]: '{"name":"Add","inputs":{},"outputs":{},"variants":[]}' });
    const { code, stdout, stderr } = await profile([`${ADD}@v1`], { ...setting, endpoint: other.endpoint });
    await other.close();
    expect(stdout).toBe('');
    expect([1, 4]).toContain(code);
    expect(stderr).toContain('manifest.json');
    expect(stderr).toMatch(/metadata\.json says/);
    expect(await cached(setting.home)).not.toContain(place);
  });

  test.each(['corrupt', 'cut', 'wrong-length'] as const)('a template that comes %s', async (kind) => {
    hub.faults.add({ match: /resolve-cache\/.*\.wgsl\.jinja/, kind, lengthBy: -10 });
    const { code, stdout, stderr } = await profile([`${ADD}@v1`]);
    expect([code, stdout], stderr).toEqual([4, '']);
    expect((await cached(setting.home)).filter((name) => name.endsWith('.jinja'))).toEqual([]);
  });

  test('a template that is damaged in the cache: it is fetched again', async () => {
    await runCli(setting, ['verify', `${ADD}@v1`, '--adapter', 'software']);
    const root = path.join(setting.home, 'hf', 'hub');
    const names = await readdir(root, { recursive: true });
    const template = names.find((name) => name.endsWith('.wgsl.jinja')) ?? '';
    await writeFile(path.join(root, template), 'damaged');
    const { code, stderr } = await runCli(setting, ['verify', `${ADD}@v1`, '--adapter', 'software']);
    expect(code, stderr).toBe(0);
  });
});

test('two versions of one kernel cannot be told apart in a report, so they are bad use', async () => {
  const { code, stderr } = await profile([`${ADD}@v1`, ADD]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${ADD} is named twice`);
});

test('what is called from Python has no test.json to verify', async () => {
  const { code, stdout, stderr } = await runCli(setting, ['verify', 'kernels-community/relu@v1']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/relu is called from Python: v1 of it has no build for WebGPU/);
});
