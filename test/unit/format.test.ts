import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCoordinates,
  formatCount,
  formatError,
  formatFlops,
  formatRate,
  formatRatio,
  formatShape,
  formatShare,
  formatSpeedup,
  formatTensor,
  formatTime,
  plural,
  shortDtype,
  shortRatio,
} from '../../src/profile/format';

describe.each<[string, (value: number) => string, readonly (readonly [number, string])[]]>([
  [
    'time',
    formatTime,
    [
      [0, '0.00 ns'],
      [8.4, '8.40 ns'],
      [850, '850 ns'],
      [999.6, '1.00 µs'],
      [186_500, '187 µs'],
      [9_410_000, '9.41 ms'],
      [999_900, '1.00 ms'],
      [2.1e9, '2.10 s'],
      [3.6e12, '3,600 s'],
    ],
  ],
  [
    'bytes',
    formatBytes,
    [
      [0, '0 B'],
      [12, '12.0 B'],
      [4096, '4.10 kB'],
      [268_435_456, '268 MB'],
      [1.88e9, '1.88 GB'],
      [1.1e15, '1,100 TB'],
    ],
  ],
  [
    'rate',
    formatRate,
    [
      [0, '0 B/s'],
      [5.2e9, '5.20 GB/s'],
      [2.895e12, '2,895 GB/s'],
      [12e6, '12.0 MB/s'],
    ],
  ],
  [
    'operations a second',
    formatFlops,
    [
      [0, '0.00 FLOP/s'],
      [5.21e10, '52.1 GFLOP/s'],
      [6.4e14, '640 TFLOP/s'],
      [1.979e15, '1,979 TFLOP/s'],
    ],
  ],
  [
    'ratio in a sentence',
    shortRatio,
    [
      [1.04, '1.04×'],
      [4.84, '4.8×'],
      [9.96, '9.96×'],
      [12.3, '12.3×'],
    ],
  ],
  [
    'share',
    formatShare,
    [
      [0, '0%'],
      [0.0004, '<0.1%'],
      [0.003, '0.3%'],
      [0.0996, '10%'],
      [0.98, '98%'],
      [1.2, '120%'],
    ],
  ],
  [
    'ratio',
    formatRatio,
    [
      [0.084, '0.08×'],
      [1, '1.00×'],
      [4.838, '4.84×'],
      [9.996, '10.0×'],
      [12.34, '12.3×'],
      [130.4, '130×'],
      [1234.5, '1,235×'],
    ],
  ],
  [
    'error',
    formatError,
    [
      [0, '0'],
      [3.1e-7, '3e-7'],
      [4e-4, '4e-4'],
      [0.0099, '1e-2'],
      [0.31, '0.31'],
      [1.25, '1.3'],
      [250, '250'],
      [9e18, '9e18'],
    ],
  ],
  [
    'count',
    formatCount,
    [
      [0, '0'],
      [999, '999'],
      [1000, '1,000'],
      [67_108_864, '67,108,864'],
    ],
  ],
])('a %s', (_, format, cases) => {
  test.each(cases)('%d is %s', (value, text) => {
    expect(format(value)).toBe(text);
  });

  test('keeps its order of size, and is never NaN or an exponent of a kind nobody reads', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => {
        expect(format(value)).toMatch(/^<?\d[\d,.]*(e-?\d+)?( ?[a-zA-Zµ×%/]+)?$/);
      }),
    );
  });
});

test.each([
  [[], 'scalar'],
  [[7], '7'],
  [[16384, 4096], '16384×4096'],
])('shape %j is %s', (shape, text) => {
  expect(formatShape(shape)).toBe(text);
});

test.each([
  ['float16', 'f16'],
  ['float32', 'f32'],
  ['int64', 'i64'],
  ['uint8', 'u8'],
  ['bool', 'bool'],
])('%s is %s for short', (dtype, short) => {
  expect(shortDtype(dtype)).toBe(short);
  expect(formatTensor({ dtype, shape: [2, 3] })).toBe(`2×3 ${short}`);
});

test('a speed-up with its interval', () => {
  expect(formatSpeedup({ ratio: 4.838, low: 4.8, high: 4.876, verdict: 'FASTER' })).toBe('4.84× [4.80, 4.88]');
});

test('plurals and places', () => {
  expect(plural(1, 'launch', 'launches')).toBe('1 launch');
  expect(plural(5, 'launch', 'launches')).toBe('5 launches');
  expect(plural(1200, 'case')).toBe('1,200 cases');
  expect(formatCoordinates([4095, 17])).toBe('[4095, 17]');
  expect(formatCoordinates([])).toBe('[]');
});
