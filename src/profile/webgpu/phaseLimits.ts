// What a phase of a case may take before the worker counts as hung, milliseconds.

export interface PhaseLimits {
  /** One contender runs. */
  readonly run: number;
  /** The host computes, compiles or sends. */
  readonly host: number;
  /** Another runtime starts, takes a case and runs it twice. */
  readonly peer: number;
}

const HARDWARE: PhaseLimits = { run: 20_000, host: 120_000, peer: 60_000 };
const SOFTWARE: PhaseLimits = { run: 60_000, host: 180_000, peer: 120_000 };

export function phaseLimits(software: boolean): PhaseLimits {
  return software ? SOFTWARE : HARDWARE;
}
