// Tuning, start to end: every setting of a kernel in every case, a group at a time with the default in each group, and the
// few best once more.
import { commandLine } from './profileCommand';
import { ProfileError, profileError, type ProfileEnvironment } from './profile';
import type { ProfileOptions, ProfileProgress } from './profileOptions';
import { shortKernel } from './reportCells';
import type { ReportCase, ReportRow } from './report';
import {
  bestOf,
  overallSettings,
  TUNE_SCHEMA_ID,
  TUNE_VERSION,
  worthAgain,
  type TriedSetting,
  type TunedCase,
  type TuneReport,
} from './tuneReport';
import { settingName, type Candidates, type TuneSetting } from './tuneSetting';
import { openAgain } from './verifyRun';
import { GpuWorker, WorkerFailure } from './webgpu/workerClient';
import type { OpenedAdapter, Plan, PlannedCase, TrySetting } from './webgpu/workerProtocol';

/** Settings timed in turn with the default. */
const GROUP = 7;
/** Settings of a case, the fastest or as fast, that are timed once more. */
const CONFIRMED = 3;

/** What a person asks of a tuning; one kernel, and variants to keep to instead of a baseline. */
export interface TuneOptions extends ProfileOptions {
  readonly candidates: Candidates;
}

export interface TuneHooks {
  /** Cancels: what was measured stays in the report. */
  readonly signal: AbortSignal;
  onProgress(progress: ProfileProgress): void;
}

/**
 * Tunes one kernel and resolves with what was found, also when it was cancelled in the middle. A setting that crashes,
 * hangs or loses the device fails alone.
 * Throws a ProfileError when there is nothing to tell: no adapter, a tunable that no variant has, nothing to try.
 */
export async function tune(
  options: TuneOptions,
  environment: ProfileEnvironment,
  hooks: TuneHooks,
): Promise<TuneReport> {
  const run = new TuneRun(options, environment, hooks);
  try {
    return await run.all();
  } catch (error) {
    throw profileError(error, hooks.signal);
  } finally {
    await run.dispose();
  }
}

interface Tuning {
  readonly planned: PlannedCase;
  readonly settings: readonly TrySetting[];
}

class TuneRun {
  private readonly worker: GpuWorker;
  private progress: ProfileProgress = { done: 0, total: 0, label: '', phase: 'starting', secondsLeft: null };

  constructor(
    private readonly options: TuneOptions,
    private readonly environment: ProfileEnvironment,
    private readonly hooks: TuneHooks,
  ) {
    const onPhase = (phase: string): void => {
      this.tell({ phase });
    };
    this.worker = new GpuWorker({ ...environment, signal: hooks.signal, onPhase });
  }

  dispose(): Promise<void> {
    return this.worker.dispose();
  }

  async all(): Promise<TuneReport> {
    const { options, hooks, worker } = this;
    const opened = await worker.call('open', { adapter: options.adapter, quick: options.quick });
    const plan = await this.plan(null);
    const [kernel] = plan.kernels;
    if (kernel === undefined) throw new ProfileError('usage', 'There is no kernel to tune.');
    if (kernel.problem !== null) throw new ProfileError('internal', kernel.problem);
    const tunings = await this.settings(plan);
    const cases: TunedCase[] = [];
    let reason: string | null = null;
    try {
      for (const tuning of tunings) {
        const tried: TriedSetting[] = [];
        try {
          cases.push(await this.tuneCase(tuning, tried, opened, plan));
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          if (tried.length > 0) cases.push(ended(tuning, tried, null, hooks.signal.aborted ? 'cancelled' : why));
          throw error;
        }
      }
    } catch (error) {
      if (!(error instanceof WorkerFailure)) throw error;
      reason = hooks.signal.aborted ? 'Cancelled.' : error.message;
    }
    return {
      schema: TUNE_SCHEMA_ID,
      version: TUNE_VERSION,
      createdAt: new Date().toISOString(),
      tool: { name: 'Kernel Lens', version: this.environment.toolVersion, dawn: opened.dawn },
      command: tuneCommand(options),
      status: reason === null ? 'complete' : hooks.signal.aborted ? 'cancelled' : 'failed',
      reason,
      machine: { adapter: opened.adapter, reference: opened.reference, timer: opened.timer },
      kernel,
      cases,
      left: plan.left,
      overall: overallSettings(cases),
    };
  }

  private tell(change: Partial<ProfileProgress>): void {
    this.progress = { ...this.progress, ...change };
    this.hooks.onProgress(this.progress);
  }

  /** @param only the ids of an earlier plan; null: what suits the adapter. */
  private plan(only: readonly string[] | null): Promise<Plan> {
    const { kernelsRoot } = this.environment;
    const { adapter, kernels, cases, dtypes, quick, aa, seed } = this.options;
    // Which variants take part is for the settings to say, not for the plan.
    const options: ProfileOptions = { adapter, kernels, cases, dtypes, quick, aa, seed, variants: [] };
    return this.worker.call('plan', { options, kernelsRoot, ...(only === null ? {} : { only }) });
  }

  /** What to try in each case. Throws where that is the default alone, in all of them. */
  private async settings(plan: Plan): Promise<Tuning[]> {
    const { candidates, variants } = this.options;
    const tunings: Tuning[] = [];
    for (const planned of plan.cases) {
      const settings = await this.worker.call('settings', { id: planned.id, candidates, variants });
      tunings.push({ planned, settings });
    }
    if (tunings.length === 0) {
      const why = plan.left.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
      throw new ProfileError('usage', `No case of this kernel can be run here. ${why}`);
    }
    if (tunings.every(({ settings }) => settings.filter(isOwn).length < 2)) {
      throw new ProfileError(
        'usage',
        'There is nothing to try: one variant takes these cases, and it has no tunable with other values. ' +
          'Name values with --try NAME=a,b, or in `tune` of the kernel’s bench.json.',
      );
    }
    return tunings;
  }

  private async tuneCase(tuning: Tuning, tried: TriedSetting[], opened: OpenedAdapter, plan: Plan): Promise<TunedCase> {
    const { planned, settings } = tuning;
    const own = settings.filter(isOwn);
    const standard = own.find(({ isDefault }) => isDefault);
    tried.push(
      ...settings.filter(({ refused }) => refused !== null).map((one) => notTried(one, 'refused', one.refused)),
    );
    if (standard === undefined) return ended(tuning, tried, null, 'no variant takes this case by itself');
    const others = own.filter((one) => one !== standard);
    const label = `${shortKernel(planned.kernel)} ${planned.label}`;
    const done = (count: number): void => {
      this.tell({ label, done: count, total: own.length + CONFIRMED });
    };
    const again = async (): Promise<void> => {
      await openAgain(this.worker, opened, this.options.quick);
      await this.plan(plan.cases.map(({ id }) => id));
    };
    for (let at = 0; at === 0 || at < others.length; at += GROUP) {
      done(at);
      merge(tried, await this.measure(planned.id, standard, others.slice(at, at + GROUP), again));
    }
    done(own.length);
    const names = new Set(worthAgain(tried, CONFIRMED).map(settingName));
    const best = others.filter((one) => names.has(settingName(one)));
    const confirmed = best.length === 0 ? [] : await this.measure(planned.id, standard, best, again);
    return ended(tuning, tried, confirmed, null);
  }

  /** Measures settings in turn with the default. Where that takes the worker with it, each of them alone with it. */
  private async measure(
    id: string,
    standard: TrySetting,
    others: readonly TrySetting[],
    again: () => Promise<void>,
  ): Promise<TriedSetting[]> {
    const group = [standard, ...others];
    try {
      const settings = group.map(({ variant, tunables, changed }): TuneSetting => ({ variant, tunables, changed }));
      return rowsOf(group, await this.worker.call('tune', { id, settings }));
    } catch (error) {
      if (this.hooks.signal.aborted || !(error instanceof WorkerFailure)) throw error;
      if (error.workerGone) await again();
      if (others.length <= 1) return group.map((one) => notTried(one, 'failed', error.message));
    }
    const results: TriedSetting[] = [];
    for (const one of others) {
      merge(results, await this.measure(id, standard, [one], again));
    }
    return results;
  }
}

/** Whether it can take the case and is a program of its own. */
function isOwn({ refused, sameAs }: TrySetting): boolean {
  return refused === null && sameAs === null;
}

function notTried(setting: TrySetting, status: 'refused' | 'failed', reason: string | null): TriedSetting {
  const { variant, tunables, changed, isDefault } = setting;
  const nothing = { sameAs: null, medianNs: null, shareOfLimit: null, flopsPerSecond: null, speedup: null };
  return { variant, tunables, changed, isDefault, status, reason, ...nothing };
}

/** Adds what a group found; the default, which is in every group, stays as it was first timed. */
function merge(tried: TriedSetting[], group: readonly TriedSetting[]): void {
  for (const one of group) {
    const at = tried.findIndex((other) => settingName(other) === settingName(one));
    if (at === -1) tried.push(one);
    else if (tried[at]?.status !== 'timed') tried[at] = one;
  }
}

/** The rows of a measurement, in the order of its settings. */
function rowsOf(group: readonly TrySetting[], { rows, reason }: ReportCase): TriedSetting[] {
  const byName = new Map(rows.map((row): [string, ReportRow] => [row.contender.id, row]));
  return group.map((setting) => {
    const row = byName.get(settingName(setting));
    if (row === undefined) return notTried(setting, 'failed', reason ?? 'it was not run');
    return {
      ...notTried(setting, 'failed', row.reason),
      status: row.status,
      medianNs: row.timing?.medianNs ?? null,
      shareOfLimit: row.shareOfLimit,
      flopsPerSecond: row.flopsPerSecond,
      speedup: row.speedup,
    };
  });
}

/** The case with what was found, those that are the same program as another one included. */
function ended(
  { planned: { id, label, dtype }, settings }: Tuning,
  tried: readonly TriedSetting[],
  confirmed: readonly TriedSetting[] | null,
  reason: string | null,
): TunedCase {
  const byName = new Map(tried.map((one) => [settingName(one), one]));
  const all = settings.flatMap((setting): TriedSetting[] => {
    const own = byName.get(settingName(setting));
    if (own !== undefined) return [own];
    const twin = setting.sameAs === null ? undefined : byName.get(setting.sameAs);
    if (twin === undefined) return [];
    const { variant, tunables, changed, isDefault } = setting;
    return [{ ...twin, variant, tunables, changed, isDefault, sameAs: setting.sameAs }];
  });
  return { id, label, dtype, tried: all, best: bestOf(tried, confirmed), reason };
}

/** The command line that asks for the same. */
function tuneCommand(options: TuneOptions): string[] {
  const [program = 'kernel-lens', , ...rest] = commandLine(options);
  const tries = Object.entries(options.candidates).flatMap(([name, values]) => [
    '--try',
    `${name}=${values.join(',')}`,
  ]);
  return [program, 'tune', ...rest, ...tries];
}
