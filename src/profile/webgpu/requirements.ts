// What a manifest's `requires` asks of features and limits: all of it that can be told before a device is open.
import type { ManifestRequires } from './manifestSchema';

/** Features and limits, of an adapter or of a device. */
export interface Abilities {
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
}

/** The first feature or limit that is not there, in words; undefined: all are. */
export function missingAbility(requires: ManifestRequires, abilities: Abilities): string | undefined {
  const feature = (requires.features ?? []).find((name) => !abilities.features.has(name));
  if (feature !== undefined) return `the device has no ${feature}`;
  for (const [name, least] of Object.entries(requires.limits ?? {})) {
    const limit = Object.hasOwn(abilities.limits, name) ? abilities.limits[name] : undefined;
    if (limit === undefined) return `the device has no limit ${name}`;
    // Of an alignment, less is more.
    if (name.startsWith('min') ? limit > least : limit < least)
      return `it needs ${name} of ${least}, the device has ${limit}`;
  }
  return undefined;
}
