// Questions to the Hub: through the gate, with retries, limits and a way to call them off.
import { realClock, type HubClock } from './hubClock';
import { HubError } from './hubError';
import { HubGate, type Ticket } from './hubGate';
import { hubName, noConnection, serverTrouble, tooMuch } from './hubProblem';
import { followRedirects } from './hubRedirects';
import type { HubSettings } from './hubSettings';
import { retryAfter } from './retryAfter';

export interface HubConnection {
  readonly fetch: typeof fetch;
  /** Called each time that requests have to wait: how long, milliseconds, and why, as a sentence for people. */
  readonly onWait?: ((ms: number, why: string) => void) | undefined;
  /** Shared by all who ask the same Hub; left out: a gate of its own. */
  readonly gate?: HubGate | undefined;
  readonly clock?: HubClock | undefined;
  /** A connection on which nothing comes for this long is given up, milliseconds. */
  readonly stallMs?: number | undefined;
}

/** An answer while it is being read. */
export interface HubReply {
  readonly status: number;
  readonly headers: Headers;
  readonly response: Response;
  /** The body as it comes. Throws where it is longer than `maxBytes`, breaks off, or is not as long as announced. */
  chunks(maxBytes: number): AsyncIterable<Uint8Array>;
}

/** Times that a request is sent before it counts as failed. */
const ATTEMPTS = 4;
const FIRST_BACKOFF = 500;

/** No connection, or one that ended before the answer did. */
class BrokenOff extends Error {}

export class HubRequests {
  private readonly gate: HubGate;
  private readonly clock: HubClock;
  private readonly stallMs: number;

  constructor(
    readonly settings: HubSettings,
    private readonly connection: HubConnection,
  ) {
    this.clock = connection.clock ?? realClock;
    this.gate = connection.gate ?? new HubGate(this.clock, connection.onWait);
    this.stallMs = connection.stallMs ?? 20_000;
  }

  /**
   * GET `url`, and `read` its answer, whatever its status below 500 but 429. What breaks on the way is asked again, so
   * `read` may run several times. Throws HubError, and what `read` throws.
   */
  async get<T>(
    url: string,
    headers: Readonly<Record<string, string>>,
    read: (reply: HubReply) => Promise<T>,
    callersSignal: AbortSignal,
  ): Promise<T> {
    this.refuseToAsk();
    // A hundred requests may share a signal, and Node warns of so many listeners on one.
    const signal = AbortSignal.any([callersSignal]);
    try {
      for (let attempt = 1; ; attempt += 1) {
        const ticket = await this.gate.enter(signal);
        const outcome = await this.attempt(ticket, url, headers, read, signal);
        if ('value' in outcome) return outcome.value;
        if (attempt >= ATTEMPTS) throw outcome.problem;
        if (outcome.shut) continue;
        const backoff = FIRST_BACKOFF * 2 ** (attempt - 1) * (0.75 + this.clock.random() / 2);
        this.connection.onWait?.(backoff, outcome.problem.message);
        await this.clock.sleep(backoff, signal);
      }
    } catch (error) {
      if (signal.aborted) throw new HubError('cancelled', 'The question to the Hub was called off.');
      throw error;
    }
  }

  private readonly fetch: typeof fetch = (input, init) => this.connection.fetch(input, init).catch(brokenOff);

  private refuseToAsk(): void {
    const { endpointProblem, offline } = this.settings;
    if (endpointProblem !== null) throw new HubError('unreachable', endpointProblem);
    if (offline) {
      throw new HubError(
        'offline',
        'HF_HUB_OFFLINE is set, so the Hub is not asked. Unset it and start again to go online.',
      );
    }
  }

  private async attempt<T>(
    ticket: Ticket,
    url: string,
    headers: Readonly<Record<string, string>>,
    read: (reply: HubReply) => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ readonly value: T } | { readonly problem: HubError; readonly shut: boolean }> {
    const stall = new Stall(this.stallMs);
    const either = AbortSignal.any([signal, stall.signal]);
    try {
      const all = { 'user-agent': 'kernel-lens', ...headers };
      const response = await followRedirects(this.settings, this.fetch, url, all, either);
      stall.alive();
      const { status } = response;
      const asked = retryAfter(response.headers, this.clock.now());
      if (status === 429 || (status === 503 && asked !== null)) {
        await response.body?.cancel();
        const waitMs = Math.max(1000, asked ?? 5000);
        const problem = tooMuch(status, waitMs, this.settings);
        ticket.refused(waitMs, problem);
        return { problem, shut: true };
      }
      if (status >= 500) {
        await response.body?.cancel();
        const problem = serverTrouble(status, this.settings);
        ticket.failed(problem);
        return { problem, shut: false };
      }
      const value = await read({
        status,
        headers: response.headers,
        response,
        chunks: (maxBytes) => this.chunks(response, maxBytes, stall, either),
      }).finally(() => leaveUnread(response));
      ticket.answered();
      return { value };
    } catch (error) {
      if (signal.aborted) {
        ticket.dropped();
        throw error;
      }
      if (stall.signal.aborted || error instanceof BrokenOff) {
        const problem = noConnection(error, this.settings);
        ticket.failed(problem);
        return { problem, shut: false };
      }
      ticket.answered();
      throw error;
    } finally {
      stall.end();
    }
  }

  private async *chunks(
    response: Response,
    maxBytes: number,
    stall: Stall,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const announced = announcedLength(response.headers);
    const reader = response.body?.getReader();
    const cancel = (): void => {
      // A connection that has broken already says so again here.
      reader?.cancel().catch(() => undefined);
    };
    signal.addEventListener('abort', cancel);
    let received = 0;
    let ended = false;
    try {
      if (announced !== null && announced > maxBytes) throw this.tooLarge(maxBytes);
      while (reader !== undefined) {
        const { done, value } = await reader.read().catch(brokenOff);
        if (done) break;
        stall.alive();
        received += value.length;
        if (received > maxBytes) throw this.tooLarge(maxBytes);
        yield value;
      }
      ended = true;
    } finally {
      signal.removeEventListener('abort', cancel);
      if (!ended) cancel();
    }
    if (signal.aborted) brokenOff(signal.reason);
    if (announced !== null && announced !== received) brokenOff(null);
  }

  private tooLarge(maxBytes: number): HubError {
    const hub = hubName(this.settings);
    return new HubError(
      'bad-answer',
      `${hub} answered with more than ${maxBytes} bytes, which is more than is read. Nothing of it was kept.`,
    );
  }
}

/** Ends an answer that nobody reads, such as the page of a 404: it may never end by itself. */
async function leaveUnread({ body }: Response): Promise<void> {
  if (body?.locked === false) await body.cancel().catch(() => undefined);
}

function brokenOff(cause: unknown): never {
  throw new BrokenOff('broken off', { cause });
}

/** Null: not said, or said of the compressed body. */
function announcedLength(headers: Headers): number | null {
  const said = headers.get('content-length');
  return said === null || headers.has('content-encoding') || !/^\d+$/.test(said) ? null : Number(said);
}

/** Aborts when nobody has said `alive` for a while. */
class Stall {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.timer = setTimeout(() => {
      this.controller.abort();
    }, ms);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  alive(): void {
    this.timer.refresh();
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
