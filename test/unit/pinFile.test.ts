import { describe, expect, test } from 'vitest';
import { readPinFile, removeFilePin, setFilePin } from '../../src/kernels/pinFile';
import { PinProblem } from '../../src/kernels/pinProblem';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

test('a file is begun, extended, changed and emptied', () => {
  const first = setFilePin(null, { id: 'a/b', version: 1, commit: A });
  expect(first).toBe(`{
  "schema": "kernel-lens/pins",
  "version": 1,
  "kernels": [
    {
      "id": "a/b",
      "version": 1,
      "commit": "${A}"
    }
  ]
}
`);
  const two = setFilePin(setFilePin(first, { id: 'c/d', version: 2, commit: A }), { id: 'a/b', version: 3, commit: B });
  expect(readPinFile(two)).toEqual([
    { id: 'a/b', version: 3, commit: B },
    { id: 'c/d', version: 2, commit: A },
  ]);
  expect(readPinFile(removeFilePin(two, 'a/b'))).toEqual([{ id: 'c/d', version: 2, commit: A }]);
  expect(readPinFile(removeFilePin(removeFilePin(two, 'a/b'), 'c/d'))).toEqual([]);
});

test('what a later program wrote beside it is kept', () => {
  const text = JSON.stringify({
    schema: 'kernel-lens/pins',
    version: 1,
    note: 'keep',
    kernels: [{ id: 'a/b', version: 1, commit: A, digest: 'keep' }],
  });
  const changed = JSON.parse(setFilePin(text, { id: 'a/b', version: 2, commit: B })) as unknown;
  expect(changed).toMatchObject({ note: 'keep', kernels: [{ id: 'a/b', version: 2, commit: B, digest: 'keep' }] });
});

describe('a file that cannot be read says what is wrong', () => {
  const file = (kernels: unknown, version: unknown = 1): string => {
    return JSON.stringify({ schema: 'kernel-lens/pins', version, kernels });
  };
  const entry = { id: 'a/b', version: 1, commit: A };
  test.each<[string, string, RegExp]>([
    [
      'empty',
      ' ',
      /^kernel-lens\.pins\.json is empty, so nothing in it was changed\. Restore the file, or delete it and pin again\.$/,
    ],
    ['no JSON', '{', /is not JSON \(/],
    ['another thing', '[]', /cannot be read/],
    [
      'from the future',
      file('what nobody knows', 2),
      /is of version 2, and this Kernel Lens knows version 1, .*Update Kernel Lens\.$/,
    ],
    ['without kernels', JSON.stringify({ schema: 'kernel-lens/pins', version: 1 }), /`kernels` is missing/],
    ['an id that leaves its place', file([{ ...entry, id: '../x' }]), /an id is not of the form org\/name/],
    ['a branch for a commit', file([{ ...entry, commit: 'main' }]), /a commit is not 40 or 64 hexadecimal digits/],
    ['a version in words', file([{ ...entry, version: 'v1' }]), /entry 1, `version` is "v1"/],
    ['a kernel twice', file([entry, entry]), /pins a\/b twice/],
  ])('%s', (_, text, message) => {
    expect(() => readPinFile(text)).toThrow(PinProblem);
    expect(() => readPinFile(text)).toThrow(message);
    expect(() => setFilePin(text, entry)).toThrow(message);
    expect(() => removeFilePin(text, 'a/b')).toThrow(message);
  });
});
