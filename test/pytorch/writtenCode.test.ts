// Every operation in every form that loads a kernel, run beside what it was.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { OPERATION_KINDS } from '../../src/code/operation';
import type { Form } from '../../src/insert/insertTypes';
import { offersFor } from '../../src/insert/offers';
import { writeOperation } from '../../src/insert/writeOperation';
import { startHub } from '../hub/hub';
import type { TestHub } from '../hub/hubTypes';
import { temporaryFolders } from '../hub/temporaryFolders';
import { OPERATION_FILES } from './operationFiles';
import { applied, runWritten, type Outcome, type WrittenCase } from './runWritten';
import { computingKernels, LIBRARY, sitesOf } from './sites';

const LOADING = ['plain', 'module', 'fallback', 'switch', 'locked'] as const satisfies readonly Form[];
/** Another kernel is called in another way, but loaded in the same. */
const FOR_OTHERS = ['plain', 'fallback'] as const satisfies readonly Form[];
/** Of kernels that the tests can give no input to, and of models, which are not loaded by these forms. */
const ELSEWHERE: readonly string[] = ['4-bit linear', 'transformers model'];

interface Writing extends WrittenCase {
  readonly kind: string;
  readonly form: Form;
}

const folders = temporaryFolders();
let hub: TestHub;
let cases: readonly Writing[];
let refused: readonly string[];
/** With the Hub there, and without it. */
let outcomes: readonly Outcome[];
let alone: readonly Outcome[];

beforeAll(async () => {
  hub = await startHub({ torchKernels: true });
  ({ cases, refused } = writings());
  const python = inject('torchPython');
  const home = await folders.make();
  [outcomes, alone] = await Promise.all([
    runWritten({ python, endpoint: hub.endpoint, home }, await folders.make(), [...cases, ...switched()]),
    // Nobody listens there.
    runWritten({ python, endpoint: 'http://127.0.0.1:9', home: await folders.make() }, await folders.make(), fallen()),
  ]);
}, 600_000);
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

/** Every file with its first offer in each form, with the others in two. */
function writings(): { readonly cases: readonly Writing[]; readonly refused: readonly string[] } {
  const kernels = computingKernels();
  const files = { 'kernels.lock': lockFile() };
  const written: Writing[] = [];
  const notWritten: string[] = [];
  for (const { kind, text, inputs } of OPERATION_FILES) {
    const { source, sites } = sitesOf(text);
    const site = sites.find((one) => one.kind === kind);
    if (site === undefined) throw new Error(`There is no ${kind} in:\n${text}`);
    for (const [place, offer] of offersFor(site, kernels).entries()) {
      for (const form of place === 0 ? LOADING : FOR_OTHERS) {
        const answer = writeOperation({ source, site, offer, form, library: LIBRARY });
        const name = `${kind}, ${form}, ${offer.id} ${offer.member.name}`;
        if ('refused' in answer) {
          notWritten.push(`${name}: ${answer.refused}`);
          continue;
        }
        const after = applied(text, answer.edits);
        // The kernel for weights of 8 bits computes in float16 alone.
        const dtypes = kind === '8-bit linear' ? (['float32', 'float16'] as const) : (['float32', 'bfloat16'] as const);
        const mayWrite = offer.note?.includes('write over') === true;
        written.push({ kind, form, name, before: text, after, inputs, dtypes, gradients: true, files, mayWrite });
      }
    }
  }
  return { cases: written, refused: notWritten };
}

function lockFile(): string {
  const locks = computingKernels().map(({ id, version }) => ({
    dependency: { 'repo-id': id, version },
    lock: { commit: hub.commitOf(id, `v${version ?? 1}`) },
  }));
  return JSON.stringify(locks);
}

/** One of each kind of operation. */
function firsts(form: Form): readonly Writing[] {
  const kinds = [...new Set(cases.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => cases.find((one) => one.kind === kind && one.form === form) ?? []);
}

/** With the Hub out of reach. */
function fallen(): readonly Writing[] {
  return firsts('fallback');
}

const SETTINGS = ['0', '0.0', '0.5', '1', '', 'on', '2', '-1', 'nan'] as const;

/** The same code under every setting of its variable. */
function switched(): readonly Writing[] {
  return firsts('switch').flatMap((one) => {
    const variable = /^(USE_\w+) = /mu.exec(one.after)?.[1] ?? 'none';
    return SETTINGS.map((value) => ({ ...one, name: `${one.kind} at ${value}`, environment: { [variable]: value } }));
  });
}

function under(value: string): readonly Outcome[] {
  return outcomes.slice(cases.length).filter(({ name }) => name.endsWith(` at ${value}`));
}

test('numbers, gradients and inputs are what they were', () => {
  const wrong = outcomes
    .slice(0, cases.length)
    .flatMap(({ problem, name }, at) => (problem === null ? [] : [{ name, problem, after: cases[at]?.after }]));
  expect(wrong.slice(0, 5)).toEqual([]);
});

test('a kernel computes them', () => {
  const idle = outcomes.slice(0, cases.length).filter(({ calls }) => calls === 0);
  expect(idle.map(({ name }) => name)).toEqual([]);
});

test('nothing is said while the kernel computes', () => {
  expect(outcomes.slice(0, cases.length).flatMap(({ logs, name }) => logs.map((log) => `${name}: ${log}`))).toEqual([]);
});

test('every operation is written in every form', () => {
  const forms = new Set(cases.map(({ kind, form }) => `${kind}, ${form}`));
  const kinds = OPERATION_KINDS.filter((kind) => !ELSEWHERE.includes(kind));
  const wanted = kinds.flatMap((kind) => LOADING.map((form) => `${kind}, ${form}`));
  expect(wanted.filter((one) => !forms.has(one))).toEqual([]);
});

test('what is refused is refused for these reasons', () => {
  const reasons = new Set(refused.map((one) => one.slice(one.indexOf(': ') + 2)));
  expect([...reasons].sort()).toEqual([
    'The kernel needs statements of its own in front, and there is no place for them here. Take the form that loads the kernel once for the module.',
  ]);
});

test('without the Hub PyTorch computes, and says so once', () => {
  expect(alone.length).toBeGreaterThan(12);
  expect(alone.filter(({ problem, calls }) => problem !== null || calls > 0)).toEqual([]);
  expect(alone.filter(({ logs }) => logs.length !== 1)).toEqual([]);
});

test('a switch at 0 leaves everything to PyTorch', () => {
  const off = [...under('0'), ...under('0.0')];
  expect(off.length).toBeGreaterThan(20);
  expect(off.filter(({ problem, calls }) => problem !== null || calls > 0)).toEqual([]);
});

test('a switch at 0.5 leaves some of the calls to PyTorch', () => {
  const [half, all] = [under('0.5'), under('1')];
  expect([...half, ...all].filter(({ problem }) => problem !== null)).toEqual([]);
  const calls = (some: readonly Outcome[]): number => some.reduce((sum, one) => sum + one.calls, 0);
  // Of some hundred draws.
  expect(calls(half)).toBeGreaterThan(calls(all) * 0.2);
  expect(calls(half)).toBeLessThan(calls(all) * 0.8);
});

test.each(SETTINGS.slice(4))('a switch at "%s" is an error that says what it may be', (value) => {
  const wrong = under(value);
  expect(wrong.length).toBeGreaterThan(12);
  for (const { problem } of wrong)
    expect(problem).toMatch(/^ValueError: USE_\w+ is '.*': set it to 0 \(off\), 1 \(on\)/);
});
