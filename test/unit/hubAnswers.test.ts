import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBranches, readEntries, readName, readRow, readRows, readTrust } from '../../src/hub/hubAnswers';
import { KERNEL_GROUPS } from '../../src/kernels/kernelSummary';
import { COMMIT } from './answeringFetch';

/** As the Hub really answered. */
const ROW = {
  _id: '6a95f0',
  id: 'webgpu-kernels/ai.onnx.Add',
  likes: 3,
  trendingScore: 0.5,
  private: false,
  downloads: 7,
  tags: ['kernel', 'webgpu', 'wgsl', 'license:apache-2.0', 'region:us'],
  createdAt: '2026-08-31T07:14:37.000Z',
  supportedDriverFamilies: ['webgpu'],
};

describe('a row', () => {
  test('as it comes', () => {
    expect(readRow(ROW)).toEqual({
      id: 'webgpu-kernels/ai.onnx.Add',
      language: 'javascript',
      group: 'elementwise',
      summary: null,
      backends: [{ platform: 'webgpu', hardware: [] }],
      torch: null,
      version: null,
      license: 'apache-2.0',
      downloads: 7,
      likes: 3,
      trending: 0.5,
      updatedAt: '2026-08-31T07:14:37.000Z',
      private: false,
      gated: false,
      trusted: null,
      functions: [],
      layers: [],
      benchmarks: null,
      pythonDepends: [],
    });
  });

  test('with nothing but a name', () => {
    expect(readRow({ id: 'org/name' })).toMatchObject({
      id: 'org/name',
      language: 'python',
      backends: [],
      downloads: null,
      updatedAt: null,
      private: false,
      gated: false,
      trusted: null,
    });
  });

  test('with everything, and with what nobody knows yet', () => {
    const row = readRow({
      id: 'kernels-community/flash-attn2',
      gated: 'manual',
      private: true,
      trustedPublisher: true,
      lastModified: '2026-04-20T20:31:57.000Z',
      createdAt: '2025-01-01T00:00:00.000Z',
      supportedDriverFamilies: ['cuda', 'xpu', 'cpu', 'quantum'],
      buildMetadata: {
        compatibility: { torch: ['2.10', '9.99'], os: ['amiga'], arch: [] },
        backends: [
          { type: 'cuda', hardwareTypes: ['9.0a', '8.0+PTX'], news: 1 },
          { type: 'cann', hardwareTypes: [] },
          { type: 'quantum', hardwareTypes: ['1'] },
          { type: 'cpu', noArchs: true },
        ],
        more: {},
      },
      somethingNew: { deep: [1] },
    });
    expect(row).toMatchObject({
      backends: [
        { platform: 'cuda', hardware: ['9.0a', '8.0+PTX'] },
        { platform: 'npu', hardware: [] },
        { platform: 'cpu', hardware: [] },
      ],
      torch: ['2.10', '9.99'],
      gated: true,
      private: true,
      trusted: true,
      updatedAt: '2026-04-20T20:31:57.000Z',
    });
  });

  test.each<[string, Record<string, unknown>, 'python' | 'javascript']>([
    ['by its tags', { id: 'a/b', tags: ['webgpu'] }, 'javascript'],
    ['by its driver families', { id: 'a/b', supportedDriverFamilies: ['webgpu'] }, 'javascript'],
    ['by its organisation', { id: 'webgpu-kernels/x' }, 'javascript'],
    ['otherwise', { id: 'a/webgpu', tags: ['cuda', 'not-webgpu'] }, 'python'],
  ])('is called from a language, known %s', (_, row, language) => {
    expect(readRow(row)?.language).toBe(language);
  });

  test('wrong fields count as not said', () => {
    const wrong = {
      id: 'org/name',
      downloads: '7',
      likes: -1,
      trendingScore: Number.NaN,
      tags: { length: 9 },
      lastModified: 'yesterday',
      private: 'no',
      gated: 7,
      supportedDriverFamilies: [1, null, 'cuda'],
      buildMetadata: { backends: [{ type: 3 }, null, 'cuda'] },
      trustedPublisher: 'yes',
    };
    expect(readRow(wrong)).toMatchObject({
      downloads: null,
      likes: null,
      trending: null,
      updatedAt: null,
      private: false,
      gated: false,
      trusted: null,
      backends: [{ platform: 'cuda', hardware: [] }],
    });
  });

  test('text from strangers is one short line that turns nothing round', () => {
    const row = readRow({
      id: 'org/name',
      tags: [`license:\u202emit\u0007\n${'x'.repeat(10_000)}`],
      buildMetadata: { backends: [{ type: 'cuda', hardwareTypes: ['\u202e9.0\u001b[31m'] }] },
    });
    const texts = [row?.license ?? '', ...(row?.backends[0]?.hardware ?? [])];
    for (const text of texts) {
      expect(text.length).toBeLessThanOrEqual(200);
      expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });

  test.each([
    '../x',
    'a/../b',
    '/etc/passwd',
    'a\\b',
    'a/b/c',
    'name',
    '',
    ' a/b',
    'a/b ',
    'a/b\n',
    'a/b\u0000',
    'a/b;rm -rf ~',
    'a/$(id)',
    '\u202ea/b',
    'شركة/نواة',
    `a/${'b'.repeat(10_000)}`,
    'a--b/c',
    'a/b.git',
    '-a/b',
    'a/.b',
    'a/..',
  ])('%j names no kernel: dropped and counted', (id) => {
    expect(readRow({ ...ROW, id })).toBeNull();
    expect(readRows([ROW, { ...ROW, id }, null, 7, []])).toMatchObject({ kernels: [{ id: ROW.id }], dropped: 4 });
  });

  test('whatever comes, it is a row that is whole, or none', () => {
    const field = fc.constantFrom(...Object.keys(ROW), 'buildMetadata', 'gated', 'lastModified', 'trustedPublisher');
    fc.assert(
      fc.property(fc.dictionary(field, fc.anything({ withBigInt: true, withNullPrototype: true })), (fields) => {
        const row = readRow({ ...fields, id: 'org/name' });
        expect(row?.id).toBe('org/name');
        expect(KERNEL_GROUPS).toContain(row?.group);
        expect(row?.updatedAt ?? '2026-01-01T00:00:00.000Z').toMatch(/^[+-]?\d+-\d\d-\d\dT/);
      }),
    );
  });
});

test('whatever comes in place of an answer, nothing throws', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const read of [readRow, readRows, readBranches, readEntries, readTrust, readName]) read(value);
    }),
  );
  expect([readRows({}), readBranches([]), readEntries({}), readTrust('x'), readName({ name: 7 })]).toEqual(
    Array.from({ length: 5 }, () => null),
  );
});

test('branches have names and whole commits', () => {
  const branches = [
    { name: 'v1', ref: 'refs/heads/v1', targetCommit: COMMIT },
    { name: 'v2', targetCommit: 'abc' },
    { name: 'v3', targetCommit: `../../${COMMIT.slice(6)}` },
    { name: 4, targetCommit: COMMIT },
    null,
  ];
  expect(readBranches({ branches, tags: 'odd' })).toEqual([{ name: 'v1', commit: COMMIT }]);
});

test('entries stay inside the repository', () => {
  const file = { type: 'file', path: 'build/x/a.py', size: 12, oid: COMMIT };
  const sha = 'ab'.repeat(32);
  const bad = [
    '../x',
    'a/../../x',
    '/x',
    'a//b',
    'a\\..\\x',
    'C:\\x',
    'a/\u0000',
    '',
    '.',
    'a/.',
    'con:',
    'x'.repeat(2000),
  ];
  expect(
    readEntries([
      file,
      { ...file, path: 'big.so', size: 1, lfs: { oid: sha, size: 2_000_000, pointerSize: 134 } },
      { type: 'directory', path: 'build', oid: COMMIT, size: 0 },
      { ...file, lfs: { oid: 'short' }, size: -4 },
      ...bad.map((path) => ({ ...file, path })),
      { ...file, type: 'socket' },
      { ...file, oid: '../../etc' },
    ]),
  ).toEqual([
    { type: 'file', path: 'build/x/a.py', size: 12, oid: COMMIT, lfsSha256: null },
    { type: 'file', path: 'big.so', size: 2_000_000, oid: COMMIT, lfsSha256: sha },
    { type: 'directory', path: 'build', size: 0, oid: COMMIT, lfsSha256: null },
    { type: 'file', path: 'build/x/a.py', size: 0, oid: COMMIT, lfsSha256: null },
  ]);
});
