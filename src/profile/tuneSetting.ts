// A setting: a variant of a kernel with a value for each of its tunables.

export type TunableValue = number | string | boolean;
/** By the tunable's name. */
export type TunableValues = Readonly<Record<string, TunableValue>>;
/** Values to try, by the tunable's name. */
export type Candidates = Readonly<Record<string, readonly TunableValue[]>>;

export interface TuneSetting {
  readonly variant: string;
  /** Every tunable that the variant has. */
  readonly tunables: TunableValues;
  /** The tunables that do not have the value that the manifest gives them. */
  readonly changed: readonly string[];
}

/** e.g. `fused_vec4 LANES=64 UNROLL=2`; with the manifest's values `fused_vec4`. Two settings are the same if this is. */
export function settingName({ variant, tunables, changed }: TuneSetting): string {
  return [variant, ...changed.map((name) => `${name}=${String(tunables[name])}`)].join(' ');
}
