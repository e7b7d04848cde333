import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Machine, MachineState } from '../../src/machine/machineTypes';
import { COMMAND_ROW, copyMachineCommand, MachineView } from '../../src/sidebar/machineView';
import { PythonEnvironments } from '../../src/sidebar/pythonEnvironments';

const never = new AbortController().signal;
const ENVIRONMENTS = 'ms-python.vscode-python-envs';
const PYTHON = 'ms-python.python';

/** As the extension Python Environments gives it: methods of a class, environments without details until resolved. */
class EnvironmentsApi {
  private readonly changed = new vscode.EventEmitter<unknown>();
  readonly onDidChangeEnvironment = this.changed.event;

  constructor(public executable: string | null) {}

  async getEnvironment(scope: vscode.Uri | undefined): Promise<unknown> {
    assert.ok(scope === undefined || scope instanceof vscode.Uri);
    return this.executable === null ? undefined : { environmentPath: vscode.Uri.file('/env'), name: 'env' };
  }

  async resolveEnvironment(environment: object): Promise<unknown> {
    return { ...environment, execInfo: { run: { executable: this.executable, args: [] } } };
  }

  choose(executable: string): void {
    this.executable = executable;
    this.changed.fire({});
  }
}

/** As the extension Python gives it, below `environments`. */
function pythonApi(active: string, resolved: string | undefined): object {
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: active, path: active }),
      resolveEnvironment: async ({ path }: { path: string }) =>
        path === active && resolved !== undefined ? { executable: { uri: vscode.Uri.file(resolved) } } : undefined,
      onDidChangeActiveEnvironmentPath: () => new vscode.Disposable(() => undefined),
    },
  };
}

suite('the Python of this window', () => {
  const disposables: { dispose(): void }[] = [];
  teardown(() => {
    for (const disposable of disposables.splice(0)) disposable.dispose();
  });

  function environments(
    extensions: Readonly<Record<string, unknown>>,
    setting: string | null = null,
  ): PythonEnvironments {
    const found = new PythonEnvironments(
      () => setting,
      async (id) => extensions[id] ?? null,
    );
    disposables.push(found);
    return found;
  }

  test('is that of Python Environments, before that of Python', async () => {
    const both = { [ENVIRONMENTS]: new EnvironmentsApi('/env/bin/python'), [PYTHON]: pythonApi('/p', '/p') };
    assert.deepEqual(await environments(both, '/set').find(never), {
      path: '/env/bin/python',
      source: 'Python Environments extension',
    });
  });

  test('else is that of Python, details or not', async () => {
    const none = new EnvironmentsApi(null);
    const detailed = { [ENVIRONMENTS]: none, [PYTHON]: pythonApi('/env', '/env/bin/python') };
    assert.deepEqual(await environments(detailed).find(never), { path: '/env/bin/python', source: 'Python extension' });
    const bare = { [PYTHON]: pythonApi('/usr/bin/python3', undefined) };
    assert.deepEqual(await environments(bare).find(never), { path: '/usr/bin/python3', source: 'Python extension' });
  });

  test('else is what the setting names', async () => {
    const undecided = { [ENVIRONMENTS]: new EnvironmentsApi(null), [PYTHON]: pythonApi('python', undefined) };
    assert.deepEqual(await environments(undecided, '/set/python').find(never), {
      path: '/set/python',
      source: 'setting',
    });
    assert.deepEqual(await environments({}, '/set/python').find(never), { path: '/set/python', source: 'setting' });
  });

  test('does not fall with an extension that fails, has another form, or says nothing', async () => {
    const failing = new PythonEnvironments(
      () => '/set/python',
      () => Promise.reject(new Error('disabled')),
    );
    disposables.push(failing);
    assert.deepEqual(await failing.find(never), { path: '/set/python', source: 'setting' });
    const strange = { [ENVIRONMENTS]: { getEnvironment: 3 }, [PYTHON]: { environments: [] } };
    assert.deepEqual(await environments(strange, '/set/python').find(never), {
      path: '/set/python',
      source: 'setting',
    });
    const silent = new PythonEnvironments(
      () => '/set/python',
      () => new Promise(() => undefined),
    );
    disposables.push(silent);
    assert.deepEqual(await silent.find(AbortSignal.timeout(20)), { path: '/set/python', source: 'setting' });
  });

  test('tells when another is chosen, once', async () => {
    const api = new EnvironmentsApi('/a/python');
    const pythons = environments({ [ENVIRONMENTS]: api });
    let times = 0;
    disposables.push(pythons.onDidChange(() => (times += 1)));
    await pythons.find(never);
    await pythons.find(never);
    api.choose('/b/python');
    assert.equal(times, 1);
    assert.deepEqual(await pythons.find(never), { path: '/b/python', source: 'Python Environments extension' });
  });
});

suite('This Machine', () => {
  const state: MachineState = {
    system: { python: { missing: 'none' }, webgpu: { missing: 'none' } },
    python: null,
    missing: [{ what: 'No Python was found.', command: 'brew install python' }],
    adapters: [{ name: 'NVIDIA RTX 4090', software: false, driver: null }],
    loading: false,
  };

  test('shows rows that say what their icons mean, and copies the command of one', async () => {
    const listeners: (() => void)[] = [];
    const machine: Machine = {
      state,
      onChange: (listener) => {
        listeners.push(listener);
        return () => listeners.splice(0);
      },
      refresh: () => Promise.resolve(),
    };
    const view = new MachineView(machine);
    let changes = 0;
    view.onDidChangeTreeData(() => (changes += 1));
    for (const listener of listeners) listener();
    assert.equal(changes, 1);

    const rows = view.getChildren();
    const items = rows.map((row) => view.getTreeItem(row));
    assert.deepEqual(
      items.map(({ label, contextValue }) => [label, contextValue]),
      [
        ['NVIDIA RTX 4090', undefined],
        ['No usable Python', COMMAND_ROW],
      ],
    );
    assert.equal(items[1]?.accessibilityInformation?.label, 'No usable Python, needs mending, No Python was found.');
    assert.equal((items[1].iconPath as vscode.ThemeIcon).id, 'error');

    await copyMachineCommand(rows[0]);
    await copyMachineCommand(undefined);
    await copyMachineCommand(rows[1]);
    assert.equal(await vscode.env.clipboard.readText(), 'brew install python');
    view.dispose();
    assert.equal(listeners.length, 0);
  });
});
