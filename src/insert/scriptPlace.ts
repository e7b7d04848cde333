// Where in a script a statement that awaits something can stand, next to the cursor.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { ParsedSource } from '../code/parsedSource';
import type { Span } from '../code/span';
import { indentationAt, type ScriptStyle } from './scriptStyle';

export interface ScriptPlace {
  /** What is replaced: blanks, or nothing. */
  readonly span: Span;
  /** Around the statements, whose lines are indented by `indentation`, the first one not. */
  readonly before: string;
  readonly after: string;
  readonly indentation: string;
  /** Not in a function. */
  readonly top: boolean;
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'MethodDeclaration',
  'Property',
]);
const BRANCHES: ReadonlySet<string> = new Set([
  'IfStatement',
  'ForStatement',
  'WhileStatement',
  'DoStatement',
  'TryStatement',
  'CatchClause',
  'FinallyClause',
  'LabeledStatement',
  'SwitchBody',
  'Block',
  'Script',
]);

const LEAVING: ReadonlySet<string> = new Set([
  'ReturnStatement',
  'ThrowStatement',
  'BreakStatement',
  'ContinueStatement',
]);

export function isComment({ name }: SyntaxNode): boolean {
  return name === 'LineComment' || name === 'BlockComment';
}

/**
 * The place nearest to the cursor, or why there is none.
 * @param first nothing of the module's own comes before it: imports do
 */
export function scriptPlace(
  source: ParsedSource,
  offset: number,
  first: number,
  style: ScriptStyle,
): ScriptPlace | { refused: string } {
  const { block, child } = blockAt(source, offset);
  const problem = blockProblem(block);
  if (problem !== null) return { refused: problem };
  const top = functionOf(block) === null;
  const at = block.name === 'Script' ? Math.max(offset, headEnd(source), first) : offset;
  const moved = at !== offset;
  return { ...placeIn(source, block, moved ? null : child, at, style), top };
}

/** The innermost block of statements around the cursor, and what of it the cursor is within. */
function blockAt({ tree }: ParsedSource, offset: number): { block: SyntaxNode; child: SyntaxNode | null } {
  let child: SyntaxNode | null = null;
  let node = tree.resolveInner(offset, 0);
  while (node.name !== 'Script' && node.name !== 'Block' && node.parent !== null) {
    child = node;
    node = node.parent;
  }
  return { block: node, child };
}

/** Why no `await` can stand in a block; null: it can. */
function blockProblem(block: SyntaxNode): string | null {
  for (let node: SyntaxNode | null = block; node !== null; node = node.parent) {
    if (node.name !== 'Script' && node.name !== 'Block') continue;
    if (childrenOf(node).some(({ type }) => type.isError)) {
      return 'The code around the cursor cannot be read to its end. Complete it, then insert the kernel again.';
    }
    const parent = node.parent?.name;
    if (parent !== undefined && !BRANCHES.has(parent) && !FUNCTIONS.has(parent)) {
      return 'A kernel cannot be loaded here. Put the cursor at the top of the module or into an async function.';
    }
  }
  // Undefined at the top of a module.
  return functionOf(block)?.getChild('async') !== null
    ? null
    : 'Loading a kernel takes await, and the function at the cursor is not async. Make it async, or put the cursor outside it.';
}

/** The function whose code a block is; null: it is the module's. */
function functionOf(block: SyntaxNode): SyntaxNode | null {
  let node: SyntaxNode | null = block;
  while (node !== null && !FUNCTIONS.has(node.name)) node = node.parent;
  return node;
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The end of what must stay first: `#!`, directives, and the imports at the head with what is on their last line. */
export function headEnd({ tree, text }: ParsedSource): number {
  let end = 0;
  for (const node of childrenOf(tree.topNode)) {
    if (isComment(node)) {
      // What stands behind an import on its line belongs to it.
      if (end > 0 && !text.slice(end, node.from).includes('\n')) end = node.to;
      continue;
    }
    const directive =
      node.name === 'ExpressionStatement' && node.firstChild?.name === 'String' && node.firstChild.to >= node.to - 1;
    if (node.name !== 'ImportDeclaration' && node.name !== 'Hashbang' && !directive) break;
    end = node.to;
  }
  return end;
}

type Place = Omit<ScriptPlace, 'top'>;

function placeIn(
  { text }: Pick<ParsedSource, 'text'>,
  block: SyntaxNode,
  child: SyntaxNode | null,
  offset: number,
  style: ScriptStyle,
): Place {
  const children = childrenOf(block);
  const outer = block.name === 'Block' ? (indentationAt(text, block.from) ?? '') : '';
  const first = children.find(({ name, from }) => name !== '{' && name !== '}' && startsLine(text, from));
  const inner =
    first === undefined
      ? block.name === 'Block'
        ? outer + style.indent
        : ''
      : (indentationAt(text, first.from) ?? '');
  const { lineEnd } = style;
  // What comes behind a `return` never runs.
  const leaving = children.findLast(({ to, name }) => to <= offset && LEAVING.has(name));
  if (leaving !== undefined && child === null) return placeIn({ text }, block, leaving, offset, style);
  const aside = child !== null && isComment(child) && !startsLine(text, child.from);
  if (child !== null && !aside) {
    return { span: { from: child.from, to: child.from }, before: '', after: lineEnd + inner, indentation: inner };
  }
  const cursor = child?.to ?? offset;
  const [start, end] = [lineStart(text, cursor), lineStop(text, cursor)];
  if (/^[ \t]*$/.test(text.slice(start, end))) {
    return { span: { from: start, to: end }, before: inner, after: '', indentation: inner };
  }
  const next = children.find(({ from, name }) => from >= cursor && from < end && name !== ';');
  if (next !== undefined && next.name !== '}') {
    const apart = startsLine(text, next.from) ? '' : lineEnd + inner;
    return { span: { from: next.from, to: next.from }, before: apart, after: lineEnd + inner, indentation: inner };
  }
  const last = children.findLast(({ to }) => to <= cursor);
  const from = Math.max(last?.to ?? 0, Math.min(cursor, end));
  const to = next?.from ?? from;
  return {
    span: { from: last === undefined ? from : last.to, to },
    before: lineEnd + inner,
    after: next === undefined ? '' : lineEnd + outer,
    indentation: inner,
  };
}

function startsLine(text: string, at: number): boolean {
  return text.slice(lineStart(text, at), at).trim() === '';
}

function lineStop(text: string, at: number): number {
  let end = at;
  while (end < text.length && !'\r\n'.includes(text.charAt(end))) end += 1;
  return end;
}
