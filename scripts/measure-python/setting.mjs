// What the parts of the measurement share: the arguments, the Hub of the tests, and the environment of what they start.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { modulesFolder, root } from '../paths.mjs';

/**
 * @typedef {import('../../test/hub/hubTypes').TestHub} TestHub
 * @typedef {object} Setting
 * @property {string} kernels the folder that test/gpuKernels/build.py made
 * @property {string} python an interpreter that has torch, kernels and tabulate
 * @property {'cuda' | 'cpu'} device
 * @property {number} runs of each tool, for the spread
 * @property {string} out
 * @property {'cli' | 'harness'} through how ours is asked
 * @property {string} cli cli.mjs
 * @property {string} harness harness.py
 * @property {RegExp} only over names of kernels
 * @property {string} home where caches and settings of one part lie
 * @property {TestHub} hub
 */

/** @returns {{ parts: string[], setting: Omit<Setting, 'hub' | 'home'> }} */
export function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kernels: { type: 'string', default: '' },
      python: { type: 'string', default: 'python3' },
      device: { type: 'string', default: 'cuda' },
      runs: { type: 'string', default: '5' },
      out: { type: 'string', default: path.join(root, 'results', 'measure-python') },
      through: { type: 'string', default: 'cli' },
      cli: { type: 'string', default: path.join(root, 'dist', 'cli.mjs') },
      harness: { type: 'string', default: path.join(root, 'src', 'profile', 'python', 'harness.py') },
      only: { type: 'string', default: '' },
    },
  });
  const out = path.resolve(values.out);
  mkdirSync(out, { recursive: true });
  return {
    parts: positionals,
    setting: {
      kernels: path.resolve(values.kernels),
      python: values.python,
      device: values.device === 'cpu' ? 'cpu' : 'cuda',
      runs: Number(values.runs),
      out,
      through: values.through === 'harness' ? 'harness' : 'cli',
      cli: path.resolve(values.cli),
      harness: path.resolve(values.harness),
      only: new RegExp(values.only),
    },
  };
}

/**
 * The Hub of the tests with the kernels of the folder. Where there is no bundler, as on a machine that was sent only what
 * is needed, the bundle that was made before is taken.
 * @param {string} kernels
 * @returns {Promise<TestHub>}
 */
export async function openHub(kernels) {
  const options = { repositories: kernels, models: true };
  if (existsSync(path.join(modulesFolder, 'esbuild'))) {
    const { buildHub } = await import('../build-hub.mjs');
    return (await buildHub()).startHub(options);
  }
  /** @type {typeof import('../../test/hub/hub')} */
  const built = await import(pathToFileURL(path.join(root, 'out', 'hub', 'hub.mjs')).href);
  return built.startHub(options);
}

/**
 * Nothing of the user's, and caches of its own.
 * @param {Pick<Setting, 'hub' | 'device'>} setting
 * @param {string} home
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentIn({ hub, device }, home) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(hf_|hugging|kernels_|local_kernels)/i.test(name));
  const temporary = path.join(home, 'tmp');
  mkdirSync(temporary, { recursive: true });
  return {
    ...Object.fromEntries(kept),
    HF_ENDPOINT: hub.endpoint,
    HF_HOME: path.join(home, 'hf'),
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_CACHE_HOME: path.join(home, 'cache'),
    // What was compiled in an earlier part is not there either.
    TRITON_CACHE_DIR: path.join(home, 'triton'),
    TORCHINDUCTOR_CACHE_DIR: path.join(home, 'inductor'),
    TMPDIR: temporary,
    PYTHONUTF8: '1',
    ...(device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '' } : {}),
  };
}

/**
 * The benchmark script of one of the folder's kernels.
 * @param {Pick<Setting, 'kernels'>} setting
 * @param {string} id
 */
export function scriptOf({ kernels }, id) {
  return path.join(kernels, id, 'v1', 'benchmarks', 'benchmark.py');
}
