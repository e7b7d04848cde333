// Options after a command, read by Node's own parser in one form for every command.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { strictly } from './cliValues';

const HELP_OPTION = { help: { type: 'boolean', short: 'h' } } as const;

type Options = NonNullable<ParseArgsConfig['options']>;
/** What stood on the command line, by the options' names. */
export type OptionValues<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
>['values'];

/** Gives `help` where --help is among the arguments after a command's name. Throws UsageError. */
export type CommandReader<C> = (argv: readonly string[]) => C | { readonly name: 'help' };

/**
 * A reader of the arguments after a command's name.
 * @param options those that there are; others are bad use
 * @param build makes the command; throws UsageError
 */
export function commandReader<const O extends Options, C>(
  options: O,
  build: (values: OptionValues<O>, positionals: readonly string[]) => C,
): CommandReader<C> {
  return (argv) => {
    const { values, positionals } = strictly(() =>
      parseArgs({
        args: [...argv],
        allowPositionals: true,
        strict: true,
        options: { ...options, ...HELP_OPTION },
      }),
    );
    // Node's type of the values is not resolved while the options are a parameter.
    const read = values as OptionValues<O> & { readonly help?: boolean };
    return read.help === true ? { name: 'help' } : build(read, positionals);
  };
}
