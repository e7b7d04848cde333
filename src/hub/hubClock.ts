// Time, as far as waiting for the Hub needs it: a parameter, so that tests need not wait.
import { setTimeout as wait } from 'node:timers/promises';

export interface HubClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects once `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

export const realClock: HubClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal });
  },
  random: () => Math.random(),
};
