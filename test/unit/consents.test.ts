import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configFolder, ConsentFile } from '../../src/hub/consentFile';
import type { Consent, ConsentGiver, ConsentStore } from '../../src/hub/consents';
import { mayRun, type ConsentQuestion } from '../../src/hub/publisherConsent';
import { NEVER } from './hubStub';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const OTHER = 'fedcba9876543210fedcba9876543210fedcba98';
const CONSENT: Consent = { publisher: 'solo', commit: COMMIT, by: 'person', at: '2026-01-02T03:04:05.000Z' };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consents-'));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

describe('a file of consents', () => {
  test('holds for one publisher and one commit, and for the next process', async () => {
    expect(await new ConsentFile(path.join(folder, 'new', 'folder')).keep(CONSENT)).toBeNull();
    const file = new ConsentFile(path.join(folder, 'new', 'folder'));
    expect(await file.given('solo', COMMIT)).toEqual(['person']);
    expect(await file.given('solo', OTHER)).toEqual([]);
    expect(await file.given('stranger', COMMIT)).toEqual([]);
  });

  test('keeps the same consent once, and all others', async () => {
    const file = new ConsentFile(folder);
    await file.keep(CONSENT);
    await file.keep({ ...CONSENT, by: 'hub' });
    await file.keep({ ...CONSENT, at: '2027-01-01T00:00:00.000Z' });
    expect(await file.given('solo', COMMIT)).toEqual(['hub', 'person']);
  });

  test('leaves entries alone that it does not understand', async () => {
    const strange = [{ publisher: 'solo', commit: COMMIT, by: 'a later version' }, 7, null];
    await writeFile(path.join(folder, 'consents.json'), JSON.stringify(strange));
    const file = new ConsentFile(folder);
    expect(await file.given('solo', COMMIT)).toEqual([]);
    expect(await file.keep(CONSENT)).toBeNull();
    expect(JSON.parse(await readFile(path.join(folder, 'consents.json'), 'utf8'))).toEqual([...strange, CONSENT]);
  });

  test.each(['', '{', 'null', '{"publisher":"solo"}', '"solo"', '\u0000\u0001', '['.repeat(100_000)])(
    'that holds %j gives nothing and is not written over',
    async (garbage) => {
      const place = path.join(folder, 'consents.json');
      await writeFile(place, garbage);
      const file = new ConsentFile(folder);
      expect(await file.given('solo', COMMIT)).toEqual([]);
      expect(await file.keep(CONSENT)).toMatch(/was not kept: .*consents\.json holds no list of consents\. Remove/);
      expect(await readFile(place, 'utf8')).toBe(garbage);
    },
  );

  test('that is a folder gives nothing and stays', async () => {
    await mkdir(path.join(folder, 'consents.json'));
    const file = new ConsentFile(folder);
    expect(await file.given('solo', COMMIT)).toEqual([]);
    expect(await file.keep(CONSENT)).toMatch(/was not kept/);
  });

  test('that cannot be written says so, and nothing throws', async () => {
    // A file where a folder has to be: refused for root as well.
    await writeFile(path.join(folder, 'blocked'), '');
    const file = new ConsentFile(path.join(folder, 'blocked'));
    expect(await file.given('solo', COMMIT)).toEqual([]);
    expect(await file.keep(CONSENT)).toMatch(/was not kept/);
  });

  test('whatever it holds, only a whole consent counts', async () => {
    const file = new ConsentFile(folder);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        await writeFile(path.join(folder, 'consents.json'), JSON.stringify([value]));
        expect(await file.given('solo', COMMIT)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

test.each<[Record<string, string>, NodeJS.Platform, string]>([
  [{ XDG_CONFIG_HOME: '/xdg' }, 'linux', '/xdg/kernel-lens'],
  [{ XDG_CONFIG_HOME: '' }, 'linux', '/home/mina/.config/kernel-lens'],
  [{ XDG_CONFIG_HOME: 'relative' }, 'linux', '/home/mina/.config/kernel-lens'],
  [{ APPDATA: '/roaming' }, 'win32', '/roaming/kernel-lens'],
  [{ APPDATA: '/roaming' }, 'darwin', '/home/mina/.config/kernel-lens'],
])('of %j on %s the configuration is in %s', (env, platform, expected) => {
  expect(configFolder(env, platform, '/home/mina')).toBe(expected);
});

describe('whether a kernel may run', () => {
  /** Store, answer and questions of one try. */
  async function attempt(
    trusted: boolean | null,
    given: readonly ConsentGiver[],
    answer: boolean,
    problem: string | null = null,
  ): Promise<{ runs: boolean; asked: ConsentQuestion[]; kept: Consent[]; notes: string[] }> {
    const asked: ConsentQuestion[] = [];
    const kept: Consent[] = [];
    const notes: string[] = [];
    const store: ConsentStore = {
      given: (publisher, commit) => Promise.resolve(publisher === 'solo' && commit === COMMIT ? given : []),
      keep: (consent) => {
        kept.push(consent);
        return Promise.resolve(problem);
      },
    };
    const ask = (question: ConsentQuestion): Promise<boolean> => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    const kernel = { id: 'solo/softcap', commit: COMMIT, trusted };
    const runs = await mayRun(kernel, { store, ask, onNote: (note) => notes.push(note) }, NEVER);
    return { runs, asked, kept, notes };
  }

  test.each<[string, boolean | null, ConsentGiver[], boolean, boolean, number, ConsentGiver[]]>([
    // what, the Hub says, given before, the person says, runs, questions, kept
    ['trusted by the Hub', true, [], false, true, 0, ['hub']],
    ['trusted again', true, ['hub'], false, true, 0, []],
    ['not trusted, and agreed to now', false, [], true, true, 1, ['person']],
    ['not trusted, and refused', false, [], false, false, 1, []],
    ['not trusted, and agreed to before', false, ['person'], false, true, 0, []],
    ['not trusted any more', false, ['hub'], false, false, 1, []],
    ['the Hub does not answer, as nobody was asked before', null, [], false, false, 1, []],
    ['the Hub does not answer, and trusted this commit before', null, ['hub'], false, true, 0, []],
    ['the Hub does not answer, and a person agreed before', null, ['person'], false, true, 0, []],
  ])('%s', async (_, trusted, given, answer, runs, questions, kept) => {
    const outcome = await attempt(trusted, given, answer);
    expect(outcome.runs).toBe(runs);
    expect(outcome.asked).toHaveLength(questions);
    expect(outcome.kept.map(({ by, publisher, commit }) => [by, publisher, commit])).toEqual(
      kept.map((by) => [by, 'solo', COMMIT]),
    );
  });

  test('a consent that cannot be kept is told, and holds for now', async () => {
    expect(await attempt(false, [], true, 'The disk is full.')).toMatchObject({
      runs: true,
      notes: ['The disk is full.'],
    });
  });

  test('a question that is called off is no answer', async () => {
    const abort = new AbortController();
    const store: ConsentStore = { given: () => Promise.resolve([]), keep: () => Promise.resolve(null) };
    const ask = (): Promise<boolean> => {
      abort.abort();
      return Promise.resolve(true);
    };
    const kernel = { id: 'solo/softcap', commit: COMMIT, trusted: false };
    const parts = { store, ask, onNote: () => undefined };
    await expect(mayRun(kernel, parts, abort.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
