// A case as the report has it, from what was planned and what became of it.
import type { ReportCase, ReportRow, ReportTensor } from '../report';
import type { RunnableCase } from './casePlan';
import type { OracleAnswer } from './oracleCall';
import type { Tensor } from './program';

export interface CaseOutcome {
  readonly runnable: RunnableCase;
  readonly rows: readonly ReportRow[];
  /** Contenders that were planned and then took no part. */
  readonly rejected: RunnableCase['rejected'];
  /** null: nobody was asked. */
  readonly answer: OracleAnswer | null;
  readonly cache: string;
  /** Why the whole case failed; null when it did not. */
  readonly reason: string | null;
  readonly durationMs: number;
}

export function caseReport(outcome: CaseOutcome): ReportCase {
  const { runnable, rows, rejected, answer, cache, reason, durationMs } = outcome;
  const { planned } = runnable;
  return {
    id: planned.id,
    kernel: planned.kernel,
    name: runnable.name,
    label: planned.label,
    tags: [...planned.tags],
    dtype: planned.dtype,
    attributes: { ...runnable.call.attributes, ...runnable.call.args },
    inputs: tensorsByPort(runnable.inputs),
    outputs: tensorsByPort(runnable.outputs),
    leastBytes: runnable.leastBytes,
    flops: runnable.flops,
    oracle: { kind: answer?.kind ?? 'none', text: answer?.text ?? 'not reached' },
    cache,
    status: reason === null ? 'done' : 'failed',
    reason,
    rows: [...rows],
    rejected: [...runnable.rejected, ...rejected],
    flags: [],
    durationMs,
  };
}

function tensorsByPort(tensors: readonly Tensor[]): Record<string, ReportTensor> {
  return Object.fromEntries(
    tensors.map(({ port, dtype, shape, bytes }) => [port, { dtype, shape: [...shape], bytes }]),
  );
}
