// `kernel-lens verify`: every case of a kernel's test.json, a line each.
import process from 'node:process';
import type { VerifyCommand } from './cliArguments';
import { environment, EXIT, note } from './cliEnvironment';
import { localKernels } from './cliFetch';
import { hubOpener } from './cliHub';
import { formatVerified, ProgressLine } from './cliOutput';
import { terminalText } from './cliTerminal';
import { shownText } from './kernels/shownText';
import { verifyKernel } from './profile/profile';

/** The exit code. Throws what `verifyKernel` and `localKernels` throw. */
export async function runVerify(command: VerifyCommand, signal: AbortSignal): Promise<number> {
  const { adapter, seed } = command;
  const progress = new ProgressLine(process.stderr);
  const source = { open: hubOpener(command.hub), trust: command.hub.trust };
  const kernels = await localKernels(command.kernels, source, adapter, progress, signal).finally(() => {
    progress.clear();
  });
  let failed = 0;
  for (const kernel of kernels) {
    const counts = { passed: 0, failed: 0, 'ran, no oracle': 0, skipped: 0, 'not run': 0 };
    const result = await verifyKernel(kernel, { adapter, seed }, environment(), {
      signal,
      onVerified: (verified) => {
        counts[verified.status] += 1;
        process.stdout.write(`${formatVerified(verified)}\n`);
      },
    });
    const summary = Object.entries(counts).filter(([, count]) => count > 0);
    process.stdout.write(
      `${shownText(result.kernel.id)}: ${summary.map(([name, count]) => `${count} ${name}`).join(', ') || 'no cases'}\n`,
    );
    failed += counts.failed;
    if (result.kernel.problem === null && counts.passed + counts.failed + counts['ran, no oracle'] === 0) {
      note(`no case of ${result.kernel.id} could be run, so nothing is known of it`);
      failed += 1;
    }
    if (result.kernel.problem !== null) {
      process.stderr.write(`${terminalText(result.kernel.problem)}\n`);
      failed += 1;
    }
  }
  return failed === 0 ? EXIT.right : EXIT.wrong;
}
