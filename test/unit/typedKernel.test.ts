import { expect, test } from 'vitest';
import { typedKernel } from '../../src/sidebar/typedKernel';

test.each([
  ['org/name', { id: 'org/name', version: null }],
  [' org/name@v3 ', { id: 'org/name', version: 3 }],
  ['org/name@main', null],
  ['relu', null],
  ['', null],
  ['../../etc', null],
  ['org/na me', null],
  [`org/${'x'.repeat(10_000)}`, null],
])('%s', (text, target) => {
  expect(typedKernel(text)).toEqual(target);
});
