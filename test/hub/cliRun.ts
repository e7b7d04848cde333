// Runs the built command line against a Hub, each time in a process of its own, with nothing of the user's around it.
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..', '..');

export interface CliSetting {
  readonly endpoint: string;
  /** A folder of the test's own: cache of the Hub's files, answers and configuration lie below it. */
  readonly home: string;
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CliOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Never rejects for an exit code. There is no terminal, so nobody can be asked. */
export async function runCli(setting: CliSetting, args: readonly string[]): Promise<CliOutcome> {
  const { endpoint, home, token, env } = setting;
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(hf_|hugging|kernels_|xdg_|virtual_env|no_color|.*_proxy$)/i.test(name),
  );
  // The lock on the adapter lies there: other runs on this machine are not there to be met.
  const temporary = path.join(home, 'tmp');
  await mkdir(temporary, { recursive: true });
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'cli.mjs'), ...args], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(kept),
      HF_ENDPOINT: endpoint,
      HF_HOME: path.join(home, 'hf'),
      XDG_CONFIG_HOME: path.join(home, 'config'),
      XDG_CACHE_HOME: path.join(home, 'cache'),
      TMPDIR: temporary,
      KERNEL_LENS_SOFTWARE_GPU: inject('softwareGpu'),
      ...(token === undefined ? {} : { HF_TOKEN: token }),
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { code, stdout, stderr };
}
