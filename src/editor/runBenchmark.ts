import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Machine } from '../machine/machineTypes';
import { EditRefused } from './writeEdits';

/** Which scripts `kernels benchmark` runs of a repository. */
const SCRIPT = /\/benchmarks\/benchmark[^/]*\.py$/;
/** The library's own command line. A folder that is called as it is, beside the benchmarks, is not taken for it. */
const START = 'import sys; sys.path = [one for one in sys.path if one]; from kernels.cli import main; main()';
const TargetSchema = v.object({ uri: v.string() });

/** The kernel's repository that a script of benchmarks belongs to; null: the library would not run the file. */
export function benchmarkRepository(document: vscode.Uri): vscode.Uri | null {
  const isRun = document.scheme === 'file' && SCRIPT.test(document.path);
  if (!isRun || vscode.workspace.getWorkspaceFolder(document) === undefined) return null;
  return vscode.Uri.joinPath(document, '..', '..');
}

/** Whether code of this workspace may be run, and there is a Python with the library. */
export function canBenchmark({ state }: Machine): boolean {
  return vscode.workspace.isTrusted && typeof state.python?.kernelsVersion === 'string';
}

/**
 * Runs `kernels benchmark` on the repository of a script, in a terminal; no shell is between. Throws EditRefused where that
 * is not possible.
 */
export async function runBenchmark(machine: Machine, argument: unknown): Promise<void> {
  const target = v.safeParse(TargetSchema, argument);
  const active = vscode.window.activeTextEditor?.document.uri;
  const uri = target.success ? vscode.Uri.parse(target.output.uri) : active;
  const repository = uri === undefined ? null : benchmarkRepository(uri);
  const folder = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
  if (repository === null || folder === undefined) {
    throw new EditRefused(
      'No benchmark was run: it has to be called benchmarks/benchmark….py, in a folder that is open.',
    );
  }
  const { python } = machine.state;
  if (python === null || !canBenchmark(machine)) {
    throw new EditRefused(
      'No benchmark was run: that takes a trusted workspace, and a Python with the kernels library.',
    );
  }
  const execution = new vscode.ProcessExecution(
    python.environment.path,
    ['-c', START, 'benchmark', repository.fsPath],
    { cwd: repository.fsPath },
  );
  const definition = { type: 'kernelLens.benchmark', repository: repository.toString() };
  const task = new vscode.Task(definition, folder, 'kernels benchmark', 'Kernel Lens', execution, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  await vscode.tasks.executeTask(task);
}
