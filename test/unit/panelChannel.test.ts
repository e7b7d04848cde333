import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Channel, ChannelError, type Handlers } from '../../src/panel/channel';

const HOST = {
  double: { argument: v.number(), result: v.number() },
  wait: { argument: v.null_(), result: v.null_() },
};
const PAGE = { show: { argument: v.string(), result: v.null_() } };

/** Two ends with a wire between them that can be cut, tapped and fed. */
function ends(hostHandlers: Partial<Handlers<typeof HOST>> = {}) {
  const sent: { toHost: unknown[]; toPage: unknown[] } = { toHost: [], toPage: [] };
  const stray: string[] = [];
  const shown: string[] = [];
  const wire = { cut: false };
  const page = new Channel<typeof HOST, typeof PAGE>(
    HOST,
    PAGE,
    {
      show: (text) => {
        shown.push(text);
        return null;
      },
    },
    (message) => {
      sent.toHost.push(message);
      if (!wire.cut) void host.receive(structuredClone(message));
    },
    (what) => stray.push(what),
  );
  const host = new Channel<typeof PAGE, typeof HOST>(
    PAGE,
    HOST,
    { double: (number) => number * 2, wait: () => new Promise(() => undefined), ...hostHandlers },
    (message) => {
      sent.toPage.push(message);
      if (!wire.cut) void page.receive(structuredClone(message));
    },
    (what) => stray.push(what),
  );
  return { page, host, sent, stray, shown, wire };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a channel', () => {
  test('answers requests in both directions', async () => {
    const { page, host, shown } = ends();
    await expect(page.call('double', 21, 1000)).resolves.toBe(42);
    await expect(host.call('show', 'rows', 1000)).resolves.toBeNull();
    expect(shown).toEqual(['rows']);
  });

  test('gives every request an id of its own and its own answer', async () => {
    const { page, sent } = ends();
    await expect(Promise.all([1, 2, 3].map((number) => page.call('double', number, 1000)))).resolves.toEqual([2, 4, 6]);
    const ids = sent.toHost.map((message) => (message as { id: string }).id);
    expect(new Set(ids).size).toBe(3);
  });

  test('passes the words of a refusal on', async () => {
    const { page } = ends({
      double: () => {
        throw new Error('A profile is running.');
      },
    });
    await expect(page.call('double', 1, 1000)).rejects.toThrow('A profile is running.');
  });

  test('fails a request that nobody answers in time', async () => {
    const { page } = ends();
    const waiting = expect(page.call('wait', null, 2000)).rejects.toThrow('wait was not answered within 2 s');
    await vi.advanceTimersByTimeAsync(2000);
    await waiting;
  });

  test('waits for a person without a limit', async () => {
    const { page } = ends();
    let ended = false;
    void page.call('wait', null, null).finally(() => (ended = true));
    await vi.advanceTimersByTimeAsync(24 * 3600_000);
    expect(ended).toBe(false);
  });

  test('takes no notice of an answer that comes too late', async () => {
    let answer: (value: null) => void = () => undefined;
    const { page, stray } = ends({ wait: () => new Promise((resolve) => (answer = resolve)) });
    const waiting = expect(page.call('wait', null, 1000)).rejects.toBeInstanceOf(ChannelError);
    await vi.advanceTimersByTimeAsync(1000);
    await waiting;
    answer(null);
    await vi.advanceTimersByTimeAsync(0);
    expect(stray).toEqual(['an answer to no open request']);
  });

  test('fails what is open when it is closed, and what is asked afterwards', async () => {
    const { page } = ends();
    const open = expect(page.call('wait', null, null)).rejects.toThrow('the page was closed');
    page.close();
    await open;
    await expect(page.call('double', 1, null)).rejects.toThrow('the page is closed');
  });

  test('sends no answer after it is closed', async () => {
    let answer: (value: null) => void = () => undefined;
    const { page, host, sent } = ends({ wait: () => new Promise((resolve) => (answer = resolve)) });
    void page.call('wait', null, null).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    host.close();
    answer(null);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.toPage).toEqual([]);
  });
});

describe('what does not follow the contract', () => {
  const requests: [string, unknown, RegExp][] = [
    ['an unknown request', { type: 'request', id: 'a', method: 'execute', argument: 'rm' }, /no request "execute"/],
    [
      'a name of Object',
      { type: 'request', id: 'a', method: 'constructor', argument: null },
      /no request "constructor"/,
    ],
    ['an argument of another type', { type: 'request', id: 'a', method: 'double', argument: '4' }, /not understood/],
    ['no argument', { type: 'request', id: 'a', method: 'double' }, /not understood|Expected "argument"/],
  ];
  test.each(requests)('%s is answered with an error or reported', async (_, message, words) => {
    const { host, sent, stray } = ends();
    await host.receive(message);
    expect([...sent.toPage.map((answer) => JSON.stringify(answer).replaceAll('\\"', '"')), ...stray].join()).toMatch(
      words,
    );
  });

  test.each([[null], [42], ['run'], [{}], [{ type: 'request' }], [{ type: 'ok' }], [[]]])(
    '%j is reported and harms nothing',
    async (message) => {
      const { host, page, stray } = ends();
      await host.receive(message);
      expect(stray).toHaveLength(1);
      await expect(page.call('double', 2, 1000)).resolves.toBe(4);
    },
  );

  test('an answer of another type fails the request', async () => {
    const { page } = ends({ double: () => 'four' as unknown as number });
    await expect(page.call('double', 2, 1000)).rejects.toThrow(/the answer to double is not understood/);
  });
});
