import { describe, expect, test } from 'vitest';
import type { Report, ReportCase } from '../../src/profile/report';
import { savingsNote } from '../../src/profile/reportSavings';
import { verdictOf } from '../../src/profile/verdict';
import { sampleCase, sampleReport, withRows } from './sampleReports';

const suite = sampleReport('suite');
const RMS = sampleCase(suite, 'ai.onnx.RMSNormalization/16384x4096/float32');

/** `RMS` with other times, moved bytes and launches, in nanoseconds and bytes: of the baseline, then of what is fused. */
function changed(...sides: readonly (readonly [ns: number, bytes: number, launches: number])[]): ReportCase {
  const baselineNs = sides[0]?.[0] ?? 1;
  return withRows(RMS, (row) => {
    const [ns, bytesMoved, launches] = sides[row.contender.baseline ? 0 : 1] ?? [1, 1, 1];
    const ratio = baselineNs / ns;
    const [low, high] = [ratio * 0.995, ratio * 1.005];
    return {
      ...row,
      timing: row.timing && { ...row.timing, medianNs: ns },
      speedup: row.contender.baseline ? null : { ratio, low, high, verdict: verdictOf(low, high) },
      work: row.work && { ...row.work, bytesMoved, launches },
    };
  });
}

/** A copy rate of 1,000 GB/s and 2 µs for a launch. */
const round: Report = {
  ...suite,
  machine: {
    ...suite.machine,
    reference: { ...suite.machine.reference, copyBytesPerSecond: 1e12, dispatchNs: 2000 },
  },
};

describe('why it ran as it did', () => {
  test.each<[string, ReportCase, string]>([
    [
      'bytes and times agree',
      changed([4e6, 4e9, 4], [1.05e6, 1e9, 1]),
      'fused moves 4.0× less and ran 3.8× faster: memory was the limit.',
    ],
    [
      'bytes and times agree, far from the copy rate',
      changed([40e6, 4e9, 4], [10e6, 1e9, 1]),
      'fused moves 4.0× less and ran 4.0× faster: memory was the limit, though unfused moved its bytes at 10% of the copy rate, fused at 10%.',
    ],
    [
      'faster than its bytes',
      changed([8e6, 4e9, 4], [1e6, 1e9, 1]),
      'fused moves 4.0× less and ran 8.0× faster, more than its bytes explain: unfused moved its bytes at 50% of the copy rate, fused at 100%.',
    ],
    [
      'faster with the same bytes',
      changed([4e6, 2e9, 1], [2e6, 2e9, 1]),
      'fused moves as much and ran 2.0× faster: unfused moved its bytes at 50% of the copy rate, fused at 100%.',
    ],
    [
      'slower than its bytes',
      changed([4e6, 4e9, 4], [2e6, 1e9, 1]),
      'fused moves 4.0× less, but ran only 2.0× faster: unfused moved its bytes at 100% of the copy rate, fused at 50%, so there is room left.',
    ],
    [
      'a baseline out of a cache',
      changed([3e6, 4e9, 4], [1e6, 1e9, 1]),
      'fused moves 4.0× less, but ran only 3.0× faster: unfused moved its bytes at 133% of the copy rate, fused at 100%, some of it out of a cache.',
    ],
    [
      'slower in all',
      changed([1e6, 1e9, 4], [2e6, 5e8, 1]),
      'fused moves 2.0× less, but ran 2.0× slower: unfused moved its bytes at 100% of the copy rate, fused at 25%, so there is room left.',
    ],
    [
      'launches alone',
      changed([12e3, 1e5, 6], [2500, 4e4, 1]),
      'Too small for memory to matter: all that unfused moves takes 100 ns at the copy rate. 5 launches fewer save 10.0 µs (2.00 µs for an empty one); fused took 9.50 µs less.',
    ],
    [
      'launches that saved little',
      changed([12e3, 1e5, 6], [11.5e3, 4e4, 1]),
      'Too small for memory to matter: all that unfused moves takes 100 ns at the copy rate. 5 launches fewer save 10.0 µs (2.00 µs for an empty one); fused took 500 ns less, less than that.',
    ],
    [
      'as many launches',
      changed([3000, 1e5, 1], [3500, 4e4, 1]),
      'Too small for memory to matter: all that unfused moves takes 100 ns at the copy rate. Both launch 1 kernel; fused took 500 ns more.',
    ],
    [
      'launches and bytes',
      changed([20e3, 10e6, 6], [4000, 2e6, 1]),
      'Small enough for launches to count: 5 launches fewer save 10.0 µs (2.00 µs for an empty one), 8.00 MB less at the copy rate 8.00 µs; fused took 16.0 µs less.',
    ],
    [
      'launches and bytes, and something else',
      changed([60e3, 10e6, 6], [4000, 2e6, 1]),
      'Small enough for launches to count: 5 launches fewer save 10.0 µs (2.00 µs for an empty one), 8.00 MB less at the copy rate 8.00 µs; fused took 56.0 µs less, more than that explains: unfused moved its bytes at 17% of the copy rate, fused at 50%.',
    ],
    [
      'launches saved, and more lost elsewhere',
      changed([18e3, 2.6e5, 4], [20e3, 6e4, 1]),
      'Too small for memory to matter: all that unfused moves takes 260 ns at the copy rate. 3 launches fewer save 6.00 µs (2.00 µs for an empty one); fused took 2.00 µs more, so it loses more in how it computes.',
    ],
  ])('%s', (_, item, sentence) => {
    expect(savingsNote(round, item)).toBe(sentence);
  });

  test.each<[string, string, string]>([
    [
      'operations are the limit',
      'ai.onnx.MatMul/4096x4096x4096/float16',
      'Operations are the limit here, not memory: both do the same 137 GFLOP, at least 443 µs. tiled ran 11.6× faster: it reaches 52% of the product rate, plain 4.5%.',
    ],
    [
      'operations would be the limit, were it not for the bytes of the baseline',
      'ai.onnx.Attention/prefill-1x32x2048x128/float16',
      'The 68.7 GFLOP of both take at least 222 µs here, but the 5.44 GB of unfused take at least 1.87 ms. fused moves 81.0× less and ran 3.5× faster: it reaches 19% of the product rate, unfused 5.4%.',
    ],
  ])('%s', (_, id, sentence) => {
    expect(savingsNote(suite, sampleCase(suite, id))).toBe(sentence);
  });

  test('what is slower though it moves less is said to be', () => {
    const item = withRows(sampleCase(suite, 'ai.onnx.Attention/prefill-1x32x2048x128/float16'), (row) =>
      row.contender.baseline || row.speedup === null
        ? row
        : { ...row, shareOfProduct: 0.043, speedup: { ratio: 0.8, low: 0.79, high: 0.81, verdict: 'SLOWER' } },
    );
    expect(savingsNote(suite, item)).toMatch(
      /fused moves 81\.0× less, but ran 1\.3× slower: it reaches only 4\.3% of the product rate, unfused 5\.4%, and so loses in how it computes what it saves in memory\.$/,
    );
  });

  test('operations so few that launches alone count', () => {
    const small = { ...changed([6e3, 1e5, 2], [3.2e3, 1e5, 1]), leastBytes: 1e5 };
    expect(savingsNote(round, { ...small, flops: 4.8e6 })).toBe(
      'Too small for memory or operations to matter: all that unfused moves takes 100 ns at the copy rate, its operations 100 ns at the product rate. 1 launch fewer saves 2.00 µs (as an empty one); fused took 2.80 µs less.',
    );
    expect(savingsNote(round, { ...small, flops: 480e6 })).toMatch(/^Operations are the limit/);
  });

  test('in software no cause is named, and without a copy rate neither', () => {
    const { machine } = suite;
    const software = { ...suite, machine: { ...machine, adapter: { ...machine.adapter, software: true } } };
    expect(savingsNote(software, RMS)).toBe(
      'fused moves 3.5× less; it ran 3.4× faster in software, which says nothing about a GPU.',
    );
    const reference = { ...machine.reference, copyBytesPerSecond: null };
    expect(savingsNote({ ...suite, machine: { ...machine, reference } }, RMS)).toBe(
      'fused moves 3.5× less; it ran 3.4× faster.',
    );
  });
});
