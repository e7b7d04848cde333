// What the page says of a run that did not begin, and what its buttons do.
import { expect, test } from 'vitest';
import type { RunRemedy } from '../../src/panel/profileJob';
import type { RunFailure } from '../../src/panel/profileRuns';
import type { PanelAction } from '../../src/panel/protocol';
import { runProblem, tryRemedy } from '../../src/panel/runProblem';

const FAILURE: RunFailure = { kind: 'other', language: 'javascript', title: 'T', message: 'M', remedies: [] };

function remedy(pressed: string[], text: string, code: string | null, ...labels: readonly string[]): RunRemedy {
  const buttons = labels.map((label) => ({
    label,
    press: () => {
      pressed.push(label);
    },
  }));
  return { text, code, buttons };
}

const labelsOf = (failure: RunFailure): readonly string[] =>
  runProblem(failure, null)?.actions.map(({ label }) => label) ?? [];

test.each([
  ['other', 'javascript', ['Run Again', 'Show Log']],
  ['no-adapter', 'javascript', ['Choose an Adapter', 'Show Log']],
  ['other', 'python', ['Run Again', 'Show Log']],
  ['no-adapter', 'python', ['Run Again', 'Show Log']],
] as const)('a failure of kind %s in %s has next steps', (kind, language, labels) => {
  expect(labelsOf({ ...FAILURE, kind, language })).toEqual(labels);
});

test('each button of a remedy does what it says, whichever it stands at', async () => {
  const pressed: string[] = [];
  const remedies = [
    remedy(pressed, 'v2 runs here.', null, 'Profile v2 Instead'),
    remedy(pressed, 'Install it.', 'pip install it', 'Copy Command', 'Run in Terminal'),
    remedy(pressed, '', null, 'Choose Another Python'),
  ];
  const failure: RunFailure = { ...FAILURE, kind: 'obstacle', language: 'python', remedies };
  const problem = runProblem(failure, null);
  expect(problem?.remedies).toEqual([
    { text: 'v2 runs here.', code: null },
    { text: 'Install it.', code: 'pip install it' },
  ]);
  const labels = ['Profile v2 Instead', 'Copy Command', 'Run in Terminal', 'Choose Another Python'];
  expect(labelsOf(failure)).toEqual([...labels, 'Run Again', 'Show Log']);
  for (const { action, label } of problem?.actions.slice(0, 4) ?? []) {
    await tryRemedy(action, failure);
    expect(pressed.pop()).toBe(label);
  }
});

test.each<[PanelAction, RunFailure | null]>([
  ['try-remedy-0', null],
  ['try-remedy-5', { ...FAILURE, remedies: [remedy([], 'x', null, 'one')] }],
])('%s does nothing where there is no such button any more', async (action, failure) => {
  await expect(tryRemedy(action, failure)).resolves.toBeUndefined();
});

test('more buttons than there are actions are left out', () => {
  const many = remedy([], 'x', null, ...Array.from({ length: 9 }, (_, index) => `button ${index}`));
  expect(labelsOf({ ...FAILURE, remedies: [many] }).filter((label) => label.startsWith('button'))).toHaveLength(6);
});

test('a report that cannot be written is said, and nothing where all is well', () => {
  expect(runProblem(null, 'The disk is full.')?.text).toMatch(/^The disk is full\. The report is kept here/);
  expect(runProblem(null, null)).toBeNull();
});
