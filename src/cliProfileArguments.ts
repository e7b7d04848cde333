// The arguments of `kernel-lens profile`. What measures the kernels is known only once they have been looked at, so that
// options for one language are noted here and refused there.
import path from 'node:path';
import { RUN_OPTIONS, runFlags, type RunFlags } from './cliHubFlags';
import { profileSubject, type ProfileSubject } from './cliKernels';
import { commandReader, type CommandReader } from './cliOptions';
import { FUNCTION_OPTIONS, KERNEL_OPTIONS, PYTHON_OPTIONS, pythonFlags, type PythonFlags } from './cliPythonArguments';
import {
  dtypeValue,
  listValue,
  patternValue,
  quote,
  seedValue,
  targetValue,
  textValue,
  UsageError,
  type ReportTargets,
} from './cliValues';
import { DEFAULT_PROFILE_OPTIONS, type ProfileOptions } from './profile/profileOptions';

export interface ProfileCommand {
  readonly name: 'profile';
  /** At least one. */
  readonly subjects: readonly ProfileSubject[];
  readonly cases: string | null;
  readonly dtypes: readonly string[];
  readonly quick: boolean;
  readonly aa: boolean;
  readonly seed: number;
  readonly webgpu: {
    readonly adapter: string;
    readonly variants: readonly string[];
    readonly peer: ProfileOptions['peer'];
  };
  readonly python: PythonFlags;
  /** Options that were given and fit one language alone, as they are written: `--adapter`. */
  readonly given: { readonly javascript: readonly string[]; readonly python: readonly string[] };
  readonly targets: ReportTargets;
  readonly hub: RunFlags;
}

const WEBGPU_OPTIONS = {
  adapter: { type: 'string' },
  variants: { type: 'string' },
  peer: { type: 'string' },
} as const;

/** @param bundled the ids that can be named without a folder */
export function readProfile(bundled: readonly string[]): CommandReader<ProfileCommand> {
  return commandReader(
    {
      ...WEBGPU_OPTIONS,
      ...PYTHON_OPTIONS,
      cases: { type: 'string' },
      dtype: { type: 'string' },
      quick: { type: 'boolean' },
      aa: { type: 'boolean' },
      seed: { type: 'string' },
      json: { type: 'string' },
      markdown: { type: 'string' },
      csv: { type: 'string' },
      ...RUN_OPTIONS,
    },
    (values, positionals): ProfileCommand => {
      const named = positionals.map((argument) => profileSubject(argument, bundled));
      const subjects = named.length > 0 ? named : bundled.map((id) => ({ kind: 'bundled', id }) as const);
      const given = {
        javascript: among(values, WEBGPU_OPTIONS),
        python: among(values, PYTHON_OPTIONS),
      };
      fitSubjects(values, subjects);
      const targets = {
        json: targetValue('--json', values.json),
        markdown: targetValue('--markdown', values.markdown),
        csv: targetValue('--csv', values.csv),
      };
      checkTargets(targets, values.plan ?? false);
      if (values.quick === true && values.full === true) throw new UsageError('--quick and --full exclude each other');
      return {
        name: 'profile',
        subjects,
        cases: patternValue('--cases', values.cases),
        dtypes: listValue('--dtype', values.dtype).map(dtypeValue),
        quick: values.quick ?? false,
        aa: values.aa ?? false,
        seed: seedValue(values.seed, DEFAULT_PROFILE_OPTIONS.seed),
        webgpu: {
          adapter: textValue('--adapter', values.adapter) ?? DEFAULT_PROFILE_OPTIONS.adapter,
          variants: listValue('--variants', values.variants),
          peer: peerValue(values.peer),
        },
        python: pythonFlags(values, subjects[0]?.kind === 'function'),
        given,
        targets,
        hub: runFlags(values),
      };
    },
  );
}

function peerValue(value: string | undefined): ProfileOptions['peer'] {
  if (value === undefined || value === 'onnxruntime') return value;
  throw new UsageError(`--peer ${quote(value)} is unknown: there is onnxruntime`);
}

/** Those of `options` that were given, as they are written. */
function among(values: Readonly<Record<string, unknown>>, options: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(options)
    .filter((name) => values[name] !== undefined)
    .map((name) => `--${name}`);
}

/** Options for kernels do not fit functions, nor the other way round; a function is measured alone. */
function fitSubjects(values: Readonly<Record<string, unknown>>, subjects: readonly ProfileSubject[]): void {
  const functions = subjects.filter(({ kind }) => kind === 'function');
  if (functions.length > 0 && subjects.length > 1) {
    throw new UsageError('a function is profiled alone: compare it with another by --against');
  }
  if (functions.length > 0) {
    const [unfit] = among(values, KERNEL_OPTIONS);
    if (unfit !== undefined) throw new UsageError(`${unfit} fits only kernels: say with --inputs what a function gets`);
    if (values['inputs'] === undefined) {
      throw new UsageError('a function needs --inputs, such as "x=4096x4096; eps=1e-6"');
    }
    return;
  }
  const [unfit] = among(values, FUNCTION_OPTIONS);
  if (unfit !== undefined) throw new UsageError(`${unfit} fits only functions, which are named as model.py:gelu`);
}

function checkTargets({ json, markdown, csv }: ReportTargets, plan: boolean): void {
  const files = [json, markdown, csv].flatMap((file) => (file === null ? [] : [path.resolve(file)]));
  if (new Set(files).size < files.length)
    throw new UsageError('two of --json, --markdown and --csv name the same file');
  if (plan && files.length > 0)
    throw new UsageError('--plan measures nothing, so that there is no report to write: leave --json and the like out');
}
