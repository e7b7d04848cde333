// The options of every command that asks the Hub.
import { textValue } from './cliValues';

/** How the Hub is asked. */
export interface HubFlags {
  /** Null: as the environment says. */
  readonly endpoint: string | null;
  readonly offline: boolean;
}

export const HUB_OPTIONS = { endpoint: { type: 'string' }, offline: { type: 'boolean' } } as const;

/** Throws UsageError. */
export function hubFlags(values: {
  readonly endpoint?: string | undefined;
  readonly offline?: boolean | undefined;
}): HubFlags {
  return { endpoint: textValue('--endpoint', values.endpoint), offline: values.offline ?? false };
}
