import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineIndex } from '../../src/code/lineIndex';
import { changeBetween } from '../../src/editor/textChange';

const lines = fc.array(fc.stringMatching(/^[a\tü𝔸 ]{0,6}$/u), { maxLength: 12 });
const text = fc.tuple(lines, fc.constantFrom('\n', '\r\n')).map(([parts, end]) => parts.join(end));

test('a change makes one text of the other, and is no longer than it has to be', () => {
  fc.assert(
    fc.property(text, text, fc.nat(20), (one, other, at) => {
      const after = one.slice(0, at) + other + one.slice(at);
      for (const [before, next] of [
        [one, after],
        [after, one],
        [one, other],
      ] as const) {
        const change = changeBetween(before, next);
        if (change === null) {
          expect(next).toBe(before);
          continue;
        }
        const { from, to, insert } = change;
        expect(before.slice(0, from) + insert + before.slice(to)).toBe(next);
        if (to > from && insert !== '') {
          expect(before[from]).not.toBe(insert[0]);
          expect(before[to - 1]).not.toBe(insert.at(-1));
        }
      }
    }),
  );
});

test('offsets are lines and characters, and back', () => {
  fc.assert(
    fc.property(text, (whole) => {
      const index = new LineIndex(whole);
      const split = whole.split(/\r?\n/);
      expect(index.lines).toBe(split.length);
      for (let offset = 0; offset <= whole.length; offset += 1) {
        const { line, character } = index.position(offset);
        expect(
          split[line]?.startsWith(whole.slice(index.offset({ line, character: 0 }), offset).replace('\r', '')),
        ).toBe(true);
        // Between the two characters of a line's end there is no place.
        const isWithinEnd = whole[offset - 1] === '\r' && whole[offset] === '\n';
        expect(index.offset({ line, character })).toBe(isWithinEnd ? offset - 1 : offset);
        expect(index.line(line)).toBe(split[line]);
      }
    }),
  );
});

test.each([
  [-1, 0, 0],
  [0, 99, 2],
  [1, 99, 6],
  [2, 0, 6],
  [9, 9, 6],
])('a place at line %i, character %i that is not there is the nearest, %i', (line, character, offset) => {
  expect(new LineIndex('ab\r\ncd').offset({ line, character })).toBe(offset);
});
