// How a run of Python code measures: the numbers that the harness is given, and the same in words for a reader of the report.
import type { Report, TimerKind } from '../report';
import { CONFIDENCE } from '../statistics';
import { LEAST_DIFFERENCE, SAME_WITHIN } from '../verdict';
import type { PythonProfileOptions } from './pythonOptions';

/** As the harness names them; times in seconds. */
export interface MethodNumbers {
  /** Seeds of random inputs that are checked before timing. */
  readonly seeds: number;
  /** Sampling ends when half the interval of every median is below this share of it. */
  readonly targetHalfWidth: number;
  /** For two contenders; more have as much longer. */
  readonly timeLimitS: number;
  readonly caseLimitS: number;
  readonly compileLimitS: number;
  readonly loadLimitS: number;
  readonly profiler: boolean;
  /** Zeros, large values and odd sizes are checked too. */
  readonly edgeInputs: boolean;
}

const DEFAULT: MethodNumbers = {
  seeds: 3,
  targetHalfWidth: 0.005,
  timeLimitS: 2,
  caseLimitS: 120,
  compileLimitS: 120,
  loadLimitS: 600,
  profiler: true,
  edgeInputs: true,
};

/** What a run opened its device with, as far as the words need it. */
export interface MethodFacts {
  readonly timer: TimerKind;
  /** The device is the CPU. */
  readonly software: boolean;
  /** How caches are kept cold, in the harness's words. */
  readonly cache: string;
  /** Calls of a device are launched while it waits, so that it is never the CPU that is timed. */
  readonly launchedAhead: boolean;
}

/** Fewer checks and wider intervals for `quick`, more checks for `full`. */
export function methodNumbers(size: PythonProfileOptions['size']): MethodNumbers {
  switch (size) {
    case 'quick':
      return { ...DEFAULT, seeds: 2, timeLimitS: 0.5 };
    case 'default':
      return DEFAULT;
    case 'full':
      return { ...DEFAULT, seeds: 5, timeLimitS: 4 };
  }
}

export function pythonMethod(options: PythonProfileOptions, facts: MethodFacts): Report['method'] {
  const numbers = methodNumbers(options.size);
  const percent = (share: number): string => `${share * 100}%`;
  const checks = numbers.edgeInputs ? ', and for built-in workloads and functions on zeros and large values' : '';
  const tolerance = options.work.kind === 'function' ? options.work.tolerance : null;
  return {
    seed: options.seed,
    confidence: CONFIDENCE,
    targetHalfWidth: numbers.targetHalfWidth,
    timeLimitMs: numbers.timeLimitS * 1000,
    sameWithin: SAME_WITHIN,
    text: [
      `Times are taken with ${clockWords(facts)}, after a warm-up, in blocks of A B … B A over all contenders of a case; each run is timed by itself, and a sample is the mean of a few.`,
      ...(facts.launchedAhead
        ? [
            'Calls are launched while the device is kept waiting, so that what launching costs the CPU is not in the time.',
          ]
        : []),
      `Between runs one element of an input changes its sign, so that no earlier answer is right, and caches are kept cold: ${facts.cache}.`,
      `Sampling ends when the median of every contender is known to ±${percent(numbers.targetHalfWidth)}, or after ${numbers.timeLimitS} s for two contenders, longer for more.`,
      `FASTER and SLOWER: the ${percent(CONFIDENCE)} interval of the ratio of medians lies beyond ${percent(LEAST_DIFFERENCE)} of 1. SAME: it lies within ${percent(SAME_WITHIN)}. Else UNCLEAR.`,
      `Memory for outputs is poisoned, then they are compared in float64 with a reference in float64 on ${numbers.seeds} seeds of random inputs${checks}; what a last timed run wrote is compared again.`,
      tolerance === null
        ? 'An output is right within the tolerance of its dtype, or within twice the error of what it is held against.'
        : `An output is right within ${tolerance} × max(1, |want|), as was asked, or within twice the error of what it is held against.`,
      'A contender that works on another stream, hands out an answer later, or replaces a clock has no time.',
      ...(options.aa
        ? ['The same contender was measured twice, as a test of the measurement: SAME is the right answer.']
        : []),
    ],
  };
}

function clockWords({ timer, software }: MethodFacts): string {
  switch (timer) {
    case 'cuda-events':
    case 'rocm-events':
    case 'xpu-events':
    case 'mps-events':
      return "events of the device's own clock around each run";
    case 'timestamp-query':
    case 'host':
      return software
        ? 'the clock of the CPU around each run'
        : 'the clock of the CPU around each run, launching included';
  }
}
