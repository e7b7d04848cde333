// What the tests of pins have in common: a workspace, a Hub in memory, and a person who answers.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Machine } from '../../src/machine/machineTypes';
import type { CommandTable } from '../../src/sidebar/commandTable';
import { pinCommands } from '../../src/sidebar/pinCommands';
import { build, commit, kernelHub, type KernelHub } from '../unit/kernelHub';
import { summary } from '../unit/kernelSummaries';

export const PYPROJECT = '\ufeff[project]\r\nname = "x" # keep\r\n\r\n[tool.other]\r\nx=1\r\n';
export const A = commit('a');
export const B = commit('b');

const machine: Machine = {
  state: {
    system: { python: { missing: 'There is no Python.' }, webgpu: { missing: 'There is no adapter.' } },
    python: null,
    missing: [],
    adapters: [],
    loading: false,
  },
  onChange: () => () => undefined,
  refresh: () => Promise.resolve(),
};

function folder(): vscode.Uri {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, 'a folder is open');
  return first.uri;
}

export function fileUri(name: string): vscode.Uri {
  return vscode.Uri.joinPath(folder(), name);
}

export async function write(name: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(fileUri(name), Buffer.from(text));
}

/** Null where there is no such file. */
export async function read(name: string): Promise<string | null> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(fileUri(name))).toString();
  } catch {
    return null;
  }
}

export function sampleHub(): KernelHub {
  return kernelHub({
    'org/plain': {
      branches: { v1: A },
      commits: { [A]: build('torch-universal'), [B]: build('torch-universal') },
    },
    'org/other': { branches: { v1: B }, commits: { [B]: build('torch-cpu') } },
    'stranger/odd': { branches: { v1: B }, commits: { [B]: build('torch-cpu') } },
  });
}

const kernels = ['org/plain', 'org/other', 'stranger/odd'].map((id) => summary({ id, version: 1 }));

function commandsOf(hub: KernelHub): CommandTable {
  return pinCommands({
    open: () => Promise.resolve({ hub, catalogue: { state: { kernels } } }),
    machine,
    view: { refresh: () => undefined },
  });
}

export async function run(hub: KernelHub, command: string, argument: unknown): Promise<void> {
  const action = commandsOf(hub)[command];
  assert.ok(action, command);
  await action(argument);
}

type Window = { -readonly [Name in keyof typeof vscode.window]: (typeof vscode.window)[Name] };

/** Answers what the person is asked while `body` runs; gives the questions. */
export async function answering(
  answer: (title: string, items: readonly unknown[]) => unknown,
  body: () => Promise<void>,
): Promise<string[]> {
  const window = vscode.window as Window;
  const { showQuickPick, showWarningMessage, showInformationMessage } = window;
  const asked: string[] = [];
  const message = (text: string, ...rest: readonly unknown[]): Thenable<undefined> => {
    asked.push(text);
    return Promise.resolve(answer(text, rest) as undefined);
  };
  const pick = async (items: unknown, options: { readonly title?: string } = {}): Promise<unknown> => {
    const list = (await items) as readonly { readonly label: string; readonly detail?: string }[];
    asked.push(...list.map(({ label, detail = '' }) => `${label} ${detail}`.trim()));
    return answer(options.title ?? '', list);
  };
  Object.assign(window, { showQuickPick: pick, showWarningMessage: message, showInformationMessage: message });
  try {
    await body();
  } finally {
    Object.assign(window, { showQuickPick, showWarningMessage, showInformationMessage });
  }
  return asked;
}
