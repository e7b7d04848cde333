// Two halves of one tensor: chunked or cut with slices.
import type { SyntaxNode } from '@lezer/common';
import {
  acts,
  argumentsOf,
  attributeOf,
  binaryOf,
  calledName,
  calleeOf,
  isName,
  partsOf,
  sameCode,
  subscriptOf,
  textOf,
  unwrapped,
  type ReadCode,
} from './expressionShape';
import { localValue, mentions, type LocalValue } from './localValues';
import { statementOf } from './operationPlace';

interface Half {
  readonly whole: SyntaxNode;
  /** Of the two: 0 is the first. */
  readonly index: 0 | 1;
  /** Known to be of the last dimension, and half of it. */
  readonly last: boolean;
  /** Where the slice ends or begins; null: chunked. */
  readonly cut: SyntaxNode | null;
  /** What cuts it; null: that stands in the expression itself. */
  readonly statement: SyntaxNode | null;
}

export function areHalves(code: ReadCode, one: SyntaxNode, other: SyntaxNode): boolean {
  return pairOf(code, one, other) !== null;
}

/**
 * The tensor that both are halves of along its last dimension, `first` in front, where it can still be named at the
 * place of the two. Null: they are not, or it cannot.
 */
export function joinedHalves(code: ReadCode, first: SyntaxNode, second: SyntaxNode): SyntaxNode | null {
  const pair = pairOf(code, first, second);
  if (pair === null) return null;
  const [left, right] = pair;
  if (left.index !== 0 || !left.last || !right.last || !isName(left.whole)) return null;
  const earliest = [left.statement, right.statement].reduce((one, other) =>
    one === null || other === null ? null : one.from < other.from ? one : other,
  );
  if (left.statement === null && right.statement === null) return left.whole;
  if (earliest === null || !isKept(code, left.whole, earliest, statementOf(first))) return null;
  return left.whole;
}

function pairOf(code: ReadCode, one: SyntaxNode, other: SyntaxNode): readonly [Half, Half] | null {
  const [left, right] = [halfOf(code, one), halfOf(code, other)];
  if (left === null || right === null || left.index === right.index) return null;
  if (!sameCode(code, left.whole, right.whole)) return null;
  if (left.cut === null || right.cut === null) {
    // Chunked: by one statement, not by two that happen to look alike.
    const isOne = left.cut === right.cut && left.statement !== null && left.statement.from === right.statement?.from;
    return isOne ? [left, right] : null;
  }
  return sameCode(code, left.cut, right.cut) ? [left, right] : null;
}

function halfOf(code: ReadCode, node: SyntaxNode): Half | null {
  const direct = sliceOf(code, node, null) ?? itemOf(code, node);
  if (direct !== null || node.name !== 'VariableName') return direct;
  const value = localValue(code, statementOf(node), textOf(code, node));
  if (value === null || value === 'parameter') return null;
  if (value.count === 1) return sliceOf(code, unwrapped(value.value), value.statement);
  return value.count === 2 ? chunkOf(code, value, value.index) : null;
}

/** `x[0]` after `x = torch.chunk(x, 2, dim=-1)`. */
function itemOf(code: ReadCode, node: SyntaxNode): Half | null {
  const subscript = subscriptOf(node);
  const [item, ...more] = subscript?.items ?? [];
  if (subscript?.object.name !== 'VariableName' || item?.length !== 1 || item[0] === undefined || more.length > 0)
    return null;
  const index = code.names.valueOf(item[0]).value;
  if (typeof index !== 'number') return null;
  const value = localValue(code, statementOf(node), textOf(code, subscript.object));
  if (value === null || value === 'parameter' || value.count !== 1) return null;
  return chunkOf(code, value, index);
}

/** `x.chunk(2, dim=-1)` and `torch.chunk(x, 2, -1)`. */
function chunkOf(code: ReadCode, { value, statement }: LocalValue, index: number): Half | null {
  const call = unwrapped(value);
  const [name, callee, given] = [calledName(call), calleeOf(call), argumentsOf(code, call)];
  if (name === null || callee === null || given === null || textOf(code, name) !== 'chunk') return null;
  const isFunction = code.names.resolve(callee) === 'torch.chunk';
  const places = [...given.places];
  const whole = isFunction ? (places.shift() ?? given.named.get('input')) : attributeOf(code, callee)?.object;
  const count = places[0] ?? given.named.get('chunks');
  const dim = places[1] ?? given.named.get('dim');
  if (whole === undefined || count === undefined || code.names.valueOf(count).value !== 2) return null;
  if (index !== 0 && index !== 1) return null;
  const last = dim !== undefined && code.names.valueOf(dim).value === -1;
  return { whole: unwrapped(whole), index, last, cut: null, statement };
}

/** `x[..., :d]` and `x[..., d:]`. */
function sliceOf(code: ReadCode, node: SyntaxNode, statement: SyntaxNode | null): Half | null {
  const subscript = subscriptOf(node);
  if (subscript === null) return null;
  const [rest, range, ...more] = subscript.items;
  if (rest?.length !== 1 || rest[0]?.name !== 'Ellipsis' || range?.length !== 2 || more.length > 0) return null;
  const [from, to] = range;
  if (from === undefined || to === undefined) return null;
  const index = from.name === ':' ? 0 : 1;
  const cut = unwrapped(index === 0 ? to : from);
  if ((index === 1 && to.name !== ':') || cut.name === 'Number') return null;
  return { whole: unwrapped(subscript.object), index, last: isHalfLength(code, cut, subscript.object), cut, statement };
}

/** `x.shape[-1] // 2`, or a name for it. */
function isHalfLength(code: ReadCode, cut: SyntaxNode, whole: SyntaxNode): boolean {
  if (cut.name === 'VariableName') {
    const value = localValue(code, statementOf(cut), textOf(code, cut));
    if (value === null || value === 'parameter' || value.count !== 1) return false;
    return value.value.name !== 'VariableName' && isHalfLength(code, unwrapped(value.value), whole);
  }
  const half = binaryOf(code, cut);
  if (half?.operator !== '//' || code.names.valueOf(half.right).value !== 2) return false;
  return isLastLength(code, unwrapped(half.left), whole);
}

/** `x.shape[-1]` and `x.size(-1)`. */
export function isLastLength(code: ReadCode, node: SyntaxNode, whole: SyntaxNode): boolean {
  const subscript = subscriptOf(node);
  if (subscript !== null) {
    const [[item, ...more] = [], ...others] = subscript.items;
    const shape = attributeOf(code, subscript.object);
    if (item === undefined || more.length > 0 || others.length > 0 || shape?.name !== 'shape') return false;
    return code.names.valueOf(item).value === -1 && sameCode(code, shape.object, whole);
  }
  const callee = calleeOf(node);
  const size = callee === null ? null : attributeOf(code, callee);
  const [item, ...more] = size?.name === 'size' ? (argumentsOf(code, node)?.places ?? []) : [];
  if (size === null || item === undefined || more.length > 0) return false;
  return code.names.valueOf(item).value === -1 && sameCode(code, size.object, whole);
}

/** Whether a tensor is the same where it is used as where it was cut: only plain assignments to others lie between. */
function isKept(code: ReadCode, whole: SyntaxNode, cut: SyntaxNode, use: SyntaxNode): boolean {
  const [root = ''] = textOf(code, whole).split('.');
  for (let at: SyntaxNode | null = cut; at !== null && at.from !== use.from; at = at.nextSibling) {
    if (at.name === 'Comment') continue;
    if (at.name !== 'AssignStatement') return false;
    const parts = partsOf(at);
    const sign = parts.findIndex((part) => part.name === 'AssignOp');
    if (parts.slice(0, sign).some((target) => mentions(code, target, root))) return false;
    if (at.from !== cut.from && acts(at)) return false;
    if (at.nextSibling === null) return false;
  }
  return true;
}
