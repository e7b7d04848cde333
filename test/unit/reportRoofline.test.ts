import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/profile/report';
import {
  leastTimes,
  limitMeaning,
  limitOfCase,
  limitShare,
  productDtype,
  shareText,
} from '../../src/profile/reportLimits';
import { intensityText, markText, roofline, seriesOf, stripText } from '../../src/profile/reportRoofline';
import { logAxis, placeOn } from '../../webview/logAxis';
import { sampleCase, sampleReport, type SampleName } from './sampleReports';

const suite = sampleReport('suite');
const MATMUL = sampleCase(suite, 'ai.onnx.MatMul/4096x4096x4096/float16');

function withReference(report: Report, change: Partial<Report['machine']['reference']>): Report {
  return { ...report, machine: { ...report.machine, reference: { ...report.machine.reference, ...change } } };
}

describe('the limit of a case', () => {
  test.each<SampleName>(['suite', 'python-h100', 'python-cpu'])(
    'of %s is what its rows are told to be a share of',
    (name) => {
      const report = sampleReport(name);
      for (const item of report.cases) {
        for (const row of item.rows.filter(({ timing }) => timing !== null))
          expect([item.id, limitShare(row)?.of]).toEqual([item.id, limitOfCase(item, report.machine.reference)]);
      }
    },
  );

  test('takes as long as operations and bytes take at the rates of the run', () => {
    const { copyNs, productNs } = leastTimes(MATMUL, suite.machine.reference);
    expect(copyNs).toBeCloseTo(34711.5, 0);
    expect(productNs).toBeCloseTo(443351, 0);
    expect(leastTimes(MATMUL, withReference(suite, { products: {} }).machine.reference).productNs).toBeNull();
    expect(
      limitOfCase(MATMUL, withReference(suite, { copyBytesPerSecond: null, products: {} }).machine.reference),
    ).toBeNull();
  });

  test('is named only where it might be either', () => {
    const shares = suite.cases.map(({ rows }) => rows[1] && shareText(rows[1]));
    expect(shares).toEqual(['99%', '0.4%', '37%', '9.7%', '52% product', '19% product', '71% copy', '65% copy', '98%']);
    expect(limitMeaning(suite)).toMatch(/or of its product rate where the operations of the case take longer$/);
    expect(limitMeaning(sampleReport('h100'))).toBe('share of the copy rate of this run');
  });

  test.each([
    ['float16', 'float16'],
    ['float16+uint8', 'float16'],
    ['uint8+float32', 'float32'],
    ['bfloat16', 'bfloat16'],
    ['int8', 'int8'],
  ])('of %s is the product rate of %s', (dtype, product) => {
    expect(productDtype({ ...MATMUL, dtype })).toBe(product);
  });
});

describe('the roofline', () => {
  const drawn = roofline(suite);

  test('has a mark for each time whose operations are counted, below its roof, and the others on the strip', () => {
    const timed = suite.cases.flatMap(({ rows }) => rows.filter(({ timing }) => timing !== null));
    expect(drawn.marks.length + drawn.strip.length).toBe(timed.length);
    expect(drawn.marks).toHaveLength(11);
    for (const { flopsPerSecond, roof, limit } of drawn.marks)
      expect(flopsPerSecond / (roof ?? NaN)).toBeCloseTo(limit?.share ?? NaN, 6);
    expect(drawn.products).toEqual([{ dtype: 'float16', flopsPerSecond: 310e12 }]);
    expect(drawn.notes).toEqual([]);
  });

  test('tells contenders apart: baselines first, other runtimes last', () => {
    expect(drawn.series).toEqual(['plain, unfused (baseline)', 'tiled', 'fused', 'ONNX Runtime']);
    expect(MATMUL.rows.map((row) => seriesOf(drawn, row))).toEqual([0, 1, 3]);
  });

  test('says each mark in words', () => {
    const texts = drawn.marks.filter(({ item }) => item === MATMUL).map((mark) => markText(mark, 'MatMul'));
    expect(texts).toEqual([
      'MatMul, plain (baseline): 1,365 operations per byte, 14.0 TFLOP/s, 4.5% of the product rate',
      'MatMul, tiled: 1,365 operations per byte, 163 TFLOP/s, 52% of the product rate',
      'MatMul, ONNX Runtime: 1,365 operations per byte, 32.0 TFLOP/s, 10% of the product rate',
    ]);
    const [first] = drawn.strip;
    expect(first && stripText(first, 'RMS')).toBe('RMS, unfused (baseline): 838 GB/s, 29% of the copy rate');
    expect([0.0833, 0.834, 1, 3.55, 12.4, 1365].map(intensityText)).toEqual([
      '0.083',
      '0.83',
      '1.0',
      '3.5',
      '12',
      '1,365',
    ]);
  });

  test('says which rates were not measured', () => {
    const without = roofline(withReference(suite, { copyBytesPerSecond: null, products: {} }));
    expect(without.notes).toEqual([
      'The copy rate was not measured in this run, so memory has no roof.',
      'The product rate of float16 was not measured in this run: it has no flat roof.',
    ]);
    expect(without.marks.map(({ roof }) => roof)).toEqual(without.marks.map(() => null));
  });

  test('of Python too, of nothing, and of a report without operations', () => {
    expect(roofline(sampleReport('python-h100'))).toMatchObject({ strip: [], products: [{ dtype: 'bfloat16' }] });
    expect(roofline({ ...suite, cases: [] })).toMatchObject({ marks: [], strip: [], notes: [] });
    expect(roofline(sampleReport('h100')).marks).toEqual([]);
  });
});

describe('a logarithmic axis', () => {
  test.each<[readonly number[], readonly number[]]>([
    [
      [3, 40],
      [1, 10, 100],
    ],
    [
      [0.02, 5000],
      [0.01, 0.1, 1, 10, 100, 1000, 10000],
    ],
    [[10], [1, 10, 100]],
    [
      [1e-9, 1e12],
      [1e-10, 1e-6, 1e-2, 1e2, 1e6, 1e10],
    ],
  ])('of %j', (values, ticks) => {
    const axis = logAxis(values);
    expect(axis?.ticks.map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks);
    for (const value of values) {
      const place = axis === null ? NaN : placeOn(axis, value);
      expect(place).toBeGreaterThan(0);
      expect(place).toBeLessThan(1);
    }
  });

  test('of nothing there is none', () => {
    expect([[], [0], [NaN, -1]].map(logAxis)).toEqual([null, null, null]);
  });
});
