// The arguments of `kernel-lens tune`.
import { RUN_OPTIONS, runFlags, type RunFlags } from './cliHubFlags';
import { kernelArgument, type KernelArgument } from './cliKernels';
import { commandReader, type CommandReader } from './cliOptions';
import { dtypeValue, listValue, patternValue, quote, seedValue, targetValue, textValue, UsageError } from './cliValues';
import { DEFAULT_PROFILE_OPTIONS } from './profile/profileOptions';
import type { Candidates, TunableValue } from './profile/tuneSetting';

export interface TuneCommand {
  readonly name: 'tune';
  readonly kernel: KernelArgument;
  readonly cases: string | null;
  readonly dtypes: readonly string[];
  readonly adapter: string;
  /** Variants to keep to; empty: every one. */
  readonly variants: readonly string[];
  readonly candidates: Candidates;
  readonly quick: boolean;
  readonly seed: number;
  /** A file; null: none is written. */
  readonly json: string | null;
  readonly hub: RunFlags;
}

/** @param bundled the ids that can be named without a folder */
export const readTune = (bundled: readonly string[]): CommandReader<TuneCommand> =>
  commandReader(
    {
      cases: { type: 'string' },
      dtype: { type: 'string' },
      adapter: { type: 'string' },
      variants: { type: 'string' },
      try: { type: 'string', multiple: true },
      quick: { type: 'boolean' },
      seed: { type: 'string' },
      json: { type: 'string' },
      ...RUN_OPTIONS,
    },
    (values, positionals): TuneCommand => {
      const [kernel, ...others] = positionals;
      if (kernel === undefined) throw new UsageError('tune needs a kernel, such as ai.onnx.MatMul, or a folder');
      if (others.length > 0) throw new UsageError(`tune takes one kernel, but got ${quote(others[0])} as well`);
      return {
        name: 'tune',
        kernel: kernelArgument(kernel, bundled),
        cases: patternValue('--cases', values.cases),
        dtypes: listValue('--dtype', values.dtype).map(dtypeValue),
        adapter: textValue('--adapter', values.adapter) ?? DEFAULT_PROFILE_OPTIONS.adapter,
        variants: listValue('--variants', values.variants),
        candidates: candidatesOf(values.try ?? []),
        quick: values.quick ?? false,
        seed: seedValue(values.seed, DEFAULT_PROFILE_OPTIONS.seed),
        json: targetValue('--json', values.json),
        hub: runFlags(values),
      };
    },
  );

/** `TILE=8,16` for each tunable. Throws UsageError. */
function candidatesOf(written: readonly string[]): Candidates {
  const candidates = new Map<string, TunableValue[]>();
  for (const one of written) {
    const { name, list } = /^(?<name>[A-Za-z_]\w*)=(?<list>.+)$/.exec(one)?.groups ?? {};
    if (name === undefined || list === undefined)
      throw new UsageError(`--try ${quote(one)} names no values: write --try TILE=8,16,32`);
    if (candidates.has(name)) throw new UsageError(`--try names ${name} twice: write all of its values once`);
    candidates.set(name, listValue('--try', list).map(tunableValue));
  }
  return Object.fromEntries(candidates);
}

/** A number, true or false, else a word. */
function tunableValue(text: string): TunableValue {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
