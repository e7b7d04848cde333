// Which settings are tried, which of them is best, and what is said of it.
import { beforeAll, describe, expect, test } from 'vitest';
import type { RowSpeedup } from '../../src/profile/report';
import {
  bestOf,
  fastest,
  overallSettings,
  worthAgain,
  type TriedSetting,
  type TunedCase,
} from '../../src/profile/tuneReport';
import { settingName, type TuneSetting } from '../../src/profile/tuneSetting';
import {
  checkCandidates,
  judgeSettings,
  MOST_PROGRAMS,
  settingsOf,
  type SettingOutcome,
} from '../../src/profile/webgpu/tuneSettings';
import type { WebGpuKernel } from '../../src/profile/webgpu/kernel';
import { withTunables } from '../../src/profile/webgpu/tunedKernel';
import { buildProgram } from '../../src/profile/webgpu/programBuilder';
import { callOf, device, kernelOf, manifest, pass } from './kernelFixture';

const SHADER = '{{ env.wgsl.resourceDeclarations }}\n@compute @workgroup_size({{ tunables.SIZE }})\nfn main() {}\n';

describe('settings', () => {
  let kernel: WebGpuKernel;
  beforeAll(async () => {
    const dispatch = { threads: 'numel(shapes.x)', workgroupSize: 'tunables.SIZE' };
    const passes = [pass({ dispatch })];
    const json = manifest({
      tunables: { SIZE: { default: 64 } },
      variants: [
        { id: 'own', when: ['tunables.SIZE <= 256'], passes },
        { id: 'both', tunables: { WIDE: { default: false } }, passes },
        { id: 'three', tunables: { DEPTH: { default: 1 } }, passes },
      ],
    });
    kernel = await kernelOf(json, { 'main.wgsl.jinja': SHADER });
  });
  const names = (variant: string, candidates = {}, seed = 1): string[] =>
    [...settingsOf(kernel.manifest, variant, candidates, seed)].map(settingName);

  test('without candidates powers of two around a default are tried, the default first', () => {
    expect(names('own')).toEqual(['own', 'own SIZE=16', 'own SIZE=32', 'own SIZE=128', 'own SIZE=256']);
  });

  test('candidates take their place, in every combination, those with fewest changes first', () => {
    expect(names('both', { SIZE: [64, 8], WIDE: [true] })).toEqual([
      'both',
      'both WIDE=true',
      'both SIZE=8',
      'both SIZE=8 WIDE=true',
    ]);
  });

  test('of too many each is changed alone, and others are drawn, the same for the same seed', () => {
    const many = {
      SIZE: Array.from({ length: 20 }, (_, at) => at + 1),
      DEPTH: Array.from({ length: 20 }, (_, at) => at + 1),
    };
    const drawn = names('three', many);
    expect(drawn.length).toBeGreaterThan(2 * MOST_PROGRAMS);
    for (const value of many.SIZE) expect(drawn.indexOf(`three SIZE=${value}`)).toBeLessThan(40);
    expect(drawn.slice(40).some((name) => /SIZE=.*DEPTH=/.test(name))).toBe(true);
    expect(names('three', many)).toEqual(drawn);
    expect(names('three', many, 2)).not.toEqual(drawn);
  });

  test('a tunable that no variant has is bad use', () => {
    expect(() => {
      checkCandidates(kernel, { TYLE: [8] });
    }).toThrow(/has no tunable TYLE\. There are: SIZE, WIDE, DEPTH/);
  });

  test('a value is seen by selection, expressions and templates', () => {
    const built = (values: Record<string, number>) =>
      buildProgram(withTunables(kernel, values), 'own', callOf([100]), device());
    expect(built({}).passes[0]).toMatchObject({
      workgroups: [2, 1, 1],
      wgsl: expect.stringContaining('size(64)') as string,
    });
    expect(built({ SIZE: 32 }).passes[0]).toMatchObject({
      workgroups: [4, 1, 1],
      wgsl: expect.stringContaining('size(32)') as string,
    });
    expect(() => built({ SIZE: 512 })).toThrow(/cannot take this call: tunables\.SIZE <= 256 does not hold/);
    expect(kernel.manifest.tunables['SIZE']?.default).toBe(64);
  });

  describe('judged', () => {
    const setting = (values: Record<string, number>): TuneSetting => {
      const tunables = { A: 1, B: 1, C: 1, ...values };
      const changed = Object.keys(tunables).filter((name) => tunables[name as keyof typeof tunables] !== 1);
      return { variant: 'v', tunables, changed };
    };
    // C does something only where B is 2; A never does; 9 does not fit.
    const outcomeOf = ({ tunables: { B, C } }: TuneSetting): SettingOutcome =>
      B === 9
        ? { print: null, refused: 'too large' }
        : { print: B === 2 ? `2,${String(C)}` : String(B), refused: null };
    const judged = (settings: Iterable<TuneSetting>): string[] =>
      judgeSettings(settings, outcomeOf, new Map()).map(
        (one) => settingName(one) + (one.sameAs === null ? '' : ` as ${one.sameAs}`) + (one.refused ?? ''),
      );

    test('a program goes by the fewest changes that give it', () => {
      const settings = [{}, { A: 2 }, { C: 2 }, { A: 3, B: 2, C: 3 }, { A: 4, B: 2, C: 3 }].map(setting);
      expect(judged(settings)).toEqual([
        'v',
        'v A=2 as v',
        'v C=2 as v',
        'v B=2 C=3',
        'v A=3 B=2 C=3 as v B=2 C=3',
        'v A=4 B=2 C=3 as v B=2 C=3',
      ]);
    });

    test('so does a refusal, the first time', () => {
      expect(judged([{}, { A: 2, B: 9, C: 3 }, { A: 3, B: 9 }].map(setting))).toEqual([
        'v',
        'v B=9too large',
        'v A=3 B=9too large',
      ]);
    });

    test('enough programs are enough, and so are many settings without a new one', () => {
      const many = (name: string): TuneSetting[] =>
        Array.from({ length: 500 }, (_, at) => setting({ [name]: at + 10 }));
      expect(judged([setting({}), ...many('B')])).toHaveLength(MOST_PROGRAMS);
      expect(judged([setting({}), ...many('A')]).length).toBeLessThan(100);
    });
  });
});

describe('the best', () => {
  const speedup = (ratio: number, width = 0.005): RowSpeedup => ({
    ratio,
    low: ratio * (1 - width),
    high: ratio * (1 + width),
    verdict: ratio * (1 - width) > 1.01 ? 'FASTER' : 'UNCLEAR',
  });
  const tried = (variant: string, ratio: number | null, more: Partial<TriedSetting> = {}): TriedSetting => ({
    variant,
    tunables: {},
    changed: [],
    isDefault: variant === 'default',
    status: 'timed',
    reason: null,
    sameAs: null,
    medianNs: 1000,
    shareOfLimit: null,
    flopsPerSecond: null,
    speedup: ratio === null ? null : speedup(ratio),
    ...more,
  });
  const standard = tried('default', null);

  test('a wrong one is never best, nor among the fastest', () => {
    const wrong = tried('wrong', null, { status: 'wrong', reason: '3 elements wrong', medianNs: null });
    const all = [standard, wrong, tried('good', 1.2)];
    expect(fastest(all, 2).map(({ variant }) => variant)).toEqual(['good', 'default']);
    expect(bestOf(all, [standard, { ...wrong, speedup: speedup(9) }])?.variant).toBe('default');
  });

  test('the second measurement decides, and only for certain', () => {
    const all = [standard, tried('lucky', 1.4), tried('good', 1.2)];
    const second = [standard, tried('lucky', 1.02, { speedup: speedup(1.02, 0.05) }), tried('good', 1.19)];
    expect(bestOf(all, second)).toMatchObject({ variant: 'good', confirmed: true, speedup: { ratio: 1.19 } });
    expect(bestOf(all, [standard, tried('lucky', 1.005)])).toMatchObject({ variant: 'default', speedup: null });
    expect(bestOf(all, null)).toMatchObject({ variant: 'lucky', confirmed: false });
    expect(bestOf([{ ...standard, status: 'failed' }, tried('good', 2)], null)).toBeNull();
  });

  test('of those as fast as each other the one with the fewest changes is taken', () => {
    const all = [
      standard,
      tried('much', 1.201, { changed: ['A', 'B', 'C'] }),
      tried('some', 1.2, { changed: ['A', 'B'] }),
      tried('one', 1.199, { changed: ['A'] }),
      tried('less', 1.1, { changed: ['B'] }),
    ];
    expect(worthAgain(all, 2).map(({ variant }) => variant)).toEqual(['much', 'one']);
    expect(worthAgain(all, 9).map(({ variant }) => variant)).toEqual(['much', 'one', 'some', 'less']);
    expect(bestOf(all, null)?.variant).toBe('one');
    expect(worthAgain([standard], 2)).toEqual([]);
  });

  test('over all cases the geometric mean counts, and the default as 1', () => {
    const one = (...list: TriedSetting[]): TunedCase => ({
      id: '',
      label: '',
      dtype: '',
      tried: list,
      best: null,
      reason: null,
    });
    const overall = overallSettings([
      one(standard, tried('a', 2), tried('b', 1.3)),
      one(standard, tried('a', 0.5), tried('b', 1.3), tried('c', 5)),
      one(standard, tried('a', null, { status: 'wrong' }), tried('b', 1.3)),
    ]);
    expect(overall.map(({ variant, cases, ratio }) => [variant, cases, ratio.toFixed(3)])).toEqual([
      ['b', 3, '1.300'],
      ['default', 3, '1.000'],
      ['a', 2, '1.000'],
      ['c', 1, '5.000'],
    ]);
  });
});
