import { describe, expect, test } from 'vitest';
import type { AnswerCache, CachedAnswer } from '../../src/hub/diskCache';
import { createHub } from '../../src/hub/hubClient';
import type { HubError } from '../../src/hub/hubError';
import type { Hub, HubPage, HubQuery } from '../../src/hub/hubTypes';
import {
  COMMIT,
  failure,
  answeringFetch,
  json,
  never,
  refused,
  SECRET,
  settingsOf,
  type AnsweringFetch,
} from './answeringFetch';

const EVERYTHING: HubQuery = { search: '', author: null, sort: 'trendingScore' };

function client(fake: AnsweringFetch, input: Parameters<typeof settingsOf>[0] = {}): Hub {
  return createHub(settingsOf(input), fake);
}

async function all(pages: AsyncIterable<HubPage>): Promise<HubPage[]> {
  const list: HubPage[] = [];
  for await (const page of pages) list.push(page);
  return list;
}

describe('refusals say what to do', () => {
  const rows: [number, string | null, boolean, HubError['kind'], RegExp][] = [
    [
      401,
      null,
      false,
      'unauthorized',
      /does not exist on hub\.example, or it is private\. Check the name, or set a token/,
    ],
    [401, null, true, 'unauthorized', /does not accept the token from your settings/],
    [404, 'RepoNotFound', true, 'not-found', /does not exist on hub\.example, or it is private and the token may not/],
    [404, 'RepoNotFound', false, 'not-found', /does not exist on hub\.example\. Check the name/],
    [404, 'RevisionNotFound', false, 'not-found', /no such version or revision/],
    [401, 'GatedRepo', false, 'forbidden', /gated.*https:\/\/hub\.example\/kernels\/org\/name, and set a token/],
    [403, 'GatedRepo', true, 'forbidden', /gated.*with the account of the token/],
    [403, null, true, 'forbidden', /does not let the token from your settings read org\/name/],
    [403, null, false, 'forbidden', /to nobody without a token/],
    [410, null, false, 'bad-answer', /refused to answer about org\/name \(410\)/],
  ];
  test.each(rows)('%i %s with a token: %s', async (status, code, withToken, kind, message) => {
    const fake = answeringFetch(() => refused(status, code === null ? {} : { 'x-error-code': code }));
    const error = await failure(client(fake, withToken ? { token: SECRET } : {}).branches('org/name', never));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(error.message.split(/[.?] [A-Z]/).length).toBeLessThanOrEqual(2);
  });

  test('the page of a refusal is not waited for', async () => {
    let leave: (how: string) => void = () => undefined;
    const left = new Promise<string>((resolve) => {
      leave = resolve;
    });
    const endless = new ReadableStream({
      cancel: () => {
        leave('left');
      },
    });
    const fake = answeringFetch(() => new Response(endless, { status: 404 }));
    expect((await failure(client(fake).branches('org/name', never))).kind).toBe('not-found');
    expect(await left).toBe('left');
  });

  test('offline: nobody is asked', async () => {
    const fake = answeringFetch(() => json([]));
    const hub = client(fake, { env: { HF_HUB_OFFLINE: '1' } });
    expect(await failure(all(hub.list(EVERYTHING, never)))).toMatchObject({ kind: 'offline' });
    expect(await failure(hub.file('org/name', 'v1', 'x', 1, never))).toMatchObject({ kind: 'offline' });
    expect(fake.asked).toHaveLength(0);
  });

  test('an address that is none: nobody is asked, least of all another Hub', async () => {
    const fake = answeringFetch(() => json([]));
    const error = await failure(all(client(fake, { endpoint: 'mirror' }).list(EVERYTHING, never)));
    expect(error.message).toContain('not a URL');
    expect(fake.asked).toHaveLength(0);
  });

  test('a certificate that is not trusted', async () => {
    const cause = Object.assign(new Error('no'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    const fake = answeringFetch(() => {
      throw new TypeError('fetch failed', { cause });
    });
    expect((await failure(client(fake).branches('org/name', never))).message).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('answers that are none', () => {
  test.each(['', '<html>Sign in</html>', '{"branches":', 'null', '"x"', '[]', '{"branches":{}}', '\u0000'])(
    '%j',
    async (text) => {
      const fake = answeringFetch(() => new Response(text));
      const error = await failure(client(fake).branches('org/name', never));
      expect(error.kind).toBe('bad-answer');
      expect(error.message).toContain('A sign-in page or a proxy may be in between');
      expect(fake.asked).toHaveLength(1);
    },
  );

  test('more than is read is not read', async () => {
    let sent = 0;
    const endless = (): Response =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull: (controller) => {
            sent += 1;
            if (sent > 1000) controller.close();
            else controller.enqueue(new Uint8Array(1000));
          },
        }),
      );
    const fake = answeringFetch(endless);
    const error = await failure(client(fake).file('org/name', 'v1', 'x', 10_000, never));
    expect(error.message).toContain('more than 10000 bytes');
    expect(sent).toBeLessThan(20);
    expect(fake.asked).toHaveLength(1);
  });

  test('an announced length that is too large is enough', async () => {
    const fake = answeringFetch(() => new Response('x', { headers: { 'content-length': '1000000' } }));
    expect((await failure(client(fake).file('org/name', 'v1', 'x', 10_000, never))).message).toContain(
      'more than 10000',
    );
  });
});

describe('lists', () => {
  const row = (at: number): unknown => ({ id: `org/kernel${at}` });

  test('what is asked', async () => {
    const fake = answeringFetch(() => json([]));
    await all(client(fake).list({ search: ' flash & "attn" ', author: 'org', sort: 'likes' }, never));
    const query = new URL(fake.asked[0]?.url ?? '').searchParams;
    expect(query.get('search')).toBe('flash & "attn"');
    expect(Object.fromEntries(query)).toMatchObject({ author: 'org', sort: 'likes', direction: '-1', limit: '1000' });
    expect(query.getAll('expand')).toContain('supportedDriverFamilies');
  });

  test('a search of a megabyte becomes an address that is none too long', async () => {
    const fake = answeringFetch(() => json([]));
    await all(client(fake).list({ ...EVERYTHING, search: 'x'.repeat(1_000_000) }, never));
    expect(fake.asked[0]?.url.length).toBeLessThan(1000);
  });

  test.each([
    ['the Hub', 'https://hub.example/hf/api/kernels?cursor=two&limit=1000'],
    ['the Hub behind the mirror', 'https://huggingface.co/api/kernels?cursor=two&limit=1000'],
    ['a stranger', 'https://evil.example/?cursor=two&limit=1000'],
    ['a path', '/api/kernels?cursor=two&limit=1000'],
  ])('go on at the same place, whatever the link names: %s', async (_, link) => {
    const fake = answeringFetch(({ number }) =>
      number === 1 ? json([row(1)], { headers: { link: `<${link}>; rel="next"` } }) : json([row(2)]),
    );
    const pages = await all(
      client(fake, { endpoint: 'https://hub.example/hf', token: SECRET }).list(EVERYTHING, never),
    );
    expect(pages.flatMap(({ kernels }) => kernels.map(({ id }) => id))).toEqual(['org/kernel1', 'org/kernel2']);
    expect(fake.asked[1]?.url).toBe('https://hub.example/hf/api/kernels?cursor=two&limit=1000');
  });

  test('a thousand kernels take at most three requests', async () => {
    const fake = answeringFetch(() => json(Array.from({ length: 1000 }, (_, at) => row(at))));
    const pages = await all(client(fake).list(EVERYTHING, never));
    expect(pages.flatMap(({ kernels }) => kernels)).toHaveLength(1000);
    expect(fake.asked.length).toBeLessThanOrEqual(3);
  });

  test.each([
    ['the same page again', () => '<?cursor=one>; rel="next"'],
    ['ever another page', (number: number) => `<?cursor=${number}>; rel="next"`],
  ])('without an end: %s', async (_, link) => {
    const fake = answeringFetch(({ number }) => json([row(number)], { headers: { link: link(number) } }));
    expect((await failure(all(client(fake).list(EVERYTHING, never)))).message).toContain('without an end');
    expect(fake.asked.length).toBeLessThanOrEqual(64);
  });

  test('a Hub that does not know every field is asked without', async () => {
    const fake = answeringFetch(({ url }) => (url.includes('expand') ? refused(400) : json([row(1)])));
    expect((await all(client(fake).list(EVERYTHING, never))).flatMap(({ kernels }) => kernels)).toHaveLength(1);
    expect(fake.asked).toHaveLength(2);
  });

  test('who has seen enough asks no more', async () => {
    const fake = answeringFetch(({ number }) =>
      json([row(number)], { headers: { link: `<?cursor=${number}>; rel="next"` } }),
    );
    for await (const page of client(fake).list(EVERYTHING, never)) if (page.kernels.length > 0) break;
    expect(fake.asked).toHaveLength(1);
  });
});

test.each([
  ['EntryNotFound', true],
  [null, true],
  ['RepoNotFound', false],
  ['RevisionNotFound', false],
])('404 %s: whether it only means that there is no such file: %s', async (code, none) => {
  const fake = answeringFetch(() => refused(404, code === null ? {} : { 'x-error-code': code }));
  const hub = client(fake);
  const asked = [
    hub.file('org/name', 'v1', 'x', 1, never),
    hub.tree('org/name', 'v1', 'x', { recursive: true }, never),
  ];
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes).toEqual(
    none
      ? [
          { status: 'fulfilled', value: null },
          { status: 'fulfilled', value: [] },
        ]
      : [expect.objectContaining({ status: 'rejected' }), expect.objectContaining({ status: 'rejected' })],
  );
});

describe('trust', () => {
  test.each<[unknown, boolean]>([
    [{ trustedKernelPublisher: true }, true],
    [{ trustedKernelPublisher: false }, false],
    [{ trustedKernelPublisher: 'true' }, false],
    [{ name: 'org' }, false],
  ])('%j: %s', async (answer, expected) => {
    const fake = answeringFetch(() => json(answer));
    expect(await client(fake).trusted('org', never)).toBe(expected);
    expect(fake.asked[0]?.place).toBe('/api/organizations/org/overview');
  });

  test('a person is no organisation', async () => {
    expect(await client(answeringFetch(() => refused(404))).trusted('mina', never)).toBe(false);
  });

  test('what is no name is not asked about', async () => {
    const fake = answeringFetch(() => json({ trustedKernelPublisher: true }));
    expect(await client(fake).trusted('../../x', never)).toBe(false);
    expect(fake.asked).toHaveLength(0);
  });
});

describe('ETags', () => {
  function memory(): AnswerCache & { readonly kept: Map<string, CachedAnswer> } {
    const kept = new Map<string, CachedAnswer>();
    return { kept, read: (key) => kept.get(key) ?? null, write: (key, answer) => void kept.set(key, answer) };
  }
  const refs = { branches: [{ name: 'v1', targetCommit: COMMIT }] };

  test('what still holds is not sent again', async () => {
    const fake = answeringFetch(({ headers }) =>
      headers.get('if-none-match') === '"one"'
        ? new Response(null, { status: 304 })
        : json(refs, { headers: { etag: '"one"' } }),
    );
    const hub = createHub(settingsOf(), { ...fake, answers: memory() });
    expect(await hub.branches('org/name', never)).toEqual([{ name: 'v1', commit: COMMIT }]);
    expect(await hub.branches('org/name', never)).toEqual([{ name: 'v1', commit: COMMIT }]);
    expect(fake.asked.map(({ headers }) => headers.get('if-none-match'))).toEqual([null, '"one"']);
  });

  test('a cache that holds something else does no harm', async () => {
    const answers = memory();
    answers.kept.set('answer /api/kernels/org/name/refs', { at: '2026-01-01T00:00:00.000Z', value: { etag: 7 } });
    const fake = answeringFetch(() => json(refs, { headers: { etag: 'bad\u00e9' } }));
    expect(await createHub(settingsOf(), { ...fake, answers }).branches('org/name', never)).toHaveLength(1);
    expect(fake.asked[0]?.headers.has('if-none-match')).toBe(false);
  });

  test('an unasked-for 304 is no answer', async () => {
    const fake = answeringFetch(() => new Response(null, { status: 304 }));
    expect(await failure(client(fake).branches('org/name', never))).toMatchObject({ kind: 'bad-answer' });
  });
});
