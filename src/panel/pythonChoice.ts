// What a person chose of Python in the page, held against what there is, and made into the options of a profile. No vscode.
import {
  DEFAULT_PYTHON_OPTIONS,
  type PythonKernelRef,
  type PythonProfileOptions,
  type PythonWork,
  type ShapeSizes,
} from '../profile/python/pythonOptions';
import type { PythonChoice, RunSize } from './protocol';
import type { PythonSubject } from './pythonSubjects';

type FunctionWork = Extract<PythonWork, { kind: 'function' }>;

/** Something to measure in Python, as the extension knows it. */
export interface PythonCandidate {
  readonly key: string;
  readonly subject: PythonSubject;
  /** Why it cannot be run now; null when it can. */
  readonly problem: string | null;
}

/** What a click on a kernel asks for, before anybody has chosen more. */
export function firstPythonChoice(kernels: readonly string[], size: RunSize): PythonChoice {
  return {
    kernels: [...kernels],
    versions: [],
    workloads: [],
    shapes: '',
    dtypes: [],
    backward: false,
    compile: true,
    size,
  };
}

/**
 * `chosen`, less what is no longer there or may not be run; where the first kernel is another one, without the versions of
 * the one before. Without a choice, or when nothing of it is left: the first that can be run.
 */
export function fittingPythonChoice(
  chosen: PythonChoice | null,
  candidates: readonly PythonCandidate[],
  quick: boolean,
): PythonChoice {
  const runnable = candidates.filter(({ problem }) => problem === null).map(({ key }) => key);
  const base = chosen ?? firstPythonChoice([], quick ? 'quick' : 'default');
  const kept = base.kernels.filter((key) => runnable.includes(key));
  if (kept.length === 0) return { ...base, kernels: runnable.slice(0, 1), versions: [], workloads: [] };
  return { ...base, kernels: kept, versions: kept[0] === base.kernels[0] ? base.versions : [] };
}

/** What is measured: a function, or cases of kernels. @param shapes as they were read from `choice.shapes` */
export function pythonWork(
  choice: PythonChoice,
  subjects: readonly PythonSubject[],
  shapes: readonly ShapeSizes[],
): PythonWork {
  const [first] = subjects;
  if (first?.kind === 'function') return first.work;
  return { kind: 'kernels', workloads: choice.workloads, shapes: [...shapes] };
}

export function pythonOptions(
  choice: PythonChoice,
  work: PythonWork,
  kernels: readonly PythonKernelRef[],
): PythonProfileOptions {
  return {
    ...DEFAULT_PYTHON_OPTIONS,
    kernels: [...kernels],
    work,
    references: referencesOf(choice, work),
    dtypes: choice.dtypes,
    backward: choice.backward,
    size: choice.size,
  };
}

function referencesOf({ compile }: PythonChoice, work: PythonWork): PythonProfileOptions['references'] {
  if (work.kind === 'function' && isAlone(work)) return [];
  return compile ? ['eager', 'compile'] : ['eager'];
}

function isAlone({ against }: FunctionWork): boolean {
  return against === null;
}
