// The report before its first case, what it says when it ends, and the entry of a case that could not be run.
import { randomUUID } from 'node:crypto';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import { commandLine } from './profileCommand';
import { methodOf } from './profileMethod';
import type { ProfileOptions } from './profileOptions';
import {
  REPORT_SCHEMA_ID,
  REPORT_VERSION,
  type MachineReading,
  type Report,
  type ReportCase,
  type ReportFlag,
} from './report';
import type { OpenedAdapter, Plan, PlannedCase } from './webgpu/workerProtocol';

/** The opened adapter and what will be run on it. */
export interface Prepared {
  readonly opened: OpenedAdapter;
  readonly plan: Plan;
}

/** A report of a run that has begun and has no case yet. */
export function emptyReport(
  options: ProfileOptions,
  toolVersion: string,
  { opened, plan }: Prepared,
  before: MachineReading,
): Report {
  return {
    schema: REPORT_SCHEMA_ID,
    version: REPORT_VERSION,
    id: randomUUID(),
    createdAt: new Date().toISOString(),
    durationMs: 0,
    tool: { name: 'Kernel Lens', version: toolVersion, dawn: opened.dawn },
    command: commandLine(options),
    mode: options.aa ? 'aa' : 'compare',
    status: 'running',
    reason: null,
    method: methodOf(options, opened.adapter.software, opened.timer.kind),
    machine: {
      os: `${type()} ${release()}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      runtime: `Node ${process.versions.node}`,
      python: null,
      adapter: opened.adapter,
      timer: opened.timer,
      reference: opened.reference,
      before,
      after: null,
    },
    kernels: [...plan.kernels],
    cases: [],
    flags: openingFlags(opened, plan),
  };
}

function openingFlags(opened: OpenedAdapter, plan: Plan): ReportFlag[] {
  const flags: ReportFlag[] = [];
  if (opened.adapter.software) {
    flags.push({
      id: 'software-adapter',
      severity: 'warning',
      text: `${opened.adapter.name} runs on the CPU: the accuracy checks hold, but the times say nothing about a GPU.`,
    });
  }
  if (opened.timer.kind === 'host') {
    flags.push({
      id: 'host-timer',
      severity: 'warning',
      text: 'This adapter has no GPU timestamps: times are taken on the CPU and include the cost of launching.',
    });
  }
  const reasons = new Map<string, number>();
  for (const { reason } of plan.left) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, number] of reasons) {
    flags.push({
      id: 'left-out',
      severity: 'info',
      text: `${String(number)} ${number === 1 ? 'case' : 'cases'} left out: ${reason}`,
    });
  }
  for (const id of plan.unverified) {
    flags.push({
      id: 'digest-not-verified',
      severity: 'info',
      text: `The files of ${id} were not held against digests: its metadata.json has none.`,
    });
  }
  return flags;
}

/** How a run ended, in words. `failure`: why it could not go on; null when it could. */
export function ending(
  cancelled: boolean,
  failure: string | null,
  done: number,
  total: number,
): Pick<Report, 'status' | 'reason'> {
  const reached = `${String(done)} of ${String(total)} cases`;
  if (cancelled) return { status: 'cancelled', reason: `Cancelled after ${reached}.` };
  if (failure !== null) return { status: 'failed', reason: `Stopped after ${reached}: ${failure}` };
  return { status: 'complete', reason: null };
}

/** A case that took its worker down, or that the worker refused. */
export function failedCase(planned: PlannedCase, reason: string, durationMs: number): ReportCase {
  return {
    id: planned.id,
    kernel: planned.kernel,
    name: planned.name,
    label: planned.label,
    tags: [...planned.tags],
    dtype: planned.dtype,
    attributes: {},
    inputs: {},
    outputs: {},
    leastBytes: 0,
    flops: null,
    oracle: { kind: 'none', text: 'not reached' },
    cache: 'not reached',
    status: 'failed',
    reason,
    rows: [],
    rejected: [],
    flags: [],
    durationMs,
  };
}
