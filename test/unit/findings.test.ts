import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CodeLanguage } from '../../src/code/parsedSource';
import type { FindingCode } from '../../src/findings/finding';
import { A, ASKING } from './findingCases';
import { SCRIPTS, TAKING } from './findingCasesMore';
import { applied, judge, knowledge } from './findingRig';

const IMPORT = `from kernels import (
    FuncRepository, LayerRepository, LockedLayerRepository, get_kernel, get_kernel_variants, get_locked_kernel,
    has_kernel, install_kernel, load_kernel, use_kernel_forward_from_hub,
)
import kernels
`;
const SCRIPT = 'import { getKernel } from "@huggingface/kernels";\n';
const PYTHON: CodeLanguage = 'python';
const SCRIPT_LANGUAGE: CodeLanguage = 'typescript';

const ALL = [
  ...[...ASKING, ...TAKING].map((one) => ({ ...one, language: PYTHON, head: IMPORT })),
  ...SCRIPTS.map((one) => ({ ...one, language: SCRIPT_LANGUAGE, head: SCRIPT })),
];

describe('what is said of code', () => {
  test.each(ALL)('$code', ({ code, is, fixed, language, head }) => {
    const text = head + code;
    const found = judge(text, language);
    expect(found.map((one) => [one.code, one.severity, text.slice(one.span.from, one.span.to)])).toEqual(is);
    const [first] = found;
    const preferred = first?.fixes.find((one) => one.preferred);
    if (fixed === undefined) return;
    expect(preferred === undefined ? null : applied(text, preferred.edits)).toBe(fixed === null ? null : head + fixed);
  });

  test('messages say what and why in two sentences at most, and name nothing that hides', () => {
    for (const { code, language, head } of ALL) {
      for (const { message } of judge(head + code, language)) {
        expect(message).toMatch(/[.?]$/);
        expect(message).not.toMatch(/!|[\p{Cc}\p{Cf}]/u);
        expect(message.length).toBeLessThan(420);
      }
    }
  });
});

describe('every fix', () => {
  const fixes = ALL.flatMap(({ code, language, head }) =>
    judge(head + code, language).flatMap((one) =>
      one.fixes.map((fix) => ({ text: head + code, language, one, fix, title: fix.title })),
    ),
  );

  test.each(fixes)('$one.code: $title', ({ text, language, one, fix }) => {
    const before = judge(text, language);
    const after = judge(applied(text, fix.edits), language);
    const count = (list: typeof before, code: string): number => list.filter((each) => each.code === code).length;
    expect(count(after, one.code)).toBeLessThan(count(before, one.code));
    const errors = (list: typeof before): string[] =>
      list.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    for (const code of errors(after)) expect(errors(before)).toContain(code);
  });

  test('is in order, does not overlap, and at most one of a finding is preferred', () => {
    for (const { one, fix } of fixes) {
      expect(one.fixes.filter(({ preferred }) => preferred).length).toBeLessThan(2);
      fix.edits.forEach(({ span }, at) => {
        expect(span.from).toBeGreaterThanOrEqual(fix.edits[at - 1]?.span.to ?? 0);
      });
    }
  });
});

test('a decorator that is going to be dropped is renamed wherever it stands', () => {
  const code =
    'from kernels import use_kernel_func_from_hub\n\n@use_kernel_func_from_hub(func_name="f")\ndef f(x): ...\n';
  const [found] = judge(code);
  expect(found?.code).toBe('deprecated-name');
  const after = applied(code, found?.fixes[0]?.edits ?? []);
  expect(after).toBe(
    'from kernels import use_kernel_forward_from_hub\n\n@use_kernel_forward_from_hub(layer_name="f")\ndef f(x): ...\n',
  );
  expect(judge(after)).toEqual([]);
});

test.each([
  ['0.14.1', 'information', 1],
  ['0.15.0', 'error', 1],
  ['0.17.2', 'error', 1],
  [null, 'error', 1],
])('with kernels %s a call without a version is %s', (kernelsVersion, severity, count) => {
  const found = judge(`${IMPORT}k = get_kernel(${A})`, 'python', knowledge({ kernelsVersion }));
  expect(found.map((one) => [one.code, one.severity])).toEqual([['missing-version', severity]]);
  expect(found).toHaveLength(count);
});

test('signatures of other releases are not assumed', () => {
  for (const kernelsVersion of ['0.16.0', '0.18.0']) {
    const found = judge(
      `${IMPORT}k = get_kernel(${A}, 2)\nm = get_locked_kernel("kernels-community/relu")`,
      'python',
      knowledge({ kernelsVersion }),
    );
    expect(found).toEqual([]);
  }
});

test('without an answer of the Hub nothing is said that only it could tell', () => {
  const known = knowledge({
    kernels: [],
    kernel: () => ({ ...knowledge().kernel('no/thing', 1), missing: false }),
  });
  const quiet = new Set<FindingCode>([
    'missing-version',
    'version-and-revision',
    'invalid-version',
    'invalid-id',
    'unknown-argument',
  ]);
  const local = new Set<FindingCode>([
    ...quiet,
    'missing-argument',
    'unpinned-revision',
    'deprecated-name',
    'not-locked',
  ]);
  for (const { code, language, head } of ALL) {
    for (const one of judge(head + code, language, known)) expect(local).toContain(one.code);
  }
});

test('half-typed and broken code is judged without a crash, and every span lies in it', () => {
  const pieces = ALL.map(({ code, head }) => head + code);
  fc.assert(
    fc.property(
      fc.constantFrom(...pieces),
      fc.nat(400),
      fc.nat(400),
      fc.constantFrom('', '(', '"', ')', '\r\n', '𝒳', '\t'),
      (piece, from, length, put) => {
        const text = piece.slice(0, from) + put + piece.slice(from + length);
        for (const language of ['python', 'typescript'] as const) {
          for (const { span, fixes } of judge(text, language)) {
            expect(span.from).toBeLessThanOrEqual(span.to);
            expect(span.to).toBeLessThanOrEqual(text.length);
            for (const { edits } of fixes) applied(text, edits);
          }
        }
      },
    ),
    { numRuns: 400 },
  );
});
