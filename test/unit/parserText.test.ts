import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parserText } from '../../src/code/parserText';

describe('what the grammar is given', () => {
  test.each([
    ['1.', '10'],
    ['x = (1., 2.)', 'x = (10, 20)'],
    ['1.e-5 + 1.E+5 + 1.e5', '10e-5 + 10E+5 + 10e5'],
    ['1.j 1.J', '10j 10J'],
    ['1_000. * b', '1_0000 * b'],
    ['1.5 + .5 + 1.5.hex()', '1.5 + .5 + 1.5.hex()'],
    ['x1.y', 'x1.y'],
    ['é1.y', 'é1.y'],
    ['1.real', '1.real'],
    ['x[1].y', 'x[1].y'],
    ['1...', '1...'],
    ['1.e', '1.e'],
    ['"a\\\r\nb"', '"a   b"'],
    ['# a\\\r\nb', '# a\\\r\nb'],
    ['"a\\\nb"', '"a\\\nb"'],
  ])('%j is %j', (text, given) => {
    expect(parserText(text)).toBe(given);
  });

  test('is as long as the text', () => {
    const part = fc.constantFrom('1', '.', 'e', '-', '\\', '\r', '\n', '#', '_', 'x', ' ', '"');
    fc.assert(fc.property(fc.string({ unit: part }), (text) => parserText(text).length === text.length));
  });
});
