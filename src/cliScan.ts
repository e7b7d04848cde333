// `kernel-lens scan`: what is wrong with the uses of kernels in files and folders, for CI. Reads only, and runs nothing of them.
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { ScanCommand } from './cliArguments';
import { environment, EXIT, note, ROOT } from './cliEnvironment';
import { openCatalogue, openHub } from './cliHub';
import { jsonText } from './cliJson';
import { lookAtMachine } from './cliMachine';
import { countOf, scanJson, scanText, shownPath, summaryText } from './cliScanText';
import { UsageError } from './cliValues';
import { shownText } from './kernels/shownText';
import { resolveVariants } from './kernels/variantResolution';
import type { System } from './kernels/system';
import { sarifLog } from './scan/sarif';
import { scan, type Scan } from './scan/scan';
import { learnKernels } from './scan/scanKnowledge';
import { readInThreads } from './scan/scanPool';
import { walkFiles, whyNot, type WalkedFiles } from './scan/walkFiles';

/** Of files that were not read, as many are named. */
const NAMED = 20;

/** The exit code: 1 where there is an error, or with --strict a warning. */
export async function runScan(command: ScanCommand, signal: AbortSignal): Promise<number> {
  try {
    const folder = process.cwd();
    const walked = await walk(command.paths, signal);
    const open = openHub(command.hub);
    const system = command.python === null ? null : (await lookAtMachine(command.python, signal)).system;
    const catalogue = openCatalogue(open, takenBy(system));
    const found = await scan({
      walked,
      read: (files) =>
        readInThreads(files, {
          workerPath: path.join(ROOT, 'dist', 'scanWorker.mjs'),
          threads: availableParallelism(),
          wanted: { operations: command.operations },
          signal,
        }),
      learn: (wanted) => learnKernels({ catalogue, system, hasToken: open.settings.token !== null }, wanted, signal),
      kernels: () => catalogue.state.kernels,
    });
    sayProblems(found, folder, command.hub.offline);
    await report(found, command, folder, open.settings.endpoint);
    const bad = countOf(found, 'error') + (command.strict ? countOf(found, 'warning') : 0);
    return bad > 0 ? EXIT.wrong : EXIT.right;
  } catch (error) {
    if (signal.aborted) return EXIT.cancelled;
    throw error;
  }
}

async function walk(paths: readonly string[], signal: AbortSignal): Promise<WalkedFiles> {
  try {
    return await walkFiles(
      paths.map((one) => path.resolve(one)),
      signal,
    );
  } catch (error) {
    if (!(error instanceof Error && 'path' in error)) throw error;
    throw new UsageError(`${shownText(String(error.path), 400)} ${whyNot(error)}`, { cause: error });
  }
}

function takenBy(system: System | null): (variants: readonly string[]) => string | null {
  const python = system === null || !('system' in system.python) ? null : system.python.system;
  return (variants) => (python === null ? null : resolveVariants(variants, python).chosen);
}

function sayProblems({ unread, notes, problems }: Scan, folder: string, offline: boolean): void {
  for (const { path: file, why } of [...unread, ...notes].slice(0, NAMED)) {
    note(`${shownText(shownPath(file, folder), 400)}: ${why}`);
  }
  const rest = unread.length + notes.length - NAMED;
  if (rest > 0) note(`and ${rest} more files that were not read as they should be`);
  for (const problem of problems) {
    // Who said --offline needs no explanation.
    if (!(offline && problem.kind === 'offline'))
      note(`not all is known of the kernels in this code: ${problem.message}`);
  }
}

async function report(found: Scan, command: ScanCommand, folder: string, endpoint: string): Promise<void> {
  if (command.sarif !== null) {
    try {
      await writeFile(command.sarif, jsonText(sarifLog(found, { toolVersion: environment().toolVersion, folder })));
    } catch (error) {
      throw new UsageError(`--sarif: ${shownText(command.sarif, 400)} cannot be written: ${whyNot(error)}`, {
        cause: error,
      });
    }
  }
  process.stdout.write(command.json ? jsonText(scanJson(found, folder, endpoint)) : scanText(found, folder));
  if (command.json) note(summaryText(found));
}
