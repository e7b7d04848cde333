import assert from 'node:assert/strict';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { PythonRequestSchema } from '../../src/profile/python/pythonRequest';
import { click, closeAll, folder, lens, lenses, openRig, settings, until, type EditorRig } from './editorRig';

const CODE = `from kernels.benchmark import Benchmark


class Mine(Benchmark):
    def benchmark_small(self):
        self.kernel.gelu(self.out, self.x)
`;

async function show(name: string): Promise<vscode.TextDocument> {
  const file = vscode.Uri.joinPath(folder(), 'edited', 'my-kernel', name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(CODE));
  const { document } = await vscode.window.showTextDocument(file);
  return document;
}

suite('benchmarks of a kernel', function () {
  this.timeout(120_000);
  let rig: EditorRig;

  suiteSetup(async () => {
    rig = await openRig();
  });
  suiteTeardown(async () => {
    await rig.close();
  });
  teardown(closeAll);

  test('are run by the library of the Python that is meant, without a shell', async () => {
    const document = await show('benchmarks/benchmark it.py');
    const found = await lens(document, /run kernels benchmark/);
    assert.equal(found.range.start.line, 3);
    const tasks: vscode.Task[] = [];
    const started = vscode.tasks.onDidStartTask(({ execution }) => tasks.push(execution.task));
    const codes: (number | undefined)[] = [];
    const ended = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => codes.push(exitCode));
    await click(found);
    // The Python of the tests answers whatever it is asked.
    assert.equal(await until('it has run', () => codes[0] ?? null), 0);
    started.dispose();
    ended.dispose();
    const [task] = tasks;
    assert.ok(task?.execution instanceof vscode.ProcessExecution);
    assert.equal(task.execution.process, settings().get('python.path'));
    const repository = vscode.Uri.joinPath(folder(), 'edited', 'my-kernel').fsPath;
    assert.deepEqual(task.execution.args.slice(2), ['benchmark', repository]);
    assert.equal(task.execution.options?.cwd, repository);
  });

  test('are measured by a profile of the repository that has this class alone', async () => {
    const found = await lens(await show('benchmarks/benchmark.py'), /^profile$/);
    assert.equal(found.range.start.line, 3);
    assert.equal(found.command?.command, 'kernelLens.profilePython');
    v.parse(v.tuple([PythonRequestSchema]), found.command.arguments);
    assert.deepEqual(found.command.arguments, [
      {
        kernels: [{ folder: vscode.Uri.joinPath(folder(), 'edited', 'my-kernel').toString() }],
        work: { kind: 'kernels', workloads: ['Mine'], shapes: [] },
      },
    ]);
  });

  test('have no lens in a file that the library would not run', async () => {
    const run = await show('benchmarks/benchmark.py');
    await lens(run, /run kernels benchmark/);
    for (const name of ['benchmarks/other.py', 'benchmark.py']) {
      assert.deepEqual(await lenses(await show(name)), [], name);
    }
  });
});
