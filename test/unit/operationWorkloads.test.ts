import { expect, test } from 'vitest';
import { memberSpeedup, workloadsOf } from '../../src/editor/operationWorkloads';
import type { Offer } from '../../src/insert/insertTypes';
import type { CaseOutcome } from '../../src/profile/kernelSpeedup';

const ALL = [
  { id: 'activation.gelu', functions: ['gelu', 'layers.Gelu'] },
  { id: 'activation.gelu_and_mul', functions: ['gelu_and_mul', 'layers.GeluAndMul'] },
  { id: 'attention.flash', functions: ['flash_attn_func'] },
  { id: 'attention.causal', functions: ['flash_attn_func'] },
];

function member(name: string, kind: Offer['member']['kind'] = 'function'): Offer['member'] {
  return { kind, name };
}

test.each([
  [member('gelu'), ['activation.gelu']],
  [member('GeluAndMul', 'layer'), ['activation.gelu_and_mul']],
  [member('GeluAndMul'), []],
  [member('flash_attn_func'), ['attention.flash', 'attention.causal']],
])('for %j there is %j', (offered, expected) => {
  expect(workloadsOf(offered, ALL)).toEqual(expected);
});

function outcome(name: string, ratio: number): CaseOutcome {
  return { name, against: 'PyTorch', speedup: { ratio, low: ratio, high: ratio, verdict: 'FASTER' } };
}

const OUTCOMES = [
  outcome('activation.gelu', 2),
  outcome('activation.gelu_and_mul', 3),
  outcome('GeluAndMulBenchmark.large', 12),
  outcome('Gelu.small', 8),
  outcome('benchmark.gelu', 100),
];

test.each([
  [member('gelu'), 4],
  [member('gelu_and_mul'), 6],
  [member('GeluAndMul', 'layer'), 6],
  [member('silu'), null],
])('of what was measured %j is worth %j', (offered, ratio) => {
  const found = memberSpeedup(offered, OUTCOMES, ALL);
  if (ratio === null) expect(found).toBeNull();
  else expect(found?.speedup?.ratio).toBeCloseTo(ratio);
});
