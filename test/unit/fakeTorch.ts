// An interpreter that answers the probe as one with torch does, and plays a harness that has all times ready.
import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fakeHarness } from './fakeHarness';
import { fakePython } from './fakePython';

/** Cases of what it is asked; before the last it waits for a cancel while a file says so. */
const BODY = `
const { existsSync } = await import('node:fs');
const device = { kind: 'cpu', name: 'Test Processor', torchDevice: 'cpu', capability: null, multiprocessors: null, memoryBytes: null, lastLevelCacheBytes: null };
const reading = { gpuClockMhz: null, throttled: [], temperatureC: null, otherProcesses: null, driver: null };
const facts = { python: '3.12.4', torch: '2.10.0+cpu', cuda: null, hip: null, kernels: '0.17.2', triton: null };
send('hello', { python: '3.12.4', executable: process.argv[0], pid: process.pid });
send('phase', { text: 'importing torch', contender: null, limitS: null });
send('opened', { ...facts, device, timer: { kind: 'host', resolutionNs: 100 }, cache: 'warm' });
send('machine', { at: 'before', reading });
if (request.method.limits !== false) send('limits', { copyBytes: 1e9, copySamplesNs: [1e8, 1e8, 1e8], products: {} });
for (const { id, kind } of request.contenders) if (kind === 'kernel') send('kernel', { contender: id, commit: 'a'.repeat(40), variant: 'torch-universal' });
const named = request.sources.flatMap(({ workloads = [] }) => workloads);
const names = named.length > 0 ? named : ['activation.silu_and_mul', 'Plain.small'];
const cases = names.map((workload) => ({ id: workload, workload, label: workload.split('.').at(-1) + ' 8×16', dtype: 'float32', shape: { tokens: 8 } }));
send('plan', { cases });
const check = [{ form: 'random', seed: 1, outputs: [{ output: 'out', maxAbs: 1e-7, maxRel: 1e-7, tolerance: { abs: 1e-4, rel: 1e-4, rule: 'by dtype' }, wrong: 0, unwritten: 0, elements: 128, worst: null, worstShare: 0.01 }] }];
const samples = (ns) => Array.from({ length: 40 }, (_, index) => ns * (1 + (index % 4) / 1000));
const row = ({ id, kind, label = id }, index) => ({
  contender: { id, kind, label, baseline: index === 0 }, status: 'timed', problem: null,
  accuracy: { oracle: true, inputsUnchanged: true, before: check, after: check },
  timing: { samplesNs: samples(kind === 'kernel' ? 5e5 : 1e6), runs: 10, stoppedBy: 'precision' },
  compileMs: null, launches: null, peakBytes: null, hostNs: null, guards: [], flags: [],
});
const stop = cancelled();
let over = false;
stop.then(() => { over = true; });
if (!request.planOnly) {
  for (const [index, one] of cases.entries()) {
    await sleep(300);
    if (index === cases.length - 1 && existsSync(process.argv[1] + '.hold')) await stop;
    if (over) break;
    send('case', { ...one, status: 'done', problem: null, oracle: { text: 'PyTorch in float64', dtype: 'float64' }, flops: 1000, leastBytes: 1024, inputs: {}, rows: request.contenders.map(row), flags: [], durationMs: 5 });
  }
}
send('machine', { at: 'after', reading });
send('end', { status: over ? 'cancelled' : 'complete', reason: over ? 'cancelled' : null });
`;

export interface FakeTorch {
  /** The interpreter. */
  readonly python: string;
  /** What the harness was asked, a request a run; none: it was never started. */
  requests(): Promise<readonly Record<string, unknown>[]>;
  /** From now on runs wait for a cancel before their last case, or do not. */
  hold(wanted: boolean): Promise<void>;
  /** The release of the kernels library is another one now. */
  become(kernels: string): Promise<void>;
}

/** @param folder for its files */
export async function fakeTorch(folder: string): Promise<FakeTorch> {
  const harness = await fakeHarness(folder, BODY);
  const { harnessPath } = harness;
  const [python, answer, hold] = [path.join(folder, 'python'), path.join(folder, 'answer.json'), `${harnessPath}.hold`];
  const become = async (kernels: string): Promise<void> => {
    await fakePython(folder, kernels);
    const play = `exec '${process.execPath}' '${harnessPath}'`;
    await writeFile(python, `#!/bin/sh\ncase "$*" in\n*harness.py*) ${play} ;;\n*) cat '${answer}' ;;\nesac\n`);
    await chmod(python, 0o755);
  };
  await become('0.17.2');
  return {
    python,
    become,
    requests: () => harness.requests().catch(() => []),
    hold: async (wanted) => {
      if (wanted) await writeFile(hold, '');
      else await rm(hold, { force: true });
    },
  };
}
