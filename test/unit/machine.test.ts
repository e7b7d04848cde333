import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMachine, type ListedAdapter, type MachineOptions } from '../../src/machine/machine';
import type { MachineState } from '../../src/machine/machineTypes';
import { probeFacts } from './probeFacts';

const RTX: ListedAdapter = {
  name: 'RTX 4090',
  software: false,
  features: ['shader-f16'],
  limits: { maxBindGroups: 4 },
};
const SOFT: ListedAdapter = { name: 'SwiftShader (software)', software: true, features: [], limits: {}, driver: '5.0' };

let folder: string;
let interpreter: string;
let options: MachineOptions;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernel-lens-machine-'));
  interpreter = join(folder, 'python');
  options = {
    findPython: async () => ({ path: interpreter, source: 'PATH' }),
    listAdapters: async () => [RTX, SOFT],
    adapter: () => 'auto',
    probePath: join(folder, 'probe.py'),
    cacheFolder: join(folder, 'cache'),
    workingFolder: () => folder,
    env: process.env,
    platform: 'linux',
  };
  await answerWith({});
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A stand-in for an interpreter, which counts how often it is asked. */
async function answerWith(change: Parameters<typeof probeFacts>[0]): Promise<void> {
  const python = { version: '3.12.4', executable: interpreter, freeThreaded: false };
  const line = JSON.stringify({ kernelLensProbe: 1, ...probeFacts({ python, ...change }) }).replace('1,', ' 1,');
  await writeFile(interpreter, `#!/bin/sh\necho asked >> ${folder}/asked\ncat <<'END'\n${line}\nEND\n`);
  await chmod(interpreter, 0o755);
}

async function timesAsked(): Promise<number> {
  return (await readFile(join(folder, 'asked'), 'utf8').catch(() => '')).split('\n').length - 1;
}

const never = new AbortController().signal;
const now = { force: false };

async function lookedAt(change: Partial<MachineOptions> = {}): Promise<MachineState> {
  const machine = createMachine({ ...options, ...change });
  await machine.refresh(now, never);
  return machine.state;
}

/** Windows has no scripts of this kind. */
describe.skipIf(process.platform === 'win32')('this machine', () => {
  test('is not looked at before anybody asks', async () => {
    const { state } = createMachine(options);
    const missing = 'This machine has not been looked at yet.';
    expect(state.system).toEqual({ python: { missing }, webgpu: { missing } });
    expect(await timesAsked()).toBe(0);
  });

  test('has its Python and its adapters', async () => {
    expect(await lookedAt()).toMatchObject({
      system: {
        python: { system: { backend: { name: 'cuda', version: '12.8' }, architecture: '9.0' } },
        webgpu: { system: RTX },
      },
      python: { environment: { path: interpreter, source: 'PATH' }, torchVersion: '2.9.0+cu128', driver: '580.159.04' },
      missing: [],
      adapters: [
        { name: 'RTX 4090', software: false, driver: null },
        { name: 'SwiftShader (software)', software: true, driver: '5.0' },
      ],
      loading: false,
    });
  });

  test('tells what its environment lacks', async () => {
    await answerWith({ kernels: null });
    const { missing, python } = await lookedAt();
    const command = `${interpreter} -m pip install kernels`;
    expect(missing).toEqual([{ what: 'kernels library missing', command }]);
    expect(python?.missing).toEqual(missing);
  });

  test('keeps the facts of an environment whose torch is damaged, and gives no verdicts from them', async () => {
    const torch = { ...probeFacts({}).torch, version: null, problem: 'torch lacks its compiled part' };
    await answerWith({ torch: { ...probeFacts({}).torch, ...torch } as never });
    const { system, python } = await lookedAt();
    expect(system.python).toEqual({ missing: 'torch is damaged: torch lacks its compiled part. Install it again.' });
    expect(python).toMatchObject({ version: '3.12.4', torchVersion: null });
  });

  test('without Python', async () => {
    const state = await lookedAt({ findPython: async () => ({ missing: 'No Python was found.' }) });
    expect(state.system.python).toEqual({ missing: 'No Python was found.' });
    expect(state.python).toBeNull();
    expect(state.missing).toEqual([{ what: 'No Python was found.', command: null }]);
    expect(state.system.webgpu).toEqual({ system: { ...RTX } });
  });

  test('with a Python that breaks', async () => {
    await writeFile(interpreter, '#!/bin/sh\nexit 9');
    const { system, missing } = await lookedAt();
    const reason = `${interpreter} ended with code 9. Choose another interpreter, or mend this one.`;
    expect(system.python).toEqual({ missing: reason });
    expect(missing).toEqual([{ what: reason, command: null }]);
  });

  test('with a search that fails', async () => {
    const state = await lookedAt({ findPython: () => Promise.reject(new Error('The extension is gone.')) });
    expect(state.system.python).toEqual({ missing: 'The extension is gone.' });
  });

  test.each([
    ['auto', 'RTX 4090'],
    ['software', 'SwiftShader (software)'],
    ['swift', 'SwiftShader (software)'],
  ])('takes the adapter that %s means', async (adapter, name) => {
    const { webgpu } = (await lookedAt({ adapter: () => adapter })).system;
    expect(webgpu).toMatchObject({ system: { name } });
  });

  test('without the adapter that is meant', async () => {
    const { webgpu } = (await lookedAt({ adapter: () => 'Arc' })).system;
    expect(webgpu).toHaveProperty('missing', expect.stringContaining('No adapter here is called "Arc".'));
    const none = await lookedAt({ listAdapters: async () => [] });
    expect(none.system.webgpu).toHaveProperty('missing', expect.stringContaining('No WebGPU adapter was found.'));
    const broken = await lookedAt({ listAdapters: () => Promise.reject(new Error('No Node.js.')) });
    expect(broken.system.webgpu).toEqual({ missing: 'No Node.js.' });
  });
});

describe.skipIf(process.platform === 'win32')('looking again', () => {
  test('costs nothing where nothing has changed, unless it is forced', async () => {
    let listed = 0;
    const listAdapters = async (): Promise<ListedAdapter[]> => {
      listed += 1;
      return [RTX];
    };
    const machine = createMachine({ ...options, listAdapters });
    await machine.refresh(now, never);
    await machine.refresh(now, never);
    await createMachine(options).refresh(now, never);
    expect([await timesAsked(), listed]).toEqual([1, 1]);
    await machine.refresh({ force: true }, never);
    expect([await timesAsked(), listed]).toEqual([2, 2]);
  });

  test('sees the interpreter that was chosen meanwhile', async () => {
    const found = [{ path: interpreter, source: 'PATH' } as const, { missing: 'Gone.' }];
    const machine = createMachine({ ...options, findPython: async () => found.shift() ?? { missing: 'Asked again.' } });
    await Promise.all([machine.refresh(now, never), machine.refresh(now, never)]);
    expect(machine.state.system.python).toEqual({ missing: 'Gone.' });
  });

  test('that was cancelled leaves everything as it was', async () => {
    const abort = new AbortController();
    const findPython = async (): Promise<{ missing: string }> => {
      abort.abort();
      return { missing: 'Cancelled.' };
    };
    const machine = createMachine({ ...options, findPython });
    const before = machine.state;
    await machine.refresh(now, abort.signal);
    expect(machine.state).toEqual(before);
    await machine.refresh(now, abort.signal);
    expect(machine.state).toEqual(before);
  });

  test('tells whoever listens, until they have heard enough', async () => {
    const machine = createMachine(options);
    const heard: boolean[] = [];
    const stop = machine.onChange(() => heard.push(machine.state.loading));
    await Promise.all([machine.refresh(now, never), machine.refresh(now, never)]);
    expect(heard.at(0)).toBe(true);
    expect(heard.filter((loading) => !loading)).toHaveLength(1);
    expect(heard.at(-1)).toBe(false);
    stop();
    const { length } = heard;
    await machine.refresh(now, never);
    expect(heard).toHaveLength(length);
  });

  test('goes on after a listener that fails', async () => {
    const machine = createMachine(options);
    const stop = machine.onChange(() => {
      throw new Error('listener');
    });
    await expect(machine.refresh(now, never)).rejects.toThrow('listener');
    stop();
    await machine.refresh(now, never);
    expect(machine.state).toMatchObject({ loading: false, python: { version: '3.12.4' } });
  });
});
