// `kernel-lens profile` of what is called from Python: a kernel of the Hub, a folder, or a function of a file.
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { cliConsent } from './cliConsent';
import { environment, note, ROOT } from './cliEnvironment';
import { openCatalogue, type CliHub } from './cliHub';
import type { KernelArgument } from './cliKernels';
import { lookAtMachine } from './cliMachine';
import type { ProgressLine } from './cliOutput';
import type { ProfileCommand } from './cliProfileArguments';
import { UsageError } from './cliValues';
import { folderKernel } from './hub/benchmarkScripts';
import { harnessEnvironment } from './hub/harnessEnvironment';
import { findPythonKernel, PythonKernelUnfit, type PythonKernelParts } from './hub/pythonKernel';
import { readyPython, type ReadyPython } from './hub/pythonLack';
import type { MachineState } from './machine/machineTypes';
import { ProfileError } from './profile/profile';
import type { PythonProfileEnvironment } from './profile/python/profilePython';
import type { PythonKernelRef, PythonProfileOptions, PythonWork } from './profile/python/pythonOptions';

/** What a profile of Python code takes. */
export interface PreparedProfile {
  readonly options: PythonProfileOptions;
  readonly environment: PythonProfileEnvironment;
}

/**
 * Looks at Python and at the kernels, which a person agrees to where their publisher is not trusted; nothing is run yet.
 * Throws HubError, HubKernelError, PythonKernelUnfit.
 */
export async function preparePython(
  command: ProfileCommand,
  open: () => CliHub,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<PreparedProfile> {
  const [subject] = command.subjects;
  if (subject === undefined) throw new UsageError('there is nothing to profile: name a kernel');
  const { python: flags } = command;
  const machine = await lookAtMachine(flags.python, signal, 'python');
  if (signal.aborted) throw new ProfileError('cancelled', 'Cancelled before the first case.');
  const own = subject.kind === 'function' ? [] : [subject];
  const parts = kernelParts(command, open(), machine, progress);
  const kernels: (PythonKernelRef & { readonly fromCache?: boolean })[] = [];
  for (const one of [...own, ...flags.againstKernels]) kernels.push(await pythonKernel(one, parts, signal));
  const here = ready(machine, kernels.length > 0);
  const fromCache = kernels.some((kernel) => kernel.fromCache === true);
  return {
    options: {
      kernels,
      work: workOf(command),
      references: flags.compile ? ['eager', 'compile'] : ['eager'],
      dtypes: [...command.dtypes],
      backward: flags.backward,
      size: command.quick ? 'quick' : flags.full ? 'full' : 'default',
      device: flags.device,
      cases: command.cases,
      aa: command.aa,
      seed: command.seed,
    },
    environment: {
      python: here.python.environment.path,
      harnessPath: path.join(ROOT, 'dist', 'python', 'harness.py'),
      workingFolder: process.cwd(),
      env: harnessEnvironment(process.env, parts.settings, fromCache),
      lockFolder: tmpdir(),
      gpuName: gpuName(here, flags.device),
      toolVersion: environment().toolVersion,
    },
  };
}

function kernelParts(
  { hub: flags }: ProfileCommand,
  open: CliHub,
  { system, python }: MachineState,
  progress: ProgressLine,
): PythonKernelParts {
  const { hub, settings } = open;
  return {
    hub,
    settings,
    consent: cliConsent(flags.trust, settings.endpoint, 'on this machine', () => {
      progress.clear();
    }),
    system: system.python,
    python,
    kernels: openCatalogue(open, () => null).state.kernels,
    onPhase: (phase) => {
      progress.show({ done: 0, total: 0, label: '', phase, secondsLeft: null });
    },
  };
}

async function pythonKernel(
  kernel: KernelArgument,
  parts: PythonKernelParts,
  signal: AbortSignal,
): Promise<PythonKernelRef & { readonly fromCache?: boolean }> {
  switch (kernel.kind) {
    case 'hub':
      return findPythonKernel(parts, kernel, signal);
    case 'folder':
      return folderKernel(kernel.path, note);
    case 'bundled':
      throw new UsageError(`${kernel.id} is called from JavaScript`);
  }
}

/** Throws PythonKernelUnfit where nothing can be run in Python here. */
function ready({ system, python }: MachineState, kernels: boolean): ReadyPython {
  const here = readyPython(system.python, python, { kernels });
  if ('message' in here) throw new PythonKernelUnfit(here.message, here.remedies, 'python');
  return here;
}

function workOf({ subjects: [subject], python }: ProfileCommand): PythonWork {
  if (subject?.kind !== 'function') {
    return { kind: 'kernels', workloads: [...python.workloads], shapes: [...python.shapes] };
  }
  const { file, name } = subject;
  const { againstFunction: against, inputs, tolerance } = python;
  return { kind: 'function', file, function: name, against, inputs: [...inputs], tolerance };
}

/** Of the GPU that torch takes: the first, or the one that is named. Null: none, or not known. */
function gpuName({ system, python }: ReadyPython, device: string): string | null {
  if (system.backend.name === 'cpu' || device === 'cpu') return null;
  return python.gpus[Number(device.split(':')[1] ?? 0)]?.name ?? null;
}
