// What tuning found: every setting that was tried in every case, the best of each case, and the best one overall.
import type { ReportAdapter, ReportKernel, ReportReference, RowSpeedup } from './report';
import { settingName, type TuneSetting } from './tuneSetting';

export const TUNE_SCHEMA_ID = 'kernel-lens/tune';
export const TUNE_VERSION = 1;

/** A setting in one case. */
export interface TriedSetting extends TuneSetting {
  /** What selection takes by itself; every other one is held against it. */
  readonly isDefault: boolean;
  /** `wrong`: failed its accuracy check, so it has no time. `refused`: it cannot take the case. */
  readonly status: 'timed' | 'wrong' | 'failed' | 'refused';
  /** Why it is not `timed`; null when it is. */
  readonly reason: string | null;
  /** The name of the setting that gives the same program and whose time it has; null: its own. */
  readonly sameAs: string | null;
  readonly medianNs: number | null;
  readonly shareOfLimit: number | null;
  readonly flopsPerSecond: number | null;
  /** Against the default, timed in turn with it; null for the default itself. */
  readonly speedup: RowSpeedup | null;
}

/** The best setting of a case. */
export interface BestSetting extends TuneSetting {
  readonly isDefault: boolean;
  /** Against the default; null for the default itself. */
  readonly speedup: RowSpeedup | null;
  /** From a second measurement of the few fastest: the luckiest of many looks faster than it is. */
  readonly confirmed: boolean;
}

export interface TunedCase {
  readonly id: string;
  readonly label: string;
  readonly dtype: string;
  /** In the order tried, the default first. */
  readonly tried: readonly TriedSetting[];
  /** null: nothing was right and timed. */
  readonly best: BestSetting | null;
  /** Why not every setting was tried; null when they all were. */
  readonly reason: string | null;
}

/** A setting over all cases that it was timed in. */
export interface OverallSetting extends TuneSetting {
  readonly cases: number;
  /** Geometric mean of its speed-ups against each case's default, which counts as 1 for itself. */
  readonly ratio: number;
}

export interface TuneReport {
  readonly schema: typeof TUNE_SCHEMA_ID;
  readonly version: typeof TUNE_VERSION;
  readonly createdAt: string;
  readonly tool: { readonly name: string; readonly version: string; readonly dawn: string };
  /** A command line that repeats the run. */
  readonly command: readonly string[];
  readonly status: 'complete' | 'cancelled' | 'failed';
  /** Why it ended early; null when it did not. */
  readonly reason: string | null;
  readonly machine: {
    readonly adapter: ReportAdapter;
    readonly reference: ReportReference;
    readonly timer: { readonly kind: 'timestamp-query' | 'host'; readonly resolutionNs: number };
  };
  readonly kernel: ReportKernel;
  readonly cases: readonly TunedCase[];
  /** Cases that were left out, with the reason. */
  readonly left: readonly { readonly id: string; readonly reason: string }[];
  /** Settings by how many cases they take, then by their ratio. */
  readonly overall: readonly OverallSetting[];
}

/** The fastest of those that are right; the default itself counts as 1. */
export function fastest(tried: readonly TriedSetting[], count: number): TriedSetting[] {
  const timed = tried.filter(({ status, sameAs }) => status === 'timed' && sameAs === null);
  return timed.toSorted((a, b) => ratioOf(b) - ratioOf(a)).slice(0, count);
}

/** Of the fastest, those worth a second measurement: the fastest, then what is as fast as that with fewer changes. */
export function worthAgain(tried: readonly TriedSetting[], count: number): TriedSetting[] {
  const [first, ...others] = fastest(tried, tried.length).filter(({ isDefault }) => !isDefault);
  if (first === undefined) return [];
  const asFast = others.filter((one) => isAsFast(one, first));
  const rest = others.filter((one) => !isAsFast(one, first));
  return [first, ...byChanges(asFast), ...rest].slice(0, count);
}

/** Whether their intervals overlap, so that the one may be as fast as the other. */
function isAsFast({ speedup }: TriedSetting, fastest: TriedSetting): boolean {
  return speedup !== null && speedup.high >= (fastest.speedup?.low ?? 0);
}

function byChanges(settings: readonly TriedSetting[]): TriedSetting[] {
  return settings.toSorted((a, b) => a.changed.length - b.changed.length);
}

/**
 * The best of a case: the fastest whose interval says that it is faster than the default, or what may be as fast as that
 * with fewer changes; else the default. null where the default was not timed.
 * @param confirmed a second measurement of the few fastest, which then decides; null: there is none.
 */
export function bestOf(tried: readonly TriedSetting[], confirmed: readonly TriedSetting[] | null): BestSetting | null {
  const standard = tried.find(({ isDefault, status }) => isDefault && status === 'timed');
  if (standard === undefined) return null;
  const faster = (confirmed ?? tried).filter(
    ({ status, speedup }) => status === 'timed' && speedup?.verdict === 'FASTER',
  );
  const [first] = fastest(faster, 1);
  const [best] =
    first === undefined ? [] : byChanges(fastest(faster, faster.length).filter((one) => isAsFast(one, first)));
  const { variant, tunables, changed, isDefault, speedup } = best ?? standard;
  return { variant, tunables, changed, isDefault, speedup, confirmed: confirmed !== null };
}

/** Every setting over the cases that it was timed in, those of most cases first, the fastest of those first. */
export function overallSettings(cases: readonly TunedCase[]): OverallSetting[] {
  const ratios = new Map<string, { readonly setting: TuneSetting; readonly logs: number[] }>();
  for (const { tried } of cases) {
    const standard = tried.find(({ isDefault }) => isDefault);
    for (const found of tried) {
      // The same program as the default is as fast as it.
      const one = { ...found, isDefault: found === standard || (standard && found.sameAs === settingName(standard)) };
      if (one.status !== 'timed' || (one.speedup === null && one.isDefault !== true)) continue;
      const { variant, tunables, changed } = one;
      const name = settingName(one);
      const known = ratios.get(name) ?? { setting: { variant, tunables, changed }, logs: [] };
      known.logs.push(Math.log(ratioOf(one)));
      ratios.set(name, known);
    }
  }
  return [...ratios.values()]
    .map(({ setting, logs }) => ({
      ...setting,
      cases: logs.length,
      ratio: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length),
    }))
    .toSorted((a, b) => b.cases - a.cases || b.ratio - a.ratio || a.changed.length - b.changed.length);
}

function ratioOf({
  isDefault,
  speedup,
}: Pick<TriedSetting, 'speedup'> & { readonly isDefault?: boolean | undefined }): number {
  return isDefault === true ? 1 : (speedup?.ratio ?? 0);
}
