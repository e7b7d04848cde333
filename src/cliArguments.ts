// The command line, parsed into one value. Bad use is a UsageError that names the argument and what would be right.
import { parseArgs } from 'node:util';
import path from 'node:path';
import { HUB_OPTIONS, hubFlags, type HubFlags } from './cliHubFlags';
import { hubKernel, kernelArgument, type KernelArgument } from './cliKernels';
import {
  choiceValue,
  dtypeValue,
  listValue,
  patternValue,
  quote,
  seedValue,
  strictly,
  targetValue,
  textValue,
  UsageError,
} from './cliValues';
import type { KernelRequest } from './hub/kernelCommit';
import { PLATFORMS, type Platform } from './kernels/kernelSummary';
import { DEFAULT_PROFILE_OPTIONS, type ProfileOptions } from './profile/profileOptions';
import { KERNEL_ORDERS, type KernelOrder } from './kernels/kernelFilter';

/** Where a profile's report goes besides the terminal; null: nowhere. */
export interface ReportTargets {
  readonly json: string | null;
  readonly markdown: string | null;
  readonly csv: string | null;
}

/** How kernels of the Hub come to be run. */
export interface RunFlags extends HubFlags {
  /** Publishers whom the Hub does not trust are run without a question. */
  readonly trust: boolean;
}

export interface ListCommand {
  readonly name: 'list';
  /** Empty: everything. */
  readonly search: string;
  /** Any of these; empty: all. */
  readonly platforms: readonly Platform[];
  readonly publishers: readonly string[];
  readonly worksHere: boolean;
  readonly order: KernelOrder;
  readonly json: boolean;
  /** An interpreter's path; null: the first one found. */
  readonly python: string | null;
  readonly hub: HubFlags;
}

export interface CheckCommand {
  readonly name: 'check';
  readonly kernel: KernelRequest;
  readonly json: boolean;
  readonly python: string | null;
  readonly hub: HubFlags;
}

export interface ProfileCommand {
  readonly name: 'profile';
  readonly kernels: readonly KernelArgument[];
  readonly options: Omit<ProfileOptions, 'kernels'>;
  readonly targets: ReportTargets;
  readonly hub: RunFlags;
}

export interface ScanCommand {
  readonly name: 'scan';
  /** At least one. */
  readonly paths: readonly string[];
  readonly json: boolean;
  /** A file; null: none is written. */
  readonly sarif: string | null;
  /** Also what kernels could compute. */
  readonly operations: boolean;
  /** Warnings count as errors do. */
  readonly strict: boolean;
  /** The interpreter that the code is judged for; null: nothing is said of a machine. */
  readonly python: string | null;
  readonly hub: HubFlags;
}

export interface VerifyCommand {
  readonly name: 'verify';
  readonly kernels: readonly KernelArgument[];
  readonly adapter: string;
  readonly seed: number;
  readonly hub: RunFlags;
}

export type CliCommand =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'adapters' }
  | ListCommand
  | CheckCommand
  | ScanCommand
  | VerifyCommand
  | ProfileCommand;

const HELP_OPTION = { help: { type: 'boolean', short: 'h' } } as const;
const RUN_OPTIONS = { ...HUB_OPTIONS, trust: { type: 'boolean' } } as const;

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
    case 'list':
      return parseList(rest);
    case 'check':
      return parseCheck(rest);
    case 'scan':
      return parseScan(rest);
    case 'verify':
      return parseVerify(rest, bundled);
    case 'profile':
      return parseProfile(rest, bundled);
    default:
      throw new UsageError(`unknown command ${quote(name)}: use list, check, scan, profile, verify, adapters or help`);
  }
}

function parseList(argv: readonly string[]): CliCommand {
  const { values, positionals } = strictly(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: {
        search: { type: 'string' },
        platform: { type: 'string' },
        publisher: { type: 'string' },
        'works-here': { type: 'boolean' },
        sort: { type: 'string' },
        json: { type: 'boolean' },
        python: { type: 'string' },
        ...HUB_OPTIONS,
        ...HELP_OPTION,
      },
    }),
  );
  if (values.help === true) return { name: 'help' };
  if (positionals.length > 0)
    throw new UsageError(`list takes no arguments, but got ${quote(positionals[0])}: use --search to look for words`);
  return {
    name: 'list',
    search: textValue('--search', values.search)?.trim() ?? '',
    platforms: listValue('--platform', values.platform).map((name) => choiceValue('--platform', name, PLATFORMS)),
    publishers: listValue('--publisher', values.publisher),
    worksHere: values['works-here'] ?? false,
    order: values.sort === undefined ? 'trending' : choiceValue('--sort', values.sort, KERNEL_ORDERS),
    json: values.json ?? false,
    python: textValue('--python', values.python),
    hub: hubFlags(values),
  };
}

function parseCheck(argv: readonly string[]): CliCommand {
  const { values, positionals } = strictly(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: { json: { type: 'boolean' }, python: { type: 'string' }, ...HUB_OPTIONS, ...HELP_OPTION },
    }),
  );
  if (values.help === true) return { name: 'help' };
  const [kernel, ...others] = positionals;
  if (kernel === undefined) throw new UsageError('check needs a kernel, such as kernels-community/activation@v1');
  if (others.length > 0) throw new UsageError(`check takes one kernel, but got ${quote(others[0])} as well`);
  return {
    name: 'check',
    kernel: hubKernel(kernel),
    json: values.json ?? false,
    python: textValue('--python', values.python),
    hub: hubFlags(values),
  };
}

function parseScan(argv: readonly string[]): CliCommand {
  const { values, positionals } = strictly(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: {
        json: { type: 'boolean' },
        sarif: { type: 'string' },
        operations: { type: 'boolean' },
        strict: { type: 'boolean' },
        python: { type: 'string' },
        ...HUB_OPTIONS,
        ...HELP_OPTION,
      },
    }),
  );
  if (values.help === true) return { name: 'help' };
  if (positionals.length === 0) throw new UsageError('scan needs a file or a folder, such as .');
  return {
    name: 'scan',
    paths: positionals.map((one) => textValue('the path', one) ?? one),
    json: values.json ?? false,
    sarif: targetValue('--sarif', values.sarif),
    operations: values.operations ?? false,
    strict: values.strict ?? false,
    python: textValue('--python', values.python),
    hub: hubFlags(values),
  };
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
        ...RUN_OPTIONS,
        ...HELP_OPTION,
      },
    }),
  );
  if (values.help === true) return { name: 'help' };
  const named = positionals.map((argument) => kernelArgument(argument, bundled));
  const targets = {
    json: targetValue('--json', values.json),
    markdown: targetValue('--markdown', values.markdown),
    csv: targetValue('--csv', values.csv),
  };
  const files = Object.values(targets).flatMap((file) => (file === null ? [] : [path.resolve(file)]));
  if (new Set(files).size < files.length)
    throw new UsageError('two of --json, --markdown and --csv name the same file');
  return {
    name: 'profile',
    kernels: named.length > 0 ? named : bundled.map((id) => ({ kind: 'bundled', id })),
    options: {
      adapter: textValue('--adapter', values.adapter) ?? DEFAULT_PROFILE_OPTIONS.adapter,
      variants: listValue('--variants', values.variants),
      cases: patternValue('--cases', values.cases),
      dtypes: listValue('--dtype', values.dtype).map(dtypeValue),
      quick: values.quick ?? false,
      aa: values.aa ?? false,
      seed: seedValue(values.seed, DEFAULT_PROFILE_OPTIONS.seed),
    },
    targets,
    hub: { ...hubFlags(values), trust: values.trust ?? false },
  };
}

function parseVerify(argv: readonly string[], bundled: readonly string[]): CliCommand {
  const { values, positionals } = strictly(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: { adapter: { type: 'string' }, seed: { type: 'string' }, ...RUN_OPTIONS, ...HELP_OPTION },
    }),
  );
  if (values.help === true) return { name: 'help' };
  if (positionals.length === 0) throw new UsageError('verify needs a folder or the name of a kernel');
  return {
    name: 'verify',
    kernels: positionals.map((argument) => kernelArgument(argument, bundled)),
    adapter: textValue('--adapter', values.adapter) ?? 'auto',
    seed: seedValue(values.seed, DEFAULT_PROFILE_OPTIONS.seed),
    hub: { ...hubFlags(values), trust: values.trust ?? false },
  };
}
