import { expect, test } from 'vitest';
import { kernelCall } from '../../src/kernels/kernelCall';

test.each([
  ['python', 3, 'get_kernel("org/name", version=3)'],
  ['python', 0, 'get_kernel("org/name", version=0)'],
  ['python', null, 'get_kernel("org/name", revision="main")'],
  ['javascript', 1, 'getKernel("org/name", { version: 1 })'],
  ['javascript', null, 'getKernel("org/name", { revision: "main" })'],
] as const)('%s, version %s: %s', (language, version, call) => {
  expect(kernelCall({ id: 'org/name', language, version })).toBe(call);
});

test('a name that would end its string does not', () => {
  expect(kernelCall({ id: 'org/a"b', language: 'python', version: 1 })).toBe('get_kernel("org/a\\"b", version=1)');
});
