// Where the token goes, and where it does not.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createHub } from '../../src/hub/hubClient';
import type { Hub } from '../../src/hub/hubTypes';
import {
  failure,
  answeringFetch,
  json,
  never,
  refused,
  SECRET,
  settingsOf,
  type AnsweringFetch,
} from './answeringFetch';

function client(fake: AnsweringFetch, input: Parameters<typeof settingsOf>[0] = {}): Hub {
  return createHub(settingsOf(input), fake);
}

function redirect(location: string, status = 302): Response {
  return new Response(null, { status, headers: { location } });
}

describe('the token', () => {
  const input = { endpoint: 'https://hub.example/hf', token: SECRET };

  test('goes to the Hub', async () => {
    const fake = answeringFetch(() => json({ name: 'mina' }));
    expect(await client(fake, input).whoAmI(never)).toBe('mina');
    expect(fake.asked[0]?.url).toBe('https://hub.example/hf/api/whoami-v2');
    expect(fake.asked[0]?.headers.get('authorization')).toBe(`Bearer ${SECRET}`);
  });

  test.each([
    'https://cdn.example/file',
    'https://hub.example:444/file',
    'https://sub.hub.example/file',
    'https://hub.example.evil/file',
    '//cdn.example/file',
  ])('does not go along to %s, nor back from there', async (location) => {
    const fake = answeringFetch(({ number }) => {
      if (number === 1) return redirect(location);
      return number === 2 ? redirect('https://hub.example/hf/back') : new Response('text');
    });
    const bytes = await client(fake, input).file('org/name', 'v1', 'a.txt', 100, never);
    expect(Buffer.from(bytes ?? []).toString()).toBe('text');
    expect(fake.asked.map(({ headers }) => headers.has('authorization'))).toEqual([true, false, false]);
  });

  test('goes along where the Hub moves something at its own place', async () => {
    const fake = answeringFetch(({ number }) =>
      number === 1 ? redirect('/hf/api/kernels/new/name/refs', 307) : json({ branches: [] }),
    );
    await client(fake, input).branches('old/name', never);
    expect(fake.asked[1]?.headers.get('authorization')).toBe(`Bearer ${SECRET}`);
  });

  test.each<[string, () => Response]>([
    ['401', () => refused(401, { 'x-error-message': SECRET })],
    ['403', () => refused(403)],
    ['404', () => refused(404)],
    ['418', () => refused(418)],
    ['429', () => refused(429, { 'retry-after': '500' })],
    ['500', () => refused(500)],
    ['an answer that repeats it', () => new Response(SECRET)],
    ['a redirect with it', () => redirect(`ftp://${SECRET}@elsewhere/`)],
    [
      'an error that quotes it',
      () => {
        throw new TypeError(`Bearer ${SECRET}`, { cause: new Error(SECRET) });
      },
    ],
  ])('is in no error: %s', async (_, reply) => {
    const fake = answeringFetch(reply);
    const error = await failure(client(fake, input).branches('org/name', never));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('TheSecret');
    expect(error.stack).not.toContain('TheSecret');
    expect(JSON.stringify(fake.waits)).not.toContain('TheSecret');
  });

  test('is not asked about where there is none', async () => {
    const fake = answeringFetch(() => json({}));
    expect(await client(fake).whoAmI(never)).toBeNull();
    expect(fake.asked).toHaveLength(0);
  });
});

describe('redirects that lead nowhere', () => {
  test.each<[string, () => Response, RegExp]>([
    ['in a circle', () => redirect('/again'), /in a circle/],
    ['without a place', () => new Response(null, { status: 302 }), /without saying where/],
    ['to no address', () => redirect('https://'), /without saying where/],
    ['to a file', () => redirect('file:///etc/passwd'), /not safe/],
    ['to what is not encrypted', () => redirect('http://cdn.example/x'), /not safe/],
    ['with a password', () => redirect('https://a:b@cdn.example/x'), /not safe/],
  ])('%s', async (_, reply, message) => {
    const fake = answeringFetch(reply);
    const error = await failure(client(fake).file('org/name', 'v1', 'a.txt', 100, never));
    expect(error.kind).toBe('bad-answer');
    expect(error.message).toMatch(message);
    expect(fake.asked.length).toBeLessThanOrEqual(6);
  });
});
