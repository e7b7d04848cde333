// One gate before a Hub, for all who ask it. While the Hub says that it is too much, the gate is shut: everybody waits,
// one request tries when the time is up, and after a few such tries everybody is told to come back later.
import { realClock, type HubClock } from './hubClock';
import { HubError } from './hubError';

/** Requests under way at a time. */
const WIDTH = 6;
/** Nobody is kept waiting longer than this, milliseconds: they are told when to come back. */
const LONGEST_WAIT = 30_000;
/** A Hub that asks for more is asked again all the same, milliseconds: its window is five minutes. */
const LONGEST_SHUT = 600_000;
/** Refusals in a row after which nobody waits any more. */
const STRIKES = 3;
/** Failures in a row, of whatever requests, after which the Hub counts as down. */
const FAILURES = 8;
/** How long a Hub that is down is left alone, milliseconds. */
const DOWN = 5_000;

/** Leave to ask once. Exactly one of its methods must be called. */
export interface Ticket {
  /** The Hub answered. */
  answered(): void;
  /** The Hub said that it is too much. @param waitMs as it asked for. */
  refused(waitMs: number, problem: HubError): void;
  /** It did not answer, or answered 5xx. */
  failed(problem: HubError): void;
  /** Nothing was learnt: the question was called off. */
  dropped(): void;
}

export class HubGate {
  private running = 0;
  private readonly queue = new Set<() => void>();
  private shutUntil = 0;
  private problem: HubError | null = null;
  /** Refusals since the last answer; a burst that was under way together counts once. */
  private strikes = 0;
  private failures = 0;
  private turnedAway = false;

  /** @param onWait how long requests wait from now, milliseconds, and why. */
  constructor(
    private readonly clock: HubClock = realClock,
    private readonly onWait: (ms: number, why: string) => void = () => undefined,
  ) {}

  /** Waits for a turn. Throws the HubError that shut the gate where waiting is no use; rejects once `signal` aborts. */
  async enter(signal: AbortSignal): Promise<Ticket> {
    for (;;) {
      signal.throwIfAborted();
      const left = this.shutUntil - this.clock.now();
      if (left > 0 && this.problem !== null) {
        const { kind, message } = this.problem;
        if (this.turnedAway || left > LONGEST_WAIT) throw new HubError(kind, message, left);
        await this.clock.sleep(left, signal);
      } else if (this.running >= (this.strikes > 0 || this.turnedAway ? 1 : WIDTH)) {
        await this.turn(signal);
      } else {
        this.running += 1;
        return this.ticket();
      }
    }
  }

  private ticket(): Ticket {
    const strikesBefore = this.strikes;
    const leave = (): void => {
      this.running -= 1;
      for (const wake of [...this.queue]) wake();
    };
    return {
      answered: () => {
        this.strikes = 0;
        this.failures = 0;
        this.turnedAway = false;
        leave();
      },
      refused: (waitMs, problem) => {
        if (this.strikes === strikesBefore) this.strikes += 1;
        this.shut(waitMs, problem, this.strikes >= STRIKES);
        leave();
      },
      failed: (problem) => {
        this.failures += 1;
        if (this.failures >= FAILURES) this.shut(DOWN, problem, true);
        leave();
      },
      dropped: leave,
    };
  }

  private shut(waitMs: number, problem: HubError, turnAway: boolean): void {
    const until = this.clock.now() + Math.min(waitMs, LONGEST_SHUT);
    const longer = until > this.shutUntil;
    if (longer) this.shutUntil = until;
    this.problem = problem;
    this.turnedAway = turnAway;
    if (longer) this.onWait(until - this.clock.now(), problem.message);
  }

  /** Until somebody leaves, or `signal` aborts. */
  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.queue.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.queue.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
