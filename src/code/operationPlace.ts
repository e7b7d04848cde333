// Where an operation stands: its statement, its function, and whether statements in front may do its work.
import type { SyntaxNode } from '@lezer/common';
import { spanOf } from './span';
import { acts, partsOf, textOf, type ReadCode } from './expressionShape';
import type { OperationDraft } from './operationDraft';
import type { OperationSite } from './operation';

export function placed(code: ReadCode, draft: OperationDraft): OperationSite {
  const { kind, form, node, name, nameSpan } = draft;
  const isDefinition = draft.body !== undefined;
  const statement = isDefinition ? decorated(node) : statementOf(node);
  return {
    kind,
    form,
    span: draft.body ?? spanOf(node),
    name,
    nameSpan,
    arguments: draft.arguments,
    definition: isDefinition ? { name, span: trimmed(code, node) } : null,
    statement: trimmed(code, statement),
    hoistable: !isDefinition && isHoistable(code, node, statement),
    enclosingFunction: enclosingFunction(code, statement === node ? statement : node),
  };
}

const SIMPLE: ReadonlySet<string> = new Set([
  'AssignStatement',
  'UpdateStatement',
  'ExpressionStatement',
  'ReturnStatement',
  'YieldStatement',
]);

/** The statement that a node stands in: the innermost. */
export function statementOf(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (at.parent !== null && !/Statement$|^(Function|Class|Type)Definition$/.test(at.name)) at = at.parent;
  // `a; b` is a StatementGroup, whose parts are statements of their own; an error may stand outside of all.
  return decorated(at);
}

function decorated(node: SyntaxNode): SyntaxNode {
  return node.parent?.name === 'DecoratedStatement' ? node.parent : node;
}

/** The innermost `def` whose body a node stands in. */
export function functionAround(node: SyntaxNode): SyntaxNode | null {
  let [at, around] = [node, node.parent];
  while (around !== null) {
    if (around.name === 'FunctionDefinition' && at.name === 'Body') return around;
    [at, around] = [around, around.parent];
  }
  return null;
}

/** The innermost class whose body a node stands in, through functions. */
export function classAround(node: SyntaxNode): SyntaxNode | null {
  let [at, around] = [node, node.parent];
  while (around !== null) {
    if (around.name === 'ClassDefinition' && at.name === 'Body') return around;
    [at, around] = [around, around.parent];
  }
  return null;
}

function enclosingFunction(code: ReadCode, node: SyntaxNode): OperationSite['enclosingFunction'] {
  const found = functionAround(node);
  const name = found?.getChild('VariableName');
  return found && name ? { name: textOf(code, name), span: trimmed(code, found) } : null;
}

/** A body's node may reach over the line's end. */
export function trimmed(code: ReadCode, node: SyntaxNode): { from: number; to: number } {
  return { from: node.from, to: node.from + textOf(code, node).trimEnd().length };
}

/** Whether the expression is computed once, whenever its statement is, and nothing in that acts before it. */
function isHoistable(code: ReadCode, node: SyntaxNode, statement: SyntaxNode): boolean {
  if (!SIMPLE.has(statement.name) || !beginsLine(code, statement)) return false;
  // What stands in front would give the class attributes.
  if (statement.parent?.parent?.name === 'ClassDefinition') return false;
  for (let at = node; at.from !== statement.from || at.name !== statement.name;) {
    const around: SyntaxNode | null = at.parent;
    if (around === null || MOVING.has(around.name)) return false;
    if (around.name === 'ArgList' && around.getChild('for') !== null) return false;
    if (around.name === 'BinaryExpression' && !isAlwaysComputed(code, around, at)) return false;
    if (around.name === 'AssignStatement' ? !isFirstAssigned(at) : actsBefore(at)) return false;
    at = around;
  }
  return true;
}

/** What computes its parts later, several times, or not at all. */
const MOVING: ReadonlySet<string> = new Set([
  'LambdaExpression',
  'ConditionalExpression',
  'NamedExpression',
  'ComprehensionExpression',
  'ArrayComprehensionExpression',
  'DictionaryComprehensionExpression',
  'SetComprehensionExpression',
  'FormatString',
  'FormatReplacement',
  'TypeDef',
]);

/** `a and b`, `a or b` and `a < b < c` may stop early. */
function isAlwaysComputed(code: ReadCode, binary: SyntaxNode, part: SyntaxNode): boolean {
  if (part.prevSibling === null) return true;
  const operator = partsOf(binary)[1];
  return operator !== undefined && /^[-+*/%@|&^<>]+$/.test(textOf(code, operator)) && operator.name !== 'CompareOp';
}

function actsBefore(node: SyntaxNode): boolean {
  for (let sibling = node.prevSibling; sibling !== null; sibling = sibling.prevSibling) {
    if (acts(sibling)) return true;
  }
  return false;
}

/** What stands behind the last `=` is computed first, from its left. */
function isFirstAssigned(node: SyntaxNode): boolean {
  for (let sibling = node.nextSibling; sibling !== null; sibling = sibling.nextSibling) {
    if (sibling.name === 'AssignOp') return false;
  }
  for (let sibling = node.prevSibling; sibling !== null; sibling = sibling.prevSibling) {
    if (sibling.name === 'AssignOp') return true;
    if (acts(sibling)) return false;
  }
  return false;
}

/** Statements can be put in front of it on lines of their own: not behind `;`, nor `if x:`. */
function beginsLine(code: ReadCode, statement: SyntaxNode): boolean {
  if (statement.parent?.name === 'StatementGroup') return false;
  const { text } = code.source;
  let at = statement.from;
  while (at > 0 && /[ \t\f]/.test(text.charAt(at - 1))) at -= 1;
  return at === 0 || /[\r\n]/.test(text.charAt(at - 1));
}
