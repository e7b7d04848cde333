// The cases of a profile of Python code, without running one.
import { performance } from 'node:perf_hooks';
import type { ProfileHooks } from '../profile';
import { plannedContenders } from './contenderPlan';
import { casePattern } from './harnessCases';
import { caseId, askedKernel } from './pythonCase';
import type { PythonProfileEnvironment } from './profilePython';
import type { PythonProfileOptions } from './pythonOptions';
import { PythonRun } from './pythonRun';

/**
 * The ids of the cases that `profilePython` would run, as its report would have them, in its order. Kernels are loaded for
 * it, since what they have decides. Throws a ProfileError where that would throw one, and where there is no case.
 */
export async function planPython(
  options: PythonProfileOptions,
  environment: PythonProfileEnvironment,
  hooks: Pick<ProfileHooks, 'signal' | 'onProgress'>,
): Promise<readonly string[]> {
  const contenders = plannedContenders(options);
  const run = new PythonRun({
    options,
    environment,
    hooks: { ...hooks, onReport: () => undefined },
    contenders,
    pattern: casePattern(options),
    onBattery: null,
    functionDigest: '',
    started: performance.now(),
  });
  const kernel = askedKernel(contenders);
  return (await run.plan()).map((id) => caseId(kernel, id));
}
