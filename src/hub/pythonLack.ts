// What a Python environment lacks before any kernel can be measured in it, with the commands that mend it.
import { compareReleases, parsePythonVersion } from '../kernels/pythonVersion';
import { shownText } from '../kernels/shownText';
import type { PythonSystem, System } from '../kernels/system';
import { installCommand, type Wanted } from '../machine/installCommand';
import type { PythonFacts } from '../machine/machineTypes';
import type { KernelRemedy } from './pythonKernel';

/** The first `kernels` whose way of loading the harness uses. */
const OLDEST_KERNELS = [0n, 15n];
/** Characters of a path in a sentence. */
const LONGEST_PATH = 300;

/** It has what it takes. */
export interface ReadyPython {
  readonly system: PythonSystem;
  readonly python: PythonFacts;
}

export interface PythonLack {
  /** What is lacking, a sentence or two. */
  readonly message: string;
  readonly remedies: readonly KernelRemedy[];
}

/**
 * The environment, or what it lacks.
 * @param python null: no interpreter could be asked
 * @param needs `kernels` false: only PyTorch is needed, as for functions of one's own
 */
export function readyPython(
  system: System['python'],
  python: PythonFacts | null,
  needs: { readonly kernels: boolean },
): ReadyPython | PythonLack {
  if (python === null) return { message: 'missing' in system ? system.missing : 'No Python was found.', remedies: [] };
  if ('missing' in system) {
    const remedies = python.missing.flatMap(({ what, command }): readonly KernelRemedy[] => {
      return command === null ? [] : [{ kind: 'command', command, text: `${shownText(what, 300)}.` }];
    });
    return { message: system.missing, remedies };
  }
  const wanted = [
    ...(python.torchVersion === null ? [TORCH] : []),
    ...(needs.kernels ? wantedKernels(python.kernelsVersion) : []),
  ];
  if (wanted.length === 0) return { system: system.system, python };
  const remedies = wanted.map(({ package: one, text }): KernelRemedy => {
    return { kind: 'command', command: installCommand(one, python.installing), text };
  });
  const where = shownText(python.environment.path, LONGEST_PATH);
  return { message: `${wanted.map(({ what }) => what).join(' ')} The interpreter is ${where}.`, remedies };
}

interface WantedPart {
  readonly what: string;
  readonly text: string;
  readonly package: Wanted;
}

const TORCH: WantedPart = {
  what: 'PyTorch is not installed.',
  text: 'Install PyTorch.',
  package: { name: 'torch', version: '', again: false },
};

function wantedKernels(kernelsVersion: string | null): readonly WantedPart[] {
  if (kernelsVersion === null) {
    const missing = { name: 'kernels', version: '', again: false };
    return [{ what: 'The kernels library is not installed.', text: 'Install the kernels library.', package: missing }];
  }
  const release = parsePythonVersion(kernelsVersion)?.release;
  if (release === undefined || compareReleases(release, OLDEST_KERNELS) >= 0) return [];
  return [
    {
      what: `kernels ${shownText(kernelsVersion)} is too old: measuring needs 0.15 or newer.`,
      text: 'Install a newer kernels library.',
      package: { name: 'kernels', version: '>=0.15', again: false },
    },
  ];
}
