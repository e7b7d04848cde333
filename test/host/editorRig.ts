// What the tests of the editor have in common: the Hub of the tests, a Python with torch for the CPU, and documents.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { fakePython } from '../unit/fakePython';

export const ACTIVATION = 'kernels-community/activation';
export const HEAD = 'import torch\nimport torch.nn.functional as F\n\n\n';
/** An operation that a kernel of the Hub of the tests can take over, on line 5. */
export const SILU = `${HEAD}def act(x):\n    return F.silu(x)\n`;
/** The lens of that. */
export const OFFER = /has silu for this/;

/** As the tests of the extension find it. */
function root(): string {
  const found = vscode.extensions.getExtension('kernel-lens.kernel-lens');
  assert.ok(found, 'the extension is installed');
  return found.extensionPath;
}

export const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('kernelLens');

export async function set(name: string, value: unknown): Promise<void> {
  await settings().update(name, value, vscode.ConfigurationTarget.Global);
}

export interface EditorRig {
  readonly close: () => Promise<void>;
}

/** The settings lead to a Hub and a Python of the tests; `kernels` is the release that is installed in it. */
export async function openRig(kernels = '0.17.2'): Promise<EditorRig> {
  const hub: ChildProcess = spawn('node', [path.join(root(), 'scripts', 'test-hub.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.ok(hub.stdout);
  const [line] = (await once(hub.stdout, 'data')) as [Buffer];
  const folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-editor-'));
  await set('python.path', await fakePython(folder, kernels));
  await set('hub.endpoint', line.toString().trim());
  await vscode.commands.executeCommand('kernelLens.refreshMachine');
  return {
    close: async () => {
      await set('hub.endpoint', undefined);
      await set('python.path', undefined);
      hub.kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

export function folder(): vscode.Uri {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, 'a folder is open');
  return first.uri;
}

/** A file of its own for each test. */
export async function newFile(name: string, content: string): Promise<vscode.Uri> {
  const file = vscode.Uri.joinPath(folder(), 'edited', `${randomUUID()}-${name}`);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(content));
  return file;
}

export async function show(name: string, content: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await newFile(name, content));
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

export async function until<T>(what: string, get: () => Promise<T | null> | T | null, limitMs = 30_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    const value = await get();
    if (value !== null) return value;
    await sleep(100);
  }
  throw new Error(`Not within ${limitMs / 1000} s: ${what}.`);
}

/** The lenses of a document that are ours. */
export async function lenses(document: vscode.TextDocument): Promise<readonly vscode.CodeLens[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[] | undefined>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  );
  return found ?? [];
}

/** The first lens whose title is like that, once there is one. */
export async function lens(document: vscode.TextDocument, title: RegExp): Promise<vscode.CodeLens> {
  return until(`a lens ${String(title)}`, async () => {
    return (await lenses(document)).find(({ command }) => title.test(command?.title ?? '')) ?? null;
  });
}

export async function click({ command }: vscode.CodeLens): Promise<void> {
  assert.ok(command, 'the lens does something');
  const given: readonly unknown[] = command.arguments ?? [];
  await vscode.commands.executeCommand(command.command, ...given);
}
