import { describe, expect, test } from 'vitest';
import { chooseContenders } from '../../src/profile/webgpu/contenders';
import type { VariantVerdict } from '../../src/profile/webgpu/program';

function verdict(id: string, status: VariantVerdict['status'] = 'eligible'): VariantVerdict {
  return { id, description: '', status, reason: status === 'rejected' ? `${id} cannot` : '' };
}
const RANKED = [verdict('fused_vec4'), verdict('fused'), verdict('unfused'), verdict('unfused_vec4', 'rejected')];
const bench = (baseline: string | null, contenders: string[] = []) => ({ baseline, contenders, tune: {}, cases: [] });

describe('who takes part in a case', () => {
  const choices: [string, Parameters<typeof chooseContenders>, string[]][] = [
    ['the baseline and what selection takes', [RANKED, bench('unfused'), []], ['unfused', 'fused_vec4']],
    ['the last in rank without a bench.json', [RANKED, null, []], ['unfused', 'fused_vec4']],
    ['the last in rank when the baseline cannot', [RANKED, bench('unfused_vec4'), []], ['unfused', 'fused_vec4']],
    ['what bench.json adds', [RANKED, bench('unfused', ['fused']), []], ['unfused', 'fused_vec4', 'fused']],
    ['those that are named, in that order', [RANKED, bench('unfused'), ['fused', 'unfused']], ['fused', 'unfused']],
    ['a family stands for its first', [[verdict('fused_vec4'), verdict('fused_row')], null, ['fused']], ['fused_vec4']],
    ['one alone when there is no other', [[verdict('plain')], null, []], ['plain']],
    ['nobody when all are rejected', [[verdict('a', 'rejected')], null, []], []],
  ];
  test.each(choices)('%s', (_, [verdicts, benches, wanted], expected) => {
    const { contenders } = chooseContenders(verdicts, benches, wanted);
    expect(contenders.map(({ variant }) => variant)).toEqual(expected);
    expect(contenders.map(({ baseline }) => baseline)).toEqual(expected.map((__, index) => index === 0));
  });

  test('labels are short where they are clear', () => {
    const labels = (verdicts: VariantVerdict[], contenders: string[] = []) =>
      chooseContenders(verdicts, bench(null, contenders), []).contenders.map(({ label }) => label);
    expect(labels([verdict('fused_vec4'), verdict('unfused')])).toEqual(['unfused', 'fused']);
    expect(labels([verdict('fused_vec4'), verdict('fused_row'), verdict('unfused')], ['fused_row'])).toEqual([
      'unfused',
      'fused_vec4',
      'fused_row',
    ]);
    expect(labels([verdict('tiled_16'), verdict('naive_loop')])).toEqual(['naive_loop', 'tiled_16']);
  });

  test('the rejected are told with their reason', () => {
    expect(chooseContenders(RANKED, null, []).rejected).toEqual([
      { variant: 'unfused_vec4', reason: 'unfused_vec4 cannot' },
    ]);
  });
});
