// The options of every command that asks the Hub.
import { textValue } from './cliValues';

/** How the Hub is asked. */
export interface HubFlags {
  /** Null: as the environment says. */
  readonly endpoint: string | null;
  readonly offline: boolean;
}

/** How kernels of the Hub come to be run. */
export interface RunFlags extends HubFlags {
  /** Publishers whom the Hub does not trust are run without a question. */
  readonly trust: boolean;
}

export const HUB_OPTIONS = { endpoint: { type: 'string' }, offline: { type: 'boolean' } } as const;
export const RUN_OPTIONS = { ...HUB_OPTIONS, trust: { type: 'boolean' } } as const;

interface HubValues {
  readonly endpoint?: string | undefined;
  readonly offline?: boolean | undefined;
}

/** Throws UsageError. */
export function hubFlags(values: HubValues): HubFlags {
  return { endpoint: textValue('--endpoint', values.endpoint), offline: values.offline ?? false };
}

/** Throws UsageError. */
export function runFlags(values: HubValues & { readonly trust?: boolean | undefined }): RunFlags {
  return { ...hubFlags(values), trust: values.trust ?? false };
}
