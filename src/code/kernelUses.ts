import type { KernelUse } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import { readPythonNames } from './pythonNames';
import { pythonUses } from './pythonUses';
import { scriptUses } from './scriptUses';

/** Where a file uses kernels, in whichever language it is, in its order. */
export function kernelUses(source: ParsedSource): readonly KernelUse[] {
  return source.language === 'python' ? pythonUses(source, readPythonNames(source)) : scriptUses(source);
}
