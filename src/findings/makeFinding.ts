// The parts that findings are made of.
import type { CodeValue } from '../code/kernelUse';
import type { Span, TextEdit } from '../code/span';
import { shownText } from '../kernels/shownText';
import type { Finding, FindingCode, FindingFix, FindingSeverity } from './finding';
import type { JudgedUse } from './judgedUse';

interface Parts {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  readonly span: Span;
  readonly message: string;
  readonly fixes?: readonly (FindingFix | null)[];
}

export function finding({ id }: JudgedUse, { code, severity, span, message, fixes = [] }: Parts): Finding {
  return { code, severity, span, message, kernel: id, fixes: fixes.filter((one) => one !== null) };
}

/** Null where one of the edits cannot be made. */
export function fix(title: string, edits: readonly (TextEdit | null)[], preferred = true): FindingFix | null {
  const made = edits.filter((edit) => edit !== null);
  if (made.length === 0 || made.length < edits.length) return null;
  return { title, edits: made.toSorted((a, b) => a.span.from - b.span.from), preferred };
}

/** Where an id stands, without its quotes where it has any; the loader's name where there is none. */
export function idSpan({ use }: JudgedUse): Span {
  return use.id === null ? use.loaderSpan : valueSpan(use.id);
}

export function valueSpan({ span, inner }: CodeValue): Span {
  return inner !== null && inner.to > inner.from ? inner : span;
}

/** A name or an id from the code or the Hub, in quotes, fit for a sentence. */
export function quoted(name: string): string {
  return `"${shownText(name, 80)}"`;
}

/** `1, 2 and 3`. */
export function listed(items: readonly (string | number)[]): string {
  const texts = items.map(String);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`;
}
