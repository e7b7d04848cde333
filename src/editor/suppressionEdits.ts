// Comments that keep Kernel Lens quiet, written where they hold for what they are about. No vscode in here.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { ParsedSource } from '../code/parsedSource';
import { parseAgain } from '../code/parseSource';
import type { Span, TextEdit } from '../code/span';
import { readSuppressions, type Suppressible } from '../code/suppressions';

/** A comment on a line of its own above the statement; null: none can stand there, or it would hold for something else. */
export function ignoreLine(source: ParsedSource, span: Span, what: Suppressible): TextEdit | null {
  const { text } = source;
  const { from } = span;
  const at = lineStart(text, statementStart(source, from));
  // Within a string, or behind a line that goes on with this one, a comment would be none.
  if (
    isWithinToken(source, at) ||
    text
      .slice(0, at)
      .replace(/\r?\n$/, '')
      .endsWith('\\')
  )
    return null;
  const [indentation = ''] = /^[ \t]*/.exec(text.slice(at)) ?? [];
  const edit = { span: { from: at, to: at }, text: `${indentation}${comment(source, `ignore[${what}]`)}\n` };
  return holds(source, edit, span, what) ? edit : null;
}

/** Whether the comment does what it is written for: of two statements on a line it is about the first. */
function holds(source: ParsedSource, { span: { from, to }, text }: TextEdit, about: Span, what: Suppressible): boolean {
  const after = source.text.slice(0, from) + text + source.text.slice(to);
  const suppressions = readSuppressions(parseAgain(source, after, [{ from, to, insert: text }]));
  return suppressions.has({ from: about.from + text.length, to: about.to + text.length }, what);
}

/** A comment at the head of a text: below what has to stand first, a line for the shell or the encoding. */
export function ignoreFile(source: ParsedSource, what: Suppressible, start = 0): TextEdit {
  const rest = source.text.slice(start);
  const [head = ''] = /^(?:#![^\n]*(?:\n|$))?(?:[ \t]*#[^\n]*coding[:=][^\n]*(?:\n|$))?/.exec(rest) ?? [];
  const at = start + head.length;
  const before = head === '' || head.endsWith('\n') ? '' : '\n';
  return { span: { from: at, to: at }, text: `${before}${comment(source, `ignore-file[${what}]`)}\n` };
}

function comment({ language }: ParsedSource, directive: string): string {
  return `${language === 'python' ? '#' : '//'} kernel-lens: ${directive}`;
}

/** Of the innermost statement around a place, with its decorators; the place itself where there is none. */
function statementStart({ tree }: ParsedSource, at: number): number {
  let node: SyntaxNode | null = tree.resolveInner(at, 1);
  while (node !== null && !/(?:Statement|Declaration|Definition)$/.test(node.name)) node = node.parent;
  return node?.from ?? at;
}

function isWithinToken({ tree }: ParsedSource, at: number): boolean {
  for (let node: SyntaxNode | null = tree.resolveInner(at, 0); node !== null; node = node.parent) {
    if (/String|Comment|JSX/.test(node.name) && node.from < at && node.to > at) return true;
  }
  return false;
}
