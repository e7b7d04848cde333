import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { readReport } from '../../src/profile/reportFile';
import type { Report } from '../../src/profile/report';
import type { PythonRequest } from '../../src/profile/python/pythonRequest';
import { fakeTorch, type FakeTorch } from '../unit/fakeTorch';
import { ACTIVATION, closeAll, folder, openRig, set, settings, until, type EditorRig } from './editorRig';

const RESULTS = 'kept/python';
/** An interpreter with torch and the library; not everywhere. */
const REAL = process.env['KERNEL_LENS_TEST_TORCH'] ?? '';
const INPUTS = [
  {
    tensors: [{ name: 'x', shape: [64, 64], dtype: null, values: 'normal' as const }],
    arguments: {},
    outputs: [],
  },
];

suite('a profile in Python', function () {
  this.timeout(200_000);
  let rig: EditorRig;
  let home: string;
  let torch: FakeTorch;
  const before = process.env['HF_HOME'];

  suiteSetup(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'kernel-lens-host-torch-'));
    torch = await fakeTorch(home);
    // Read when the Hub is opened: what is fetched is not to lie among the person's own.
    process.env['HF_HOME'] = home;
    rig = await openRig();
    await set('python.path', torch.python);
    await settings().update('results.folder', RESULTS, vscode.ConfigurationTarget.Workspace);
    await vscode.commands.executeCommand('kernelLens.refreshMachine');
  });
  suiteTeardown(async () => {
    await vscode.commands.executeCommand('kernelLens.cancelProfile');
    await settings().update('results.folder', undefined, vscode.ConfigurationTarget.Workspace);
    await rig.close();
    if (before === undefined) delete process.env['HF_HOME'];
    else process.env['HF_HOME'] = before;
    await closeAll();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  const place = (): string => path.join(folder().fsPath, RESULTS);

  async function reports(): Promise<Report[]> {
    const names = (await readdir(place()).catch(() => [])).filter((name) => name.endsWith('.kernel-lens.json')).sort();
    return Promise.all(names.map(async (name) => readReport(await readFile(path.join(place(), name), 'utf8'), name)));
  }

  /** Runs a command that profiles, and waits for its report. */
  async function profile(command: string, argument: unknown): Promise<Report> {
    const had = new Set((await reports()).map(({ id }) => id));
    await vscode.commands.executeCommand(command, argument);
    const report = await until(
      'the report is whole',
      async () => (await reports()).find(({ id, status }) => !had.has(id) && status !== 'running') ?? null,
      120_000,
    );
    // The run ends a moment after its report is written; this waits for it.
    await vscode.commands.executeCommand('kernelLens.cancelProfile');
    return report;
  }

  const profilePython = (request: PythonRequest): Promise<Report> => profile('kernelLens.profilePython', request);

  test('measures a kernel of the Hub in the language that it is called from', async () => {
    const report = await profile('kernelLens.profileHubKernel', { id: ACTIVATION, version: 1 });
    assert.equal(report.status, 'complete');
    assert.deepEqual(
      report.kernels.map(({ id, language, version }) => [id, language, version]),
      [[ACTIVATION, 'python', 1]],
    );
    const request = (await torch.requests()).at(-1) as { contenders: { repo?: string; revision?: string }[] };
    const kernel = request.contenders.find(({ repo }) => repo === ACTIVATION);
    assert.match(kernel?.revision ?? '', /^[0-9a-f]{40}$/, 'what runs is the commit that was looked at');
  });

  test('measures versions against each other, and a folder of mine with its benchmarks', async () => {
    const both = await profilePython({
      kernels: [
        { id: ACTIVATION, version: 2 },
        { id: ACTIVATION, version: 1 },
      ],
    });
    assert.deepEqual(
      both.cases[0]?.rows.map(({ contender }) => contender.id),
      ['eager', `${ACTIVATION}@v2`, `${ACTIVATION}@v1`, 'compile'],
    );
    const own = path.join(folder().fsPath, 'edited', 'my-kernel-folder');
    await mkdir(path.join(own, 'build', 'torch-universal'), { recursive: true });
    await writeFile(path.join(own, 'build', 'torch-universal', '__init__.py'), '');
    await mkdir(path.join(own, 'benchmarks'));
    await writeFile(path.join(own, 'benchmarks', 'benchmark.py'), 'class Mine: pass\n');
    const report = await profilePython({ kernels: [{ folder: vscode.Uri.file(own).toString() }] });
    assert.equal(report.kernels[0]?.source, 'folder');
    const request = (await torch.requests()).at(-1) as { sources: { kind: string; scripts?: { name: string }[] }[] };
    const scripts = request.sources.flatMap((source) => source.scripts ?? []);
    assert.deepEqual(
      scripts.map(({ name }) => name),
      ['benchmarks/benchmark.py'],
    );
  });

  test('measures a function', async () => {
    const file = path.join(folder().fsPath, 'mine.py');
    const report = await profilePython({
      kernels: [],
      work: { kind: 'function', file, function: 'mine', against: null, inputs: INPUTS, tolerance: null },
    });
    assert.equal(report.kernels[0]?.source, 'function');
    const request = (await torch.requests()).at(-1) as { contenders: { kind: string }[] };
    assert.deepEqual(
      request.contenders.map(({ kind }) => kind),
      ['function'],
    );
  });

  for (const [what, argument] of [
    ['nothing', undefined],
    ['a number', 7],
    ['an empty object', {}],
    ['an id that is none', { kernels: [{ id: 3 }] }],
    ['no kernel', { kernels: [] }],
    ['a folder that is none', { kernels: [{ folder: 4 }] }],
  ] as const) {
    test(`runs nothing for ${what}`, async () => {
      const { length } = await torch.requests();
      await vscode.commands.executeCommand('kernelLens.profilePython', argument);
      assert.equal((await torch.requests()).length, length);
    });
  }

  test('is the only run there is, and stops when it is told to', async () => {
    await torch.hold(true);
    const ended = profile('kernelLens.profileHubKernel', { id: ACTIVATION, version: 1 });
    await until('a case is written', async () => (await reports()).find(({ status }) => status === 'running') ?? null);
    await vscode.commands.executeCommand('kernelLens.profileMachine');
    await vscode.commands.executeCommand('kernelLens.profileHubKernel', { id: ACTIVATION, version: 2 });
    await vscode.commands.executeCommand('kernelLens.cancelProfile');
    const report = await ended;
    await torch.hold(false);
    assert.equal(report.status, 'cancelled');
    assert.equal(report.cases.length, 1);
    assert.deepEqual(
      (await reports()).filter(({ status }) => status === 'running'),
      [],
      'no other run began',
    );
  });

  test('measures with a real PyTorch', async function () {
    if (REAL === '' || !existsSync(REAL)) this.skip();
    const file = path.join(folder().fsPath, 'real.py');
    await writeFile(file, 'def twice(x):\n    return x + x\n\n\ndef double(x):\n    return 2 * x\n');
    await set('python.path', REAL);
    await vscode.commands.executeCommand('kernelLens.refreshMachine');
    const work = { kind: 'function' as const, file, function: 'twice', inputs: INPUTS, tolerance: null };
    const report = await profilePython({ kernels: [], work: { ...work, against: null } });
    await set('python.path', torch.python);
    assert.equal(report.status, 'complete', report.reason ?? '');
    const [row] = report.cases[0]?.rows ?? [];
    assert.equal(row?.contender.id, 'function');
    assert.ok((row.timing?.medianNs ?? 0) > 0);
    assert.match(report.machine.python?.torch ?? '', /^\d+\.\d+/);
  });
});
