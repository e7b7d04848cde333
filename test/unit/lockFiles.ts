// Generated lock files of both forms.
import fc from 'fast-check';
import type { LockFile } from '../../src/kernels/lockFile';

/** Names that the schema leaves out, because an object's prototype has them. No build is called so. */
const NO_BUILDS: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

const commit = fc.oneof(fc.stringMatching(/^[0-9a-f]{40}$/), fc.stringMatching(/^[0-9a-f]{64}$/));
const text = fc.string({ unit: 'binary', maxLength: 12 });
const dependency = fc.oneof(
  fc.record({ id: text, version: fc.oneof(fc.nat(20), fc.maxSafeNat()), revision: fc.constant(null) }),
  fc.record({ id: fc.constantFrom('a/b', 'a/c', 'ab/c'), version: fc.nat(20), revision: fc.constant(null) }),
  fc.record({ id: fc.constantFrom('a/b', 'a/c'), version: fc.constant(null), revision: text }),
);

export const currentLockFile: fc.Arbitrary<LockFile> = fc.record({
  form: fc.constant('current' as const),
  locks: fc.uniqueArray(fc.record({ dependency, commit }), { selector: (lock) => JSON.stringify(lock.dependency) }),
});

export const olderLockFile: fc.Arbitrary<LockFile> = fc.record({
  form: fc.constant('older' as const),
  locks: fc.array(
    fc.record({
      id: text,
      commit: text,
      variants: fc.dictionary(
        text.filter((name) => !NO_BUILDS.has(name)),
        fc.record({ hash: text, hashType: text }),
      ),
    }),
    { minLength: 1 },
  ),
});
