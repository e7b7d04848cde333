// Names from outside, on their way into the addresses of requests.
import { describe, expect, test } from 'vitest';
import { createHub } from '../../src/hub/hubClient';
import type { Hub } from '../../src/hub/hubTypes';
import { answeringFetch, failure, json, never, settingsOf, type AnsweringFetch } from './answeringFetch';

function client(fake: AnsweringFetch): Hub {
  return createHub(settingsOf(), fake);
}

describe('names that go into addresses', () => {
  const bad = [
    '../x',
    'org/..',
    'org',
    'org/name/more',
    'org/na me',
    'org/name?x=1',
    'org/#',
    'org/na\u202eme',
    `org/${'x'.repeat(10_000)}`,
    '',
  ];
  test.each(bad)('no request for the kernel %j', async (id) => {
    const fake = answeringFetch(() => json({}));
    const hub = client(fake);
    for (const ask of [
      () => hub.kernel(id, never),
      () => hub.branches(id, never),
      () => hub.tree(id, 'main', '', { recursive: false }, never),
      () => hub.file(id, 'main', 'x', 1, never),
    ]) {
      const error = await failure(ask());
      expect(error.kind).toBe('not-found');
      expect(error.message.length).toBeLessThan(400);
    }
    expect(fake.asked).toHaveLength(0);
  });

  test.each([
    ['v1', '../secret'],
    ['v1', '/etc/passwd'],
    ['v1', 'a//b'],
    ['v1', 'a\\b'],
    ['..', 'x'],
    ['v1/../../x', 'x'],
    ['', 'x'],
  ])('no request for the revision %j and the path %j', async (revision, path) => {
    const fake = answeringFetch(() => json({}));
    expect((await failure(client(fake).file('org/name', revision, path, 1, never))).kind).toBe('not-found');
    expect(fake.asked).toHaveLength(0);
  });

  test('every segment is written as an address wants it', async () => {
    const fake = answeringFetch(() => new Response(''));
    await client(fake).file('org/name', 'refs/pr/1', 'build/a b/ü#.py', 1, never);
    expect(fake.asked[0]?.place).toBe('/kernels/org/name/resolve/refs%2Fpr%2F1/build/a%20b/%C3%BC%23.py');
  });
});
