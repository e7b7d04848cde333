import { homedir, tmpdir } from 'node:os';
import * as vscode from 'vscode';
import { harnessEnvironment } from '../hub/harnessEnvironment';
import type { HubSettings } from '../hub/hubSettings';
import type { PythonFacts } from '../machine/machineTypes';
import type { PythonProfileEnvironment } from '../profile/python/profilePython';

/** What of the extension a run in Python needs. */
export interface HarnessPlace {
  /** dist/python/harness.py. */
  readonly harnessPath: string;
  readonly toolVersion: string;
}

/**
 * Where and how the person's interpreter is started. The workspace has to be trusted: a version manager reads the folder
 * that it is started in.
 * @param silent the Hub has just given no answer, and the library is to look into the cache alone
 */
export function pythonEnvironment(
  { harnessPath, toolVersion }: HarnessPlace,
  python: PythonFacts,
  settings: HubSettings,
  silent: boolean,
): PythonProfileEnvironment {
  return {
    python: python.environment.path,
    harnessPath,
    workingFolder: workingFolder(),
    env: harnessEnvironment(process.env, settings, silent),
    // The same for every window and command line: locks of devices lie there.
    lockFolder: tmpdir(),
    gpuName: python.gpus[0]?.name ?? null,
    toolVersion,
  };
}

/** The first folder of the workspace on this machine, else the person's own. */
export function workingFolder(): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();
}
