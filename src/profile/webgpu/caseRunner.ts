// One case, whole: build, check, time, check what the timed runs wrote, and say it all in a ReportCase.
import { performance } from 'node:perf_hooks';
import { deriveSeed } from '../random';
import type { ReportCase } from '../report';
import { compareOutputs, checkRun, fingerprint, poisonOutputs, type CheckTools } from './caseCheck';
import type { DataSet } from './caseData';
import { CaseQuestions, type CheckRound } from './caseQuestions';
import { checkOnRound } from './checkRound';
import { canRemember, recalls, runOnFresh } from './freshInputs';
import type { RunnableCase } from './casePlan';
import { CasePrograms } from './casePrograms';
import { caseReport } from './caseReport';
import type { Contender } from './contenders';
import { GpuError, USAGE } from './device';
import { entrantRow, judgeEntrants, newEntrants, noteFailure, readyToTime, suspects, type Entrant } from './entrant';
import { ProgramInstance, type InputSet } from './execute';
import { FLUSH_BYTES, destroySets, fillSet, heldSets, makeSets, planCold } from './inputSets';
import { measure, sampleEndingAt } from './measure';
import { TARGET_HALF_WIDTH } from './measureLimits';
import type { OpenGpu, WorkerEvents } from './openGpu';
import type { Answerer } from './oracleCall';
import { phaseLimits, type PhaseLimits } from './phaseLimits';
import { isPeer } from './peerCall';
import type { OnnxRuntimePeer } from './peerRuntime';
import { KernelError } from './program';
import { ScratchPool } from './scratchPool';

/** The GPU is given this much to do while the host computes or compiles: an idle one drops its clock. */
const KEEP_UP_MS = 25;

/** Everything a case is run with. */
export interface CaseTools extends CheckTools {
  readonly gpu: OpenGpu;
  readonly oracle: Answerer;
  readonly events: WorkerEvents;
  /** null: no other runtime takes part. */
  peer: OnnxRuntimePeer | null;
}

/**
 * Runs a planned case. What goes wrong with a contender is in its row; only a lost device is thrown.
 * @param withoutPeer why another runtime is not run this time; null: it is, where it is planned.
 */
export async function runCase(
  tools: CaseTools,
  runnable: RunnableCase,
  withoutPeer: string | null,
): Promise<ReportCase> {
  const begun = performance.now();
  const run = new CaseRun(tools, runnable, withoutPeer);
  try {
    await run.all();
    return run.report(null, performance.now() - begun);
  } catch (error) {
    if (error instanceof GpuError && error.kind !== 'device-lost')
      return run.report(error.message, performance.now() - begun);
    if (error instanceof KernelError) return run.report(error.message, performance.now() - begun);
    throw error;
  } finally {
    run.destroy();
  }
}

type TimedData = readonly [DataSet, DataSet];

class CaseRun {
  private readonly entrants: Entrant[];
  private readonly limits: PhaseLimits;
  private sets: InputSet[] = [];
  private readonly questions: CaseQuestions;
  /** The input set for data that is checked and not timed: the one after those that are. */
  private checkSet = 0;
  private cacheText = 'not reached';
  private flush: GPUBuffer | null = null;
  private readonly programs: CasePrograms;
  private readonly scratch: ScratchPool;

  constructor(
    private readonly tools: CaseTools,
    private readonly runnable: RunnableCase,
    withoutPeer: string | null,
  ) {
    this.scratch = new ScratchPool(tools.open);
    this.programs = new CasePrograms(tools, runnable);
    this.questions = new CaseQuestions(tools.oracle, runnable, () => {
      this.phase('computing what is right', this.limits.host);
    });
    this.limits = phaseLimits(tools.gpu.software);
    this.entrants = newEntrants(runnable, withoutPeer);
  }

  async all(): Promise<void> {
    const { runnable, tools } = this;
    await this.programs.begin(this.entrants, ({ contender }) => {
      this.phase(`compiling ${contender.label}`, this.limits.host, contender);
    });
    tools.gpu.clock?.keepUp(KEEP_UP_MS);
    const data = [await this.questions.draw('A'), await this.questions.draw('B')] as const;
    const rounds = await this.questions.rounds(data[0]);
    const setBytes = runnable.inputs.reduce((sum, { bytes }) => sum + bytes, 0);
    const cold = planCold(setBytes, runnable.limits);
    this.cacheText = cold.text;
    this.phase('sending inputs', this.limits.host);
    this.sets = await makeSets(tools.open, runnable.inputs, data, cold.sets);
    this.checkSet = cold.sets;
    if (rounds.length > 0) this.sets.push(...(await makeSets(tools.open, runnable.inputs, data, 1)));
    for (const entrant of this.entrants) await this.prepare(entrant, data, rounds);
    judgeEntrants(this.entrants, this.questions.answer);
    if (cold.flush)
      this.flush = await tools.open.buffer('the buffer that empties the caches', FLUSH_BYTES, USAGE.copyTarget);
    if (runnable.aa)
      for (let i = 0; i < this.entrants.length; i += 2) await this.time(this.entrants.slice(i, i + 2), data, cold.sets);
    else await this.time(this.entrants, data, cold.sets);
    if (rounds.length > 0) await this.runFresh(data);
    judgeEntrants(this.entrants, this.questions.answer);
  }

  report(reason: string | null, durationMs: number): ReportCase {
    const { runnable } = this;
    const rows = this.entrants.flatMap((entrant, index) => {
      const against = runnable.aa ? this.entrants[index - (index % 2)] : this.entrants[0];
      if (entrant.refusal !== null) return [];
      return [entrantRow(entrant, against ?? entrant, runnable, this.tools.gpu, reason)];
    });
    const rejected = this.entrants.flatMap(({ refusal, contender }) =>
      refusal === null ? [] : [{ variant: contender.variant, reason: refusal }],
    );
    const { answer } = this.questions;
    return caseReport({ runnable, rows, rejected, answer, cache: this.cacheText, reason, durationMs });
  }

  destroy(): void {
    for (const { instance } of this.entrants) instance?.destroy();
    this.scratch.destroy();
    destroySets(this.sets);
    this.flush?.destroy();
  }

  private phase(text: string, limitMs: number, contender?: Contender): void {
    this.tools.events.phase(text, limitMs, contender?.variant);
  }

  /** Builds a contender and checks it on every data set. */
  private async prepare(entrant: Entrant, data: TimedData, rounds: readonly CheckRound[]): Promise<void> {
    const { tools, runnable } = this;
    const { contender } = entrant;
    if (entrant.failure !== null) return;
    await this.attempt(entrant, async () => {
      const prints = await this.fingerprints([0, 1]);
      this.phase(`compiling ${contender.label}`, isPeer(contender) ? this.limits.peer : this.limits.host, contender);
      if (isPeer(contender)) tools.gpu.clock?.keepUp(KEEP_UP_MS);
      const compiled = await this.programs.finish(entrant, this.sets[0]);
      entrant.program = compiled.program;
      entrant.instance = await ProgramInstance.create(tools.open, compiled, this.sets, this.scratch);
      for (const [set, one] of data.entries()) {
        this.phase(`checking ${contender.label}`, this.limits.run, contender);
        entrant.before.push(await checkRun(tools, entrant.instance, set, one, runnable.repeat, set));
      }
      for (const [index, round] of rounds.entries()) {
        this.phase(`checking ${contender.label}`, this.limits.run, contender);
        const { instance } = entrant;
        const held = heldSets(this.sets, data);
        entrant.before.push(await checkOnRound(tools, instance, this.sets, this.checkSet, round, index, held));
      }
      const changed = await this.changedSets([0, 1], prints);
      entrant.inputsUnchanged = changed.length === 0;
      if (changed.length > 0) await this.refill(data, 2);
    });
  }

  /** Times those that are ready for it, together, and checks what the timed runs wrote. */
  private async time(entrants: readonly Entrant[], data: TimedData, sets: number): Promise<void> {
    const { tools, runnable } = this;
    const ready = readyToTime(entrants);
    if (ready.length === 0) return;
    const prints = await this.fingerprints([0, 1]);
    for (const { instance } of ready) await this.readyForTiming(instance, sets);
    try {
      const measured = await measure(
        tools.gpu.timer,
        ready.map(({ instance }) => instance),
        sets,
        {
          ...runnable.limits,
          targetHalfWidth: TARGET_HALF_WIDTH,
          flush: this.flush,
          clock: tools.gpu.clock,
          seed: deriveSeed(runnable.seed, runnable.planned.id),
        },
        (blockMs) => {
          this.phase('timing', this.limits.run + 20 * blockMs);
        },
      );
      ready.forEach(({ entrant }, index) => {
        entrant.measurement = measured[index] ?? null;
      });
    } catch (error) {
      if (!(error instanceof GpuError) || error.kind === 'device-lost') throw error;
      for (const { entrant } of ready) entrant.failure = error.message;
      return;
    }
    for (const { entrant, instance } of ready) {
      await this.attempt(entrant, () => this.checkTimed(entrant, instance, data, sets));
    }
    if ((await this.changedSets([0, 1], prints)).length === 0) return;
    const culprits = new Set(suspects(ready, runnable.inputs).map(({ entrant }) => entrant));
    for (const entrant of culprits) entrant.inputsUnchanged = false;
    await this.refill(data, sets);
    const others = ready.flatMap(({ entrant }) => (culprits.has(entrant) ? [] : [entrant]));
    // What they read was not theirs to answer for: they are timed again among themselves.
    for (const entrant of others) {
      entrant.measurement = null;
      entrant.after.length = 0;
    }
    await this.time(others, data, sets);
  }

  /** Runs those that can remember on inputs they have never seen. */
  private async runFresh(data: TimedData): Promise<void> {
    const { tools, flush } = this;
    const able = this.entrants.flatMap((entrant) => {
      const { instance, measurement } = entrant;
      return measurement !== null && instance && canRemember(instance) ? [{ entrant, instance }] : [];
    });
    if (able.length === 0) return;
    const compared = await this.questions.drawFresh('fresh');
    for (const [index, { entrant, instance }] of able.entries()) {
      await this.attempt(entrant, async () => {
        this.phase(`running ${entrant.contender.label} on new inputs`, this.limits.run);
        const draw = (name: string): DataSet => this.questions.drawUnanswered(`fresh ${index}/${name}`);
        const held = heldSets(this.sets, data);
        const given = { ...tools, timer: tools.gpu.timer, flush, sets: this.sets, held, place: this.checkSet };
        const { ratio, checks } = await runOnFresh(given, instance, { seen: data, draw, compared });
        if (checks !== null) entrant.after.push([...checks]);
        if (ratio !== null) entrant.cheat = recalls(ratio);
      });
    }
  }

  /** Gives the first `count` sets their data again: others are to find what one contender should have left alone. */
  private async refill(data: TimedData, count: number): Promise<void> {
    for (const [index, set] of this.sets.slice(0, count).entries())
      await fillSet(this.tools.open, this.runnable.inputs, set, data[index % 2 === 0 ? 0 : 1]);
  }

  private async readyForTiming(instance: ProgramInstance, sets: number): Promise<void> {
    const used = instance.changesInputs ? sets : 1;
    for (let set = 0; set < used; set++) await poisonOutputs(this.tools, instance, set, 0);
  }

  /** What the last timed sample wrote, and one more sample like it over the other data set, on poisoned outputs. */
  private async checkTimed(entrant: Entrant, instance: ProgramInstance, data: TimedData, sets: number): Promise<void> {
    const { tools, runnable } = this;
    const { measurement } = entrant;
    if (measurement === null) return;
    this.phase(`checking what ${entrant.contender.label} wrote`, this.limits.run);
    const dataOf = (set: number): DataSet => (set % 2 === 0 ? data[0] : data[1]);
    // A program that changes its inputs read those of the run before: what it wrote in a row of runs is not known.
    if (!instance.changesInputs) {
      const last = measurement.lastSet;
      entrant.after.push(await compareOutputs(tools, instance, last, dataOf(last), runnable.repeat, 0));
    }
    const other = (measurement.lastSet + 1) % sets;
    await poisonOutputs(tools, instance, other, 1, true);
    const batch = instance.changesInputs ? 1 : measurement.batch;
    await tools.gpu.timer.time([sampleEndingAt(instance, batch, sets, other)]);
    entrant.after.push(await compareOutputs(tools, instance, other, dataOf(other), runnable.repeat, 1));
  }

  /** Runs a step of one contender; what the GPU or the kernel refuses is that contender's failure. */
  private async attempt(entrant: Entrant, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      noteFailure(entrant, error);
    }
  }

  private async fingerprints(sets: readonly number[]): Promise<string[]> {
    const prints: string[] = [];
    for (const index of sets) {
      const set = this.sets[index];
      if (set !== undefined) prints.push(await fingerprint(this.tools, this.runnable.inputs, set));
    }
    return prints;
  }

  /** Places in `sets` whose inputs are not what they were. */
  private async changedSets(sets: readonly number[], before: readonly string[]): Promise<number[]> {
    const now = await this.fingerprints(sets);
    return [...now.keys()].filter((index) => now[index] !== before[index]);
  }
}
