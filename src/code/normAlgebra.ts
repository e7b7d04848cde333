// Reads the lines of a function as one formula, and says whether that is RMSNorm's:
// x * rsqrt(mean(x²) + eps), and a weight that may be multiplied with it.
import type { SyntaxNode } from '@lezer/common';
import { statementsOf } from './definitions';
import {
  argumentsOf,
  attributeOf,
  binaryOf,
  calleeOf,
  isName,
  ownAttribute,
  partsOf,
  textOf,
  unwrapped,
  type GivenArguments,
  type ReadCode,
} from './expressionShape';

export interface NormParts {
  /** Null: it has none. */
  readonly weight: SyntaxNode | null;
  readonly eps: SyntaxNode;
}

/** A method that `forward` may call with the input. */
export type FindHelper = (name: string) => { readonly body: SyntaxNode; readonly parameter: string } | null;

/** What a piece of the formula is; `own`: its dtype is the input's, where the weight has the same. */
type Piece = Formula & { readonly own: boolean };
type Formula =
  | { readonly is: 'input' | 'square' | 'mean square' }
  /** `mean(x²) + eps`, its root, and one over that. */
  | { readonly is: 'variance' | 'root' | 'inverse' | 'normal'; readonly eps: SyntaxNode }
  | { readonly is: 'result'; readonly eps: SyntaxNode; readonly weight: SyntaxNode }
  /** A name from outside, or a number: a weight or an eps. */
  | { readonly is: 'given'; readonly node: SyntaxNode }
  | { readonly is: 'type' | 'place' };

type Known = Map<string, Piece>;

export function readNorm(code: ReadCode, body: SyntaxNode, input: string, helper: FindHelper | null): NormParts | null {
  const result = new NormReader(code, helper).body(body, new Map([[input, { is: 'input', own: true }]]));
  // A kernel's result has its input's dtype.
  if (result?.own !== true) return null;
  if (result.is === 'normal') return { weight: null, eps: result.eps };
  return result.is === 'result' ? { weight: result.weight, eps: result.eps } : null;
}

class NormReader {
  constructor(
    private readonly code: ReadCode,
    /** Null: helpers are not followed, or one is being followed. */
    private helper: FindHelper | null,
  ) {}

  /** What a function returns; null: not a formula of one line after the other. */
  body(body: SyntaxNode, known: Known): Piece | null {
    const statements = statementsOf(body);
    for (const [index, statement] of statements.entries()) {
      const isLast = index === statements.length - 1;
      if (statement.name === 'ReturnStatement') {
        const [, value, more] = partsOf(statement);
        return isLast && value !== undefined && more === undefined ? this.piece(value, known) : null;
      }
      if (!this.assignment(statement, known) && !this.onlyCasts(statement, known)) return null;
    }
    return null;
  }

  private assignment(statement: SyntaxNode, known: Known): boolean {
    const [target, sign, value, more] = partsOf(statement);
    if (statement.name !== 'AssignStatement' || target?.name !== 'VariableName' || sign?.name !== 'AssignOp')
      return false;
    const piece = value === undefined || more !== undefined ? null : this.piece(value, known);
    if (piece === null) return false;
    known.set(this.text(target), piece);
    return true;
  }

  /** `if weight.dtype in …: x = x.to(weight.dtype)`: no name is something else after it. */
  private onlyCasts(statement: SyntaxNode, known: Known): boolean {
    if (
      statement.name !== 'IfStatement' ||
      statement.getChild('else') !== null ||
      statement.getChild('elif') !== null
    ) {
      return false;
    }
    const body = statement.getChild('Body');
    const condition = body === null ? '' : this.code.source.text.slice(statement.from, body.from);
    if (body === null || !/\bdtype\b/.test(condition)) return false;
    const inside = new Map(known);
    if (!statementsOf(body).every((line) => this.assignment(line, inside))) return false;
    if (![...inside].every(([name, piece]) => isOne(known.get(name), piece))) return false;
    // Where the condition does not hold, nothing has 16 bits, and a cast to float32 has changed nothing.
    const isOfAll =
      condition.includes('!=') || /\bfloat16\b[^]*\bbfloat16\b|\bbfloat16\b[^]*\bfloat16\b/.test(condition);
    for (const [name, piece] of inside)
      known.set(name, { ...piece, own: piece.own && (isOfAll || known.get(name)?.own === true) });
    return true;
  }

  private piece(expression: SyntaxNode, known: Known): Piece | null {
    const node = unwrapped(expression);
    if (node.name === 'CallExpression') return this.call(node, known);
    const binary = binaryOf(this.code, node);
    if (binary !== null) return this.binary(node, binary.operator, known);
    if (node.name === 'VariableName') return known.get(this.text(node)) ?? { is: 'given', node, own: true };
    const attribute = attributeOf(this.code, node);
    if (attribute?.name === 'device') return { is: 'place', own: true };
    if (attribute?.name === 'dtype') return { is: 'type', own: this.piece(attribute.object, known)?.own === true };
    if (ownAttribute(this.code, node) !== null || node.name === 'Number') return { is: 'given', node, own: true };
    // `torch.float32`: what is not of the input is from outside.
    return isName(node) && this.code.names.resolve(node) !== null ? { is: 'type', own: false } : null;
  }

  private binary(node: SyntaxNode, operator: string, known: Known): Piece | null {
    const { left: leftNode, right: rightNode } = binaryOf(this.code, node) ?? {};
    if (leftNode === undefined || rightNode === undefined) return null;
    const [left, right] = [this.piece(leftNode, known), this.piece(rightNode, known)];
    if (left === null || right === null) return null;
    const found = this.combined(left, operator, right, rightNode);
    return found === null ? null : { ...found, own: left.own && right.own };
  }

  private combined(left: Formula, operator: string, right: Formula, rightNode: SyntaxNode): Formula | null {
    switch (operator) {
      case '*':
        return product(left, right) ?? product(right, left);
      case '/':
        return left.is === 'input' && right.is === 'root' ? { is: 'normal', eps: right.eps } : null;
      case '+':
        return sum(left, right) ?? sum(right, left);
      case '**':
        return left.is === 'input' ? this.power(rightNode) : null;
      default:
        return null;
    }
  }

  private call(call: SyntaxNode, known: Known): Piece | null {
    const [callee, given] = [calleeOf(call), argumentsOf(this.code, call)];
    if (callee === null || given === null) return null;
    const own = ownAttribute(this.code, callee);
    if (own !== null) return this.helped(own, given, known);
    const name = this.code.names.resolve(callee);
    if (name?.startsWith('torch.') === true) {
      const [first, ...rest] = given.places;
      const piece = first === undefined ? null : this.piece(first, known);
      return piece === null ? null : this.result(name.slice('torch.'.length), piece, { ...given, places: rest }, known);
    }
    const method = attributeOf(this.code, callee);
    const piece = method === null ? null : this.piece(method.object, known);
    return method === null || piece === null ? null : this.result(method.name, piece, given, known);
  }

  private result(name: string, piece: Piece, given: GivenArguments, known: Known): Piece | null {
    const found = this.applied(name, piece, given);
    if (found === null) return null;
    if (name === 'contiguous' || !CASTS.has(name)) return { ...found, own: piece.own };
    const targets = [...given.places, ...given.named.values()].map((node) => this.piece(node, known));
    if (name !== 'to' && name !== 'type' && name !== 'type_as') return { ...found, own: false };
    const types = targets.filter((target) => target?.is !== 'place');
    const [type, more] = types;
    if (type === undefined) return { ...found, own: piece.own && targets.length > 0 };
    // A name from outside may be a dtype as well as a weight.
    const isKnown = type !== null && (type.is !== 'given' || name === 'type_as');
    return { ...found, own: more === undefined && isKnown && type.own };
  }

  /** A function of torch, or the method of that name; the arguments without the tensor. */
  private applied(name: string, piece: Formula, given: GivenArguments): Formula | null {
    const isPlain = given.places.length === 0 && given.named.size === 0;
    if (CASTS.has(name)) return piece;
    if (name === 'pow') return piece.is === 'input' ? this.power(given.places[0] ?? given.named.get('exponent')) : null;
    if (name === 'square') return piece.is === 'input' && isPlain ? { is: 'square' } : null;
    if (name === 'mean') return piece.is === 'square' && this.isLastKept(given) ? { is: 'mean square' } : null;
    if (piece.is !== 'variance' || !isPlain) return null;
    if (name === 'rsqrt') return { is: 'inverse', eps: piece.eps };
    return name === 'sqrt' ? { is: 'root', eps: piece.eps } : null;
  }

  private helped(name: string, given: GivenArguments, known: Known): Piece | null {
    const [input, more] = given.places;
    const found = this.helper?.(name) ?? null;
    const piece = input === undefined || more !== undefined || given.named.size > 0 ? null : this.piece(input, known);
    if (found === null || piece?.is !== 'input') return null;
    const outer = this.helper;
    this.helper = null;
    const result = this.body(found.body, new Map([[found.parameter, piece]]));
    this.helper = outer;
    return result;
  }

  private power(exponent: SyntaxNode | undefined): Formula | null {
    return exponent !== undefined && this.value(exponent) === 2 ? { is: 'square' } : null;
  }

  /** `-1, keepdim=True`. */
  private isLastKept({ places, named }: GivenArguments): boolean {
    const dim = places[0] ?? named.get('dim');
    const keep = places[1] ?? named.get('keepdim');
    if (dim === undefined || keep === undefined || this.value(keep) !== true || places.length > 2) return false;
    if ([...named.keys()].some((name) => name !== 'dim' && name !== 'keepdim')) return false;
    const items = GROUPS.has(dim.name) ? partsOf(dim).filter((part) => !SIGNS.has(part.name)) : [dim];
    return items.length === 1 && items[0] !== undefined && this.value(items[0]) === -1;
  }

  private value(node: SyntaxNode): string | number | boolean | null | undefined {
    return this.code.names.valueOf(node).value;
  }

  private text(node: SyntaxNode): string {
    return textOf(this.code, node);
  }
}

const CASTS: ReadonlySet<string> = new Set(['to', 'float', 'type', 'type_as', 'half', 'bfloat16', 'contiguous']);
const GROUPS: ReadonlySet<string> = new Set(['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression']);
const SIGNS: ReadonlySet<string> = new Set(['(', ')', '[', ']', ',']);

function product(left: Formula, right: Formula): Formula | null {
  if (left.is === 'input' && right.is === 'input') return { is: 'square' };
  if (left.is === 'input' && right.is === 'inverse') return { is: 'normal', eps: right.eps };
  if (left.is !== 'normal' || right.is !== 'given' || right.node.name === 'Number') return null;
  return { is: 'result', eps: left.eps, weight: right.node };
}

function sum(left: Formula, right: Formula): Formula | null {
  return left.is === 'mean square' && right.is === 'given' ? { is: 'variance', eps: right.node } : null;
}

function isOne(before: Piece | undefined, after: Piece): boolean {
  if (before?.is !== after.is) return false;
  const eps = 'eps' in before && 'eps' in after ? before.eps.from === after.eps.from : true;
  return eps && ('node' in before && 'node' in after ? before.node.from === after.node.from : true);
}
