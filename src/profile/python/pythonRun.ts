// The processes of one profile: where workloads are looked for, what is left out, and how it all comes to an end.
import { performance } from 'node:perf_hooks';
import { ProfileError, type ProfileErrorKind, type ProfileHooks } from '../profile';
import type { ProfileProgress } from '../profileOptions';
import type { Report } from '../report';
import { TimeLeft } from '../timeLeft';
import type { PlannedContender } from './contenderPlan';
import { matchingCases, noCases } from './harnessCases';
import type { HarnessEvent, HarnessPlan, HarnessPlanned, HarnessProblem } from './harnessEvents';
import { HarnessFailure, runHarness, type HarnessEnding, type HarnessStart } from './harnessProcess';
import { harnessRequest, sourceTries, type SourceTry } from './harnessRequest';
import { problemText } from './problemText';
import type { PythonProfileEnvironment } from './profilePython';
import type { PythonProfileOptions } from './pythonOptions';
import { PythonReport } from './pythonReport';

export interface RunParts {
  readonly options: PythonProfileOptions;
  readonly environment: PythonProfileEnvironment;
  readonly hooks: ProfileHooks;
  readonly contenders: readonly PlannedContender[];
  /** Which cases are run; null: all. */
  readonly pattern: RegExp | null;
  readonly onBattery: boolean | null;
  /** Of the user's function; empty: there is none. */
  readonly functionDigest: string;
  /** When it began, as `performance.now` tells it. */
  readonly started: number;
}

/** What became of a process that had a plan. */
interface Outcome {
  readonly growth: PythonReport;
  readonly plan: HarnessPlan;
  readonly ending: HarnessEnding | null;
  /** Why it did not come to its end; null: it did. */
  readonly failure: HarnessFailure | null;
}

/** What the harness calls a Python that cannot measure, and a device that is not there. */
const NO_PYTHON = ['python-too-old', 'no-torch', 'torch-broken', 'no-kernels', 'kernels-too-old', 'kernels-broken'];
const NO_DEVICE = ['no-device', 'no-gpu', 'torch-without-cuda', 'driver-too-old'];
/** A guess; what cases took so far corrects it. */
const CASE_MS = 5000;

export class PythonRun {
  private progress: ProfileProgress = { done: 0, total: 0, label: '', phase: 'starting', secondsLeft: null };

  constructor(private readonly parts: RunParts) {}

  async run(): Promise<Report> {
    this.tell({});
    const problems: string[] = [];
    for (const one of sourceTries(this.parts.options)) {
      const only = this.parts.pattern === null ? null : ((await this.chosen(one, problems)) ?? []);
      const outcome = await this.start(one, only, false);
      if (outcome.growth.nothingLoads || outcome.plan.cases.length > 0) return this.ended(outcome);
      if (only === null) problems.push(...problemsOf(outcome));
    }
    throw noCases(this.parts.options, this.parts.contenders, problems);
  }

  /** The harness's ids of the cases that `run` would run. Throws a ProfileError where there are none. */
  async plan(): Promise<readonly string[]> {
    this.tell({});
    const problems: string[] = [];
    for (const one of sourceTries(this.parts.options)) {
      const planned = await this.chosen(one, problems);
      if (planned === null) throw new ProfileError('internal', problems.join(' '));
      if (planned.length > 0) return planned;
    }
    throw noCases(this.parts.options, this.parts.contenders, problems);
  }

  /** The cases that are wanted, of a process that runs none; null: no kernel loads. What went wrong is added to `problems`. */
  private async chosen(one: SourceTry, problems: string[]): Promise<readonly string[] | null> {
    const { pattern, contenders } = this.parts;
    const outcome = await this.start(one, null, true);
    const { growth, plan, failure } = outcome;
    if (failure !== null) throw new ProfileError('internal', failure.message, { cause: failure });
    problems.push(...problemsOf(outcome));
    if (growth.nothingLoads) return null;
    if (pattern === null) return plan.cases.map(({ id }) => id);
    return matchingCases([...plan.cases, ...plan.left], pattern, contenders);
  }

  /** Runs the harness once. Throws a ProfileError where it does not come to a plan. */
  private async start(
    { sources, notice }: SourceTry,
    only: readonly string[] | null,
    planOnly: boolean,
  ): Promise<Outcome> {
    const { options, environment, hooks, contenders } = this.parts;
    const growth = new PythonReport({ ...this.parts, ...environment, notice });
    const pointless = new AbortController();
    let clock: CaseClock | null = null;
    const onEvent = (event: HarnessEvent): void => {
      const changed = growth.take(event);
      if (event.type === 'phase') this.tell({ phase: event.text });
      if (planOnly) return;
      if (event.type === 'plan') {
        if (growth.nothingLoads) pointless.abort();
        clock = new CaseClock(event.cases);
        this.tell(clock.progress());
      }
      if (event.type === 'case' && !event.partial) {
        clock?.finished();
        this.tell(clock?.progress() ?? {});
      }
      if (changed && growth.plan !== null && growth.plan.cases.length > 0) this.publish(growth);
    };
    const { lockFolder } = environment;
    const request = harnessRequest({ options, contenders, sources, lockFolder, only, planOnly });
    const signal = AbortSignal.any([hooks.signal, pointless.signal]);
    const end = await ran({ ...environment, request, signal, onEvent });
    const { plan } = growth;
    if (plan !== null) return { growth, plan, ...end };
    if (hooks.signal.aborted) throw new ProfileError('cancelled', 'Cancelled before the first case.');
    throw startError(growth.fatal, end);
  }

  private ended({ growth, ending, failure }: Outcome): Report {
    const { hooks } = this.parts;
    const stopped = ending?.status === 'failed' && growth.fatal !== null ? problemText(growth.fatal) : null;
    growth.end(hooks.signal.aborted && ending?.status !== 'complete', failure === null ? stopped : failure.message);
    this.publish(growth);
    const { report } = growth;
    if (report !== null) return report;
    throw new ProfileError('internal', 'The harness made a plan without opening a device. Install Kernel Lens again.');
  }

  private publish(growth: PythonReport): void {
    growth.change({ durationMs: performance.now() - this.parts.started });
    if (growth.report !== null) this.parts.hooks.onReport(growth.report);
  }

  private tell(change: Partial<ProfileProgress>): void {
    this.progress = { ...this.progress, ...change };
    this.parts.hooks.onProgress(this.progress);
  }
}

/** How far the cases are, and how long the rest will take. */
class CaseClock {
  private done = 0;
  private begun = performance.now();
  private readonly timeLeft: TimeLeft;

  constructor(private readonly cases: readonly HarnessPlanned[]) {
    this.timeLeft = new TimeLeft(cases.map(() => ({ estimatedMs: CASE_MS })));
  }

  finished(): void {
    this.timeLeft.finished(this.done, performance.now() - this.begun);
    this.begun = performance.now();
    this.done++;
  }

  progress(): Partial<ProfileProgress> {
    const { done, cases } = this;
    const label = cases[done]?.label ?? '';
    return { done, total: cases.length, label, secondsLeft: done === 0 ? null : this.timeLeft.secondsLeft(done) };
  }
}

/** What went wrong with sources and kernels, in words. */
function problemsOf({ growth }: Outcome): string[] {
  const kernels = (growth.report?.kernels ?? []).flatMap(({ id, problem }) =>
    problem === null ? [] : [`${id} could not be used: ${problem}`],
  );
  return [...kernels, ...growth.sourceFlags.map(({ text }) => text)];
}

async function ran(start: HarnessStart): Promise<Pick<Outcome, 'ending' | 'failure'>> {
  try {
    return { ending: await runHarness(start), failure: null };
  } catch (error) {
    if (error instanceof HarnessFailure) return { ending: null, failure: error };
    throw error;
  }
}

/** Why there is not even a plan. */
function startError(
  fatal: HarnessProblem | null,
  { ending, failure }: Pick<Outcome, 'ending' | 'failure'>,
): ProfileError {
  if (fatal !== null) return new ProfileError(kindOf(fatal.kind), problemText(fatal));
  if (failure !== null) {
    return new ProfileError(failure.kind === 'start' ? 'no-python' : 'internal', failure.message, { cause: failure });
  }
  return new ProfileError(
    'internal',
    `The harness ended (${ending?.reason ?? 'for no reason'}) before the first case. Run again.`,
  );
}

function kindOf(kind: string): ProfileErrorKind {
  if (kind === 'busy') return 'busy';
  if (NO_PYTHON.includes(kind)) return 'no-python';
  return NO_DEVICE.includes(kind) ? 'no-adapter' : 'internal';
}
