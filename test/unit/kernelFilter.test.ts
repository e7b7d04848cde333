import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  groupKernels,
  isFiltering,
  keepOrder,
  KernelIndex,
  NO_FILTER,
  sortKernels,
  storedFilter,
  type KernelFilter,
} from '../../src/kernels/kernelFilter';
import { KERNEL_GROUPS } from '../../src/kernels/kernelSummary';
import { summary } from './kernelSummaries';

const cuda = { platform: 'cuda', hardware: [] } as const;
const webgpu = { platform: 'webgpu', hardware: [] } as const;
const kernels = [
  summary({ id: 'a/layer-norm', group: 'normalisation', backends: [cuda], benchmarks: ['benchmarks/b.py'] }),
  summary({ id: 'a/flash-attn3', group: 'attention', backends: [cuda], summary: 'Attention for Hopper' }),
  summary({ id: 'b/LayerNormalization', group: 'normalisation', backends: [webgpu], benchmarks: [] }),
  summary({
    id: 'b/liger',
    functions: [{ name: 'rms_norm', signature: '(x)' }],
    layers: ['LigerSwiGLU'],
    backends: [cuda],
  }),
];

function found(filter: Partial<KernelFilter>, works: readonly string[] = []): readonly string[] {
  const index = new KernelIndex(kernels);
  return index.find({ ...NO_FILTER, ...filter }, ({ id }) => works.includes(id)).map(({ id }) => id);
}

describe('search', () => {
  test.each<readonly [string, Partial<KernelFilter>, readonly string[]]>([
    ['nothing asked for: all, in order', {}, kernels.map(({ id }) => id)],
    [
      'names that begin with it, then those that hold it, then the rest',
      { text: 'l' },
      ['a/layer-norm', 'b/LayerNormalization', 'b/liger', 'a/flash-attn3'],
    ],
    ['in any case', { text: 'FLASH' }, ['a/flash-attn3']],
    ['every word, in any place', { text: ' hopper  a/ ' }, ['a/flash-attn3']],
    ['functions and layers', { text: 'rms_norm swiglu' }, ['b/liger']],
    ['either spelling', { text: 'normalisation' }, ['b/LayerNormalization', 'a/layer-norm']],
    ['platforms, any of them', { platforms: ['webgpu', 'rocm'] }, ['b/LayerNormalization']],
    ['publishers', { publishers: ['b'] }, ['b/LayerNormalization', 'b/liger']],
    ['benchmarks: an empty list is none', { benchmarks: true }, ['a/layer-norm']],
    ['words of a platform', { text: 'webgpu' }, ['b/LayerNormalization']],
    ['nothing like it', { text: 'zzz' }, []],
    ['what has a meaning in a pattern', { text: '.*' }, []],
  ])('%s', (_, filter, ids) => {
    expect(found(filter)).toEqual(ids);
  });

  test('what runs here is asked only where it matters', () => {
    expect(found({ worksHere: true }, ['b/liger'])).toEqual(['b/liger']);
    const index = new KernelIndex(kernels);
    expect(() =>
      index.find(NO_FILTER, () => {
        throw new Error('asked');
      }),
    ).not.toThrow();
  });
});

test('publishers by how much they publish', () => {
  expect(new KernelIndex([...kernels, summary({ id: 'b/x' })]).publishers()).toEqual([
    { name: 'b', kernels: 3 },
    { name: 'a', kernels: 2 },
  ]);
});

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}\/[A-Za-z]{1,3}$/), { maxLength: 30 });
const rows = names.chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({ downloads: fc.option(fc.nat(5)), group: fc.constantFrom(...KERNEL_GROUPS) }).map((row) => {
        return summary({ id, ...row });
      }),
    ),
  ),
);

test('sorting: the most first, what is not known last, by name among equals, whatever the order before', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const sorted = sortKernels(list, 'downloads');
      expect(sortKernels(list.toReversed(), 'downloads')).toEqual(sorted);
      const weights = sorted.map(({ downloads }) => downloads ?? -1);
      expect(weights).toEqual(weights.toSorted((a, b) => b - a));
      sorted.forEach(({ id, downloads }, index) => {
        const next = sorted[index + 1];
        if (next?.downloads === downloads) expect(id.toLowerCase() <= next.id.toLowerCase()).toBe(true);
      });
    }),
  );
});

test.each([
  ['trending', { trending: 2 }, { trending: 1 }],
  ['likes', { likes: 2 }, { likes: null }],
  ['updated', { updatedAt: '2026-02-01T00:00:00Z' }, { updatedAt: '2025-03-01T00:00:00Z' }],
  ['updated', { updatedAt: '2026-02-01T00:00:00Z' }, { updatedAt: 'once' }],
] as const)('sorting by %s', (order, more, less) => {
  const list = [summary({ id: 'a/a', ...less }), summary({ id: 'b/b', ...more })];
  expect(sortKernels(list, order).map(({ id }) => id)).toEqual(['b/b', 'a/a']);
});

test('by name: whoever publishes it, and without the domain of an operator', () => {
  const ids = ['z/ai.onnx.Attention', 'a/flash', 'b/deep', 'a/attention'];
  const sorted = sortKernels(
    ids.map((id) => summary({ id, downloads: id.length })),
    'name',
  );
  expect(sorted.map(({ id }) => id)).toEqual(['a/attention', 'z/ai.onnx.Attention', 'b/deep', 'a/flash']);
});

test('groups hold every kernel once, in the order of the groups and of the list', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const groups = groupKernels(list);
      expect([...groups.values()].flat()).toHaveLength(list.length);
      expect([...groups.keys()]).toEqual(
        KERNEL_GROUPS.filter((group) => list.some((kernel) => kernel.group === group)),
      );
      for (const [group, members] of groups) expect(members).toEqual(list.filter((kernel) => kernel.group === group));
    }),
  );
});

test('what is shown stays where it is when more comes, and nothing is lost or doubled', () => {
  fc.assert(
    fc.property(rows, fc.array(fc.nat()), (list, picks) => {
      const shown = [...new Set(picks.map((pick) => list[pick % list.length]?.id ?? 'gone/gone'))];
      const kept = keepOrder(list, shown).map(({ id }) => id);
      expect(kept.toSorted()).toEqual(list.map(({ id }) => id).toSorted());
      const still = shown.filter((id) => list.some((kernel) => kernel.id === id));
      expect(kept.slice(0, still.length)).toEqual(still);
      expect(kept.slice(still.length)).toEqual(list.map(({ id }) => id).filter((id) => !shown.includes(id)));
    }),
  );
});

test.each<readonly [unknown, Partial<KernelFilter>]>([
  [undefined, {}],
  ['text', {}],
  [
    { order: 'name', worksHere: true },
    { order: 'name', worksHere: true },
  ],
  [{ order: 'sideways', platforms: ['cuda', 'abacus'], publishers: 'x', text: 7 }, {}],
])('a stored filter %j is read as far as it can be', (stored, expected) => {
  expect(storedFilter(stored)).toEqual({ ...NO_FILTER, ...expected });
});

test('an order filters nothing', () => {
  expect(isFiltering({ ...NO_FILTER, order: 'likes', text: '  ' })).toBe(false);
  expect(isFiltering({ ...NO_FILTER, benchmarks: true })).toBe(true);
});
