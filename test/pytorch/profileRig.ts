// Runs profiles in the Python of the tests, against the Hub of the tests.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProfileProgress } from '../../src/profile/profileOptions';
import {
  DEFAULT_PYTHON_OPTIONS,
  type PythonKernelRef,
  type PythonProfileOptions,
} from '../../src/profile/python/pythonOptions';
import { profilePython, type PythonProfileEnvironment } from '../../src/profile/python/profilePython';
import type { Report, ReportCase, ReportRow } from '../../src/profile/report';
import { torchEnvironment } from './runWritten';

const root = path.join(import.meta.dirname, '..', '..');
const harness = path.join(root, 'test', 'harness');

/** One small case, for runs that are about something else than time. */
export const SMALL: PythonProfileOptions = {
  ...DEFAULT_PYTHON_OPTIONS,
  work: { kind: 'kernels', workloads: ['activation.silu_and_mul'], shapes: [{ tokens: 16, inner: 64 }] },
  references: ['eager'],
  dtypes: ['float32'],
  size: 'quick',
  device: 'cpu',
};

export interface ProfileRun {
  readonly report: Report;
  /** The reports as they grew. */
  readonly grown: readonly Report[];
  readonly progress: readonly ProfileProgress[];
}

export interface ProfilePlace {
  /** `inject('torchPython')`. */
  readonly python: string;
  readonly endpoint: string;
  /** Folders of the test's own. */
  readonly home: string;
  readonly locks: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function placeOf({ python, endpoint, home, locks, env }: ProfilePlace): PythonProfileEnvironment {
  return {
    python,
    harnessPath: path.join(root, 'src', 'profile', 'python', 'harness.py'),
    workingFolder: home,
    env: torchEnvironment({ python, endpoint, home, ...(env === undefined ? {} : { env }) }),
    lockFolder: locks,
    gpuName: null,
    toolVersion: '0.0.0',
  };
}

/** @param onPhase is told each phase as it begins */
export async function runProfile(
  options: PythonProfileOptions,
  place: ProfilePlace,
  signal = new AbortController().signal,
  onPhase: (phase: string) => void = () => undefined,
): Promise<ProfileRun> {
  const [grown, progress]: [Report[], ProfileProgress[]] = [[], []];
  const report = await profilePython(options, placeOf(place), {
    signal,
    onReport: (one) => grown.push(one),
    onProgress: (one) => {
      progress.push(one);
      onPhase(one.phase);
    },
  });
  return { report, grown, progress };
}

export function rowOf(item: ReportCase | undefined, id: string): ReportRow {
  const row = item?.rows.find(({ contender }) => contender.id === id);
  if (row === undefined)
    throw new Error(`no row ${id} among ${JSON.stringify(item?.rows.map(({ contender }) => contender.id))}`);
  return row;
}

/** A kernel of the harness's own tests as a folder in the Hub's layout. @param name of test/harness/cheats */
export async function cheat(name: string, folder: string): Promise<PythonKernelRef> {
  const code = await readFile(path.join(harness, 'cheats', `${name}.py`), 'utf8');
  const dashed = name.replaceAll('_', '-');
  const kernel = path.join(folder, dashed);
  const build = path.join(kernel, 'build', 'torch-universal');
  await mkdir(build, { recursive: true });
  await writeFile(path.join(build, '__init__.py'), code);
  const metadata = {
    id: `_${name}_0123456`,
    name: dashed,
    version: 1,
    license: 'Apache-2.0',
    'python-depends': [],
    backend: { type: 'cpu' },
  };
  await writeFile(path.join(build, 'metadata.json'), JSON.stringify(metadata));
  return { kind: 'folder', path: kernel, scripts: [] };
}

/** @param name of test/harness/scripts */
export async function benchmarkScript(name: string): Promise<{ name: string; source: string; folder: null }> {
  const source = await readFile(path.join(harness, 'scripts', `${name}.py`), 'utf8');
  return { name: `benchmarks/benchmark_${name}.py`, source, folder: null };
}

/** Ids of the processes whose environment names a folder: those that a run of the tests started. Linux only. */
export async function processesWith(folder: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(folder) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
