import { expect, test } from 'vitest';
import type { Aged } from '../../src/hub/catalogueTypes';
import { HubError } from '../../src/hub/hubError';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import { DetailAsker } from '../../src/editor/detailAsker';

interface Question {
  readonly id: string;
  readonly version: number | null;
  readonly signal: AbortSignal;
  readonly answer: () => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

function rig(offline = false): {
  asker: DetailAsker;
  questions: Question[];
  answers: () => number;
  clock: { now: number };
} {
  const questions: Question[] = [];
  const clock = { now: 1_000_000 };
  let answers = 0;
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const asker = new DetailAsker({
    catalogue: {
      seen: () => null,
      details: (id, version, signal) =>
        new Promise<Aged<KernelDetails>>((resolve, reject) => {
          questions.push({
            id,
            version,
            signal,
            answer: () => {
              resolve({ value: null as unknown as KernelDetails, at: '', problem: null });
              return settled();
            },
            fail: (error) => {
              reject(error);
              return settled();
            },
          });
        }),
    },
    offline,
    onAnswer: () => (answers += 1),
    now: () => clock.now,
  });
  return { asker, questions, answers: () => answers, clock };
}

const newest = (id: string): { id: string; version: null } => ({ id, version: null });

test('asks for each kernel and version once', async () => {
  const { asker, questions, answers } = rig();
  asker.ask([newest('a/b'), newest('a/b'), { id: 'a/b', version: 1 }]);
  asker.ask([newest('a/b')]);
  expect(questions.map(({ id, version }) => [id, version])).toEqual([
    ['a/b', null],
    ['a/b', 1],
  ]);
  expect(asker.isOpen(newest('a/b'))).toBe(true);
  await questions[0]?.answer();
  asker.ask([newest('a/b')]);
  expect(questions).toHaveLength(2);
  expect(asker.isOpen(newest('a/b'))).toBe(false);
  expect(answers()).toBe(1);
});

test('asks for four at a time', async () => {
  const { asker, questions } = rig();
  asker.ask(['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6'].map(newest));
  expect(questions).toHaveLength(4);
  await questions[2]?.answer();
  expect(questions.map(({ id }) => id)).toEqual(['a/1', 'a/2', 'a/3', 'a/4', 'a/5']);
  await questions[0]?.fail(new HubError('server', 'It broke.'));
  expect(questions).toHaveLength(6);
});

test.each(['', 'a', 'a/b/c', '../x', 'a/b\n', "a/b'", 'a/--b', `a/${'b'.repeat(200)}`])('does not ask for %j', (id) => {
  const { asker, questions } = rig();
  asker.ask([newest(id)]);
  expect(questions).toEqual([]);
});

test('asks nobody when the Hub is not to be asked, or is another by now', () => {
  const offline = rig(true);
  offline.asker.ask([newest('a/b')]);
  expect(offline.questions).toEqual([]);
  expect(offline.asker.isOpen(newest('a/b'))).toBe(false);
  const gone = rig();
  gone.asker.ask([newest('a/b')]);
  gone.asker.dispose();
  gone.asker.ask([newest('c/d')]);
  expect(gone.questions.map(({ signal }) => signal.aborted)).toEqual([true]);
});

test.each([
  ['not-found', true],
  ['unauthorized', true],
  ['unreachable', false],
  ['rate-limited', false],
] as const)('after %s a repository counts as missing: %s', async (kind, missing) => {
  const { asker, questions } = rig();
  asker.ask([newest('a/b')]);
  await questions[0]?.fail(new HubError(kind, 'No.'));
  expect(asker.isMissing('a/b')).toBe(missing);
});

test('a version that is not there says nothing of the repository', async () => {
  const { asker, questions } = rig();
  asker.ask([{ id: 'a/b', version: 9 }]);
  await questions[0]?.fail(new HubError('not-found', 'No.'));
  expect(asker.isMissing('a/b')).toBe(false);
});

test('asks again after a while where the Hub gave no answer', async () => {
  const { asker, questions, clock } = rig();
  asker.ask([newest('a/b')]);
  await questions[0]?.fail(new HubError('unreachable', 'No.'));
  asker.ask([newest('a/b')]);
  expect(questions).toHaveLength(1);
  clock.now += 6 * 60_000;
  asker.ask([newest('a/b')]);
  expect(questions).toHaveLength(2);
});
