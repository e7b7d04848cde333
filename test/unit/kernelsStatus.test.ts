import { describe, expect, test } from 'vitest';
import type { CatalogueState } from '../../src/hub/catalogueTypes';
import { HubError } from '../../src/hub/hubError';
import type { MachineState, PythonFacts } from '../../src/machine/machineTypes';
import { NO_FILTER, type KernelFilter } from '../../src/kernels/kernelFilter';
import { emptyReason, listDescription, listMessage, type EmptyReason } from '../../src/sidebar/kernelsStatus';
import { summary } from './kernelSummaries';
import { PLACE } from './probeFacts';

const now = new Date('2026-11-22T12:00:00');
const live: CatalogueState = {
  kernels: [summary({ id: 'a/b' })],
  source: 'live',
  at: '2026-11-22T11:00:00',
  loading: false,
  problem: null,
  waiting: null,
  dropped: 0,
};
const builtIn: CatalogueState = { ...live, source: 'built in', at: '2026-08-21T12:00:00' };
const problem = (kind: HubError['kind']): HubError => new HubError(kind, 'It did not answer. Try again.');

describe('beside the title', () => {
  test.each<readonly [string, Partial<KernelFilter>, CatalogueState, string]>([
    ['the Hub of now: nothing', {}, live, ''],
    ['the age of what is built in', {}, builtIn, 'built in · 21 Aug'],
    ['the age of what was kept', {}, { ...live, source: 'cached' }, 'cached · today'],
    [
      'what is looked for',
      { text: 'norm', platforms: ['cuda'], worksHere: true, publishers: ['x'], benchmarks: true },
      builtIn,
      '“norm” · CUDA · runs here · x · has benchmarks: 7',
    ],
    ['an order is not a filter', { order: 'name' }, live, ''],
  ])('%s', (_, filter, state, text) => {
    expect(listDescription({ ...NO_FILTER, ...filter }, state, 7, now)).toBe(text);
  });
});

describe('above the tree', () => {
  const waiting = { until: '2026-11-22T12:00:30', why: 'The Hub asks to wait.' };
  test.each<readonly [string, CatalogueState, HubError | null, string | null]>([
    ['nothing is wrong', live, null, null],
    ['it is being asked for', { ...builtIn, loading: true }, null, null],
    [
      'it is known to be offline',
      { ...builtIn, problem: problem('offline') },
      null,
      'Offline, because HF_HUB_OFFLINE is set. This is the built-in list of 21 Aug.',
    ],
    [
      'it did not answer',
      { ...live, source: 'cached', problem: problem('unreachable') },
      null,
      'It did not answer. Try again. This is the list of today.',
    ],
    ['it has to be waited for', { ...live, waiting }, null, 'The Hub asks to wait.'],
    ['the wait is over', { ...live, waiting: { ...waiting, until: '2026-11-22T11:59:00' } }, null, null],
    ['a search failed', live, problem('server'), 'It did not answer. Try again.'],
  ])('%s', (_, state, search, text) => {
    expect(listMessage(state, search, now)).toBe(text);
  });
});

describe('instead of the tree', () => {
  test('what the Hub did not say to the search counts before what it said to the list', () => {
    const machine = { loading: false, python: null, system: { python: none, webgpu: none } };
    const reason = emptyReason({ ...NO_FILTER, text: 'x' }, 0, live, problem('rate-limited'), machine, true, now);
    expect(reason).toBe('nothing found limited');
  });

  test('nobody says that there is no Python while it is being looked for', () => {
    const machine = { loading: true, python: null, system: { python: none, webgpu: none } };
    expect(emptyReason({ ...NO_FILTER, worksHere: true }, 0, live, null, machine, true, now)).toBe('looking');
  });

  const none = { missing: 'No Python was found.' };
  const facts = { torchVersion: '2.10.0', gpus: [{ name: 'GPU', architecture: '9.0', memoryBytes: null }] };
  const machine = (python: Partial<PythonFacts> | null): Pick<MachineState, 'python' | 'system' | 'loading'> => ({
    loading: false,
    python:
      python === null
        ? null
        : {
            environment: { path: '/python', source: 'PATH' },
            version: '3.12.0',
            kernelsVersion: null,
            driver: null,
            missing: [],
            installing: PLACE,
            ...facts,
            ...python,
          },
    system: { python: none, webgpu: none },
  });
  const here: Partial<KernelFilter> = { worksHere: true };
  const until = (time: string): CatalogueState['waiting'] => ({ until: time, why: 'The Hub asks to wait.' });
  test.each<
    readonly [EmptyReason, Partial<KernelFilter>, number, CatalogueState, Partial<PythonFacts> | null, boolean]
  >([
    ['not empty', here, 1, live, null, false],
    ['no catalogue', {}, 0, { ...live, kernels: [] }, {}, true],
    ['untrusted', here, 0, live, null, false],
    ['no python', here, 0, live, null, true],
    ['no torch', here, 0, live, { torchVersion: null }, true],
    ['no gpu', here, 0, live, { gpus: [] }, true],
    ['nothing found', here, 0, live, {}, true],
    ['nothing found', { text: 'x' }, 0, live, null, false],
    ['nothing found waiting', { text: 'x' }, 0, { ...builtIn, waiting: until('2026-11-22T12:00:30') }, {}, true],
    ['nothing found', { text: 'x' }, 0, { ...builtIn, waiting: until('2026-11-22T11:59:30') }, {}, true],
    ['nothing found offline', { text: 'x' }, 0, { ...builtIn, problem: problem('offline') }, {}, true],
    ['nothing found limited', { text: 'x' }, 0, { ...builtIn, problem: problem('rate-limited') }, {}, true],
    ['nothing found unreachable', { text: 'x' }, 0, { ...builtIn, problem: problem('unreachable') }, {}, true],
    ['nothing found unreachable', { text: 'x' }, 0, { ...builtIn, problem: problem('server') }, {}, true],
    ['nothing found refused', { text: 'x' }, 0, { ...builtIn, problem: problem('unauthorized') }, {}, true],
    ['nothing found unreachable', { text: 'x' }, 0, { ...builtIn, problem: problem('bad-answer') }, {}, true],
  ])('%s', (reason, filter, found, state, python, trusted) => {
    expect(emptyReason({ ...NO_FILTER, ...filter }, found, state, null, machine(python), trusted, now)).toBe(reason);
  });
});
