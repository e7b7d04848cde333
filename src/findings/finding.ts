// What is wrong, or could be better, about a use of a kernel: the squiggles of the editor and the lines of a scan.
import type { Span, TextEdit } from '../code/span';

/** Stable names: they stand in settings, in scans and in SARIF. Each has a line in docs/findings.md. */
export const FINDING_CODES = [
  'missing-version',
  'version-and-revision',
  'unknown-version',
  'invalid-version',
  'unknown-kernel',
  'invalid-id',
  'no-build-here',
  'untrusted-publisher',
  'unknown-function',
  'unknown-layer',
  'argument-order',
  'missing-argument',
  'unknown-argument',
  'deprecated-name',
  'not-locked',
  'moved-kernel',
  'wrong-language',
  'unpinned-revision',
  'newer-version',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/**
 * `error`: it raises when it runs, or writes where it should read. `warning`: it may fail, somewhere or some day.
 * `information`: it works, and there is better.
 */
export type FindingSeverity = 'error' | 'warning' | 'information';

export interface FindingFix {
  /** As a quick fix reads: `Use version 3`. */
  readonly title: string;
  /** Of the same text. */
  readonly edits: readonly TextEdit[];
  /** The one to take without thinking; at most one of a finding. */
  readonly preferred: boolean;
}

export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  readonly span: Span;
  /** What happens, why, and what to do; two sentences at most. */
  readonly message: string;
  /** The kernel it is about; null: it names none. */
  readonly kernel: string | null;
  readonly fixes: readonly FindingFix[];
}
