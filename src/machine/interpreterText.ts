// The Python that is meant, in one line.
import { backendTitle } from '../kernels/platformTitle';
import type { System } from '../kernels/system';
import { environmentName } from './environmentName';
import type { PythonFacts } from './machineTypes';

/** `Python 3.12 .venv · torch 2.12 + CUDA 12.8`; `no torch` where there is none. */
export function interpreterText(python: PythonFacts, system: System['python']): string {
  const interpreter = `Python ${shortVersion(python.version)} ${environmentName(python.environment.path)}`;
  if (python.torchVersion === null) return `${interpreter} · no torch`;
  const torch = `torch ${shortVersion(python.torchVersion)}`;
  if ('missing' in system) return `${interpreter} · ${torch}`;
  return `${interpreter} · ${torch} + ${backendTitle(system.system.backend)}`;
}

/** `2.12` of `2.12.0+cu128`. */
function shortVersion(version: string): string {
  return /^\d+\.\d+/.exec(version)?.[0] ?? version;
}
