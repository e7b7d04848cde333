// Whole profiles of Python code: the real harness, PyTorch and `kernels` on the CPU, kernels from the Hub of the tests.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parseFunctionInputs } from '../../src/profile/python/inputsText';
import type { PythonKernelRef } from '../../src/profile/python/pythonOptions';
import { readReport, serialiseReport } from '../../src/profile/reportFile';
import { reportSentence } from '../../src/profile/reportSentence';
import { startHub } from '../hub/hub';
import type { TestHub } from '../hub/hubTypes';
import { temporaryFolders } from '../hub/temporaryFolders';
import { benchmarkScript, cheat, processesWith, rowOf, runProfile, SMALL, type ProfilePlace } from './profileRig';

/** Importing torch, and compiling with it, takes its time where several tests do so at once. */
const LIMIT_MS = 300_000;
const ACTIVATION = 'kernels-community/activation';
const folders = temporaryFolders();
let hub: TestHub;
let place: ProfilePlace;
beforeAll(async () => {
  hub = await startHub({ torchKernels: true });
  place = {
    python: inject('torchPython'),
    endpoint: hub.endpoint,
    home: await folders.make(),
    locks: await folders.make(),
  };
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

function fromHub(id: string, version: number, scripts: PythonKernelRef['scripts'] = []): PythonKernelRef {
  return {
    kind: 'hub',
    id,
    version,
    commit: hub.commitOf(id, `v${version}`),
    trust: false,
    license: 'apache-2.0',
    scripts,
  };
}

test(
  'a kernel of the Hub against PyTorch: times, accuracy, and everything that repeats the run',
  async () => {
    const { report, grown, progress } = await runProfile(
      { ...SMALL, kernels: [fromHub(ACTIVATION, 1)], references: ['eager', 'compile'], seed: 7 },
      place,
    );
    expect(readReport(serialiseReport(report), 'a report')).toEqual(report);
    expect(report).toMatchObject({ status: 'complete', reason: null, mode: 'compare', tool: { dawn: '' } });
    // The first case comes without torch.compile, then the limits, then the case whole.
    expect(grown.map(({ cases, status }) => [cases.map(({ rows }) => rows.length), status])).toEqual([
      [[], 'running'],
      [[2], 'running'],
      [[2], 'running'],
      [[3], 'running'],
      [[3], 'complete'],
    ]);
    expect(progress.at(-1)).toMatchObject({ done: 1, total: 1 });

    const { machine } = report;
    expect(machine.python).toMatchObject({ kernels: '0.17.2', capability: null });
    expect(machine).toMatchObject({ timer: { kind: 'host' }, adapter: { backend: 'cpu', software: true } });
    expect(machine.reference.copyBytesPerSecond).toBeGreaterThan(1e8);
    expect(machine.reference.products['float32']?.flopsPerSecond).toBeGreaterThan(1e8);
    expect(machine.after).not.toBeNull();

    expect(report.kernels).toEqual([
      expect.objectContaining({
        ...{ id: ACTIVATION, source: 'hub', language: 'python', variant: 'torch-universal', version: 1 },
        ...{ commit: hub.commitOf(ACTIVATION, 'v1'), license: 'apache-2.0', problem: null },
      }),
    ]);
    const [item] = report.cases;
    expect(item).toMatchObject({
      ...{ kernel: ACTIVATION, name: 'activation.silu_and_mul', dtype: 'float32', status: 'done' },
      ...{ id: `${ACTIVATION}/activation.silu_and_mul/16×64/float32`, label: 'silu_and_mul 16×64 f32' },
      ...{
        inputs: { x: { dtype: 'float32', shape: [16, 128], bytes: 8192 } },
        leastBytes: 12288,
        oracle: { kind: 'float64' },
      },
    });
    expect(
      item?.rows.map(({ contender }) => [contender.id, contender.kind, contender.kernel, contender.baseline]),
    ).toEqual([
      ['eager', 'eager', null, true],
      [`${ACTIVATION}@v1`, 'kernel', ACTIVATION, false],
      ['compile', 'compile', null, false],
    ]);
    for (const row of item?.rows ?? []) {
      expect(row).toMatchObject({ status: 'timed', reason: null, accuracy: { passed: true, inputsUnchanged: true } });
      expect(row.timing?.medianNs).toBeGreaterThan(0);
      expect(row.accuracy?.checksAfter).toBe(1);
      expect(row.bytesPerSecond).toBeCloseTo(12288 / ((row.timing?.medianNs ?? 0) * 1e-9), -3);
      expect(row.speedup === null).toBe(row.contender.baseline);
    }
    expect(rowOf(item, 'compile').compileMs).toBeGreaterThan(0);
    expect(report.command.slice(0, 3)).toEqual([
      'kernel-lens',
      'profile',
      `${ACTIVATION}@${hub.commitOf(ACTIVATION, 'v1')}`,
    ]);
    expect(report.flags.map(({ id }) => id)).toContain('software-adapter');
  },
  LIMIT_MS,
);

test(
  "a kernel's own scripts, with the workloads that were chosen among them",
  async () => {
    const scripts = [await benchmarkScript('activation'), await benchmarkScript('oddities')];
    const work = { kind: 'kernels' as const, workloads: ['SiluAndMulBenchmark'], shapes: [] };
    const { report } = await runProfile(
      { ...SMALL, kernels: [fromHub(ACTIVATION, 1, scripts)], work, dtypes: [] },
      place,
    );
    const { cases } = report;
    expect(cases.map(({ name, dtype, label }) => [name, dtype, label])).toEqual([
      ['SiluAndMulBenchmark.large', 'float32', 'SiluAndMulBenchmark.large f32'],
    ]);
    expect(cases[0]?.rows.map(({ status, contender }) => [contender.id, status])).toEqual([
      ['eager', 'timed'],
      [`${ACTIVATION}@v1`, 'timed'],
    ]);
    expect(cases[0]?.flags.map(({ id }) => id)).toContain('repeated-call');
  },
  LIMIT_MS,
);

test(
  'wrong, crashing and missing kernels cost their own rows, and say what to do',
  async () => {
    const folder = await folders.make();
    const names = ['half_output', 'crashes', 'import_fails', 'honest'];
    const kernels = await Promise.all(names.map((name) => cheat(name, folder)));
    const { report } = await runProfile({ ...SMALL, kernels }, place);
    expect(report.status).toBe('complete');
    const [item] = report.cases;
    expect(item?.rows.map(({ contender, status }) => [contender.id, status])).toEqual([
      ['eager', 'timed'],
      ['half-output', 'wrong'],
      ['crashes', 'failed'],
      ['import-fails', 'failed'],
      ['honest', 'timed'],
    ]);
    const wrong = rowOf(item, 'half-output');
    expect(wrong).toMatchObject({ timing: null, speedup: null, accuracy: { passed: false } });
    expect(wrong.accuracy?.summary).toMatch(/elements never written/);
    expect(wrong.reason).toMatch(/never written.*report it/s);
    expect(rowOf(item, 'crashes').reason).toMatch(/crashed \(SIGSEGV\).*another version/s);
    expect(rowOf(item, 'import-fails').reason).toMatch(/a_package_that_nobody_has.*Install the package/s);
    expect(rowOf(item, 'honest').speedup).not.toBeNull();
    expect(report.kernels.map(({ id, problem }) => [id, problem !== null])).toEqual([
      ['half-output', false],
      ['crashes', false],
      ['import-fails', true],
      ['honest', false],
    ]);
    expect(report.kernels[0]?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(reportSentence(report)).toMatch(/wrong/);
  },
  LIMIT_MS,
);

test(
  'a run whose only kernel cannot be loaded says so, and measures nothing',
  async () => {
    const kernels = [await cheat('import_fails', await folders.make())];
    const { report } = await runProfile({ ...SMALL, kernels }, place);
    expect(report).toMatchObject({ status: 'complete', cases: [] });
    expect(reportSentence(report)).toMatch(/import-fails could not be used: .*a_package_that_nobody_has/);
  },
  LIMIT_MS,
);

const USERS = `import torch


def mine(x, index, power=2):
    return x[index] ** power


def plain(x, index, power=2):
    return torch.stack([x[int(i)] ** power for i in index])


def off(x, index, power=2):
    return mine(x, index, power) * 1.01
`;

test(
  'a function of a file against another, and one that computes something else',
  async () => {
    const file = path.join(await folders.make(), 'users.py');
    await writeFile(file, USERS);
    const inputs = parseFunctionInputs('x=40x16; index=8:int64[0..39]; power:=3');
    const work = { kind: 'function' as const, file, function: 'mine', against: 'plain', inputs, tolerance: null };
    const { report } = await runProfile({ ...SMALL, work }, place);
    expect(report.kernels).toMatchObject([{ id: 'users.py:mine', source: 'function', problem: null }]);
    expect(report.cases.map(({ rows }) => rows.map(({ contender, status }) => [contender.label, status]))).toEqual([
      [
        ['plain', 'timed'],
        ['mine', 'timed'],
      ],
    ]);
    expect(report.cases[0]?.oracle.kind).toBe('float64');

    const other = await runProfile({ ...SMALL, work: { ...work, function: 'off' } }, place);
    expect(rowOf(other.report.cases[0], 'function')).toMatchObject({ status: 'wrong', timing: null, speedup: null });

    const missing = runProfile({ ...SMALL, work: { ...work, function: 'nobody' } }, place);
    await expect(missing).rejects.toMatchObject({
      name: 'ProfileError',
      kind: 'usage',
      message: expect.stringContaining('nobody') as string,
    });
  },
  LIMIT_MS,
);

test(
  'a kernel against itself',
  async () => {
    const { report } = await runProfile({ ...SMALL, kernels: [fromHub(ACTIVATION, 1)], aa: true }, place);
    expect(report.mode).toBe('aa');
    expect(report.cases[0]?.rows.map(({ contender, status }) => [contender.id, contender.baseline, status])).toEqual([
      [`${ACTIVATION}@v1`, true, 'timed'],
      [`${ACTIVATION}@v1#2`, false, 'timed'],
    ]);
    expect(report.cases[0]?.rows[1]?.speedup).not.toBeNull();
  },
  LIMIT_MS,
);

test(
  'cases by their ids, of all that there are',
  async () => {
    const work = { kind: 'kernels' as const, workloads: [], shapes: [{ tokens: 4, inner: 32 }] };
    const options = {
      ...SMALL,
      kernels: [fromHub(ACTIVATION, 1)],
      work,
      cases: 'activation/activation\\.(relu|gelu_quick)/',
    };
    const { report } = await runProfile(options, place);
    expect(report.cases.map(({ name }) => name).sort()).toEqual(['activation.gelu_quick']);
  },
  LIMIT_MS,
);

test(
  'a cancelled run leaves nothing running, also when the kernel never comes back',
  async () => {
    const cancel = new AbortController();
    const kernels = [await cheat('hangs', await folders.make())];
    const home = await folders.make();
    const { report } = await runProfile({ ...SMALL, kernels }, { ...place, home }, cancel.signal, (phase) => {
      if (phase.includes('checking hangs')) cancel.abort();
    });
    expect(report).toMatchObject({ status: 'cancelled', reason: 'Cancelled after 0 of 1 cases.' });
    await expect.poll(() => processesWith(home)).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'an interpreter without PyTorch',
  async () => {
    const folder = await folders.make();
    await writeFile(
      path.join(folder, 'torch.py'),
      `raise ModuleNotFoundError("No module named 'torch'", name="torch")\n`,
    );
    const run = runProfile({ ...SMALL, kernels: [fromHub(ACTIVATION, 1)] }, { ...place, env: { PYTHONPATH: folder } });
    await expect(run).rejects.toMatchObject({
      ...{ name: 'ProfileError', kind: 'no-python' },
      message: 'torch is not installed in this environment. Install PyTorch into it, or choose another interpreter.',
    });
  },
  LIMIT_MS,
);
