// Where in a file of Python a statement can be put, for a cursor that stands anywhere.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { ParsedSource } from '../code/parsedSource';
import { indentationAt, nextLine, readPythonStyle } from './pythonStyle';

export interface StatementPlace {
  /** What is replaced: a line's spaces where it holds nothing else, else nothing at a line's beginning or the text's end. */
  readonly from: number;
  readonly to: number;
  readonly indentation: string;
  /** Whether the line is empty, so that the statement ends with it. */
  readonly onEmptyLine: boolean;
}

const BLOCKS = new Set(['Script', 'Body']);
const LEAVING = new Set(['ReturnStatement', 'RaiseStatement', 'BreakStatement', 'ContinueStatement']);
const BROKEN = 'The code around the cursor cannot be read yet: finish that statement, then insert.';

/**
 * The cursor's own line where it is empty; otherwise after the statement that the cursor is in, or in front of it where the
 * cursor stands at its beginning, in its decorators, or where what follows would never run.
 */
export function statementPlace(source: ParsedSource, offset: number): StatementPlace | { readonly refused: string } {
  const { text } = source;
  const start = lineStart(text, offset);
  const line = text.slice(start, lineEnd(text, start));
  if (line.trim() === '' && !isWithin(source, start)) return onLine(source, start, line);
  if (line.trimStart().startsWith('#') && !isWithin(source, start)) {
    return onNewLine(source, nextLine(text, start), indentationAt(text, start));
  }
  const statement = ownStatement(source, statementAt(source, offset, start));
  if (statement === null || isBroken(statement)) return { refused: BROKEN };
  const inner = statement.name === 'DecoratedStatement' ? (statement.lastChild ?? statement) : statement;
  const inDecorators = inner !== statement && offset <= inner.from;
  if (offset <= statement.from || inDecorators || LEAVING.has(statement.name)) return inFront(source, statement);
  const body = inner.getChild('Body');
  return body === null ? behind(source, statement) : inBody(source, statement, body);
}

function inFront(source: ParsedSource, statement: SyntaxNode): StatementPlace | { refused: string } {
  if (isDocstring(statement)) return behind(source, statement);
  const first = lineStart(source.text, statement.from);
  return { from: first, to: first, indentation: indentationAt(source.text, statement.from), onEmptyLine: false };
}

/** Behind a docstring, else in front of the body's first statement. */
function inBody(source: ParsedSource, statement: SyntaxNode, body: SyntaxNode): StatementPlace | { refused: string } {
  const { text } = source;
  const [first] = statementsOf(body);
  if (first === undefined) return { refused: BROKEN };
  // `if a: b` has its body on its own line.
  if (!startsLine(text, first)) return behind(source, statement);
  return inFront(source, first);
}

function behind(source: ParsedSource, statement: SyntaxNode): StatementPlace | { refused: string } {
  return onNewLine(
    source,
    nextLine(source.text, contentEnd(source.text, statement)),
    indentationAt(source.text, statement.from),
  );
}

/** Python takes a string for a docstring only where it is the first thing. */
function isDocstring(node: SyntaxNode): boolean {
  const { parent, firstChild } = node;
  const isString = firstChild?.name === 'String' || firstChild?.name === 'ContinuedString';
  if (parent === null || !isString || firstChild.nextSibling !== null || node.name !== 'ExpressionStatement')
    return false;
  const owner = parent.name === 'Script' ? 'Script' : parent.parent?.name;
  const documented = owner === 'Script' || owner === 'ClassDefinition' || owner === 'FunctionDefinition';
  return documented && statementsOf(parent)[0]?.from === node.from;
}

function onLine(source: ParsedSource, start: number, line: string): StatementPlace | { refused: string } {
  const next = nextCode(source, start)?.statement ?? null;
  if (next !== null && isDocstring(next)) return behind(source, next);
  const indentation = legalIndentation(source, start, line);
  if (indentation === null) return { refused: BROKEN };
  return { from: start, to: start + line.length, indentation, onEmptyLine: true };
}

function onNewLine(source: ParsedSource, at: number, wanted: string): StatementPlace | { refused: string } {
  const indentation = legalIndentation(source, at, wanted);
  if (indentation === null) return { refused: BROKEN };
  return { from: at, to: at, indentation, onEmptyLine: false };
}

/** The indentation that was typed where a statement may have it there, else the one of the block around; null: not known. */
function legalIndentation(source: ParsedSource, at: number, wanted: string): string | null {
  const { text } = source;
  const above = lastStatementBefore(source, at);
  if (above === null) return '';
  if (isBroken(above)) return null;
  const chain: string[] = [];
  for (let node: SyntaxNode | null = above; node !== null; node = node.parent) {
    if (isStatement(node) && startsLine(text, node)) chain.push(indentationAt(text, node.from));
  }
  if (isOpen(above)) {
    const outer = indentationAt(text, above.from);
    return wanted.length > outer.length && wanted.startsWith(outer) ? wanted : outer + readPythonStyle(source).indent;
  }
  const next = nextCode(source, at);
  const least = next === null ? 0 : next.indentation.length + (next.statement === null ? 1 : 0);
  const legal = chain.filter((one) => one.length >= least);
  if (legal.includes(wanted)) return wanted;
  if (next !== null && next.statement !== null) return next.indentation;
  return legal[0] ?? null;
}

/** The innermost statement that covers a cursor; on a line with code, the one that the line has before it. */
function statementAt(source: ParsedSource, offset: number, start: number): SyntaxNode | null {
  const { text, tree } = source;
  const end = lineEnd(text, start);
  const code = text.slice(start, end);
  const first = start + (code.length - code.trimStart().length);
  const last = start + code.trimEnd().length;
  const place = Math.min(Math.max(offset, first), Math.max(first, last));
  for (const side of [1, -1] as const) {
    for (let node: SyntaxNode | null = tree.resolveInner(place, side); node !== null; node = node.parent) {
      if (isStatement(node) && node.from < end) return node;
    }
  }
  return null;
}

/** The statement around a statement that shares its line with others, such as `b = 3` of `if a: b = 3`. */
function ownStatement({ text }: ParsedSource, statement: SyntaxNode | null): SyntaxNode | null {
  for (let node = statement; node !== null; node = node.parent) {
    if (isStatement(node) && node.parent?.name !== 'DecoratedStatement' && startsLine(text, node)) return node;
  }
  return null;
}

function isStatement(node: SyntaxNode): boolean {
  return node.parent !== null && BLOCKS.has(node.parent.name) && /Statement|Definition|StatementGroup/u.test(node.name);
}

function statementsOf(body: SyntaxNode): readonly SyntaxNode[] {
  const all: SyntaxNode[] = [];
  for (let child = body.firstChild; child !== null; child = child.nextSibling) if (isStatement(child)) all.push(child);
  return all;
}

function startsLine(text: string, { from }: SyntaxNode): boolean {
  return text.slice(lineStart(text, from), from).trim() === '';
}

/** A block that nothing stands in yet. */
function isOpen(statement: SyntaxNode): boolean {
  const inner = statement.name === 'DecoratedStatement' ? statement.lastChild : statement;
  const body = inner?.getChildren('Body').at(-1);
  return body !== undefined && statementsOf(body).length === 0;
}

/** Whether a place is within brackets or a string that go over several lines. */
function isWithin({ tree }: ParsedSource, at: number): boolean {
  for (let node: SyntaxNode | null = tree.resolveInner(at, 0); node !== null; node = node.parent) {
    if (node.from >= at || node.to <= at) continue;
    if (/String|List$|Expression$/u.test(node.name) && node.name !== 'ExpressionStatement') return true;
  }
  return false;
}

/** Whether a statement, its blocks aside, holds something that is no Python. */
function isBroken(statement: SyntaxNode): boolean {
  const inner = statement.name === 'DecoratedStatement' ? (statement.lastChild ?? statement) : statement;
  for (let child = inner.firstChild; child !== null; child = child.nextSibling) {
    if (child.type.isError) return true;
    if (child.name === 'Body' || child.name === 'MatchBody') continue;
    if (holdsError(child)) return true;
  }
  return false;
}

function holdsError(node: SyntaxNode): boolean {
  let count = 0;
  node.cursor().iterate(({ type }) => {
    if (type.isError) count += 1;
  });
  return count > 0;
}

/** The last statement that begins before an offset, the innermost one. */
function lastStatementBefore({ tree }: ParsedSource, at: number): SyntaxNode | null {
  let block: SyntaxNode | null = tree.topNode;
  let found: SyntaxNode | null = null;
  while (block !== null) {
    let last: SyntaxNode | null = null;
    for (let child = block.childBefore(at); child !== null && last === null; child = child.prevSibling) {
      if (isStatement(child) && child.from < at) last = child;
    }
    if (last === null) return found;
    found = last;
    block = lastBlock(last, at);
  }
  return found;
}

function lastBlock(statement: SyntaxNode, at: number): SyntaxNode | null {
  const inner = statement.name === 'DecoratedStatement' ? (statement.lastChild ?? statement) : statement;
  const clauses = inner.getChild('MatchBody')?.getChildren('MatchClause') ?? [inner];
  return (
    clauses
      .flatMap((clause) => clause.getChildren('Body'))
      .filter(({ from }) => from < at)
      .at(-1) ?? null
  );
}

interface NextCode {
  readonly indentation: string;
  /** Null: `else:` and its like, which go on with a statement above. */
  readonly statement: SyntaxNode | null;
}

function nextCode({ text, tree }: ParsedSource, at: number): NextCode | null {
  for (let start = at; start < text.length; start = nextLine(text, start)) {
    const line = text.slice(start, lineEnd(text, start));
    const code = line.trimStart();
    if (code === '' || code.startsWith('#')) continue;
    const from = start + line.length - code.length;
    let node: SyntaxNode | null = tree.resolveInner(from, 1);
    while (node !== null && !(isStatement(node) && node.from === from)) node = node.parent;
    return { indentation: indentationAt(text, from), statement: node };
  }
  return null;
}

/** Where a statement's last line ends. Its node may hold the line's end too. */
function contentEnd(text: string, { from, to }: SyntaxNode): number {
  let end = to;
  while (end > from && /\s/u.test(text.charAt(end - 1))) end -= 1;
  return end;
}

function lineEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return end;
}
