// Where code keeps a value: the name or the attribute of `self` that it is assigned to, and who reads that.
import type { SyntaxNode } from '@lezer/common';
import type { ParsedSource } from './parsedSource';
import type { PythonNames } from './pythonNames';
import type { Span } from './span';

export interface KeptValue {
  /** `k`, or `self.k`. */
  readonly name: string;
  readonly span: Span;
  /** Expressions that are the value; empty where the name is bound to something else too. */
  readonly reads: readonly SyntaxNode[];
}

/** Null: the expression is not kept, or under several names at once. */
export function keptValue(source: ParsedSource, names: PythonNames, expression: SyntaxNode): KeptValue | null {
  const value = wholeValue(expression);
  const statement = value.parent;
  if (statement === null) return null;
  const target = targetOf(statement, value);
  if (target === null) return null;
  const kept = { name: source.text.slice(target.from, target.to), span: { from: target.from, to: target.to } };
  if (target.name === 'VariableName') {
    return { ...kept, reads: [...names.usesOf(target), ...readsOfClassName(source, target)] };
  }
  const attribute = attributeOfSelf(source, target);
  if (attribute === null) return null;
  return { ...kept, reads: readsOfAttribute(source, target, attribute) };
}

/** With its parentheses, and with `… if there else None`: it is that or nothing. */
function wholeValue(expression: SyntaxNode): SyntaxNode {
  let value = expression;
  for (;;) {
    const around = value.parent;
    const same =
      around?.name === 'ParenthesizedExpression' ||
      (around?.name === 'ConditionalExpression' &&
        (isNone(around.firstChild) || isNone(around.lastChild)) &&
        (isAt(around.firstChild, value) || isAt(around.lastChild, value)));
    if (around === null || !same) return value;
    value = around;
  }
}

/** Of `target = value`, `target: type = value` and `(target := value)`. */
function targetOf(statement: SyntaxNode, value: SyntaxNode): SyntaxNode | null {
  const [target, sign] = [statement.firstChild, value.prevSibling];
  // Among arguments a walrus has no node of its own.
  if (statement.name === 'ArgList')
    return sign !== null && sign.to - sign.from === ':='.length ? nameBefore(sign) : null;
  if (statement.name !== 'AssignStatement' && statement.name !== 'NamedExpression') return null;
  if (target === null || sign?.name !== 'AssignOp' || value.nextSibling !== null) return null;
  const before = sign.prevSibling;
  const behind = before?.name === 'TypeDef' ? before.prevSibling : before;
  return isAt(behind, target) ? target : null;
}

function nameBefore({ name, prevSibling }: SyntaxNode): SyntaxNode | null {
  return name === 'AssignOp' && prevSibling?.name === 'VariableName' ? prevSibling : null;
}

/** A name of a class's body is an attribute of `self` in its methods. */
function readsOfClassName(source: ParsedSource, target: SyntaxNode): SyntaxNode[] {
  const body = target.parent?.parent;
  if (body?.name !== 'Body' || body.parent?.name !== 'ClassDefinition') return [];
  return readsOfAttribute(source, target, source.text.slice(target.from, target.to));
}

/** Only where the class gives that attribute nothing else, `None` aside. */
function readsOfAttribute(source: ParsedSource, target: SyntaxNode, name: string): SyntaxNode[] {
  const owner = classOf(target);
  if (owner === null) return [];
  const reads: SyntaxNode[] = [];
  const { text, tree } = source;
  for (let at = text.indexOf(name, owner.from); at !== -1 && at < owner.to; at = text.indexOf(name, at + name.length)) {
    const member = tree.resolveInner(at, 1).parent;
    if (member?.to !== at + name.length || attributeOfSelf(source, member) !== name) continue;
    const theirs = classOf(member);
    if (theirs === null || !isAt(theirs, owner) || isAt(member, target)) continue;
    const use = useOf(member);
    if (use === 'other') return [];
    if (use === 'read') reads.push(member);
  }
  return reads;
}

/** Null: it is not `self.name`. */
function attributeOfSelf({ text }: ParsedSource, node: SyntaxNode): string | null {
  const [object, property] = [node.firstChild, node.lastChild];
  if (node.name !== 'MemberExpression' || object?.name !== 'VariableName' || property?.name !== 'PropertyName')
    return null;
  return text.slice(object.from, object.to) === 'self' ? text.slice(property.from, property.to) : null;
}

/** What its place makes of an expression. */
function useOf(member: SyntaxNode): 'read' | 'nothing' | 'other' {
  const around = member.parent;
  switch (around?.name) {
    case 'AssignStatement': {
      if (member.nextSibling === null) return 'read';
      if (around.lastChild?.prevSibling?.name === 'AssignOp' && isNone(around.lastChild)) return 'nothing';
      // Before the last `=` it is assigned to; a type alone gives it nothing.
      if (around.getChild('AssignOp') === null) return 'nothing';
      return isBeforeSign(member) ? 'other' : 'read';
    }
    case 'TupleExpression':
    case 'ArrayExpression':
      return isTarget(around) ? 'other' : 'read';
    case 'UpdateStatement':
      return isAt(around.firstChild, member) ? 'other' : 'read';
    case 'ForStatement':
      return around.getChild('in') !== null && member.from < (around.getChild('in')?.from ?? 0) ? 'other' : 'read';
    case 'DeleteStatement':
      return 'other';
    case 'WithStatement':
      return member.prevSibling?.name === 'as' ? 'other' : 'read';
    default:
      return 'read';
  }
}

function isBeforeSign(node: SyntaxNode): boolean {
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) if (next.name === 'AssignOp') return true;
  return false;
}

function isTarget(group: SyntaxNode): boolean {
  const around = group.parent;
  return (
    (around?.name === 'AssignStatement' && isBeforeSign(group)) ||
    (around?.name === 'ForStatement' && group.prevSibling?.name === 'for')
  );
}

function classOf(node: SyntaxNode): SyntaxNode | null {
  let at = node.parent;
  while (at !== null && at.name !== 'ClassDefinition') at = at.parent;
  return at;
}

function isNone(node: SyntaxNode | null): boolean {
  return node?.name === 'None';
}

/** Nodes are made anew each time they are asked for. */
function isAt(one: SyntaxNode | null, other: SyntaxNode): boolean {
  return one !== null && one.from === other.from && one.to === other.to && one.name === other.name;
}
