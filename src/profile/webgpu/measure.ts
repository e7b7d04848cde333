// The time of programs, sampled in turn until it is known well enough.
import { performance } from 'node:perf_hooks';
import { median, relativeHalfWidth } from '../statistics';
import { CLOCK_TOLERANCE, type ClockProbe } from './clockProbe';
import { GpuError } from './device';
import type { ProgramInstance, Recorder } from './execute';
import type { TimedRun, Timer } from './timer';

export interface MeasureSettings {
  /** A sample's batch makes it at least this long, nanoseconds. */
  readonly leastSampleNs: number;
  /** A sample is also this many times the timer's resolution. */
  readonly leastSteps: number;
  /** Stop when the relative half-width of every contender's median is below this. */
  readonly targetHalfWidth: number;
  readonly timeLimitMs: number;
  readonly leastBlocks: number;
  readonly mostBlocks: number;
  /** Untimed work before the first sample, until clocks have risen. */
  readonly warmUpMs: number;
  /** Overwritten before each sample to empty the caches; null where rotating inputs does that. */
  readonly flush: GPUBuffer | null;
  readonly seed: number;
  readonly clock: ClockProbe | null;
  readonly clockLimitMs: number;
}

export interface Measurement {
  /** Nanoseconds for one iteration, in the order taken; 2k and 2k+1 are of block k. */
  readonly samplesNs: readonly number[];
  readonly batch: number;
  readonly stoppedBy: 'precision' | 'time limit' | 'sample limit';
  /** The input set that the last timed iteration read. */
  readonly lastSet: number;
  /** The median clock of the blocks, as a share of the best one seen in this run; null where nothing tells it. */
  readonly clockLevel: number | null;
}

const MOST_ITERATIONS = 512;
/** Blocks that a clock which goes backwards may spoil before the case is given up. */
const MOST_SPOILED = 20;
/** Fewer blocks make no interval to speak of, so the time limit waits for them, but not longer than this many limits. */
const FEWEST_BLOCKS = 5;
const MOST_OVERTIME = 4;
/** The precision is asked for after each growth of the sample count by this factor. */
const CHECK_GROWTH = 1.25;

/**
 * Times `contenders` in blocks A B … B A, so that drift meets all of them alike. Iterations rotate over the input sets,
 * further for every iteration of any contender, so that what one has read is not in the caches for the next.
 * @param onBlock called before each block with a guess of its length in milliseconds.
 */
export async function measure(
  timer: Timer,
  contenders: readonly ProgramInstance[],
  setCount: number,
  settings: MeasureSettings,
  onBlock: (blockMs: number) => void,
): Promise<Measurement[]> {
  const rotation = new Rotation(setCount);
  const { clock } = settings;
  // First of all: a batch that is sized at a low clock is too short at the full one.
  let lowMs = await raiseClock(clock, settings.clockLimitMs);
  const batches = await warmUp(timer, contenders, rotation, settings, onBlock);
  const samples: number[][] = contenders.map(() => []);
  const lastSets = contenders.map(() => 0);
  const order = [...contenders.keys(), ...[...contenders.keys()].reverse()];
  // What raising the clock took is no part of the limit on sampling.
  const begun = performance.now() - lowMs;
  const levels: number[] = [];
  let blocks = 0;
  let spoiled = 0;
  let nextCheck = settings.leastBlocks;
  let stoppedBy: Measurement['stoppedBy'] | null = null;
  let blockMs = settings.timeLimitMs;
  while (stoppedBy === null) {
    onBlock(blockMs);
    const blockBegun = performance.now();
    const sets = order.map((index) => rotation.next(batches[index] ?? 1));
    const runs = order.map((index, place) => sampleOf(contenders[index], sets[place] ?? [], settings.flush));
    const probed = await timeBetweenProbes(timer, clock, runs);
    const { times, level } = probed;
    blockMs = performance.now() - blockBegun;
    if (level !== null && level < 1 - CLOCK_TOLERANCE && lowMs < settings.clockLimitMs) {
      lowMs += blockMs + (await raiseClock(clock, settings.clockLimitMs - lowMs));
      continue;
    }
    if (!times.every((time) => time > 0)) {
      if (++spoiled > MOST_SPOILED)
        throw new GpuError('internal', 'The GPU clock went backwards too often to time this case.');
      continue;
    }
    order.forEach((index, place) => {
      samples[index]?.push((times[place] ?? NaN) / (batches[index] ?? 1));
      lastSets[index] = sets[place]?.at(-1) ?? 0;
    });
    blocks++;
    if (level !== null) levels.push(level);
    const late = performance.now() - begun - lowMs > settings.timeLimitMs;
    if (blocks >= nextCheck || (late && blocks >= settings.leastBlocks)) {
      nextCheck = Math.ceil(blocks * CHECK_GROWTH);
      const widths = samples.map((own) => relativeHalfWidth(own, settings.seed));
      if (blocks >= settings.leastBlocks && widths.every((width) => width < settings.targetHalfWidth))
        stoppedBy = 'precision';
    }
    if (stoppedBy === null && blocks >= settings.mostBlocks) stoppedBy = 'sample limit';
    const enough =
      blocks >= FEWEST_BLOCKS || (blocks >= 2 && performance.now() - begun > MOST_OVERTIME * settings.timeLimitMs);
    if (stoppedBy === null && late && enough) stoppedBy = 'time limit';
  }
  const ended = stoppedBy;
  return contenders.map((_, index) => ({
    samplesNs: samples[index] ?? [],
    batch: batches[index] ?? 1,
    stoppedBy: ended,
    lastSet: lastSets[index] ?? 0,
    clockLevel: levels.length === 0 ? null : median(levels),
  }));
}

/** Milliseconds spent on raising the clock. */
async function raiseClock(clock: ClockProbe | null, limitMs: number): Promise<number> {
  const begun = performance.now();
  await clock?.raise(limitMs);
  return performance.now() - begun;
}

/** Times runs with a look at the clock before and after them; `level` is the lower of the two. */
async function timeBetweenProbes(
  timer: Timer,
  clock: ClockProbe | null,
  runs: readonly TimedRun[],
): Promise<{ readonly times: readonly number[]; readonly level: number | null }> {
  if (clock === null) return { times: await timer.time(runs), level: null };
  const times = await timer.time([clock.run(), ...runs, clock.run()]);
  const level = Math.min(clock.level(times[0] ?? 0), clock.level(times.at(-1) ?? 0));
  return { times: times.slice(1, -1), level };
}

/** One more sample of a contender, recorded as the timed ones are; its last iteration reads set `set`. */
export function sampleEndingAt(contender: ProgramInstance, batch: number, setCount: number, set: number): TimedRun {
  const order = Array.from({ length: batch }, (_, i) => (((set - (batch - 1) + i) % setCount) + setCount) % setCount);
  return sampleOf(contender, order, null);
}

/** Runs every contender until clocks have risen and its batch is known. */
async function warmUp(
  timer: Timer,
  contenders: readonly ProgramInstance[],
  rotation: Rotation,
  settings: MeasureSettings,
  onBlock: (blockMs: number) => void,
): Promise<number[]> {
  const wanted = Math.max(settings.leastSampleNs, settings.leastSteps * timer.resolutionNs);
  const batches = contenders.map(() => 1);
  const begun = performance.now();
  // At least three rounds: the first pays for what is set up on first use, the second sizes the batch, the third checks it.
  for (let round = 0; round < 3 || performance.now() - begun < settings.warmUpMs; round++) {
    onBlock(settings.timeLimitMs);
    const runs = contenders.map((contender, index) =>
      sampleOf(contender, rotation.next(batches[index] ?? 1), settings.flush),
    );
    const times = await timer.time(runs);
    times.forEach((time, index) => {
      const batch = batches[index] ?? 1;
      const one = Math.max(time, timer.resolutionNs) / batch;
      batches[index] = Math.max(batch, Math.min(MOST_ITERATIONS, Math.ceil(wanted / one)));
    });
    // A round that alone takes as long as the limit has warmed up what there is to warm up.
    if (round > 0 && performance.now() - begun > settings.timeLimitMs) break;
  }
  return batches;
}

function sampleOf(contender: ProgramInstance | undefined, order: readonly number[], flush: GPUBuffer | null): TimedRun {
  return {
    prepare: (recorder: Recorder) => {
      if (flush !== null) recorder.encoder.clearBuffer(flush);
    },
    record: (recorder, stamps) => contender?.record(recorder, order, stamps),
  };
}

/** Hands out input sets in turn. */
class Rotation {
  private at = 0;

  constructor(private readonly sets: number) {}

  next(count: number): number[] {
    return Array.from({ length: count }, () => this.at++ % this.sets);
  }
}
