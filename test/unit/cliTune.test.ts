// `kernel-lens tune`: its arguments, candidates in bench.json, and what is printed.
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cliArguments';
import { UsageError } from '../../src/cliValues';
import type { TriedSetting, TuneReport } from '../../src/profile/tuneReport';
import { tuneTable } from '../../src/profile/tuneTable';
import { parseBenchFile } from '../../src/profile/webgpu/benchFile';
import { parseManifest } from '../../src/profile/webgpu/manifest';
import { manifest } from './kernelFixture';

const BUNDLED = ['ai.onnx.Gelu', 'ai.onnx.MatMul'];
const parse = (...argv: string[]) => parseCommandLine(argv, BUNDLED);

describe('the arguments of tune', () => {
  test('all of them', () => {
    const argv = ['tune', 'MatMul', '--cases', '4096', '--dtype', 'f16', '--adapter', 'H100', '--variants', 'a,b'];
    expect(parse(...argv, '--try', 'TILE=8,16', '--try', 'KIND=row,true', '--quick', '--seed', '4')).toEqual({
      name: 'tune',
      kernel: { kind: 'bundled', id: 'ai.onnx.MatMul' },
      cases: '4096',
      dtypes: ['float16'],
      adapter: 'H100',
      variants: ['a', 'b'],
      candidates: { TILE: [8, 16], KIND: ['row', true] },
      quick: true,
      seed: 4,
      json: null,
      hub: { endpoint: null, offline: false, trust: false },
    });
  });

  test.each([
    [['tune'], /needs a kernel/],
    [['tune', 'Gelu', 'MatMul'], /takes one kernel, but got "MatMul" as well/],
    [['tune', 'Nothing'], /neither a folder nor a bundled kernel/],
    [['tune', 'Gelu', '--try', 'TILE'], /names no values: write --try TILE=8,16,32/],
    [['tune', 'Gelu', '--try', 'TILE='], /names no values/],
    [['tune', 'Gelu', '--try', 'TILE=8,,16'], /empty entry/],
    [['tune', 'Gelu', '--try', 'A=1', '--try', 'A=2'], /names A twice/],
    [['tune', 'Gelu', '--markdown', 'x.md'], /--markdown/],
  ])('%j is bad use', (argv, reason) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(reason);
  });
});

describe('`tune` in bench.json', () => {
  const parsed = parseManifest(manifest({ tunables: { SIZE: { default: 64 } } }), '2.1');
  const read = (tune: unknown) => parseBenchFile(new TextEncoder().encode(JSON.stringify({ tune, cases: [] })), parsed);

  test('names values for tunables', () => {
    expect(read({ SIZE: [32, 64] })).toMatchObject({ tune: { SIZE: [32, 64] } });
    expect(read(undefined)).toMatchObject({ tune: {} });
  });

  test.each([
    [{ TYLE: [8] }, /tune\.TYLE: the kernel has no such tunable/],
    [{ SIZE: [] }, /tune\.SIZE/],
    [{ SIZE: 8 }, /tune\.SIZE/],
    [{ SIZE: [null] }, /tune\.SIZE/],
  ])('%j is told as a problem', (tune, reason) => {
    const result = read(tune);
    expect('problem' in result ? result.problem : '').toMatch(reason);
  });
});

describe('the table of a tuning', () => {
  const setting = (changes: Partial<TriedSetting>): TriedSetting => ({
    variant: 'fused',
    tunables: {},
    changed: [],
    isDefault: false,
    status: 'timed',
    reason: null,
    sameAs: null,
    medianNs: 2000,
    shareOfLimit: 0.5,
    flopsPerSecond: null,
    speedup: null,
    ...changes,
  });
  const fast = { ratio: 1.25, low: 1.24, high: 1.26, verdict: 'FASTER' } as const;
  const size = (value: number) => ({ tunables: { SIZE: value }, changed: ['SIZE'] });
  const best = { variant: 'fused', ...size(32), isDefault: false, speedup: fast, confirmed: true };
  const tried = [
    setting({ isDefault: true }),
    setting({ ...size(32), medianNs: 1600, shareOfLimit: 0.625, speedup: fast }),
    setting({ ...size(8), status: 'wrong', reason: '3 of 9 elements wrong', medianNs: null }),
    setting({ ...size(4096), status: 'refused', reason: 'too many\u202e lanes', medianNs: null }),
    setting({ ...size(128), sameAs: 'fused' }),
  ];
  const report = (cases: number): TuneReport =>
    ({
      kernel: { id: 'ai.onnx.Test' },
      machine: {
        adapter: { name: 'Paper', backend: 'vulkan', software: false },
        reference: { copyBytesPerSecond: 2.9e12 },
      },
      status: 'complete',
      reason: null,
      cases: Array.from({ length: cases }, (_, at) => ({
        id: `c${at}`,
        label: '',
        dtype: '',
        tried,
        best,
        reason: null,
      })),
      left: [{ id: 'c9', reason: 'too large' }],
      overall: [{ ...best, cases, ratio: 1.25 }],
    }) as unknown as TuneReport;

  test('the fastest come first, wrong ones have no time, others their reason', () => {
    expect(tuneTable(report(1)).split('\n')).toEqual([
      'Tuning ai.onnx.Test on Paper (vulkan), copy rate 2,900 GB/s',
      '',
      'c0',
      '  fused SIZE=32    1.60 µs  1.250× [1.240, 1.260] FASTER  63%',
      '  fused (default)  2.00 µs                                50%',
      '  fused SIZE=8     WRONG    3 of 9 elements wrong',
      '  1 more give the same program as another one',
      '  fused SIZE=4096 refused: too many� lanes',
      '  best: fused SIZE=32, 1.250× [1.240, 1.260] the default, FASTER',
      '',
      'left out: c9: too large',
      '',
    ]);
  });

  test('over several cases one setting is named', () => {
    expect(tuneTable(report(3))).toContain(
      'Best single setting: fused SIZE=32, 1.250× the defaults by geometric mean over 3 cases.',
    );
  });
});
