// The parts of Python expressions, as the syntax tree has them.
import type { SyntaxNode } from '@lezer/common';
import type { OperationArgument } from './operation';
import type { ParsedSource } from './parsedSource';
import type { PythonNames } from './pythonNames';
import type { Span } from './span';

/** Code that is read: its text and tree, and what its names stand for. */
export interface ReadCode {
  readonly source: ParsedSource;
  readonly names: PythonNames;
}

export interface GivenArguments {
  readonly places: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
}

export interface Binary {
  readonly left: SyntaxNode;
  readonly operator: string;
  readonly right: SyntaxNode;
}

export function textOf(code: ReadCode, node: Span): string {
  return code.source.text.slice(node.from, node.to);
}

/** The children that are code: comments stand anywhere. */
export function partsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Comment') parts.push(child);
  }
  return parts;
}

/** What stands between brackets that only group. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.name === 'ParenthesizedExpression') {
    const [, expression, closing] = partsOf(inner);
    if (expression === undefined || closing?.name !== ')') break;
    inner = expression;
  }
  return inner;
}

/** The expression with the brackets around it that only group. */
export function wrapped(node: SyntaxNode): SyntaxNode {
  let outer = node;
  while (outer.parent?.name === 'ParenthesizedExpression') outer = outer.parent;
  return outer;
}

/** `left * right`; null: something else, a comparison of two words too. */
export function binaryOf(code: ReadCode, node: SyntaxNode): Binary | null {
  if (node.name !== 'BinaryExpression') return null;
  const [left, operator, right, more] = partsOf(node);
  if (left === undefined || operator === undefined || right === undefined || more !== undefined) return null;
  return { left, operator: textOf(code, operator), right };
}

/** `object.name`; null: something else. */
export function attributeOf(code: ReadCode, node: SyntaxNode): { object: SyntaxNode; name: string } | null {
  if (node.name !== 'MemberExpression') return null;
  const property = node.lastChild;
  const object = node.firstChild;
  if (property?.name !== 'PropertyName' || object === null) return null;
  return { object, name: textOf(code, property) };
}

/** `name` of `self.name`; null: something else. */
export function ownAttribute(code: ReadCode, node: SyntaxNode): string | null {
  const attribute = attributeOf(code, node);
  if (attribute?.object.name !== 'VariableName' || textOf(code, attribute.object) !== 'self') return null;
  return attribute.name;
}

/** `object[items]`, the items with their colons and without the commas; null: something else. */
export function subscriptOf(
  node: SyntaxNode,
): { object: SyntaxNode; items: readonly (readonly SyntaxNode[])[] } | null {
  if (node.name !== 'MemberExpression' || node.lastChild?.name !== ']') return null;
  const [object, opening, ...rest] = partsOf(node);
  if (object === undefined || opening?.name !== '[') return null;
  const items: SyntaxNode[][] = [[]];
  for (const part of rest.slice(0, -1)) {
    if (part.name === ',') items.push([]);
    else items.at(-1)?.push(part);
  }
  return { object, items };
}

export function calleeOf(node: SyntaxNode): SyntaxNode | null {
  return node.name === 'CallExpression' ? node.firstChild : null;
}

/** The last name of what is called. */
export function calledName(node: SyntaxNode): SyntaxNode | null {
  const callee = calleeOf(node);
  if (callee?.name === 'VariableName') return callee;
  const property = callee?.name === 'MemberExpression' ? callee.lastChild : null;
  return property?.name === 'PropertyName' ? property : null;
}

/** Null: with `*` or `**` or a `for` in it, given twice or half-typed, nobody can tell which argument is which. */
export function argumentsOf(code: ReadCode, call: SyntaxNode): GivenArguments | null {
  const list = call.lastChild;
  if (list?.name !== 'ArgList' || list.lastChild?.name !== ')') return null;
  const places: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  const parts = partsOf(list);
  for (let at = 1; at < parts.length - 1; at += 2) {
    const [part, sign, value] = [parts[at], parts[at + 1], parts[at + 2]];
    if (part === undefined || sign === undefined || part.type.isError || UNTELLING.has(part.name)) return null;
    if (sign.name === 'AssignOp') {
      const name = textOf(code, part);
      if (textOf(code, sign) !== '=' || value === undefined || named.has(name)) return null;
      named.set(name, value);
      at += 2;
    } else places.push(part);
    const after = parts[at + 1]?.name;
    if (after !== ',' && after !== ')') return null;
  }
  return { places, named };
}

const UNTELLING: ReadonlySet<string> = new Set(['*', '**', ',']);

/** What is given, by the parameter's name; those behind `*` only by name. Null: it does not fit the parameters. */
export function bindArguments(
  given: GivenArguments,
  parameters: readonly string[],
): ReadonlyMap<string, SyntaxNode> | null {
  const keywordOnly = parameters.indexOf('*');
  const placed = keywordOnly < 0 ? parameters : parameters.slice(0, keywordOnly);
  if (given.places.length > placed.length) return null;
  const bound = new Map<string, SyntaxNode>();
  for (const [index, place] of given.places.entries()) bound.set(placed[index] ?? '', place);
  for (const [name, value] of given.named) {
    if (bound.has(name) || name === '*' || !parameters.includes(name)) return null;
    bound.set(name, value);
  }
  return bound;
}

/** The same code, whatever the spaces and brackets around it. */
export function sameCode(code: ReadCode, one: SyntaxNode, other: SyntaxNode): boolean {
  const [left, right] = [tokensOf(code, unwrapped(one)), tokensOf(code, unwrapped(other))];
  return left.length === right.length && left.every((token, index) => token === right[index]);
}

/** The words and signs of a piece of code, without comments; a string is one. */
export function tokensOf(code: ReadCode, node: SyntaxNode): readonly string[] {
  const tokens: string[] = [];
  collectTokens(code, node, tokens);
  return tokens;
}

function collectTokens(code: ReadCode, node: SyntaxNode, tokens: string[]): void {
  if (node.name === 'Comment') return;
  if (node.firstChild === null || STRINGS.has(node.name)) tokens.push(textOf(code, node));
  else
    for (let child: SyntaxNode | null = node.firstChild; child !== null; child = child.nextSibling)
      collectTokens(code, child, tokens);
}

const STRINGS: ReadonlySet<string> = new Set(['String', 'FormatString']);

/** Whether computing it does more than reading: calls something, waits, or gives a name a value. */
export function acts(node: SyntaxNode): boolean {
  let found = false;
  node.cursor().iterate((part) => {
    if (ACTING.has(part.name)) found = true;
    return !found;
  });
  return found;
}

const ACTING: ReadonlySet<string> = new Set([
  'CallExpression',
  'AwaitExpression',
  'YieldExpression',
  'NamedExpression',
]);

/** Whether it is a name with attributes, or a literal: nothing is computed when it is written twice. */
export function isName(node: SyntaxNode): boolean {
  let at: SyntaxNode = node;
  while (at.name === 'MemberExpression' && at.lastChild?.name === 'PropertyName' && at.firstChild) at = at.firstChild;
  return at.name === 'VariableName' || (at === node && LITERALS.has(at.name));
}

const LITERALS: ReadonlySet<string> = new Set(['Number', 'String', 'None', 'Boolean']);

export function argumentOf(code: ReadCode, node: SyntaxNode): OperationArgument {
  const span = { from: node.from, to: node.to };
  const text = textOf(code, node);
  const { value } = code.names.valueOf(node);
  if (GROUPED.has(node.name) || breaksOutside(code, node)) return { text: `(${text})`, span, value, build: 'piece' };
  return { text, span, value, build: isName(node) ? 'name' : PIECES.has(node.name) ? 'piece' : 'expression' };
}

const GROUPED: ReadonlySet<string> = new Set(['NamedExpression', 'YieldExpression']);
const BRACKETED: ReadonlySet<string> = new Set([
  'ParenthesizedExpression',
  'ComprehensionExpression',
  'TupleExpression',
  'ArrayExpression',
  'ArrayComprehensionExpression',
  'DictionaryExpression',
  'DictionaryComprehensionExpression',
  'SetExpression',
  'SetComprehensionExpression',
  'ArgList',
  'String',
  'FormatString',
]);
const PIECES: ReadonlySet<string> = new Set([...BRACKETED, 'CallExpression', 'MemberExpression']);

/** Whether a line ends in it where only brackets around it make that possible. */
function breaksOutside(code: ReadCode, node: SyntaxNode): boolean {
  if (BRACKETED.has(node.name)) return false;
  let before: SyntaxNode | null = null;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (before !== null && /[\r\n]/.test(code.source.text.slice(before.to, child.from))) return true;
    if (breaksOutside(code, child)) return true;
    // What follows in this one is a subscript, which is bracketed.
    if (child.nextSibling?.name === '[') return /[\r\n]/.test(code.source.text.slice(child.to, child.nextSibling.from));
    before = child;
  }
  return false;
}
