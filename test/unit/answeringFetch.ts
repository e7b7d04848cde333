// A Hub in a function: what is asked of it is noted, and time passes only while somebody waits.
import { expect } from 'vitest';
import type { HubClock } from '../../src/hub/hubClock';
import { HubError } from '../../src/hub/hubError';
import { hubSettings, type HubSettings } from '../../src/hub/hubSettings';

export interface Asked {
  readonly url: string;
  /** Path and query. */
  readonly place: string;
  readonly headers: Headers;
  /** 1 for the first request of all. */
  readonly number: number;
}

type Reply = Response | Promise<Response>;

export interface AnsweringFetch {
  readonly fetch: typeof fetch;
  readonly asked: Asked[];
  /** Waits that were announced: `[milliseconds, why]`. */
  readonly waits: [number, string][];
  readonly onWait: (ms: number, why: string) => void;
  readonly clock: HubClock & { readonly slept: number[] };
}

/** Answers as `reply` says; what it throws is what `fetch` throws. */
export function answeringFetch(reply: (asked: Asked) => Reply): AnsweringFetch {
  const asked: Asked[] = [];
  const waits: [number, string][] = [];
  return {
    asked,
    waits,
    onWait: (ms, why) => {
      waits.push([ms, why]);
    },
    clock: fakeClock(),
    fetch: async (input, init) => {
      init?.signal?.throwIfAborted();
      const url = new URL(input instanceof Request ? input.url : input);
      const number = asked.length + 1;
      const one: Asked = {
        url: url.href,
        place: url.pathname + url.search,
        headers: new Headers(init?.headers),
        number,
      };
      asked.push(one);
      // As on a wire: nothing is answered at once.
      await new Promise((resolve) => setImmediate(resolve));
      return abortable(reply(one), init?.signal ?? null);
    },
  };
}

async function abortable(reply: Reply, signal: AbortSignal | null): Promise<Response> {
  if (signal === null) return reply;
  signal.throwIfAborted();
  return Promise.race([
    reply,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    }),
  ]);
}

/** Begins with 2026. Whoever sleeps wakes soon, and later by what was slept. */
function fakeClock(): AnsweringFetch['clock'] {
  const slept: number[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  return {
    slept,
    now: () => now,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      slept.push(ms);
      const until = now + ms;
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      now = Math.max(now, until);
    },
  };
}

export function json(value: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(value), init);
}

export function refused(status: number, headers: Record<string, string> = {}): Response {
  return new Response('refused', { status, headers });
}

export const never = new AbortController().signal;

export const SECRET = 'hf_TheSecretOfTheTests';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export function settingsOf(
  input: {
    readonly endpoint?: string;
    readonly token?: string;
    readonly env?: Record<string, string>;
    readonly home?: string;
  } = {},
): HubSettings {
  return hubSettings({
    endpoint: input.endpoint ?? 'https://hub.example',
    token: input.token,
    env: input.env ?? {},
    home: input.home ?? '/home/nobody',
    readText: () => {
      throw Object.assign(new Error('none'), { code: 'ENOENT' });
    },
  });
}

/** What `work` fails with, which has to be a HubError. */
export async function failure(work: Promise<unknown>): Promise<HubError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
}
