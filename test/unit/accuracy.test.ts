import { describe, expect, test } from 'vitest';
import { judge, largestError, toleranceFor, type Evidence } from '../../src/profile/accuracy';
import type { RowAccuracy } from '../../src/profile/report';
import { check, FLOAT_POISON } from './outputCheck';

describe('tolerance', () => {
  test('follows the size of the output, so that small outputs are not waved through', () => {
    const small = toleranceFor('float16', [1e-4, -1e-4]);
    expect(small.abs).toBeCloseTo(4e-7, 12);
    expect(toleranceFor('float32', [100, -100]).abs).toBeCloseTo(2e-3, 9);
    expect(small.rule).toContain('root mean square');
  });

  test('never asks for more than the dtype can tell from zero', () => {
    expect(toleranceFor('float16', [0]).abs).toBe(2 ** -24);
    expect(toleranceFor('float32', []).abs).toBe(2 ** -126);
  });

  test('ignores values that are not finite in the size', () => {
    expect(toleranceFor('float32', [1, Infinity, NaN]).abs).toBeCloseTo(2e-5, 12);
  });

  test.each(['int32', 'int64', 'bool', 'uint8'])('%s must be equal', (dtype) => {
    expect(toleranceFor(dtype, [5])).toMatchObject({ abs: 0, rel: 0 });
  });

  test('a stored one is used alone', () => {
    expect(toleranceFor('float32', [1000], { stored: 1e-3 })).toEqual({
      abs: 1e-3,
      rel: 1e-3,
      rule: '|got − want| ≤ 0.001 × max(1, |want|), as the case says',
    });
  });
});

describe('the judgement of a row', () => {
  const right = check('float32', [1, 2], [1, 2.00002]);
  const wrong = check('float32', [1, 2.5], [1, 2]);
  const evidence = (change: Partial<Evidence>): Evidence => ({
    before: [[right]],
    after: [[right]],
    inputsUnchanged: true,
    oracle: true,
    ...change,
  });

  test('right', () => {
    const accuracy = judge(evidence({}), null);
    expect(accuracy).toMatchObject({ passed: true, checksBefore: 1, checksAfter: 1, inputsUnchanged: true });
    expect(accuracy.summary).toBe('max error 1e-5, tolerance 2e-5');
    expect(accuracy.outputs).toHaveLength(1);
    expect(accuracy.outputs[0]).toMatchObject({ elements: 4, wrong: 0 });
    expect(largestError(accuracy)).toBeCloseTo(1e-5, 7);
  });

  test('wrong before timing', () => {
    const accuracy = judge(evidence({ before: [[right], [wrong]], after: [] }), null);
    expect(accuracy.passed).toBe(false);
    expect(accuracy.summary).toBe('max error 0.5 at [1], 1 of 4 elements wrong');
  });

  test('wrong only in what the timed runs wrote', () => {
    const { passed, summary } = judge(evidence({ after: [[wrong]] }), null);
    expect(passed).toBe(false);
    expect(summary).toBe('max error 0.5 at [1], 1 of 4 elements wrong, in what the timed runs wrote');
  });

  test('NaN is named', () => {
    const { summary } = judge(evidence({ before: [[check('float32', [1, NaN], [1, 2])]] }), null);
    expect(summary).toBe('NaN at [1] (want 2), 1 of 4 elements wrong');
  });

  test('unwritten comes before wrong', () => {
    const got = new Uint8Array(Uint32Array.of(0x3f800000, FLOAT_POISON).buffer);
    const unwritten = check('float32', [1, 1], [1, 1], { got, poison: FLOAT_POISON });
    const { passed, summary, outputs } = judge(evidence({ before: [[wrong], [unwritten]] }), null);
    expect(passed).toBe(false);
    expect(summary).toBe('1 of 6 elements never written, one at [1]');
    expect(outputs[0]).toMatchObject({ wrong: 2, unwritten: 1, maxAbs: null });
  });

  test('a changed input fails a row whose outputs are right', () => {
    expect(judge(evidence({ inputsUnchanged: false }), null)).toMatchObject({
      passed: false,
      summary: 'the kernel changed one of its inputs',
    });
  });

  test('without an oracle a row neither passes nor fails, unless something is missing', () => {
    const looked = check('float32', [1, 1], null);
    const none = judge(evidence({ oracle: false, before: [[looked]], after: [] }), null);
    expect(none).toMatchObject({ passed: null, summary: 'ran, no oracle' });
    expect(largestError(none)).toBeNull();
    const missing = { ...looked, unwritten: 1 };
    expect(judge(evidence({ oracle: false, before: [[missing]] }), null).passed).toBe(false);
  });

  test('several outputs: the worst is named', () => {
    const second = { ...wrong, output: 'mean' };
    const accuracy = judge(evidence({ before: [[right, second]], after: [] }), null);
    expect(accuracy.outputs.map(({ output }) => output)).toEqual(['y', 'mean']);
    expect(accuracy.summary).toBe('mean: max error 0.5 at [1], 1 of 2 elements wrong');
  });

  describe('next to a baseline', () => {
    const baseline = (maxRel: number, passed = true): RowAccuracy => ({
      ...judge(evidence({}), null),
      passed,
      outputs: [{ ...right, maxRel }],
    });
    const beyond = check('float32', [1, 2.00006], [1, 2]);

    test.each<[string, RowAccuracy | null, boolean]>([
      ['no baseline', null, false],
      ['one that is as far off', baseline(2e-5), true],
      ['one that is nearer', baseline(1e-6), false],
      ['one that is wrong itself', baseline(1, false), false],
    ])('%s', (_, own, passed) => {
      const accuracy = judge(evidence({ before: [[beyond]], after: [] }), own);
      expect(accuracy.passed).toBe(passed);
      if (passed) expect(accuracy.summary).toBe("max error 3e-5, within 2 times the baseline's own");
    });

    test('never excuses NaN or what was not written', () => {
      const lost = check('float32', [1, NaN], [1, 2]);
      expect(judge(evidence({ before: [[lost]] }), baseline(1)).passed).toBe(false);
    });
  });
});
