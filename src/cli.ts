// The command line: the same answers as in the editor, without one. Also what CI and scripts call.
import process from 'node:process';
import { parseCommandLine, type CliCommand } from './cliArguments';
import { runCheck } from './cliCheck';
import { bundledKernels, environment, EXIT, interruptible, note } from './cliEnvironment';
import { HELP } from './cliHelp';
import { runList } from './cliList';
import { formatAdapter } from './cliOutput';
import { runProfile } from './cliProfile';
import { useProxies } from './cliProxy';
import { unfitText } from './cliRemedies';
import { runScan } from './cliScan';
import { runTune } from './cliTune';
import { UsageError } from './cliValues';
import { runVerify } from './cliVerify';
import { HubError } from './hub/hubError';
import { HubKernelError } from './hub/hubKernelError';
import { PythonKernelUnfit } from './hub/pythonKernel';
import { listAdapters, ProfileError } from './profile/profile';
import { KernelError } from './profile/webgpu/program';

async function runAdapters(signal: AbortSignal): Promise<number> {
  const adapters = await listAdapters(environment(), signal);
  if (adapters.length === 0)
    throw new ProfileError('no-adapter', 'WebGPU finds no adapter here, not even a software one.');
  for (const adapter of adapters) process.stdout.write(`${formatAdapter(adapter)}\n`);
  return EXIT.right;
}

function run(command: CliCommand, signal: AbortSignal): Promise<number> {
  switch (command.name) {
    case 'help':
      process.stdout.write(HELP);
      return Promise.resolve(EXIT.right);
    case 'version':
      process.stdout.write(`${environment().toolVersion}\n`);
      return Promise.resolve(EXIT.right);
    case 'adapters':
      return runAdapters(signal);
    case 'list':
      return runList(command, signal);
    case 'check':
      return runCheck(command, signal);
    case 'scan':
      return runScan(command, signal);
    case 'verify':
      return runVerify(command, signal);
    case 'profile':
      return runProfile(command, signal);
    case 'tune':
      return runTune(command, signal);
  }
}

/** Says what went wrong. Throws what is not one of ours: a mistake of this program. */
function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) {
    note(`${error.message}\nTry: kernel-lens help`);
    return EXIT.usage;
  }
  if (error instanceof ProfileError) {
    note(error.message);
    return {
      usage: EXIT.usage,
      busy: EXIT.usage,
      'no-adapter': EXIT.noAdapter,
      'no-python': EXIT.noAdapter,
      internal: EXIT.wrong,
      cancelled: EXIT.cancelled,
    }[error.kind];
  }
  if (error instanceof HubError) {
    note(error.kind === 'cancelled' ? 'cancelled' : error.message);
    return error.kind === 'cancelled' ? EXIT.cancelled : EXIT.noAnswer;
  }
  if (error instanceof PythonKernelUnfit) {
    note(unfitText(error));
    return error.lacking === 'python' ? EXIT.noAdapter : EXIT.wrong;
  }
  if (error instanceof HubKernelError) {
    note(error.kind === 'refused' ? `${error.message} Add --trust to run it.` : error.message);
    return {
      'no-such-version': EXIT.noAnswer,
      moved: EXIT.noAnswer,
      'not-webgpu': EXIT.usage,
      refused: EXIT.refused,
      unfit: EXIT.wrong,
    }[error.kind];
  }
  if (error instanceof KernelError) {
    note(error.message);
    return EXIT.wrong;
  }
  throw error;
}

// A reader that closes the pipe early, such as head, is no fault of the run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
try {
  useProxies(process.env);
  process.exitCode = await run(parseCommandLine(process.argv.slice(2), bundledKernels()), interruptible());
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
