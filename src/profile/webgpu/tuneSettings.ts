// Which settings of a variant are worth a try, before anything is measured.
import { randomWords } from '../random';
import type { Candidates, TunableValue, TunableValues, TuneSetting } from '../tuneSetting';
import type { WebGpuKernel } from './kernel';
import type { Manifest } from './manifest';
import { UsageError } from './openGpu';

/** Settings of one variant; of more combinations a part is drawn. */
export const MOST_SETTINGS = 48;
/** Powers of two to either side of a default, where nobody says what to try. */
const STEPS = [0.25, 0.5, 1, 2, 4] as const;

/** The tunables of a variant with the manifest's values; a variant's own come before the manifest's of the same name. */
export function tunablesOf(manifest: Manifest, variantId: string): TunableValues {
  const variant = manifest.variants.find(({ variant: { id } }) => id === variantId)?.variant;
  const all = { ...manifest.tunables, ...variant?.tunables };
  return Object.fromEntries(Object.entries(all).map(([name, entry]) => [name, entry.default]));
}

/** Throws UsageError for candidates of a tunable that no variant has. */
export function checkCandidates({ id, manifest }: WebGpuKernel, candidates: Candidates): void {
  const known = new Set(manifest.variants.flatMap(({ variant }) => Object.keys(tunablesOf(manifest, variant.id))));
  const unknown = Object.keys(candidates).find((name) => !known.has(name));
  if (unknown === undefined) return;
  const there = known.size === 0 ? 'It has none.' : `There are: ${[...known].join(', ')}.`;
  throw new UsageError(`${id} has no tunable ${unknown}. ${there}`);
}

/**
 * The settings of one variant, the manifest's own first: every combination of the candidates, or where those are too many
 * each tunable changed alone and a drawn part of the others.
 */
export function settingsOf(manifest: Manifest, variant: string, candidates: Candidates, seed: number): TuneSetting[] {
  const defaults = tunablesOf(manifest, variant);
  const axes = Object.entries(defaults).map(([name, value]) => {
    const listed = Object.hasOwn(candidates, name) ? candidates[name] : undefined;
    return { name, values: [...new Set([value, ...(listed ?? aroundDefault(value))])] };
  });
  const combinations = axes.reduce((product, { values }) => product * values.length, 1);
  const chosen = combinations <= MOST_SETTINGS ? everyCombination(axes) : someCombinations(axes, seed);
  return chosen.map((tunables) => ({
    variant,
    tunables,
    changed: Object.keys(tunables).filter((name) => tunables[name] !== defaults[name]),
  }));
}

interface Axis {
  readonly name: string;
  /** The default first. */
  readonly values: readonly TunableValue[];
}

/** What to try for a tunable of which nothing is said but its default. */
function aroundDefault(value: TunableValue): TunableValue[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) return [];
  return STEPS.map((step) => value * step).filter((one) => Number.isInteger(one) && one >= 1);
}

function everyCombination(axes: readonly Axis[]): TunableValues[] {
  let all: TunableValues[] = [{}];
  for (const { name, values } of axes) all = all.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  return all;
}

function someCombinations(axes: readonly Axis[], seed: number): TunableValues[] {
  const defaults = Object.fromEntries(axes.map(({ name, values: [first = 0] }) => [name, first]));
  const chosen = new Map<string, TunableValues>();
  const add = (values: TunableValues): void => {
    if (chosen.size < MOST_SETTINGS) chosen.set(JSON.stringify(values), values);
  };
  add(defaults);
  for (const { name, values } of axes) for (const value of values) add({ ...defaults, [name]: value });
  const next = randomWords(seed);
  for (let tries = 0; tries < 20 * MOST_SETTINGS && chosen.size < MOST_SETTINGS; tries++) {
    add(Object.fromEntries(axes.map(({ name, values }) => [name, values[next() % values.length] ?? 0])));
  }
  return [...chosen.values()];
}
