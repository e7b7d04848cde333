// `kernel-lens tune`: tries the settings of a kernel on this machine, prints what is best and writes the file.
import process from 'node:process';
import { environment, EXIT, note } from './cliEnvironment';
import { localKernels } from './cliFetch';
import { hubOpener } from './cliHub';
import { ProgressLine } from './cliOutput';
import { terminalText } from './cliTerminal';
import type { TuneCommand } from './cliTuneArguments';
import { tune } from './profile/tune';
import type { TuneReport } from './profile/tuneReport';
import { tuneTable } from './profile/tuneTable';
import { writeFileAtomically } from './profile/writeFile';

/** The exit code. Throws what `tune` and those that fetch kernels throw. */
export async function runTune(command: TuneCommand, signal: AbortSignal): Promise<number> {
  const { adapter, cases, dtypes, variants, candidates, quick, seed, json, hub } = command;
  const progress = new ProgressLine(process.stderr);
  let report: TuneReport;
  try {
    const source = { open: hubOpener(hub), trust: hub.trust };
    const kernels = await localKernels([command.kernel], source, adapter, progress, signal);
    const lists = { dtypes: [...dtypes], variants: [...variants] };
    const options = { adapter, kernels, cases, quick, aa: false, seed, candidates, ...lists };
    report = await tune(options, environment(), {
      signal,
      onProgress: (state) => {
        progress.show(state);
      },
    });
  } finally {
    progress.clear();
  }
  const failure = json === null ? null : await written(json, report);
  process.stdout.write(terminalText(tuneTable(report)));
  if (failure !== null) note(failure);
  else if (json !== null) process.stdout.write(`wrote ${json}\n`);
  if (report.status === 'cancelled') return EXIT.cancelled;
  if (failure !== null) return EXIT.usage;
  return isRight(report) ? EXIT.right : EXIT.wrong;
}

/** A setting that is wrong or does not run is what tuning finds out; a default that is, makes the kernel wrong. */
function isRight({ status, cases }: TuneReport): boolean {
  return status === 'complete' && cases.length > 0 && cases.every(({ best }) => best !== null);
}

/** Why the file could not be written; null: it was. */
async function written(file: string, report: TuneReport): Promise<string | null> {
  try {
    await writeFileAtomically(file, `${JSON.stringify(report, null, 2)}\n`);
    return null;
  } catch (error) {
    return `could not write ${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
