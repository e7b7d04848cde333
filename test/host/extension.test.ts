import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { KernelLensApi } from '../../src/extension';
import { readReport } from '../../src/profile/reportFile';
import type { Report } from '../../src/profile/report';

const EXTENSION = 'kernel-lens.kernel-lens';
const REPORT_EDITOR = 'kernelLens.report';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
    readonly walkthroughs: readonly { readonly steps: readonly { readonly description: string }[] }[];
  };
}

function extension(): vscode.Extension<KernelLensApi> {
  const found = vscode.extensions.getExtension<KernelLensApi>(EXTENSION);
  assert.ok(found, 'the extension is installed');
  return found;
}

function workspace(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'a folder is open');
  return folder.uri;
}

async function until(what: string, holds: () => Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`Not within ${limitMs / 1000} s: ${what}.`);
}

suite('the extension', () => {
  test('activates and says what that took', async () => {
    const { activationMs } = await extension().activate();
    assert.ok(Number.isFinite(activationMs) && activationMs > 0);
    console.log(`activate() took ${activationMs.toFixed(1)} ms`);
  });

  test('has every command that it contributes, and no other', async () => {
    const { contributes } = extension().packageJSON as Manifest;
    const contributed = contributes.commands.map(({ command }) => command).sort();
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('kernelLens.')).sort();
    assert.deepEqual(
      registered.filter((id) => !/\.(focus|open|removeView|resetViewLocation|toggleVisibility)$/.test(id)),
      contributed,
    );
  });

  test('names only its own commands in the walkthrough', () => {
    const { contributes } = extension().packageJSON as Manifest;
    const steps = contributes.walkthroughs.flatMap(({ steps }) => steps).map(({ description }) => description);
    const named = steps.flatMap((text) => [...text.matchAll(/command:([\w.]+)/g)].map(([, id]) => id));
    const known = contributes.commands.map(({ command }) => command);
    assert.ok(named.length > 0);
    for (const id of named) assert.ok(id !== undefined && known.includes(id), id);
  });

  test('reads its settings with the defaults that it declares', () => {
    const { properties } = (extension().packageJSON as Manifest).contributes.configuration;
    for (const [id, { default: declared }] of Object.entries(properties)) {
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(id)?.defaultValue, declared, id);
    }
  });
});

suite('a report file', () => {
  const fixture = vscode.Uri.file(
    path.join(extension().extensionPath, 'test', 'fixtures', 'reports', 'software.kernel-lens.json'),
  );

  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('opens in the report editor by its name', async () => {
    await vscode.commands.executeCommand('vscode.open', fixture);
    await until('it is open', () => Promise.resolve(activeViewType() === REPORT_EDITOR), 30_000);
  });

  test('is copied as Markdown', async () => {
    await vscode.commands.executeCommand('vscode.openWith', fixture, REPORT_EDITOR);
    await until('it is open', () => Promise.resolve(activeViewType() === REPORT_EDITOR), 30_000);
    await until(
      'the clipboard has the table',
      async () => {
        await vscode.commands.executeCommand('kernelLens.copyMarkdown');
        return (await vscode.env.clipboard.readText()).includes('| case | contender |');
      },
      30_000,
    );
  });
});

suite('a profile', function () {
  this.timeout(200_000);
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('kernelLens');

  suiteSetup(async () => {
    await configuration().update('adapter', 'software', vscode.ConfigurationTarget.Global);
    await configuration().update('quick', true, vscode.ConfigurationTarget.Global);
    await configuration().update('results.folder', 'kept/results', vscode.ConfigurationTarget.Workspace);
  });
  suiteTeardown(async () => {
    await vscode.commands.executeCommand('kernelLens.cancelProfile');
    await configuration().update('results.folder', undefined, vscode.ConfigurationTarget.Workspace);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function reports(): Promise<Report[]> {
    const folder = vscode.Uri.joinPath(workspace(), 'kept', 'results');
    const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
    const names = entries.map(([name]) => name).filter((name) => name.endsWith('.kernel-lens.json'));
    return Promise.all(
      names.sort().map(async (name) => readReport(await readFile(path.join(folder.fsPath, name), 'utf8'), name)),
    );
  }

  test('writes what has finished while it runs, refuses a second one, and stops when it is told to', async () => {
    await vscode.commands.executeCommand('kernelLens.profileMachine');
    await vscode.commands.executeCommand('kernelLens.profileMachine');
    await until('the first case is written', async () => ((await reports())[0]?.cases.length ?? 0) > 0, 150_000);
    const [growing] = await reports();
    assert.equal(growing?.status, 'running');
    await vscode.commands.executeCommand('kernelLens.cancelProfile');
    const [kept, ...others] = await reports();
    assert.deepEqual(others, [], 'the second run did not begin');
    assert.equal(kept?.id, growing.id);
    assert.equal(kept.status, 'cancelled');
    assert.ok(kept.cases.length >= growing.cases.length);
    assert.equal(kept.machine.adapter.software, true);
  });
});

function activeViewType(): string | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom ? input.viewType : null;
}
