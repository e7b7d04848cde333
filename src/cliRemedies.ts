// What would help, as lines of a terminal: a sentence, and below it the command.
import type { KernelRemedy, PythonKernelUnfit } from './hub/pythonKernel';

/** Why a kernel does not run here, and what would help. */
export function unfitText({ message, remedies, lacking }: PythonKernelUnfit): string {
  const helps = remedies.map((remedy) => `  ${remedy.text}\n    ${commandOf(remedy)}`);
  const other = lacking === 'python' ? ['  Or name another interpreter, with --python PATH.'] : [];
  return [message, ...helps, ...other].join('\n');
}

function commandOf(remedy: KernelRemedy): string {
  if (remedy.kind === 'command') return remedy.command;
  const { id, version } = remedy;
  return `kernel-lens profile ${version === null ? id : `${id}@v${version}`}`;
}
