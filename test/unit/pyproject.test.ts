import { parse } from '@decimalturn/toml-patch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PinProblem } from '../../src/kernels/pinProblem';
import { readPyprojectPins, removePyprojectPin, setPyprojectPin } from '../../src/kernels/pyproject';
import { tomlStatements } from '../../src/kernels/tomlStatements';
import { tomlDocument } from './tomlDocuments';

describe('a pin that is written', () => {
  test.each<[string, string, string]>([
    ['into nothing', '', '[tool.kernels.dependencies]\n"n/n" = 3\n'],
    ['after a mark', '\ufeff', '\ufeff[tool.kernels.dependencies]\n"n/n" = 3\n'],
    [
      'after other tables',
      '[project]\nname = "x" # c\n',
      '[project]\nname = "x" # c\n\n[tool.kernels.dependencies]\n"n/n" = 3\n',
    ],
    ['after an empty line', '[project]\n\n', '[project]\n\n[tool.kernels.dependencies]\n"n/n" = 3\n'],
    ['without a line end', '[project]', '[project]\n\n[tool.kernels.dependencies]\n"n/n" = 3\n'],
    ['with CRLF', 'a = 1\r\n', 'a = 1\r\n\r\n[tool.kernels.dependencies]\r\n"n/n" = 3\r\n'],
    [
      'after the last pin',
      '[tool.kernels.dependencies]\n"a/b" = 1 # keep\n\n# other\n[tool.z]\nx=1\n',
      '[tool.kernels.dependencies]\n"a/b" = 1 # keep\n"n/n" = 3\n\n# other\n[tool.z]\nx=1\n',
    ],
    [
      'into an empty table',
      '[tool.kernels.dependencies] # c\n\n[project]\n',
      '[tool.kernels.dependencies] # c\n"n/n" = 3\n\n[project]\n',
    ],
    [
      'indented as the one before',
      '[tool]\n\t[tool.kernels.dependencies]\n\t"a/b" = 1',
      '[tool]\n\t[tool.kernels.dependencies]\n\t"a/b" = 1\n\t"n/n" = 3',
    ],
    [
      'inline',
      '[tool.kernels]\ndependencies = { "a/b" = 1 } # c\n',
      '[tool.kernels]\ndependencies = { "a/b" = 1, "n/n" = 3 } # c\n',
    ],
    ['inline, empty', '[tool.kernels]\ndependencies = {}\n', '[tool.kernels]\ndependencies = { "n/n" = 3 }\n'],
    ['inline, higher up', 'tool = { black.x = 1 }\n', 'tool = { black.x = 1, kernels.dependencies."n/n" = 3 }\n'],
    ['inline over lines', 'tool = {\n  x = 1, # c\n}\n', 'tool = {\n  x = 1, kernels.dependencies."n/n" = 3, # c\n}\n'],
    [
      'beside dotted keys',
      '[tool]\nkernels.dependencies."a/b" = 1\nx = 2\n',
      '[tool]\nkernels.dependencies."a/b" = 1\nkernels.dependencies."n/n" = 3\nx = 2\n',
    ],
    [
      'where dotted keys define only the table above',
      '[tool]\nkernels.x = 1\n[project]\n',
      '[tool]\nkernels.x = 1\n[project]\n\n[tool.kernels.dependencies]\n"n/n" = 3\n',
    ],
    [
      'over an older version',
      '[tool.kernels.dependencies]\n"n/n" =  1  # c',
      '[tool.kernels.dependencies]\n"n/n" =  3  # c',
    ],
    ['over a specifier', 'tool.kernels.dependencies.\'n/n\' = ">=0.1"\n', "tool.kernels.dependencies.'n/n' = 3\n"],
    ['over itself', '[tool.kernels.dependencies]\n"n/n" = 0x3', '[tool.kernels.dependencies]\n"n/n" = 0x3'],
  ])('%s', (_, before, after) => {
    expect(setPyprojectPin(before, 'n/n', 3)).toBe(after);
  });

  test('changes nothing else in any document', () => {
    fc.assert(
      fc.property(tomlDocument, fc.constantFrom('a/b', 'n/n'), fc.integer({ min: 0, max: 99 }), (text, id, version) => {
        const result = setPyprojectPin(text, id, version);
        const before = readPyprojectPins(text);
        const old = before.find((pin) => pin.id === id);
        // All of what was there is still there, but for the version that the pin had.
        const shared = commonEnds(text, result);
        expect(text.length - shared).toBeLessThanOrEqual(old === undefined ? 0 : old.written.length + 3);
        expect(asMap(readPyprojectPins(result))).toEqual({ ...asMap(before), [id]: version });
        expect(others(result)).toEqual(others(text));
        if (text.includes('\r\n')) expect(loneLineFeeds(result)).toBe(loneLineFeeds(text));
      }),
      { numRuns: 400 },
    );
  });
});

describe('a pin that is removed', () => {
  test.each<[string, string, string]>([
    [
      'with its line and comment',
      '[tool.kernels.dependencies]\n# above\n"a/b" = 1 # its\n# below\n',
      '[tool.kernels.dependencies]\n# above\n# below\n',
    ],
    ['at the end', '[tool.kernels.dependencies]\n"c/d" = 1\r\n"a/b" = 1', '[tool.kernels.dependencies]\n"c/d" = 1\r\n'],
    [
      'the only one, inline',
      '[tool]\nkernels.dependencies = { "a/b" = 1 } # c\n',
      '[tool]\nkernels.dependencies = {} # c\n',
    ],
    [
      'the first, inline',
      'tool.kernels.dependencies = { "a/b" = 1, "c/d" = 2 }',
      'tool.kernels.dependencies = { "c/d" = 2 }',
    ],
    [
      'the last, inline',
      'tool.kernels.dependencies = { "c/d" = 2, "a/b" = 1 }',
      'tool.kernels.dependencies = { "c/d" = 2 }',
    ],
    [
      'the last over lines, whose comments stay',
      'tool.kernels.dependencies = {\n "c/d" = 2, # two\n "a/b" = 1 # one\n}',
      'tool.kernels.dependencies = {\n "c/d" = 2 # two # one\n}',
    ],
    ['a dotted key', 'tool.kernels.dependencies."a/b" = 1\n[x]\n', '[x]\n'],
    ['one that is not there', '[tool]\n', '[tool]\n'],
  ])('%s', (_, before, after) => {
    expect(removePyprojectPin(before, 'a/b')).toBe(after);
  });

  test('changes nothing else in any document', () => {
    fc.assert(
      fc.property(tomlDocument, (text) => {
        const before = readPyprojectPins(text);
        const result = removePyprojectPin(text, 'a/b');
        expect(asMap(readPyprojectPins(result))).toEqual(asMap(before.filter(({ id }) => id !== 'a/b')));
        expect(others(result)).toEqual(others(text));
      }),
      { numRuns: 400 },
    );
  });

  test('leaves what was there before it was written, where the table was there', () => {
    fc.assert(
      fc.property(tomlDocument, (text) => {
        fc.pre(readPyprojectPins(text).length > 0 && !/\{\s*\}/.test(text));
        const again = removePyprojectPin(setPyprojectPin(text, 'n/n', 1), 'n/n');
        expect(again.replace(/\r?\n$/, '')).toBe(text.replace(/\r?\n$/, ''));
      }),
    );
  });
});

test.each<[string, string]>([
  ['1.0', '1.0'],
  ['1e0', '1.0'],
  ['1.5', '1.5'],
  ['99999999999999999999', '99999999999999999999'],
  ['[9007199254740993, "x"]', '[9007199254740992,"x"]'],
  ['inf', 'Infinity'],
  ['true', 'true'],
])('%s is no version, and can be replaced by one', (value, written) => {
  const text = `[tool.kernels.dependencies]\n"a/b" = ${value}\n`;
  expect(readPyprojectPins(text)).toEqual([{ id: 'a/b', version: null, written }]);
  expect(setPyprojectPin(text, 'a/b', 1)).toBe('[tool.kernels.dependencies]\n"a/b" = 1\n');
  expect(setPyprojectPin(text, 'n/n', 2)).toBe(`${text}"n/n" = 2\n`);
});

test.each(['+1', '0x01', '0b1', '0o1', '1'])('%s is version 1, and stays as it is written', (value) => {
  const text = `[tool.kernels.dependencies]\n"a/b" = ${value}\n`;
  expect(readPyprojectPins(text)).toMatchObject([{ version: 1 }]);
  expect(setPyprojectPin(text, 'a/b', 1)).toBe(text);
});

test('pins are read in their order, whatever stands there', () => {
  expect(
    readPyprojectPins('[tool.kernels.dependencies]\n"z/z" = 2\n"a/a" = ">=0.1"\n"b/b" = -1\n"c/c" = { x = 1 }\n'),
  ).toEqual([
    { id: 'z/z', version: 2, written: '2' },
    { id: 'a/a', version: null, written: '>=0.1' },
    { id: 'b/b', version: null, written: '-1' },
    { id: 'c/c', version: null, written: '{"x":1}' },
  ]);
  expect(readPyprojectPins('[project]\nname = "x"\n')).toEqual([]);
});

describe('a file that cannot be edited says why', () => {
  test.each<[string, string, RegExp]>([
    ['no TOML', '[tool\n', /^pyproject\.toml is not valid TOML \(line 1\): .+ Correct it, then try again\.$/],
    ['a key twice', 'a = 1\na = 2\n', /line 2.*already defined/],
    ['a list of tables', '[[tool.kernels]]\nx = 1\n', /tool\.kernels is not a table/],
    ['a value in the way', '[tool.kernels]\ndependencies = 3\n', /tool\.kernels\.dependencies is not a table/],
    ['the pin as a table', '[tool.kernels.dependencies."a/b"]\nx = 1\n', /"a\/b" stands in .* as a table/],
    ['the pin as an inline table', '[tool.kernels.dependencies]\n"a/b" = { version = 1 }\n', /as a table/],
  ])('%s', (_, text, message) => {
    expect(() => setPyprojectPin(text, 'a/b', 1)).toThrow(PinProblem);
    expect(() => setPyprojectPin(text, 'a/b', 1)).toThrow(message);
    expect(() => removePyprojectPin(text, 'a/b')).toThrow(PinProblem);
  });
});

test('millions of comments are no obstacle', () => {
  expect(tomlStatements('#\n'.repeat(2_500_000))).toEqual([]);
});

test('a string of a megabyte is no obstacle', () => {
  const text = `[tool]\nx = """${'a "quoted" word\n'.repeat(70_000)}"""\n`;
  expect(setPyprojectPin(text, 'a/b', 1)).toBe(`${text}\n[tool.kernels.dependencies]\n"a/b" = 1\n`);
});

function asMap(pins: ReturnType<typeof readPyprojectPins>): Record<string, number | string> {
  return Object.fromEntries(pins.map(({ id, version, written }) => [id, version ?? written]));
}

/** The document without its table of pins, and without the tables that hold nothing else. */
function others(text: string): unknown {
  const document = structuredClone(parse(text) as Record<string, Record<string, Record<string, unknown>>>);
  delete document['tool']?.['kernels']?.['dependencies'];
  if (document['tool'] && Object.keys(document['tool']['kernels'] ?? {}).length === 0)
    delete document['tool']['kernels'];
  if (Object.keys(document['tool'] ?? {}).length === 0) delete document['tool'];
  return document;
}

/** How many characters two texts share at their beginning and end, at most the length of the first. */
function commonEnds(a: string, b: string): number {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return start + end;
}

function loneLineFeeds(text: string): number {
  return text.match(/(?<!\r)\n/g)?.length ?? 0;
}
