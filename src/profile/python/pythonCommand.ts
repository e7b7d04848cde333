// The command line that repeats a run of Python code.
import type { PythonKernelRef, PythonProfileOptions } from './pythonOptions';
import { printFunctionInputs } from './inputsText';
import { printShapes } from './shapeText';

/** As arguments, the program's name included. @param python the interpreter that measured */
export function pythonCommand(options: PythonProfileOptions, python: string): string[] {
  const { work, kernels, references } = options;
  const argv = ['kernel-lens', 'profile'];
  if (work.kind === 'function') {
    argv.push(`${work.file}:${work.function}`);
    if (work.against !== null) argv.push('--against', work.against);
    argv.push('--inputs', printFunctionInputs(work.inputs));
    if (work.tolerance !== null) argv.push('--tolerance', String(work.tolerance));
  } else {
    const [first, ...others] = kernels.map(kernelArgument);
    if (first !== undefined) argv.push(first);
    if (others.length > 0) argv.push('--against', others.join(','));
    if (work.workloads.length > 0) argv.push('--workload', work.workloads.join(','));
    if (work.shapes.length > 0) argv.push('--shapes', printShapes(work.shapes));
    if (options.backward) argv.push('--backward');
  }
  argv.push('--python', python);
  if (options.dtypes.length > 0) argv.push('--dtype', options.dtypes.join(','));
  if (options.size !== 'default') argv.push(`--${options.size}`);
  if (options.device !== 'auto') argv.push('--device', options.device);
  if (!references.includes('compile')) argv.push('--no-compile');
  if (options.cases !== null) argv.push('--cases', options.cases);
  if (options.aa) argv.push('--aa');
  argv.push('--seed', String(options.seed));
  return argv;
}

/** A kernel of the Hub by its commit: the branch `vN` may have moved on when the command is run again. */
function kernelArgument(kernel: PythonKernelRef): string {
  if (kernel.kind === 'folder') return kernel.path;
  if (kernel.commit !== null) return `${kernel.id}@${kernel.commit}`;
  return kernel.version === null ? kernel.id : `${kernel.id}@v${kernel.version}`;
}
