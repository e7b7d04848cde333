import { expect, test } from 'vitest';
import { problemText } from '../../src/profile/python/problemText';

test.each<[string, string, string, string | null, string]>([
  ['no detail', 'no-torch', 'There is none.', null, 'There is none. Do it right.'],
  [
    'the words of an exception',
    'missing-package',
    'A package is missing.',
    "ImportError: No module named 'a'\nand more",
    "A package is missing (ImportError: No module named 'a'). Do it right.",
  ],
  [
    'words that are in the cause',
    'no-torch',
    'torch is not there.',
    'NoTorch: torch is not there.',
    'torch is not there. Do it right.',
  ],
  [
    'words that are in the cause in other letters',
    'x',
    'The script has none.',
    'Refused: the script has none',
    'The script has none. Do it right.',
  ],
  [
    'an exception that nobody knows',
    'failed',
    'The code raised an error.',
    'ValueError: odd.',
    'The code raised an error: ValueError: odd. Do it right.',
  ],
  [
    'an exception without words',
    'failed',
    'The code raised an error.',
    'AssertionError: ',
    'The code raised an error. Do it right.',
  ],
  [
    'the last words of a process',
    'crash',
    'It crashed (SIGSEGV).',
    'first\nthe last\n\n',
    'It crashed (SIGSEGV) (the last). Do it right.',
  ],
  [
    'characters that do not belong into a line',
    'crash',
    'It crashed.',
    'a\u001b[31m\tb',
    'It crashed (a [31m b). Do it right.',
  ],
])('a problem with %s', (_name, kind, cause, detail, text) => {
  expect(problemText({ kind, cause, advice: 'Do it right.', detail })).toBe(text);
});
