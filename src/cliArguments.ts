// The command line, parsed into one value. Bad use is a UsageError that names the argument and what would be right.
import { HUB_OPTIONS, hubFlags, RUN_OPTIONS, runFlags, type HubFlags, type RunFlags } from './cliHubFlags';
import { hubKernel, kernelArgument, type KernelArgument } from './cliKernels';
import { commandReader, type CommandReader } from './cliOptions';
import { readProfile, type ProfileCommand } from './cliProfileArguments';
import { readTune, type TuneCommand } from './cliTuneArguments';
import { choiceValue, listValue, quote, seedValue, targetValue, textValue, UsageError } from './cliValues';
import type { KernelRequest } from './hub/kernelCommit';
import { KERNEL_ORDERS, type KernelOrder } from './kernels/kernelFilter';
import { PLATFORMS, type Platform } from './kernels/kernelSummary';
import { DEFAULT_PROFILE_OPTIONS } from './profile/profileOptions';

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
  | TuneCommand
  | ProfileCommand;

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
      return readList(rest);
    case 'check':
      return readCheck(rest);
    case 'scan':
      return readScan(rest);
    case 'verify':
      return readVerify(bundled)(rest);
    case 'profile':
      return readProfile(bundled)(rest);
    case 'tune':
      return readTune(bundled)(rest);
    default:
      throw new UsageError(
        `unknown command ${quote(name)}: use list, check, scan, profile, tune, verify, adapters or help`,
      );
  }
}

const readList = commandReader(
  {
    search: { type: 'string' },
    platform: { type: 'string' },
    publisher: { type: 'string' },
    'works-here': { type: 'boolean' },
    sort: { type: 'string' },
    json: { type: 'boolean' },
    python: { type: 'string' },
    ...HUB_OPTIONS,
  },
  (values, positionals): ListCommand => {
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
  },
);

const readCheck = commandReader(
  { json: { type: 'boolean' }, python: { type: 'string' }, ...HUB_OPTIONS },
  (values, positionals): CheckCommand => {
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
  },
);

const readScan = commandReader(
  {
    json: { type: 'boolean' },
    sarif: { type: 'string' },
    operations: { type: 'boolean' },
    strict: { type: 'boolean' },
    python: { type: 'string' },
    ...HUB_OPTIONS,
  },
  (values, positionals): ScanCommand => {
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
  },
);

const readVerify = (bundled: readonly string[]): CommandReader<VerifyCommand> =>
  commandReader(
    { adapter: { type: 'string' }, seed: { type: 'string' }, ...RUN_OPTIONS },
    (values, positionals): VerifyCommand => {
      if (positionals.length === 0) throw new UsageError('verify needs a folder or the name of a kernel');
      return {
        name: 'verify',
        kernels: positionals.map((argument) => kernelArgument(argument, bundled)),
        adapter: textValue('--adapter', values.adapter) ?? 'auto',
        seed: seedValue(values.seed, DEFAULT_PROFILE_OPTIONS.seed),
        hub: runFlags(values),
      };
    },
  );
