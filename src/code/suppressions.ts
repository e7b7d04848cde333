// Comments that keep Kernel Lens quiet: `kernel-lens: ignore` and `kernel-lens: ignore-file`.
import type { SyntaxNode } from '@lezer/common';
import type { FindingCode } from '../findings/finding';
import type { ParsedSource } from './parsedSource';
import type { Span } from './span';

/** What can be kept quiet: a finding by its code, or the lenses above the code. */
export type Suppressible = FindingCode | 'lens';

export interface Suppressions {
  /** Whether a comment says that nothing of this kind is to be shown at a place. */
  has(span: Span, what: Suppressible): boolean;
}

interface Suppression {
  /** Where it holds; null: everywhere. */
  readonly span: Span | null;
  /** Null: all of them. */
  readonly codes: ReadonlySet<string> | null;
}

/** At the beginning of a comment, or of one after another: `# noqa  # kernel-lens: ignore[missing-version] the cluster has it`. */
const DIRECTIVE = /(?:^|[#/*\s])kernel-lens:[ \t]*ignore(-file)?(?:\[([^\]]*)\])?(?=[\s*]|$)/g;
const MARK = 'kernel-lens:';
const COMMENTS: ReadonlySet<string> = new Set(['Comment', 'LineComment', 'BlockComment']);
const NONE: Suppressions = { has: () => false };

/**
 * Reads the comments of a file.
 *
 * `kernel-lens: ignore` beside code holds for the statement on its line; on a line of its own, for the statement on the
 * next line that has code. A statement that holds others, a function or a loop, is meant with its line only.
 * `kernel-lens: ignore-file` holds for the file, and stands on a line of its own before the first statement; a docstring
 * or `'use strict'` may come first. Further down it says nothing, so that nobody switches a file off by accident.
 * Either takes codes in brackets, `ignore[missing-version, lens]`, and then holds for these.
 */
export function readSuppressions(source: ParsedSource): Suppressions {
  const { text, tree } = source;
  if (!text.includes(MARK)) return NONE;
  const found: Suppression[] = [];
  const first = firstStatement(source);
  let read = -1;
  for (let at = text.indexOf(MARK); at !== -1; at = text.indexOf(MARK, at + 1)) {
    const comment = tree.resolveInner(at, 1);
    if (!COMMENTS.has(comment.name) || comment.from === read) continue;
    read = comment.from;
    for (const [, file, list] of text.slice(comment.from, comment.to).matchAll(DIRECTIVE)) {
      const codes = list === undefined ? null : new Set(list.split(',').map((code) => code.trim()));
      const alone = codeOn(source, lineOf(text, comment.from)) === null;
      if (file === undefined) found.push({ span: covered(source, comment), codes });
      else if (alone && comment.from < first) found.push({ span: null, codes });
    }
  }
  return {
    has: ({ from, to }, what) =>
      found.some(
        ({ span, codes }) =>
          (codes === null || codes.has(what)) && (span === null || (from <= span.to && to >= span.from)),
      ),
  };
}

/** Where the first statement begins that is no string by itself. */
function firstStatement({ tree, text }: ParsedSource): number {
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling) {
    if (COMMENTS.has(node.name) || node.name === 'Hashbang') continue;
    if (node.name !== 'ExpressionStatement' || node.firstChild?.name !== 'String') return node.from;
  }
  return text.length;
}

/** What a comment of a statement is about. */
function covered(source: ParsedSource, comment: Span): Span {
  const { text } = source;
  let line = lineOf(text, comment.from);
  let code = codeOn(source, line);
  if (code === null) {
    line = lineOf(text, comment.to);
    code = codeOn(source, line);
  }
  while (code === null && line.to < text.length) {
    line = lineOf(text, nextLine(text, line.to));
    code = codeOn(source, line);
  }
  if (code === null) return line;
  const statement = statementAt(source, code);
  return statement === null || holdsStatements(statement) ? line : { from: statement.from, to: statement.to };
}

function lineOf(text: string, at: number): Span {
  let from = at;
  while (from > 0 && !isLineEnd(text.charAt(from - 1))) from -= 1;
  let to = at;
  while (to < text.length && !isLineEnd(text.charAt(to))) to += 1;
  return { from, to };
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r';
}

function nextLine(text: string, end: number): number {
  return text.startsWith('\r\n', end) ? end + 2 : end + 1;
}

/** Where the first thing on a line stands that is no comment; null: there is nothing. */
function codeOn({ text, tree }: ParsedSource, { from, to }: Span): number | null {
  let at = from;
  while (at < to) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const node = tree.resolveInner(at, 1);
    if (!COMMENTS.has(node.name)) return at;
    at = node.to;
  }
  return null;
}

function isStatement({ name }: SyntaxNode): boolean {
  return (
    name.endsWith('Statement') ||
    name.endsWith('Declaration') ||
    name === 'FunctionDefinition' ||
    name === 'ClassDefinition'
  );
}

function statementAt({ tree }: ParsedSource, at: number): SyntaxNode | null {
  let node: SyntaxNode | null = tree.resolveInner(at, 1);
  while (node !== null && !isStatement(node)) node = node.parent;
  return node;
}

function holdsStatements(statement: SyntaxNode): boolean {
  const cursor = statement.cursor();
  let holds = false;
  cursor.iterate((place) => {
    if (place.from !== statement.from || place.to !== statement.to || place.name !== statement.name) {
      holds ||= place.name === 'Block' || place.name === 'Body' || place.name === 'ClassBody';
    }
    return !holds;
  });
  return holds;
}
