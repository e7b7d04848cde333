// The command line: the same profile as in the editor, without one. Also what CI and scripts call.
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { HELP, parseCommandLine, UsageError, type CliCommand, type ReportTargets } from './cliArguments';
import { formatAdapter, formatVerified, ProgressLine } from './cliOutput';
import { profile, listAdapters, verifyKernel, ProfileError, type ProfileEnvironment } from './profile/profile';
import type { Report } from './profile/report';
import { reportCsv } from './profile/reportCsv';
import { serialiseReport } from './profile/reportFile';
import { reportMarkdown } from './profile/reportMarkdown';
import { reportTable } from './profile/reportTable';
import { writeFileAtomically } from './profile/writeFile';

const EXIT = { right: 0, wrong: 1, usage: 2, noAdapter: 3, cancelled: 130 } as const;

/** The installed program's root folder: the parent of dist/. */
const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const KERNELS_ROOT = path.join(ROOT, 'media', 'kernels');

function environment(): ProfileEnvironment {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return {
    workerPath: path.join(ROOT, 'dist', 'gpuWorker.mjs'),
    kernelsRoot: KERNELS_ROOT,
    cacheFolder: path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'kernel-lens'),
    toolVersion: manifest.version,
  };
}

function bundledKernels(): string[] {
  return readdirSync(KERNELS_ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Cancels on the first interrupt, so that finished rows are still printed and written; a second one leaves at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.cancelled);
      controller.abort();
    });
  }
  return controller.signal;
}

async function runProfile(command: Extract<CliCommand, { name: 'profile' }>, signal: AbortSignal): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  let report: Report;
  try {
    report = await profile(command.options, environment(), {
      signal,
      onReport: () => undefined,
      onProgress: (state) => {
        progress.show(state);
      },
    });
  } finally {
    progress.clear();
  }
  // Files first: whoever reads the table may close the pipe in the middle of it.
  const { written, failures } = await writeTargets(report, command.targets);
  const width = process.stdout.columns;
  process.stdout.write(
    reportTable(report, { width, colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined }),
  );
  for (const file of written) process.stdout.write(`wrote ${file}\n`);
  for (const failure of failures) process.stderr.write(`kernel-lens: ${failure}\n`);
  if (report.status === 'cancelled') return EXIT.cancelled;
  if (failures.length > 0) return EXIT.usage;
  return isRight(report) ? EXIT.right : EXIT.wrong;
}

/** A kernel that was wrong, crashed or could not be read makes the run fail, and so does a run that measured nothing. */
function isRight(report: Report): boolean {
  if (
    report.status === 'failed' ||
    report.cases.length === 0 ||
    report.kernels.some((kernel) => kernel.problem !== null)
  )
    return false;
  return report.cases.every(
    (item) =>
      item.status !== 'failed' && item.rows.every((row) => row.status === 'timed' && row.accuracy?.passed !== false),
  );
}

/** Writes each file; one that cannot be written does not keep the others from it. */
async function writeTargets(
  report: Report,
  targets: ReportTargets,
): Promise<{ readonly written: readonly string[]; readonly failures: readonly string[] }> {
  const written: string[] = [];
  const failures: string[] = [];
  const files: [string | null, () => string][] = [
    [targets.json, () => serialiseReport(report)],
    [targets.markdown, () => reportMarkdown(report)],
    [targets.csv, () => reportCsv(report)],
  ];
  for (const [file, text] of files) {
    if (file === null) continue;
    try {
      await writeFileAtomically(file, text());
      written.push(file);
    } catch (error) {
      failures.push(`could not write ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { written, failures };
}

async function runVerify(command: Extract<CliCommand, { name: 'verify' }>, signal: AbortSignal): Promise<number> {
  let failed = 0;
  for (const kernel of command.kernels) {
    const counts = { passed: 0, failed: 0, 'ran, no oracle': 0, skipped: 0, 'not run': 0 };
    const result = await verifyKernel(kernel, { adapter: command.adapter, seed: command.seed }, environment(), {
      signal,
      onVerified: (verified) => {
        counts[verified.status] += 1;
        process.stdout.write(`${formatVerified(verified)}\n`);
      },
    });
    const summary = Object.entries(counts).filter(([, count]) => count > 0);
    process.stdout.write(
      `${result.kernel.id}: ${summary.map(([name, count]) => `${count} ${name}`).join(', ') || 'no cases'}\n`,
    );
    failed += counts.failed;
    if (result.kernel.problem === null && counts.passed + counts.failed + counts['ran, no oracle'] === 0) {
      process.stderr.write(`kernel-lens: no case of ${result.kernel.id} could be run, so nothing is known of it\n`);
      failed += 1;
    }
    if (result.kernel.problem !== null) {
      process.stderr.write(`${result.kernel.problem}\n`);
      failed += 1;
    }
  }
  return failed === 0 ? EXIT.right : EXIT.wrong;
}

async function runAdapters(signal: AbortSignal): Promise<number> {
  const adapters = await listAdapters(environment(), signal);
  if (adapters.length === 0)
    throw new ProfileError('no-adapter', 'WebGPU finds no adapter here, not even a software one.');
  for (const adapter of adapters) process.stdout.write(`${formatAdapter(adapter)}\n`);
  return EXIT.right;
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = parseCommandLine(argv, bundledKernels());
    const signal = interruptible();
    switch (command.name) {
      case 'help':
        process.stdout.write(HELP);
        return EXIT.right;
      case 'version':
        process.stdout.write(`${environment().toolVersion}\n`);
        return EXIT.right;
      case 'adapters':
        return await runAdapters(signal);
      case 'verify':
        return await runVerify(command, signal);
      case 'profile':
        return await runProfile(command, signal);
    }
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`kernel-lens: ${error.message}\nTry: kernel-lens help\n`);
      return EXIT.usage;
    }
    if (error instanceof ProfileError) {
      process.stderr.write(`kernel-lens: ${error.message}\n`);
      return {
        usage: EXIT.usage,
        busy: EXIT.usage,
        'no-adapter': EXIT.noAdapter,
        internal: EXIT.wrong,
        cancelled: EXIT.cancelled,
      }[error.kind];
    }
    throw error;
  }
}

// A reader that closes the pipe early, such as head, is no fault of the run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
process.exitCode = await main(process.argv.slice(2));
