// Does a contender compute, or does it recall? Inputs it has never seen are held against inputs it has just seen.
import type { OutputCheck } from '../accuracy';
import { median } from '../statistics';
import { compareOutputs, poisonOutputs, type CheckTools } from './caseCheck';
import type { DataSet } from './caseData';
import type { CheckRound } from './caseQuestions';
import type { InputSet, ProgramInstance } from './execute';
import { fillSet, type HeldSet } from './inputSets';
import type { Timer } from './timer';

/** New inputs may take this many times as long as those seen before. */
const MOST_RATIO = 3;
/** Fresh data sets in an attempt. */
const FRESH_SETS = 3;
/** The poison of the run that is compared. */
const ROUND = 2;

/** Attempts before a contender is accused. */
const ATTEMPTS = 2;

export interface FreshTools extends CheckTools {
  readonly timer: Timer;
  readonly flush: GPUBuffer | null;
  readonly sets: readonly InputSet[];
  /** Those that still hold what they were filled with. */
  readonly held: readonly HeldSet[];
  /** The set that is filled anew for each run. */
  readonly place: number;
}

/** Data sets for one contender. */
export interface FreshData {
  readonly seen: readonly [DataSet, DataSet];
  /** Draws a data set that no contender has seen, without what should come of it. */
  readonly draw: (name: string) => DataSet;
  /** One more fresh data set, with what should come of it; null: nothing is compared. */
  readonly compared: CheckRound | null;
}

export interface FreshFinding {
  /** How many times as long new inputs took in every attempt, when that is too long; else null. */
  readonly ratio: number | null;
  readonly checks: readonly OutputCheck[] | null;
}

/** Whether a program has memory that outlives a run. One without scratch or tensors it overwrites has none. */
export function canRemember({ program, changesInputs }: ProgramInstance): boolean {
  return changesInputs || program.buffers.some((buffer) => buffer.kind === 'scratch' && !buffer.zeroInit);
}

/** The finding in words. */
export function recalls(ratio: number): string {
  return `answers are kept between runs: new inputs took ${Math.round(ratio)}x as long as inputs seen before`;
}

/** Runs a contender on new inputs; a second time, with others, before it is said to recall. */
export async function runOnFresh(tools: FreshTools, instance: ProgramInstance, data: FreshData): Promise<FreshFinding> {
  let checks: OutputCheck[] | null = null;
  let least = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const fresh = Array.from({ length: FRESH_SETS }, (_, index) => data.draw(`${attempt}/${index}`));
    least = Math.min(least, await ratioOf(tools, instance, data.seen, fresh));
    if (attempt === 0 && data.compared !== null) {
      await timeOnce(tools, instance, data.compared.data);
      checks = await compareOutputs(tools, instance, tools.place, data.compared.data, data.compared.repeat, ROUND);
    }
    if (least <= MOST_RATIO) return { ratio: null, checks };
  }
  return { ratio: least, checks };
}

/**
 * How many times as long new inputs take. Times single runs over a set that is filled anew before each: inputs seen
 * before, then fresh ones, each of those twice. Scratch keeps what it holds all along.
 */
async function ratioOf(
  tools: FreshTools,
  instance: ProgramInstance,
  [a, b]: FreshData['seen'],
  fresh: readonly DataSet[],
): Promise<number> {
  for (const data of [a, b]) await timeOnce(tools, instance, data);
  const before: number[] = [];
  for (const data of [a, b, a]) before.push(await timeOnce(tools, instance, data));
  const first: number[] = [];
  const again: number[] = [];
  for (const data of fresh) {
    first.push(await timeOnce(tools, instance, data));
    again.push(await timeOnce(tools, instance, data));
  }
  const usual = Math.max(tools.timer.resolutionNs, Math.min(median(before), median(again)));
  return Math.min(...first) / usual;
}

async function timeOnce(tools: FreshTools, instance: ProgramInstance, data: DataSet): Promise<number> {
  const { flush, place, held } = tools;
  const set = tools.sets[place];
  if (set === undefined) throw new Error(`there is no input set ${place}`);
  await fillSet(tools.open, instance.program.inputs, set, data, held);
  await poisonOutputs(tools, instance, place, ROUND, true);
  const [ns] = await tools.timer.time([
    {
      prepare: (recorder) => {
        if (flush !== null) recorder.encoder.clearBuffer(flush);
      },
      record: (recorder, stamps) => {
        instance.record(recorder, [place], stamps);
      },
    },
  ]);
  return ns ?? NaN;
}
