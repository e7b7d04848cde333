import type { PythonChoice, PythonKernelItem } from '../src/panel/protocol';

/**
 * The choice after a kernel was ticked or not. A function is measured by itself, and what was chosen for the first kernel
 * does not fit another one.
 */
export function withKernel(
  choice: PythonChoice,
  kernels: readonly PythonKernelItem[],
  key: string,
  wanted: boolean,
): PythonChoice {
  const alone = new Set(kernels.filter((kernel) => kernel.alone).map((kernel) => kernel.key));
  const others = choice.kernels.filter((one) => one !== key);
  const beside = alone.has(key) ? [] : others.filter((one) => !alone.has(one));
  const chosen = wanted ? [...beside, key] : others;
  const isSame = chosen[0] === choice.kernels[0];
  return { ...choice, kernels: chosen, ...(isSame ? {} : { versions: [], workloads: [] }) };
}
