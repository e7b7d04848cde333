// Runs the official Python clients against a Hub, each time in a process of its own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestHub } from './hubTypes';

const run = promisify(execFile);

export interface PythonSetting {
  /** The interpreter of the test environment: `inject('python')`. */
  readonly python: string;
  readonly hub: Pick<TestHub, 'endpoint'>;
  /** A folder of the test's own, as HF_HOME. */
  readonly home: string;
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const prelude = `
import json
def tried(call):
    try:
        return call()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
`;

/**
 * Runs a script that leaves what it found in `result`. `tried(call)` gives what a call returns, or `Type: message` of
 * what it raises.
 * @returns `result` by way of JSON
 */
export async function askPython(setting: PythonSetting, script: string): Promise<unknown> {
  const code = `${prelude}\n${script}\nprint("\\nresult " + json.dumps(result))`;
  const { stdout } = await run(setting.python, ['-I', '-c', code], { env: environment(setting) });
  const line = stdout.split(/\r?\n/).findLast((text) => text.startsWith('result '));
  return JSON.parse(line?.slice('result '.length) ?? 'null');
}

/** Runs the command line of the library: `kernels lock .` is `['lock', '.']`. Throws where its exit code is not 0. */
export async function kernelsCommand(setting: PythonSetting, args: readonly string[]): Promise<string> {
  const start = ['-I', '-c', 'import sys; from kernels.cli import main; sys.exit(main())'];
  const { stdout } = await run(setting.python, [...start, ...args], { env: environment(setting) });
  return stdout;
}

/** Nothing of the user's: no token, no cache, no proxy. */
function environment({ hub, home, token, env }: PythonSetting): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(hf_|hugging|kernels_|local_kernels|.*_proxy$)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HF_ENDPOINT: hub.endpoint,
    HF_HOME: home,
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    PYTHONUTF8: '1',
    ...(token === undefined ? {} : { HF_TOKEN: token }),
    ...env,
  };
}
