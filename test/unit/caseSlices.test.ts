import { expect, test } from 'vitest';
import { blockOf, drawBlocks, fewSlices, repeatOf, tailOf, tailSlices } from '../../src/profile/webgpu/caseData';
import { makeTensor } from '../../src/profile/webgpu/tensor';

const tensor = (port: string, shape: readonly number[]) => makeTensor(port, 'float32', shape, 'plain', 'f32');
const QUERIES = tensor('q', [1, 32, 64, 128]);
const KEYS = tensor('k', [1, 8, 512, 128]);
const OUTPUT = tensor('y', [1, 32, 64, 128]);
const ALONG_HEADS = { axis: 1, inputs: ['q', 'k'] };

test('heads of queries that share heads of keys are slices together', () => {
  const repeat = repeatOf([QUERIES, KEYS], [OUTPUT], ALONG_HEADS);
  expect(repeat).toEqual({ slices: 5, inputs: new Set(['q', 'k']), axis: 1, of: 8 });
  if (repeat === null) return;
  expect([QUERIES, KEYS, OUTPUT].map((one) => blockOf(one, repeat).shape[1])).toEqual([20, 5, 20]);
  expect(fewSlices([QUERIES, KEYS], repeat).slices).toBe(1);
  const blocks = drawBlocks([QUERIES, KEYS], repeat, 'case', 1);
  expect(blocks.get('q')?.length).toBe(20 * 64 * 128 * 4);
  expect(tailOf(repeat, blocks, (slices) => drawBlocks([QUERIES, KEYS], slices, 'tail', 1))).toBeNull();
});

test('the last slices are as many of each tensor as it has in a slice', () => {
  const repeat = { slices: 2, inputs: new Set(['q', 'k']), axis: 1, of: 8 };
  const tail = tailOf(repeat, new Map(), (slices) => drawBlocks([QUERIES, KEYS], slices, 'tail', 1));
  expect(tail).toMatchObject({ start: 4, repeat: { slices: 4, axis: 1, of: 8 } });
  expect(tail?.blocks.get('q')?.length).toBe(16 * 64 * 128 * 4);
  expect(tail?.blocks.get('k')?.length).toBe(4 * 512 * 128 * 4);
});

test('where few slices are repeated the last two will do, if two fill whole words', () => {
  const repeat = { slices: 2, inputs: new Set(['q', 'k']), axis: 1, of: 8 };
  expect(tailSlices([QUERIES, KEYS], [OUTPUT], repeat)).toBe(2);
  expect(tailSlices([QUERIES, KEYS], [OUTPUT], { ...repeat, slices: 5 })).toBe(4);
  const bytes = makeTensor('q', 'uint8', [1, 8, 3], 'packed');
  expect(tailSlices([bytes], [], { ...repeat, inputs: new Set(['q']) })).toBe(4);
  expect(tailOf(repeat, new Map(), () => new Map(), 2)).toMatchObject({ start: 6, repeat: { slices: 2 } });
});

test.each([
  ['an output without the axis', [tensor('y', [4])], ALONG_HEADS],
  ['an output that cannot be shared out', [tensor('y', [1, 12, 4])], ALONG_HEADS],
  ['an output whose slices lie apart', [tensor('y', [2, 32, 4])], ALONG_HEADS],
  ['few slices', [tensor('y', [1, 32, 4])], { axis: 0, inputs: ['q'] }],
  ['no promise', [OUTPUT], null],
])('%s: nothing is repeated', (_, outputs, independent) => {
  expect(repeatOf([QUERIES, KEYS], outputs, independent)).toBeNull();
});
