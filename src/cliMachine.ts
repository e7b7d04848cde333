// This machine as the command line looks at it.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { environment, note, ROOT } from './cliEnvironment';
import { findInterpreter } from './machine/interpreterSearch';
import { createMachine } from './machine/machine';
import { interpreterBelow } from './machine/interpreterSearch';
import type { MachineState } from './machine/machineTypes';
import { listAdapters } from './profile/profile';

/**
 * Looks at Python and the adapters. Never throws: what failed is in the state.
 * @param python an interpreter's path; null: the first one on the PATH
 * @param wanted `python`: the adapters are left out, which would take a process of its own to list
 */
export async function lookAtMachine(
  python: string | null,
  signal: AbortSignal,
  wanted: 'all' | 'python' = 'all',
): Promise<MachineState> {
  const { cacheFolder } = environment();
  const named = python === null ? null : ({ path: path.resolve(python), source: 'command line' } as const);
  const machine = createMachine({
    // No folder counts as a workspace: what lies in the current one, a .venv say, was trusted by nobody.
    findPython: () =>
      findInterpreter({
        named,
        workspaceFolders: [],
        workspaceTrusted: true,
        env: process.env,
        platform: process.platform,
        home: homedir(),
      }),
    listAdapters: (stop) => (wanted === 'all' ? listAdapters(environment(), stop) : Promise.resolve([])),
    adapter: () => 'auto',
    probePath: path.join(ROOT, 'media', 'python', 'probe.py'),
    cacheFolder: path.join(cacheFolder, 'machine'),
    workingFolder: () => process.cwd(),
    env: process.env,
  });
  await machine.refresh({ force: false }, signal);
  const own = path.join('.venv', ...interpreterBelow(process.platform));
  if (python === null && existsSync(own) && process.env['VIRTUAL_ENV'] === undefined) {
    note(`this folder's own Python is not used unless it is activated or named: --python ${own}`);
  }
  return machine.state;
}
