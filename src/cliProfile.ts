// `kernel-lens profile`: finds out what measures the kernels, runs, prints the table and writes the files.
import process from 'node:process';
import { environment } from './cliEnvironment';
import { localKernels } from './cliFetch';
import { hubOpener, type CliHub } from './cliHub';
import type { KernelArgument } from './cliKernels';
import { commandLanguage } from './cliLanguage';
import { ProgressLine } from './cliOutput';
import { printPlan } from './cliPlan';
import type { ProfileCommand } from './cliProfileArguments';
import { preparePython } from './cliProfilePython';
import { finishReport } from './cliReport';
import { profile, type ProfileHooks } from './profile/profile';
import { profilePython } from './profile/python/profilePython';
import type { Report } from './profile/report';

/** The exit code. Throws what `profile`, `profilePython` and those that fetch kernels throw. */
export async function runProfile(command: ProfileCommand, signal: AbortSignal): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const open = hubOpener(command.hub);
  const hooks: ProfileHooks = {
    signal,
    onReport: () => undefined,
    onProgress: (state) => {
      progress.show(state);
    },
  };
  let report: Report;
  try {
    const language = await commandLanguage(command, open, signal);
    if (language === 'python') {
      const prepared = await preparePython(command, open, progress, signal);
      if (command.python.plan) return await printPlan(prepared, hooks);
      report = await profilePython(prepared.options, prepared.environment, hooks);
    } else {
      report = await profileInWebGpu(command, open, progress, hooks);
    }
  } finally {
    progress.clear();
  }
  return finishReport(report, command.targets);
}

async function profileInWebGpu(
  { subjects, cases, dtypes, quick, aa, seed, webgpu, hub }: ProfileCommand,
  open: () => CliHub,
  progress: ProgressLine,
  hooks: ProfileHooks,
): Promise<Report> {
  const named = subjects.filter((subject): subject is KernelArgument => subject.kind !== 'function');
  const source = { open, trust: hub.trust };
  const kernels = await localKernels(named, source, webgpu.adapter, progress, hooks.signal);
  const variants = [...webgpu.variants];
  const { adapter, peer } = webgpu;
  const options = { adapter, variants, cases, dtypes: [...dtypes], quick, aa, seed, peer };
  return profile({ ...options, kernels }, environment(), hooks);
}
