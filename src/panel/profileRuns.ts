import * as vscode from 'vscode';
import type { ProfileProgress } from '../profile/profileOptions';
import type { ProfileEnvironment, ProfileHooks } from '../profile/profile';
import type { Report } from '../profile/report';
import { RunBusyError, RunObstacle, type Preparation, type ProfileJob, type RunRemedy } from './profileJob';
import type { Language } from './protocol';
import type { ResultStore } from './resultStore';
import { RunClock } from './runClock';

const NOTHING_DONE: ProfileProgress = { done: 0, total: 0, label: '', phase: 'starting', secondsLeft: null };

/** A run that is under way. */
export interface ActiveRun {
  readonly language: Language;
  readonly progress: ProfileProgress;
  readonly cancelling: boolean;
}

/** What is known when a run has ended without a report. */
export interface RunFailure {
  readonly kind: 'no-adapter' | 'obstacle' | 'other';
  readonly language: Language;
  readonly title: string;
  readonly message: string;
  readonly remedies: readonly RunRemedy[];
}

/** A run that has ended with a report. */
export interface FinishedRun {
  readonly job: ProfileJob;
  readonly report: Report;
}

/**
 * Runs profiles, one at a time. A run belongs to the window, not to a page: closing the panel does not end it. What has
 * finished is written as it comes.
 */
export class ProfileRuns implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when anything below has changed. */
  readonly onDidChange = this.changed.event;
  private readonly finished = new vscode.EventEmitter<FinishedRun>();
  readonly onDidFinish = this.finished.event;

  private abort: AbortController | null = null;
  private ended: Promise<void> = Promise.resolve();
  private shown: Report | null = null;
  private shownFile: vscode.Uri | null = null;
  private activeRun: ActiveRun | null = null;
  private lastFailure: RunFailure | null = null;
  private saveFailure: string | null = null;
  private repeat: (() => void) | null = null;

  constructor(
    private readonly environment: ProfileEnvironment,
    private readonly store: ResultStore,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The run under way; null when there is none. */
  get active(): ActiveRun | null {
    return this.activeRun;
  }

  /** The newest report: that of the run under way as soon as it has one. */
  get report(): Report | null {
    return this.shown;
  }

  /** Where the report was written last; null when it was not. */
  get file(): vscode.Uri | null {
    return this.shownFile;
  }

  /** Why the last run has no report; null when it has one. */
  get failure(): RunFailure | null {
    return this.lastFailure;
  }

  /** Why the report could not be written; null when it could. */
  get unsaved(): string | null {
    return this.saveFailure;
  }

  /** Shows a report that was read from a file, unless there is one already. */
  restore(report: Report, file: vscode.Uri): void {
    if (this.shown !== null || this.activeRun !== null) return;
    this.shown = report;
    this.shownFile = file;
    this.changed.fire();
  }

  /**
   * Starts a run and returns at once. The report grows in `report`.
   * @throws RunBusyError when one is under way.
   */
  start(job: ProfileJob): void {
    this.prepare(job.language, () => Promise.resolve(job));
  }

  /**
   * As `start`, for what has to be found out first. That belongs to the run: it is shown, and cancelled, as the rest is.
   * @throws RunBusyError when a run is under way.
   */
  prepare(language: Language, preparation: Preparation): void {
    this.requireIdle();
    const abort = new AbortController();
    this.abort = abort;
    this.activeRun = { language, progress: NOTHING_DONE, cancelling: false };
    this.repeat = () => {
      this.prepare(language, preparation);
    };
    const previous = { report: this.shown, file: this.shownFile };
    this.lastFailure = null;
    this.saveFailure = null;
    this.shown = null;
    this.shownFile = null;
    this.ended = this.run(language, preparation, abort.signal).finally(() => {
      // A run that came to nothing does not take the last result from the page.
      if (this.shown === null) {
        this.shown = previous.report;
        this.shownFile = previous.file;
      }
      this.abort = null;
      this.activeRun = null;
      this.changed.fire();
    });
    this.changed.fire();
  }

  /** Starts the last run once more, asking anew what it asked. @throws RunBusyError */
  again(): void {
    this.repeat?.();
  }

  /** @throws RunBusyError when a run is under way. */
  requireIdle(): void {
    if (this.abort !== null) throw new RunBusyError(busyText(this.activeRun));
  }

  /** Stops the run under way and waits until it has; finished rows stay. */
  async cancel(): Promise<void> {
    if (this.abort === null || this.activeRun === null) return;
    this.activeRun = { ...this.activeRun, cancelling: true };
    this.changed.fire();
    this.abort.abort();
    await this.ended;
  }

  dispose(): void {
    this.abort?.abort();
    this.changed.dispose();
    this.finished.dispose();
  }

  private async run(language: Language, preparation: Preparation, signal: AbortSignal): Promise<void> {
    const clock = new RunClock(this.log);
    const { ProfileError } = await import('../profile/profile');
    try {
      const job = await preparation(signal, (phase) => {
        clock.phase(phase);
        this.tell({ ...NOTHING_DONE, phase });
      });
      if (job === null || signal.aborted) return;
      clock.phase('prepared');
      this.log.info(`profile: ${JSON.stringify(job.options, withoutSources)}`);
      const report = await this.profile(job, {
        signal,
        onReport: (growing) => {
          clock.report(growing);
          this.take(growing);
        },
        onProgress: (progress) => {
          clock.phase(progress.phase);
          this.tell(progress);
        },
      });
      this.take(report);
      await this.save(report);
      this.log.info(`profile: ${report.status}, ${report.cases.length} cases, ${Math.round(report.durationMs)} ms`);
      this.finished.fire({ job, report });
    } catch (error) {
      if (signal.aborted || (error instanceof ProfileError && error.kind === 'cancelled')) return;
      const message = error instanceof Error ? error.message : String(error);
      this.log.error(`profile: ${error instanceof Error ? (error.stack ?? message) : message}`);
      if (error instanceof RunObstacle) {
        const { title, remedies } = error;
        this.lastFailure = { kind: 'obstacle', language, title, message, remedies };
        return;
      }
      const noAdapter = error instanceof ProfileError && error.kind === 'no-adapter';
      this.lastFailure = {
        kind: noAdapter ? 'no-adapter' : 'other',
        language,
        title: noAdapter ? 'There is no adapter to run on' : 'The profile did not run',
        message,
        remedies: [],
      };
    }
  }

  private async profile(job: ProfileJob, hooks: ProfileHooks): Promise<Report> {
    if (job.language === 'python') {
      const { profilePython } = await import('../profile/python/profilePython');
      return profilePython(job.options, job.environment, hooks);
    }
    const { profile } = await import('../profile/profile');
    return profile(job.options, this.environment, hooks);
  }

  private tell(progress: ProfileProgress): void {
    if (this.activeRun === null) return;
    this.activeRun = { ...this.activeRun, progress };
    this.changed.fire();
  }

  private take(report: Report): void {
    this.shown = report;
    this.changed.fire();
    // Only a report with something in it is worth a file while it grows.
    if (report.cases.length > 0) void this.save(report);
  }

  private async save(report: Report): Promise<void> {
    try {
      this.shownFile = await this.store.save(report);
      this.saveFailure = null;
    } catch (error) {
      this.saveFailure = error instanceof Error ? error.message : String(error);
      this.log.error(`the report could not be written: ${this.saveFailure}`);
    }
    this.changed.fire();
  }
}

/** Scripts are long, and their names say which they are. */
function withoutSources(key: string, value: unknown): unknown {
  return key === 'source' && typeof value === 'string' ? undefined : value;
}

function busyText(active: ActiveRun | null): string {
  const progress = active?.progress;
  const where =
    progress === undefined || progress.total === 0
      ? ''
      : ` (case ${Math.min(progress.done + 1, progress.total)} of ${progress.total})`;
  return `A profile is running${where}. Wait until it is done or cancel it, then run again: two at once would disturb each other's times.`;
}
