import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lockFormOf, parseLockFile, serialiseLockFile, type LockFile } from '../../src/kernels/lockFile';
import { PinProblem } from '../../src/kernels/pinProblem';
import { currentLockFile, olderLockFile } from './lockFiles';

const A = 'a'.repeat(40);
const B = '0123456789abcdef'.repeat(4);

const current: LockFile = {
  form: 'current',
  locks: [
    { dependency: { id: 'b/b', version: 2, revision: null }, commit: A },
    { dependency: { id: 'a/a', version: null, revision: 'main' }, commit: B },
    { dependency: { id: 'a/a', version: 10, revision: null }, commit: A },
    { dependency: { id: 'a/a', version: 9, revision: null }, commit: A },
  ],
};

test('the current form is written sorted, by name, version as a number, and revision', () => {
  const entry = (fields: string, commit: string): string =>
    `  {\n    "dependency": {\n${fields}\n    },\n    "lock": {\n      "commit": "${commit}"\n    }\n  }`;
  const entries = [
    entry('      "repo-id": "a/a",\n      "version": 9', A),
    entry('      "repo-id": "a/a",\n      "version": 10', A),
    entry('      "repo-id": "a/a",\n      "revision": "main"', B),
    entry('      "repo-id": "b/b",\n      "version": 2', A),
  ];
  expect(serialiseLockFile(current)).toBe(`[\n${entries.join(',\n')}\n]`);
  expect(serialiseLockFile({ form: 'current', locks: [] })).toBe('[]');
});

test('the older form is written as it came, in ASCII', () => {
  const older: LockFile = {
    form: 'older',
    locks: [
      { id: 'z/é', commit: A, variants: { 'torch-cpu': { hash: 'sha256-1', hashType: 'git_lfs_concat' } } },
      { id: 'a/a', commit: 'v1', variants: {} },
    ],
  };
  expect(serialiseLockFile(older)).toBe(`[
  {
    "repo_id": "z/\\u00e9",
    "sha": "${A}",
    "variants": {
      "torch-cpu": {
        "hash": "sha256-1",
        "hash_type": "git_lfs_concat"
      }
    }
  },
  {
    "repo_id": "a/a",
    "sha": "v1",
    "variants": {}
  }
]`);
});

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.oneof(currentLockFile, olderLockFile), (value) => {
      const written = serialiseLockFile(value);
      const read = parseLockFile(written);
      expect(read.form).toBe(value.form);
      expect(new Set(read.locks.map((lock) => JSON.stringify(lock)))).toEqual(
        new Set(value.locks.map((lock) => JSON.stringify(lock))),
      );
      expect(serialiseLockFile(read)).toBe(written);
    }),
  );
});

describe('a lock file that cannot be read says what is wrong', () => {
  const entry = (dependency: unknown, lock: unknown = { commit: A }): string => JSON.stringify([{ dependency, lock }]);
  test.each<[string, string, RegExp]>([
    [
      'empty',
      '',
      /^kernels\.lock is empty, so nothing in it was changed\. Restore the file, or delete it and lock the kernels again\.$/,
    ],
    ['cut short', '[{"depen', /^kernels\.lock is not JSON \(.+\), so nothing in it was changed\. /],
    ['another thing', '{}', /cannot be read.*: Invalid type: Expected Array but received Object\. /],
    [
      'a field of the future',
      entry({ 'repo-id': 'a/b', version: 1, digest: 'x' }),
      /: entry 1, `dependency`, `digest` is a field not known here\. /,
    ],
    [
      'a field that the older form does not have',
      `[{"repo_id": "a/b", "sha": "${A}", "variants": {}, "signature": "x"}]`,
      /: entry 1, `signature` is a field not known here\. /,
    ],
    [
      'a field of the future at the top',
      JSON.stringify([{ dependency: {}, lock: {}, 'x-y': 1 }]),
      /`x-y` is a field not known here|`repo-id` is missing/,
    ],
    ['no name', entry({ version: 1 }), /: entry 1, `dependency`, `repo-id` is missing\. /],
    [
      'neither version nor revision',
      entry({ 'repo-id': 'a/b' }),
      /: an entry needs a version or a revision, and not both\. /,
    ],
    [
      'both',
      entry({ 'repo-id': 'a/b', version: 1, revision: 'x' }),
      /: an entry needs a version or a revision, and not both\. /,
    ],
    [
      'a version in words',
      entry({ 'repo-id': 'a/b', version: '1' }),
      /: entry 1, `dependency`, `version` is "1", and .*number.* was expected\. /,
    ],
    ['a version below zero', entry({ 'repo-id': 'a/b', version: -1 }), /`version` is -1/],
    [
      'a commit that is none',
      entry({ 'repo-id': 'a/b', version: 1 }, { commit: 'main' }),
      /: the commit "main" is not 40 or 64 hexadecimal digits\. /,
    ],
    [
      'the same kernel twice',
      `[${entry({ 'repo-id': 'a/b', version: 1 }).slice(1, -1)},${entry({ 'repo-id': 'a/b', version: 1 }).slice(1)}`,
      /locks a\/b twice/,
    ],
    [
      'both forms at once',
      `[{"repo_id":"a/b","sha":"x","variants":{}},${entry({ 'repo-id': 'a/b', version: 1 }).slice(1)}`,
      /entry 2, `repo_id` is missing/,
    ],
    ['an older form without builds', '[{"repo_id":"a/b","sha":"x"}]', /entry 1, `variants` is missing/],
  ])('%s', (_, content, message) => {
    expect(() => parseLockFile(content)).toThrow(PinProblem);
    expect(() => parseLockFile(content)).toThrow(message);
  });
});

test.each<[string | null, LockFile['form'] | null, LockFile['form']]>([
  ['0.17.2', null, 'current'],
  ['0.17.0.dev0', 'older', 'current'],
  ['1.0.0', 'older', 'current'],
  ['0.16.0', null, 'older'],
  ['0.9.1', 'current', 'older'],
  [null, null, 'current'],
  [null, 'older', 'older'],
  ['unknown', 'older', 'older'],
])('the library %s with a file of the %s form writes the %s one', (library, present, form) => {
  expect(lockFormOf(library, present)).toBe(form);
});
