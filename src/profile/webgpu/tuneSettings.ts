// Which settings of a variant are worth a try, before anything is measured.
import { randomWords } from '../random';
import { settingName, type Candidates, type TunableValue, type TunableValues, type TuneSetting } from '../tuneSetting';
import type { WebGpuKernel } from './kernel';
import type { Manifest } from './manifest';
import { UsageError } from './openGpu';

/** Programs of one variant that are tried; of more combinations a part is drawn. */
export const MOST_PROGRAMS = 32;
/** Settings of one variant that are looked at for that many programs, and so many in a row that give no new one. */
const MOST_SETTINGS = 160;
const MOST_BARREN = 60;
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
 * The settings of one variant, the manifest's own first, then those with the fewest changes: every combination of the
 * candidates, or where those are too many each tunable changed alone and then others, drawn.
 */
export function* settingsOf(
  manifest: Manifest,
  variant: string,
  candidates: Candidates,
  seed: number,
): Generator<TuneSetting> {
  const defaults = tunablesOf(manifest, variant);
  const axes = Object.entries(defaults).map(([name, value]) => {
    const listed = Object.hasOwn(candidates, name) ? candidates[name] : undefined;
    return { name, values: [...new Set([value, ...(listed ?? aroundDefault(value))])] };
  });
  const setting = (tunables: TunableValues): TuneSetting => ({
    variant,
    tunables,
    changed: Object.keys(tunables).filter((name) => tunables[name] !== defaults[name]),
  });
  const combinations = axes.reduce((product, { values }) => product * values.length, 1);
  if (combinations > MOST_PROGRAMS) for (const tunables of someCombinations(axes, seed)) yield setting(tunables);
  else
    yield* everyCombination(axes)
      .map(setting)
      .toSorted((a, b) => a.changed.length - b.changed.length);
}

/** What a setting comes to: a program, as text that only equal programs share, or why there is none. */
export interface SettingOutcome {
  readonly print: string | null;
  readonly refused: string | null;
}

/** A setting that is worth a try, or is known not to be. */
export interface JudgedSetting extends TuneSetting {
  readonly refused: string | null;
  /** The name of another setting that gives the same program. */
  readonly sameAs: string | null;
}

/**
 * Tells which of the settings of one variant are programs of their own, until there are enough of those. A program goes by
 * the fewest changes that give it, so that a tunable which does nothing there is not named.
 * @param settings the manifest's own first
 * @param seen names by print of what earlier variants gave; what is found is added
 */
export function judgeSettings(
  settings: Iterable<TuneSetting>,
  outcomeOf: (setting: TuneSetting) => SettingOutcome,
  seen: Map<string, string>,
): JudgedSetting[] {
  const found = new Map<string, JudgedSetting>();
  const refusals = new Set<string>();
  let standard: TunableValues | undefined;
  let programs = 0;
  let barren = 0;
  for (const setting of settings) {
    standard ??= setting.tunables;
    if (programs === MOST_PROGRAMS || barren === MOST_BARREN) break;
    const name = settingName(setting);
    if (found.has(name)) continue;
    const { print, refused } = outcomeOf(setting);
    const twin = print === null ? undefined : seen.get(print);
    if (twin !== undefined || (refused !== null && refusals.has(refused))) {
      barren++;
      found.set(name, { ...setting, refused, sameAs: twin ?? null });
      continue;
    }
    barren = 0;
    const short = shortened(setting, standard, (one) => {
      const other = outcomeOf(one);
      return other.print === print && other.refused === refused;
    });
    const shortName = settingName(short);
    if (print === null) {
      if (refused !== null) refusals.add(refused);
      found.set(shortName, { ...short, refused, sameAs: null });
      continue;
    }
    programs++;
    seen.set(print, shortName);
    found.set(shortName, { ...short, refused, sameAs: null });
    // Where a case needs both, they stay one setting over all cases.
    if (shortName !== name) found.set(name, { ...setting, refused, sameAs: shortName });
  }
  return [...found.values()];
}

/** The setting with each changed tunable at its default again that may be. */
function shortened(setting: TuneSetting, standard: TunableValues, same: (one: TuneSetting) => boolean): TuneSetting {
  let short = setting;
  for (const name of setting.changed) {
    const value = standard[name];
    if (short.changed.length < 2 || value === undefined) break;
    const without = {
      ...short,
      tunables: { ...short.tunables, [name]: value },
      changed: short.changed.filter((other) => other !== name),
    };
    if (same(without)) short = without;
  }
  return short;
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

function* someCombinations(axes: readonly Axis[], seed: number): Generator<TunableValues> {
  const defaults = Object.fromEntries(axes.map(({ name, values: [first = 0] }) => [name, first]));
  yield defaults;
  for (const { name, values } of axes) for (const value of values.slice(1)) yield { ...defaults, [name]: value };
  const next = randomWords(seed);
  for (let tries = 0; tries < MOST_SETTINGS; tries++) {
    yield Object.fromEntries(axes.map(({ name, values }) => [name, values[next() % values.length] ?? 0]));
  }
}
