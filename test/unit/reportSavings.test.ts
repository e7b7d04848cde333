import { describe, expect, test } from 'vitest';
import type { PassWork, ReportCase } from '../../src/profile/report';
import { passFlow, roundTripBytes, vanished } from '../../src/profile/reportPasses';
import { caseSavings, namesText, savingsNote } from '../../src/profile/reportSavings';
import { sampleCase, sampleReport, sampleRow, withRows } from './sampleReports';

const suite = sampleReport('suite');
const RMS = sampleCase(suite, 'ai.onnx.RMSNormalization/16384x4096/float32');
const DECODE = sampleCase(suite, 'ai.onnx.Attention/decode-1x32x4096x128/float16');
const MATMUL = sampleCase(suite, 'ai.onnx.MatMul/4096x4096x4096/float16');

function flowOf(item: ReportCase, contender: string) {
  const { work } = sampleRow(item, contender);
  if (work === null) throw new Error(`${contender} has no passes`);
  return passFlow(item, work);
}

describe('what passes hand on', () => {
  test('a buffer that is used twice holds two results, each with its own readers', () => {
    const { intermediates, sharedInputs } = flowOf(RMS, 'unfused');
    expect(intermediates.map(({ name, buffer, readBy }) => [name, buffer, readBy])).toEqual([
      ['squares', 't0', [1]],
      ['mean of squares', 'mean_square', [2]],
      ['mean + epsilon', 'shifted', [3]],
      ['1 / sqrt', 'inverse', [4]],
      ['normalized', 't0', [5]],
    ]);
    expect(sharedInputs).toEqual([{ name: 'x', times: 2 }]);
  });

  test('bytes are told from what is left of a pass, and are not told where that is not enough', () => {
    const [squares, mean] = flowOf(RMS, 'unfused').intermediates;
    expect([squares?.bytes, mean?.bytes]).toEqual([268435456, 65536]);
    expect(squares && roundTripBytes(squares)).toBe(2 * 268435456);
    const pass: PassWork = {
      ...{ id: 'two', name: 'two at once', workgroups: [1, 1, 1], reads: ['x'], writes: ['a', 'b'] },
      ...{ readBytes: 268435456, writtenBytes: 100 },
    };
    const both = passFlow(RMS, { launches: 1, bytesMoved: 0, scratchBytes: 0, passes: [pass] });
    expect(both.intermediates.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['two at once, a', null],
      ['two at once, b', null],
    ]);
  });

  test('a result that both hand on is not saved', () => {
    const before = flowOf(DECODE, 'unfused');
    expect(vanished(before, flowOf(DECODE, 'split'))).toHaveLength(before.intermediates.length);
    expect(vanished(before, before)).toEqual([]);
  });

  test.each<[string, readonly (readonly [string, number | null])[], string]>([
    ['one', [['scores', 8e6]], '“scores” (8.00 MB)'],
    [
      'alike, in the order of the passes',
      [
        ['a', 8e6],
        ['b', 8e6],
      ],
      '“a” and “b” (8.00 MB each)',
    ],
    [
      'unlike, the larger one first',
      [
        ['a', 4e6],
        ['b', 8e6],
      ],
      '“b” (8.00 MB) and “a” (4.00 MB)',
    ],
    [
      'small ones are counted',
      [
        ['a', 8e6],
        ['b', 4],
        ['c', 4],
      ],
      '“a” (8.00 MB) and 2 small ones',
    ],
    [
      'many are counted',
      ['a', 'b', 'c', 'd'].map((name) => [name, 8e6] as const),
      '“a”, “b” and “c” (8.00 MB each) and 1 more',
    ],
    [
      'of sizes that nobody knows',
      [
        ['a', null],
        ['b', null],
      ],
      '“a” and “b”',
    ],
  ])('%s', (_, results, words) => {
    const made = results.map(([name, bytes]) => ({ name, bytes, buffer: name, writtenBy: 0, readBy: [1] }));
    expect(namesText(made)).toBe(words);
  });
});

describe('what fusing saves, in words', () => {
  test('of a normalisation', () => {
    const savings = caseSavings(suite, RMS);
    expect(savings?.before).toMatchObject({
      name: 'unfused (baseline)',
      text: '6 kernels move 1.88 GB, 3.5× the least there can be (537 MB). 1.07 GB of it are results which one kernel writes to memory and another reads back: “squares” and “normalized” (268 MB each) and 3 small ones; x is read twice.',
    });
    expect(savings?.after.text).toBe(
      '1 kernel moves 537 MB, the least there can be: every input read once, every output written once. What unfused writes to memory and reads back stays inside this kernel, so it needs no memory beside inputs and outputs (unfused: 269 MB).',
    );
    expect(savings?.others).toEqual(['ONNX Runtime took 910 µs, fused is 4.9× faster; its 4 kernels move 1.88 GB.']);
    expect(savings?.gone).toHaveLength(5);
    expect(savings?.expected).toBe('659 µs and 187 µs, 3.5× less: bytes at the copy rate, and 1.90 µs a launch.');
    expect(savings?.measured).toMatch(/^641 µs and 188 µs\. fused moves 3\.5× less and ran 3\.4× faster/);
  });

  test('of one that hands something on itself', () => {
    expect(caseSavings(suite, DECODE)?.after.text).toBe(
      '2 kernels move 67.7 MB, hardly more than the least there can be (67.1 MB). 532 kB of it is a result which one kernel writes to memory and another reads back: “parts” (266 kB). “scores”, “scaled scores” and “exp” (524 kB each) and 2 more no longer go through it, and beside inputs and outputs it needs 266 kB of memory (unfused: 1.57 MB).',
    );
  });

  test('of a product, where there is nothing to save', () => {
    expect(caseSavings(suite, MATMUL)?.after.text).toMatch(
      / Like plain it hands nothing on through memory: what differs is how it computes\.$/,
    );
  });

  test('what a product should take is the same for all', () => {
    expect(caseSavings(suite, MATMUL)?.expected).toMatch(
      /^\d+ µs both: operations at the product rate, and 1\.90 µs a launch\.$/,
    );
    const attention = caseSavings(suite, sampleCase(suite, 'ai.onnx.Attention/prefill-1x32x2048x128/float16'));
    expect(attention?.expected).toMatch(
      /less: bytes at the copy rate, or operations at the product rate where those take/,
    );
    const { machine } = suite;
    const unknown = { ...suite, machine: { ...machine, reference: { ...machine.reference, dispatchNs: null } } };
    expect(caseSavings(unknown, MATMUL)?.expected).toBeNull();
  });

  test('another runtime is never what is explained', () => {
    const item = withRows(RMS, (row) => (row.contender.id === 'fused_vec4' ? { ...row, work: null } : row));
    expect(caseSavings(suite, item)).toBeNull();
    expect(savingsNote(suite, item)).toBeNull();
  });

  test('a wrong contender is counted, and has no time', () => {
    const item = withRows(RMS, (row) =>
      row.contender.id === 'fused_vec4' ? { ...row, status: 'wrong' as const, timing: null, speedup: null } : row,
    );
    expect(caseSavings(suite, item)).toMatchObject({
      measured: 'unfused took 641 µs; fused is wrong, so there is nothing to hold it against.',
      others: [expect.stringMatching(/^ONNX Runtime took 910 µs; its/)],
    });
  });

  test('contenders against themselves, and Python, have nothing to explain', () => {
    const twins = { ...RMS, rows: [...RMS.rows, ...RMS.rows] };
    expect(caseSavings({ ...suite, mode: 'aa' }, twins)).toBeNull();
    const python = sampleReport('python-h100');
    expect(python.cases.map((item) => savingsNote(python, item)).filter((note) => note !== null)).toEqual([]);
  });
});
