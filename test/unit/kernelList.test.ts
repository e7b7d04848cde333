import { expect, test, vi } from 'vitest';
import type { Aged, Catalogue, CatalogueState } from '../../src/hub/catalogueTypes';
import { HubError } from '../../src/hub/hubError';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import type { System } from '../../src/kernels/system';
import type { Machine, MachineState } from '../../src/machine/machineTypes';
import { NO_FILTER } from '../../src/kernels/kernelFilter';
import { KernelList, type ListChange } from '../../src/sidebar/kernelList';
import { summary } from './kernelSummaries';

const nowhere: System = { python: { missing: 'No Python was found.' }, webgpu: { missing: 'No adapter.' } };
const adapter: System = {
  ...nowhere,
  webgpu: { system: { name: 'GPU', software: false, features: [], limits: {} } },
};
const row = (id: string, downloads: number | null = null): KernelSummary =>
  summary({ id, group: 'attention', language: 'javascript', downloads });
const details = (id: string): KernelDetails => ({
  id,
  versions: [],
  version: null,
  commit: '0'.repeat(40),
  variants: ['webgpu'],
  metadata: {},
  webgpu: [{ variant: 'needs', features: ['shader-f16'], limits: {} }],
  card: null,
  functions: [],
  layers: [],
  benchmarks: [],
  license: null,
  trusted: null,
  gated: false,
  private: false,
  redirect: null,
});

class FakeCatalogue implements Catalogue {
  state: CatalogueState;
  readonly listeners = new Set<() => void>();
  readonly known = new Map<string, Aged<KernelDetails>>();
  answer: (id: string) => Promise<Aged<KernelDetails>> = (id) =>
    Promise.resolve({ value: details(id), at: '2026-01-01T00:00:00Z', problem: null });

  constructor(kernels: readonly KernelSummary[]) {
    this.state = {
      kernels,
      source: 'built in',
      at: '2026-01-01T00:00:00Z',
      loading: false,
      problem: null,
      waiting: null,
      dropped: 0,
    };
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  change(part: Partial<CatalogueState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  search(): Promise<readonly KernelSummary[]> {
    return Promise.resolve([]);
  }

  seen(id: string): Aged<KernelDetails> | null {
    return this.known.get(id) ?? null;
  }

  details(id: string): Promise<Aged<KernelDetails>> {
    return this.answer(id);
  }
}

function start(kernels: readonly KernelSummary[], system: System = nowhere) {
  const catalogue = new FakeCatalogue(kernels);
  const listeners = new Set<() => void>();
  let state: MachineState = { system, python: null, missing: [], adapters: [], loading: false };
  const machine: Machine = {
    get state() {
      return state;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: () => Promise.resolve(),
  };
  const list = new KernelList(
    { catalogue, machine, bundled: new Set(['ai.onnx.Gelu']) },
    { ...NO_FILTER, order: 'downloads' },
  );
  const changes: ListChange[] = [];
  list.onChange((change) => changes.push(change));
  const become = (next: System): void => {
    state = { ...state, system: next };
    for (const listener of listeners) listener();
  };
  return { catalogue, list, changes, become, heard: () => catalogue.listeners.size + listeners.size };
}

const shown = (list: KernelList): readonly string[] => list.kernels('attention').map(({ id }) => id);

test('what comes while a group is open goes below it; once closed it is put in order', () => {
  const { catalogue, list } = start([row('a/a'), row('a/b')]);
  expect(shown(list)).toEqual(['a/a', 'a/b']);
  catalogue.change({ kernels: [row('a/a', 1), row('a/b', 9), row('a/c', 5), row('a/d', 7)] });
  expect(shown(list)).toEqual(['a/a', 'a/b', 'a/d', 'a/c']);
  catalogue.change({ kernels: [row('a/b', 9), row('a/c', 5), row('a/d', 7), row('a/e', 8)] });
  expect(shown(list)).toEqual(['a/b', 'a/d', 'a/c', 'a/e']);
  list.forget('attention');
  expect(shown(list)).toEqual(['a/b', 'a/e', 'a/d', 'a/c']);
});

test('a new filter puts everything in order', () => {
  const { catalogue, list } = start([row('a/a')]);
  shown(list);
  catalogue.change({ kernels: [row('a/a', 1), row('a/b', 2)] });
  expect(shown(list)).toEqual(['a/a', 'a/b']);
  list.filter = { ...list.filter, text: 'attention' };
  expect(shown(list)).toEqual(['a/b', 'a/a']);
  expect(list.count()).toEqual({ found: 2, all: 2 });
  list.filter = { ...list.filter, text: 'zzz' };
  expect(list.count()).toEqual({ found: 0, all: 2 });
  expect([...list.groups()]).toEqual([]);
});

test('only what changed is told', () => {
  const { catalogue, list, changes, become } = start([row('a/a')]);
  list.groups();
  catalogue.change({ loading: true });
  catalogue.change({ kernels: [row('a/a'), row('a/b')] });
  list.groups();
  catalogue.change({ loading: false });
  become(adapter);
  expect(changes).toEqual(['status', 'rows', 'status', 'rows']);
});

test('a kernel is judged by its row, then by its builds, and anew on another machine', async () => {
  const { list, changes, become } = start([row('a/a')], adapter);
  const [kernel] = list.kernels('attention');
  if (kernel === undefined) throw new Error('no kernel');
  expect(list.verdict(kernel).state).toBe('likely');
  expect(list.look('a/a')).toEqual({ state: 'loading' });
  await vi.waitFor(() => {
    expect(list.look('a/a').state).toBe('open');
  });
  expect(changes).toContainEqual({ id: 'a/a' });
  expect(list.verdict(kernel)).toEqual({ state: 'fails', reason: 'the adapter has no shader-f16' });
  become(nowhere);
  expect(list.verdict(kernel)).toEqual({ state: 'unknown', reason: 'No adapter.' });
});

test('what was seen before counts at once, and is asked for once', async () => {
  const { catalogue, list } = start([row('a/a')], adapter);
  const asked = vi.fn(catalogue.answer);
  catalogue.answer = asked;
  catalogue.known.set('a/a', { value: details('a/a'), at: '2026-01-01T00:00:00Z', problem: null });
  const [kernel] = list.kernels('attention');
  if (kernel === undefined) throw new Error('no kernel');
  expect(list.verdict(kernel).state).toBe('fails');
  expect(asked).not.toHaveBeenCalled();
  expect(list.look('a/a').state).toBe('open');
  list.look('a/a');
  await Promise.resolve();
  expect(asked).toHaveBeenCalledTimes(1);
});

test('a Hub that does not answer is said, what was seen stays, and a retry asks again', async () => {
  const { catalogue, list, changes } = start([row('a/a'), row('a/b')], adapter);
  const problem = new HubError('unreachable', 'It is away. Try again.');
  catalogue.known.set('a/b', { value: details('a/b'), at: '2026-01-01T00:00:00Z', problem: null });
  catalogue.answer = () => Promise.reject(problem);
  list.look('a/a');
  list.look('a/b');
  await vi.waitFor(() => {
    expect(changes).toHaveLength(2);
  });
  expect(list.look('a/a')).toEqual({ state: 'failed', problem: 'It is away. Try again.' });
  expect(list.look('a/b')).toMatchObject({ state: 'open', details: { problem } });
  catalogue.answer = (id) => Promise.resolve({ value: details(id), at: '2026-01-01T00:00:00Z', problem: null });
  list.retry('a/a');
  expect(list.look('a/a')).toEqual({ state: 'loading' });
  await vi.waitFor(() => {
    expect(list.look('a/a').state).toBe('open');
  });
});

test('what runs here: works and likely pass, the others do not', () => {
  const python = summary({ id: 'a/python', group: 'attention' });
  const { list, become } = start([row('a/a'), python], adapter);
  list.filter = { ...list.filter, worksHere: true };
  expect(shown(list)).toEqual(['a/a']);
  become(nowhere);
  expect(list.count()).toEqual({ found: 0, all: 2 });
});

test('only what the extension carries is bundled', () => {
  const { list } = start([]);
  expect(list.isBundled(row('webgpu-kernels/ai.onnx.Gelu'))).toBe(true);
  expect(list.isBundled(row('stranger/ai.onnx.Gelu'))).toBe(false);
  expect(list.isBundled(row('webgpu-kernels/ai.onnx.Add'))).toBe(false);
});

test('nothing is heard once it is disposed of', async () => {
  const { catalogue, list, changes, heard } = start([row('a/a')]);
  list.look('a/a');
  list.dispose();
  catalogue.change({ loading: true });
  await Promise.resolve();
  expect(changes).toEqual([]);
  expect(heard()).toBe(0);
});
