// The suite's figures out of a report, and the bars that they are held against.
import { expect, test } from 'vitest';
import { bars, compared, geometricMean, suiteTable, times } from '../../scripts/measure/suite.mjs';
import type { Report, ReportCase, ReportRow } from '../../src/profile/report';

const row = (id: string, medianNs: number | null, more: object = {}): ReportRow =>
  ({
    contender: { id, variant: id, baseline: id === 'unfused' },
    status: medianNs === null ? 'wrong' : 'timed',
    timing: medianNs === null ? null : { medianNs },
    accuracy: { outputs: [{ maxAbs: 1e-6 }] },
    work: { launches: 1, bytesMoved: 8e6 },
    shareOfLimit: 0.97,
    flopsPerSecond: null,
    shareOfProduct: null,
    ...more,
  }) as unknown as ReportRow;

function item(kernel: string, name: string, tags: string[], flops: number | null, rows: ReportRow[]): ReportCase {
  const inputs = { a: { bytes: 4096 }, b: { bytes: 8e6 }, scales: { bytes: 1e6 } };
  const [dtype, leastBytes] = ['float16', 9e6];
  const id = `${kernel}/${name}/${dtype}`;
  return { id, kernel, name, tags, dtype, flops, leastBytes, inputs, rows } as unknown as ReportCase;
}

const PRODUCTS = { float16: { flopsPerSecond: 1.5e14 } };
const report = (cases: ReportCase[]): Report =>
  ({ machine: { reference: { copyBytesPerSecond: 3e12, products: PRODUCTS } }, cases }) as unknown as Report;

const PEER = 'onnxruntime-webgpu';
const NORM = item('ai.onnx.RMSNormalization', '32768x4096', ['large'], null, [
  row('unfused', 1000),
  row('fused_vec4', 200),
  row('fused_scalar', 250),
  row(PEER, 3200),
]);
const PRODUCT = item('ai.onnx.MatMul', '4096x4096x4096', ['large'], 1.37e11, [
  row('unfused', 9e5, { flopsPerSecond: 1.5e14 }),
  row('fused', 8e5, { flopsPerSecond: 1.7e14 }),
  row(PEER, 4e5, { flopsPerSecond: 3.4e14 }),
]);
const DECODE = item('com.microsoft.MatMulNBits', 'token-4096-11008-int4', ['decode'], 1e8, [
  row('unfused', 9000),
  row('fused', 4990),
]);

const barOf = (list: ReturnType<typeof bars>, text: RegExp) => list.find(({ bar }) => text.test(bar));

test('the fastest of a kernel stands beside its baseline and ONNX Runtime', () => {
  const { baseline, fused, peer } = compared(NORM);
  expect([baseline, fused, peer].map((one) => one?.contender.id)).toEqual(['unfused', 'fused_vec4', PEER]);
  expect(times(fused, peer)).toBe(16);
  expect(times(fused, row(PEER, null))).toBeNull();
  expect(suiteTable(report([NORM])).rows[0]?.slice(0, 6)).toEqual([
    'ai.onnx.RMSNormalization/32768x4096/float16',
    '1.0 µs',
    '0.2 µs (fused_vec4)',
    '3.2 µs',
    '5.00×',
    '16.00×',
  ]);
});

test('bars are met, missed with the names of those that miss them, or not told', () => {
  expect(geometricMean([2, 8])).toBeCloseTo(4);
  const found = bars(report([NORM, PRODUCT, DECODE]), 59);
  expect(barOf(found, /95 %/)).toMatchObject({ found: '1 of 1', met: true });
  expect(barOf(found, /never behind ONNX Runtime where it is right/)).toMatchObject({
    found: '1 of 2; not: ai.onnx.MatMul/4096x4096x4096/float16 0.50×',
    met: false,
  });
  expect(barOf(found, /where it is right, 4×/)).toMatchObject({ found: '2.83× over 2 cases', met: false });
  expect(barOf(found, /product/)).toMatchObject({ found: '170.0 TFLOP/s (ONNX Runtime 340.0)', met: true });
  // 9 MB in 5 µs are 1.8 TB/s, of 3.
  expect(barOf(found, /int4/)).toMatchObject({ found: expect.stringContaining('60.1 %') as string, met: true });
  expect(barOf(found, /60 s/)).toMatchObject({ met: true });
  const slow = { ...NORM, rows: [row('unfused', 1000), row('fused_vec4', 200, { shareOfLimit: 0.9 })] };
  const without = bars(report([slow]), 61);
  expect(barOf(without, /95 %/)).toMatchObject({
    found: expect.stringContaining('float16 90.0 %') as string,
    met: false,
  });
  expect(barOf(without, /never behind/)?.met).toBeNull();
  expect(barOf(without, /attention 1/)).toMatchObject({ found: 'not measured', met: null });
  expect(barOf(without, /60 s/)).toMatchObject({ met: false });
});

test('behind is what is slower by more than the times are unsure', () => {
  const timed = (id: string, medianNs: number): ReportRow =>
    row(id, medianNs, { timing: { medianNs, relativeHalfWidth: 0.002 } });
  const near = (peerNs: number): ReportCase => ({
    ...NORM,
    rows: [row('unfused', 1000), timed('fused', 200), timed(PEER, peerNs)],
  });
  expect(barOf(bars(report([near(199.5)]), 59), /never behind/)).toMatchObject({ found: '1 of 1', met: true });
  expect(barOf(bars(report([near(199)]), 59), /never behind/)).toMatchObject({ met: false });
});

test('ONNX Runtime that is wrong has its ratio apart, and its own bars', () => {
  const wrong = { ...PRODUCT, rows: [...PRODUCT.rows.slice(0, 2), row(PEER, 64e5, { status: 'wrong' })] };
  const { head, rows } = suiteTable(report([NORM, wrong, DECODE]));
  const [right, apart] = [head.indexOf('fused ÷ ONNX Runtime'), head.indexOf('fused ÷ ONNX Runtime, which is wrong')];
  expect(rows.map((cells) => [cells[3], cells[right], cells[apart]])).toEqual([
    ['3.2 µs', '16.00×', ''],
    ['6400.0 µs, wrong', '', '8.00×'],
    ['', '', ''],
  ]);
  const found = bars(report([NORM, wrong, DECODE]), 59);
  expect(found.filter(({ bar }) => bar.includes('ONNX Runtime')).map(({ bar, found }) => [bar, found])).toEqual([
    ['never behind ONNX Runtime where it is right', '1 of 1'],
    ['ahead of ONNX Runtime where it is right, 4× by geometric mean', '16.00× over 1 case'],
    ['never behind ONNX Runtime, right or wrong', '2 of 2, 1 of them wrong'],
    ['ahead of ONNX Runtime, right or wrong, 4× by geometric mean', '11.31× over 2 cases, 1 of them wrong'],
  ]);
  const without = bars(report([{ ...NORM, rows: NORM.rows.slice(0, 2) }]), 59);
  expect(without.filter(({ bar }) => bar.includes('ONNX Runtime')).every(({ met }) => met === null)).toBe(true);
});

test('a case that memory bounds is held against the copy rate, whatever its kernel', () => {
  // 9 MB take 3 µs at 3 TB/s; 1e8 operations take 0.67 µs at 150 TFLOP/s, 1e9 of them 6.7 µs.
  const rows = [row('unfused', 1000), row('fused', 200, { shareOfLimit: 0.5 })];
  const depthwise = item('com.microsoft.FusedConv', 'depthwise', ['large'], 1e8, rows);
  const dense = item('com.microsoft.FusedConv', 'dense', ['large'], 1e9, rows);
  const small = item('com.microsoft.FusedConv', 'small', ['small'], 1e8, rows);
  expect(barOf(bars(report([NORM, depthwise, dense, small]), 59), /95 %/)).toMatchObject({
    found: '1 of 2; not: com.microsoft.FusedConv/depthwise/float16 50.0 %',
    met: false,
  });
});
