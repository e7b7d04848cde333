// What a text has that concerns kernels: computed once for each version of it. No vscode in here.
import { benchmarkClasses } from '../code/benchmarkClasses';
import type { BenchmarkClass, KernelUse } from '../code/kernelUse';
import type { OperationSite } from '../code/operation';
import type { ParsedSource } from '../code/parsedSource';
import { readPythonNames } from '../code/pythonNames';
import { pythonUses } from '../code/pythonUses';
import { scriptUses } from '../code/scriptUses';
import { readSuppressions, type Suppressions } from '../code/suppressions';
import { torchOperations } from '../code/torchOperations';

export interface CodeReading {
  readonly uses: readonly KernelUse[];
  readonly operations: readonly OperationSite[];
  readonly benchmarks: readonly BenchmarkClass[];
  readonly suppressions: Suppressions;
}

/** In texts larger than these nobody looks for operations. */
const MOST_CHARACTERS = 5_000_000;
const MOST_LINES = 100_000;
/** What a text that concerns kernels, or could with the next letter, has somewhere. */
const WORDS = ['kernel', 'torch', 'transformers'];

/** Whether it is worth parsing: most texts have none of the words without which there is nothing to find. */
export function mayConcernKernels(text: string): boolean {
  return WORDS.some((word) => text.includes(word));
}

export function isLarge(text: string, lines: number): boolean {
  return text.length > MOST_CHARACTERS || lines > MOST_LINES;
}

/**
 * Gives the event loop its turn between the parts of the work. Rejects with the signal's reason when it is aborted.
 * @param lines of the text
 */
export async function readCode(source: ParsedSource, lines: number, signal: AbortSignal): Promise<CodeReading> {
  const suppressions = readSuppressions(source);
  if (source.language !== 'python') {
    return { uses: scriptUses(source), operations: [], benchmarks: [], suppressions };
  }
  const names = readPythonNames(source);
  await turn(signal);
  const uses = pythonUses(source, names);
  await turn(signal);
  const benchmarks = benchmarkClasses(source, names);
  // What a kernel is measured against is not to become a kernel.
  const isLeft = benchmarks.length > 0 || isLarge(source.text, lines);
  const operations = isLeft ? [] : torchOperations(source, names);
  return { uses, operations, benchmarks, suppressions };
}

async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  signal.throwIfAborted();
}
