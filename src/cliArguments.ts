// The command line, parsed into one value. Bad use is a UsageError that names the argument and what would be right.
import { parseArgs } from 'node:util';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_PROFILE_OPTIONS, type KernelRef, type ProfileOptions } from './profile/profileOptions';

/** Where a profile's report goes besides the terminal; null: nowhere. */
export interface ReportTargets {
  readonly json: string | null;
  readonly markdown: string | null;
  readonly csv: string | null;
}

export type CliCommand =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'adapters' }
  | { readonly name: 'verify'; readonly kernels: readonly KernelRef[]; readonly adapter: string; readonly seed: number }
  | { readonly name: 'profile'; readonly options: ProfileOptions; readonly targets: ReportTargets };

/** The command line was wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `kernel-lens: measure GPU kernels on this machine, and check that they are right

  kernel-lens profile [op or folder …] [options]   time variants against each other and print a speed-up table
  kernel-lens verify <op or folder> [options]      run every case of a kernel's test.json on every eligible variant
  kernel-lens adapters                             list the GPU adapters that WebGPU finds here
  kernel-lens help | --version

An op is a bundled kernel (ai.onnx.Gelu, or just Gelu); a folder holds manifest.json or build/webgpu/manifest.json.
Without an op or folder, profile runs every bundled kernel.

Options of profile
  --adapter auto|software|<name>   which adapter; a part of its name is enough (default: auto)
  --variants a,b                   compare these variants; the first is the baseline
  --cases REGEX                    only cases whose id matches, whatever their size
  --dtype f32,f16                  only these dtypes
  --quick                          fewer and smaller cases, wider intervals
  --aa                             every contender against itself: a test of the measurement
  --seed N                         seed of the random inputs (default: 1)
  --json F  --markdown F  --csv F  write the report to a file

Options of verify: --adapter, --seed

Exit code: 0 all right, 1 a kernel was wrong or did not finish or nothing could be run, 2 bad use, 3 no adapter.
`;

const DTYPE_ALIASES: Readonly<Record<string, string>> = {
  f32: 'float32',
  fp32: 'float32',
  float32: 'float32',
  f16: 'float16',
  fp16: 'float16',
  half: 'float16',
  float16: 'float16',
  i8: 'int8',
  int8: 'int8',
  i16: 'int16',
  int16: 'int16',
  i32: 'int32',
  int32: 'int32',
  i64: 'int64',
  int64: 'int64',
  u8: 'uint8',
  uint8: 'uint8',
  u32: 'uint32',
  uint32: 'uint32',
  bool: 'bool',
};

/** Parses the arguments after the program's name. `bundled`: the ids that can be named without a folder. */
export function parseCommandLine(argv: readonly string[], bundled: readonly string[]): CliCommand {
  const [name, ...rest] = argv;
  switch (name) {
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return { name: 'help' };
    case '--version':
    case '-v':
      return { name: 'version' };
    case 'adapters':
      if (rest.length > 0) throw new UsageError(`adapters takes no arguments, but got ${quote(rest[0])}`);
      return { name: 'adapters' };
    case 'verify':
      return parseVerify(rest, bundled);
    case 'profile':
      return parseProfile(rest, bundled);
    default:
      throw new UsageError(`unknown command ${quote(name)}: use profile, verify, adapters or help`);
  }
}

function parseProfile(argv: readonly string[], bundled: readonly string[]): CliCommand {
  const { values, positionals } = strictly(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: {
        adapter: { type: 'string' },
        variants: { type: 'string' },
        cases: { type: 'string' },
        dtype: { type: 'string' },
        quick: { type: 'boolean' },
        aa: { type: 'boolean' },
        seed: { type: 'string' },
        json: { type: 'string' },
        markdown: { type: 'string' },
        csv: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  if (values.help === true) return { name: 'help' };
  const named = positionals.map((argument) => kernelRef(argument, bundled));
  const options: ProfileOptions = {
    ...DEFAULT_PROFILE_OPTIONS,
    kernels: named.length > 0 ? named : bundled.map((id) => ({ kind: 'bundled', id })),
    adapter: nonEmpty('--adapter', values.adapter) ?? DEFAULT_PROFILE_OPTIONS.adapter,
    variants: list('--variants', values.variants),
    cases: regex(values.cases),
    dtypes: list('--dtype', values.dtype).map(dtype),
    quick: values.quick ?? false,
    aa: values.aa ?? false,
    seed: seed(values.seed),
  };
  const targets = {
    json: target('--json', values.json),
    markdown: target('--markdown', values.markdown),
    csv: target('--csv', values.csv),
  };
  const files = Object.values(targets).flatMap((file) => (file === null ? [] : [path.resolve(file)]));
  if (new Set(files).size < files.length)
    throw new UsageError('two of --json, --markdown and --csv name the same file');
  return { name: 'profile', options, targets };
}

function parseVerify(argv: readonly string[], bundled: readonly string[]): CliCommand {
  const { values, positionals } = strictly(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: { adapter: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help === true) return { name: 'help' };
  if (positionals.length === 0) throw new UsageError('verify needs a folder or the name of a bundled kernel');
  return {
    name: 'verify',
    kernels: positionals.map((argument) => kernelRef(argument, bundled)),
    adapter: nonEmpty('--adapter', values.adapter) ?? 'auto',
    seed: seed(values.seed),
  };
}

/** A folder that is there wins over a name, as it was typed as a path. */
function kernelRef(argument: string, bundled: readonly string[]): KernelRef {
  const wanted = argument.toLowerCase();
  const id =
    bundled.find((candidate) => candidate.toLowerCase() === wanted) ??
    bundled.find((candidate) => candidate.toLowerCase().split('.').at(-1) === wanted);
  const isPath = argument.includes('/') || argument.includes(path.sep) || argument.startsWith('.');
  if (id !== undefined && !isPath) return { kind: 'bundled', id };
  if (existsSync(argument)) {
    if (!statSync(argument).isDirectory())
      throw new UsageError(`${quote(argument)} is a file: name the kernel's folder`);
    return { kind: 'folder', path: path.resolve(argument) };
  }
  const known = bundled.length > 0 ? `; bundled kernels: ${bundled.join(', ')}` : '';
  throw new UsageError(`${quote(argument)} is neither a folder nor a bundled kernel${known}`);
}

function strictly<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function list(option: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  const items = value.split(',').map((item) => item.trim());
  if (items.includes(''))
    throw new UsageError(`${option} ${quote(value)} has an empty entry: write names with commas between`);
  return items;
}

function dtype(name: string): string {
  const known = Object.hasOwn(DTYPE_ALIASES, name) ? DTYPE_ALIASES[name] : undefined;
  if (known === undefined)
    throw new UsageError(`--dtype ${quote(name)} is unknown: use f32, f16, i32, u32, i8, u8, i64 or bool`);
  return known;
}

function regex(source: string | undefined): string | null {
  if (source === undefined) return null;
  try {
    new RegExp(source, 'i');
  } catch (error) {
    throw new UsageError(
      `--cases ${quote(source)} is not a regular expression: ${error instanceof Error ? error.message : ''}`,
      {
        cause: error,
      },
    );
  }
  return source;
}

function seed(value: string | undefined): number {
  if (value === undefined) return DEFAULT_PROFILE_OPTIONS.seed;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 0xffffffff) {
    throw new UsageError(`--seed ${quote(value)} is not a whole number from 0 to 4294967295`);
  }
  return number;
}

function nonEmpty(option: string, value: string | undefined): string | undefined {
  if (value?.trim() === '') throw new UsageError(`${option} is empty`);
  return value;
}

function target(option: string, file: string | undefined): string | null {
  const name = nonEmpty(option, file);
  if (name === undefined) return null;
  const folder = path.dirname(path.resolve(name));
  if (!existsSync(folder)) throw new UsageError(`${option}: the folder ${folder} does not exist`);
  if (!statSync(folder).isDirectory()) throw new UsageError(`${option}: ${folder} is a file, not a folder`);
  if (!isWritable(folder)) throw new UsageError(`${option}: the folder ${folder} cannot be written to`);
  if (existsSync(name) && statSync(name).isDirectory())
    throw new UsageError(`${option}: ${name} is a folder, name a file`);
  return name;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function quote(argument: string | undefined): string {
  return `"${argument ?? ''}"`;
}
