// The report of a run of Python code as it grows: the events of the harness, one after the other.
import { randomUUID } from 'node:crypto';
import { ending } from '../profileReport';
import {
  REPORT_SCHEMA_ID,
  REPORT_VERSION,
  type Report,
  type ReportFlag,
  type ReportKernel,
  type RowGuard,
} from '../report';
import { enteredContenders, plannedKernels, type PlannedContender } from './contenderPlan';
import type {
  HarnessCase,
  HarnessEvent,
  HarnessKernel,
  HarnessLimits,
  HarnessOpened,
  HarnessPlan,
  HarnessProblem,
  HarnessReading,
} from './harnessEvents';
import { problemText } from './problemText';
import { pythonCase } from './pythonCase';
import { pythonCommand } from './pythonCommand';
import { closingFlags, openingFlags, pythonMachine, readingOf, referenceOf, timerKind } from './pythonMachine';
import { methodNumbers, pythonMethod } from './pythonMethod';
import type { PythonProfileOptions } from './pythonOptions';
import type { RowContender } from './pythonRow';

export interface ReportParts {
  readonly options: PythonProfileOptions;
  readonly contenders: readonly PlannedContender[];
  /** The interpreter, for the command line. */
  readonly python: string;
  readonly toolVersion: string;
  /** null: not known. */
  readonly onBattery: boolean | null;
  /** Something that is said of the whole run; null: nothing. */
  readonly notice: string | null;
  /** Of the user's function; empty: there is none. */
  readonly functionDigest: string;
}

/** Takes the events in, and gives the report out once a plan is there. */
const MORE_TO_COME: ReportFlag = {
  id: 'more-to-come',
  severity: 'info',
  text: 'torch.compile is being prepared: its row follows.',
};

export class PythonReport {
  /** The report as it is; null before the plan. */
  report: Report | null = null;
  /** The cases to come and those that came; null before the plan. */
  plan: HarnessPlan | null = null;
  /** The problem that ended everything; null: none did. */
  fatal: HarnessProblem | null = null;
  /** What went wrong with sources of workloads. */
  readonly sourceFlags: ReportFlag[] = [];
  /** By contender. */
  private readonly kernels = new Map<string, HarnessKernel>();
  private readonly guards = new Map<string, RowGuard[]>();
  private readonly flags: ReportFlag[] = [];
  /** The case of which rows are still to come. */
  private partial: string | null = null;
  private opened: HarnessOpened | null = null;
  private limits: HarnessLimits | null = null;
  private before: HarnessReading | null = null;
  private after: HarnessReading | null = null;

  constructor(private readonly parts: ReportParts) {}

  /** True when the report has changed. */
  take(event: HarnessEvent): boolean {
    switch (event.type) {
      case 'opened':
        this.opened = event;
        return false;
      case 'limits':
        this.limits = event;
        return this.takeLimits();
      case 'machine':
        if (event.at === 'before') this.before = event.reading;
        else this.after = event.reading;
        return false;
      case 'kernel':
        this.kernels.set(event.contender, event);
        this.flags.push(...event.flags);
        return false;
      case 'guard': {
        const { id, passed, text } = event;
        this.guards.set(event.case, [...(this.guards.get(event.case) ?? []), { id, passed, text }]);
        return false;
      }
      case 'flag':
        this.flags.push({ id: event.id, severity: event.severity, text: event.text });
        return false;
      case 'error':
        if (event.fatal) this.fatal = event;
        else this.sourceFlags.push(sourceFlag(event.source, event));
        return false;
      case 'plan':
        this.plan = event;
        return this.begin();
      case 'case':
        return this.addCase(event);
      case 'hello':
      case 'phase':
      case 'end':
        return false;
    }
  }

  /** Puts something into the report; nothing before there is one. */
  change(change: Partial<Report>): void {
    if (this.report !== null) this.report = { ...this.report, ...change };
  }

  /** Ends the report. `failure`: why it could not go on; null when it could. */
  end(cancelled: boolean, failure: string | null): void {
    const { report, opened } = this;
    if (report === null || opened === null) return;
    const after = readingOf(opened, this.after, this.parts.onBattery);
    this.change({
      ...ending(
        cancelled,
        failure,
        report.cases.length - (this.partial === null ? 0 : 1),
        this.plan?.cases.length ?? 0,
      ),
      machine: { ...report.machine, after },
      flags: [...this.runFlags(opened), ...closingFlags(report.machine.before, after, this.after)],
    });
  }

  /** Whether there are kernels, and none of them could be loaded. */
  get nothingLoads(): boolean {
    const kernels = this.parts.contenders.filter(({ kind }) => kind === 'kernel');
    return kernels.length > 0 && kernels.every(({ id }) => (this.kernels.get(id)?.problem ?? null) !== null);
  }

  /** Limits come once a first row has been told. */
  private takeLimits(): boolean {
    const { report } = this;
    if (report === null) return false;
    this.change({ machine: { ...report.machine, reference: referenceOf(this.limits) } });
    return true;
  }

  private begin(): boolean {
    const { opened } = this;
    if (opened === null) return false;
    const { options, contenders, python, toolVersion, onBattery } = this.parts;
    const { kind } = opened.device;
    this.report = {
      schema: REPORT_SCHEMA_ID,
      version: REPORT_VERSION,
      id: randomUUID(),
      createdAt: new Date().toISOString(),
      durationMs: 0,
      tool: { name: 'Kernel Lens', version: toolVersion, dawn: '' },
      command: pythonCommand(options, python),
      mode: options.aa ? 'aa' : 'compare',
      status: 'running',
      reason: null,
      method: pythonMethod(options, {
        timer: timerKind(opened.timer.kind),
        software: kind === 'cpu',
        cache: opened.cache,
        launchedAhead: kind === 'cuda' || kind === 'rocm',
      }),
      machine: pythonMachine({ opened, limits: this.limits, before: this.before, onBattery }),
      kernels: plannedKernels(contenders).map((kernel) => this.kernelFacts(kernel)),
      cases: [],
      flags: this.runFlags(opened),
    };
    return true;
  }

  private addCase(event: HarnessCase): boolean {
    const { report } = this;
    if (report === null) return false;
    const { options } = this.parts;
    const item = pythonCase(event, {
      contenders: this.rowContenders(),
      seed: options.seed,
      targetHalfWidth: methodNumbers(options.size).targetHalfWidth,
      reference: report.machine.reference,
      timer: report.machine.timer.kind,
      software: report.machine.adapter.software,
      guards: this.guards.get(event.id) ?? [],
    });
    // What comes before it is whole is told again.
    const others = report.cases.filter(({ id }) => id !== item.id);
    this.partial = event.partial ? item.id : null;
    if (event.partial) this.guards.delete(event.id);
    this.change({ cases: [...others, event.partial ? { ...item, flags: [...item.flags, MORE_TO_COME] } : item] });
    return true;
  }

  private runFlags(opened: HarnessOpened): ReportFlag[] {
    const { notice } = this.parts;
    return [
      ...openingFlags(opened),
      ...this.sourceFlags,
      ...this.flags,
      ...(notice === null ? [] : [{ id: 'other-workloads', severity: 'info' as const, text: notice }]),
      ...leftFlags(this.plan),
    ];
  }

  private rowContenders(): RowContender[] {
    return enteredContenders(this.parts.contenders, this.parts.options.aa).map((planned) => ({
      planned,
      variant: this.kernels.get(planned.id)?.variant ?? '',
      description: this.description(planned),
    }));
  }

  private description({ id, kind, ref }: PlannedContender): string {
    const { options } = this.parts;
    const torch = `PyTorch ${this.opened?.torch ?? ''}`.trim();
    switch (kind) {
      case 'eager':
        return `${torch}, as it is`;
      case 'compile':
        return `${torch}, compiled by torch.compile`;
      case 'function':
        return options.work.kind === 'function' ? options.work.file : '';
      case 'kernel': {
        if (ref?.kind !== 'hub') return ref?.path ?? '';
        const commit = this.kernels.get(id)?.commit ?? ref.commit;
        return commit === null ? ref.id : `${ref.id} at ${commit.slice(0, 7)}`;
      }
    }
  }

  private kernelFacts(kernel: ReportKernel): ReportKernel {
    const contender = this.parts.contenders.find((one) => one.kernel === kernel.id);
    if (contender?.kind === 'function') return { ...kernel, digest: this.parts.functionDigest };
    const loaded = contender === undefined ? undefined : this.kernels.get(contender.id);
    if (loaded === undefined) return kernel;
    return {
      ...kernel,
      variant: loaded.variant,
      commit: kernel.source === 'hub' ? (loaded.commit ?? kernel.commit ?? null) : null,
      license: kernel.license ?? loaded.license,
      digest: loaded.digest ?? '',
      problem: loaded.problem === null ? null : problemText(loaded.problem),
    };
  }
}

function sourceFlag(source: string | null, problem: HarnessProblem): ReportFlag {
  const text = problemText(problem);
  return {
    id: 'source-problem',
    severity: 'warning',
    text: source === null ? text : `Of the source ${source}: ${text}`,
  };
}

/** The cases that this run does not take, together for each reason. */
function leftFlags(plan: HarnessPlan | null): ReportFlag[] {
  const reasons = new Map<string, number>();
  for (const { reason } of plan?.left ?? []) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [...reasons].map(([reason, number]) => ({
    id: 'left-out',
    severity: 'info',
    text: `${number} ${number === 1 ? 'case' : 'cases'} left out: ${reason}`,
  }));
}
