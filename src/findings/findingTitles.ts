// What each finding is, in a line: of reports for machines, and of docs/findings.md.
import type { FindingCode } from './finding';

export const FINDING_TITLES: Readonly<Record<FindingCode, string>> = {
  'missing-version': 'A kernel is loaded without a version',
  'version-and-revision': 'Both a version and a revision are given',
  'unknown-version': 'The kernel has no such version',
  'invalid-version': 'The version is not a whole number, or not given by its name',
  'unknown-kernel': 'The Hub has no such kernel',
  'invalid-id': 'The id is not of the form org/name',
  'no-build-here': 'The kernel has no build that loads on this machine',
  'untrusted-publisher': 'The publisher is not trusted, and the call does not say that its code may run',
  'unknown-function': 'The kernel has no such function',
  'unknown-layer': 'The kernel has no such layer',
  'argument-order': 'Arguments of a kernel’s function are swapped',
  'missing-argument': 'An argument is missing that the function cannot do without',
  'unknown-argument': 'The function takes no such argument',
  'deprecated-name': 'The library is going to drop this name',
  'not-locked': 'The kernel is not in kernels.lock',
  'moved-kernel': 'The kernel has moved to another repository',
  'wrong-language': 'The kernel is for the other language',
  'unpinned-revision': 'The revision is a branch that moves',
  'newer-version': 'A newer version is there',
};
