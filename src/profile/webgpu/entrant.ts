// A contender on its way through a case: what was seen of it so far, and the row that comes of it.
import { judge, type OutputCheck } from '../accuracy';
import type { ReportRow, RowAccuracy } from '../report';
import type { RunnableCase } from './casePlan';
import { caseRow, inexactRow, timedRow, type TimedOn } from './caseRow';
import type { Contender } from './contenders';
import { GpuError } from './device';
import type { ProgramInstance } from './execute';
import type { Measurement } from './measure';
import type { OracleAnswer } from './oracleCall';
import { isPeer } from './peerCall';
import { KernelError, type Program, type Tensor } from './program';
import { PeerRefusal } from './tracedProgram';

export interface Entrant {
  readonly contender: Contender;
  program: Program | null;
  instance: ProgramInstance | null;
  readonly before: OutputCheck[][];
  readonly after: OutputCheck[][];
  inputsUnchanged: boolean;
  accuracy: RowAccuracy | null;
  measurement: Measurement | null;
  /** Why it has no time, other than by being wrong. */
  failure: string | null;
  /** Why it is wrong whatever its outputs say. */
  cheat: string | null;
  /** Why it takes no part after all, and has no row. */
  refusal: string | null;
}

/**
 * Everybody who takes part in a case; when contenders are compared with themselves, each twice in a row.
 * @param withoutPeer why another runtime is not run at all; null: it is.
 */
export function newEntrants({ aa, contenders }: RunnableCase, withoutPeer: string | null): Entrant[] {
  const all = aa ? contenders.flatMap(withTwin) : contenders;
  return all.map((one) => newEntrant(one, isPeer(one) ? withoutPeer : null));
}

/** @param failure why it is not run at all; null: it is. */
function newEntrant(contender: Contender, failure: string | null): Entrant {
  return {
    contender,
    program: null,
    instance: null,
    before: [],
    after: [],
    inputsUnchanged: true,
    accuracy: null,
    measurement: null,
    failure,
    cheat: null,
    refusal: null,
  };
}

/**
 * Notes why a step of a contender did not work: what the GPU, the kernel or a runtime refuses is that contender's alone.
 * Throws anything else, and a lost device.
 */
export function noteFailure(entrant: Entrant, error: unknown): void {
  const known = error instanceof KernelError || (error instanceof GpuError && error.kind !== 'device-lost');
  if (error instanceof PeerRefusal) entrant.refusal = error.message;
  else if (known) entrant.failure = error.message;
  else throw error;
}

/** The contender and the same again, with buffers of its own. */
function withTwin(contender: Contender): Contender[] {
  const { id, label } = contender;
  return [
    { ...contender, baseline: true },
    { ...contender, id: `${id} again`, label: `${label} again`, baseline: false },
  ];
}

/** Judges everyone by what was seen so far; the first is the baseline whose error the others may share. */
export function judgeEntrants(entrants: readonly Entrant[], answer: OracleAnswer | null): void {
  const oracle = answer !== null && answer.kind !== 'none';
  let baseline: RowAccuracy | null = null;
  for (const entrant of entrants) {
    if (entrant.before.length > 0) entrant.accuracy = judge({ ...entrant, oracle }, baseline);
    if (entrant.accuracy !== null && entrant.cheat !== null)
      entrant.accuracy = { ...entrant.accuracy, passed: false, summary: entrant.cheat };
    if (entrant === entrants[0]) baseline = entrant.accuracy;
  }
}

/** Those that are to be timed: who is right, and another runtime whose only fault is that its values are off. */
export function readyToTime(
  entrants: readonly Entrant[],
): { readonly entrant: Entrant; readonly instance: ProgramInstance }[] {
  return entrants.flatMap((entrant) => {
    const { failure, accuracy, instance } = entrant;
    const usable = failure === null && (accuracy?.passed !== false || isInexactPeer(entrant));
    return usable && instance !== null ? [{ entrant, instance }] : [];
  });
}

/** Whether it did the work, all of it, but is less exact than it should be; asked of nobody but another runtime. */
function isInexactPeer({ contender, accuracy, inputsUnchanged, cheat }: Entrant): boolean {
  if (!isPeer(contender) || accuracy?.passed !== false || !inputsUnchanged || cheat !== null) return false;
  return accuracy.outputs.length > 0 && accuracy.outputs.every(({ unwritten }) => unwritten === 0);
}

/** Of those that ran while an input changed, the ones that bind one for writing; all, where none does. */
export function suspects<T extends { readonly instance: ProgramInstance }>(
  ran: readonly T[],
  inputs: readonly Tensor[],
): readonly T[] {
  const ports = new Set(inputs.map(({ port }) => port));
  const writers = ran.filter(({ instance: { program } }) => {
    // What it reads and writes by right is a copy of its own.
    const own = new Set(program.outputs.map(({ port }) => port));
    return program.passes.some(({ bindings }) =>
      bindings.some(({ resource, access }) => access === 'read_write' && ports.has(resource) && !own.has(resource)),
    );
  });
  return writers.length > 0 ? writers : ran;
}

/**
 * The row: `wrong` when it failed a check, and then without a time, but for another runtime that is only less exact;
 * `failed` when it has no time for another reason.
 * @param against whose time it is compared with; itself for a baseline.
 * @param caseReason why the whole case failed; null when it did not.
 */
export function entrantRow(
  entrant: Entrant,
  against: Entrant,
  runnable: RunnableCase,
  gpu: TimedOn,
  caseReason: string | null,
): ReportRow {
  const { contender, program, instance, accuracy, measurement } = entrant;
  const row = caseRow(contender, program, runnable.partlyRead, accuracy, instance?.compileMs ?? null);
  const failure = entrant.failure ?? caseReason;
  if (failure !== null) return { ...row, reason: failure };
  if (accuracy?.passed === false) {
    const wrong = { ...row, status: 'wrong' as const, reason: accuracy.summary };
    return measurement !== null && isInexactPeer(entrant) ? inexactRow(wrong, runnable, gpu, measurement) : wrong;
  }
  if (measurement === null) return { ...row, reason: 'not reached' };
  const comparable = against !== entrant && against.failure === null && against.accuracy?.passed !== false;
  return timedRow(row, runnable, gpu, measurement, comparable ? against.measurement : null);
}
