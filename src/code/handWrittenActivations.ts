// GELU and SiLU written out: `0.5 * x * (1 + torch.tanh(…))`, `x * torch.sigmoid(x)`.
import type { SyntaxNode } from '@lezer/common';
import {
  acts,
  argumentsOf,
  attributeOf,
  binaryOf,
  calleeOf,
  sameCode,
  unwrapped,
  wrapped,
  type ReadCode,
} from './expressionShape';
import type { AppliedActivation } from './operationDraft';

export const WRITTEN_OUT_NAMES: readonly string[] = ['torch.tanh', 'torch.erf', 'torch.sigmoid'];

/** The activation that a call of `torch.tanh`, `torch.erf` or `torch.sigmoid` is the heart of; null: none. */
export function writtenActivation(code: ReadCode, call: SyntaxNode, name: string): AppliedActivation | null {
  const [inner, other] = argumentsOf(code, call)?.places ?? [];
  const callee = call.firstChild;
  if (inner === undefined || other !== undefined || callee === null) return null;
  // Each product around it in turn: in `0.5 * x * (1 + t) * up` it is not the outermost.
  for (let at = wrapped(call).parent; at !== null; at = wrapped(at).parent) {
    const binary = binaryOf(code, at);
    if (binary === null || !ARITHMETIC.has(binary.operator)) return null;
    const found = binary.operator === '+' ? null : matched(code, at, call, inner, name);
    if (found !== null) return { ...found, node: at, callee };
  }
  return null;
}

const ARITHMETIC: ReadonlySet<string> = new Set(['*', '/', '+']);

/** A product: what is known of it as one number, and the rest. */
interface Product {
  readonly number: number;
  readonly factors: readonly SyntaxNode[];
}

type Found = Pick<AppliedActivation, 'kind' | 'input'>;

function matched(code: ReadCode, at: SyntaxNode, call: SyntaxNode, inner: SyntaxNode, name: string): Found | null {
  const { number, factors } = productOf(code, at);
  const [one, other, more] = factors;
  if (one === undefined || other === undefined || more !== undefined) return null;
  const holds = (node: SyntaxNode): boolean => node.from <= call.from && node.to >= call.to;
  const [input, rest] = holds(one) ? [other, one] : [one, other];
  if (!holds(rest) || acts(input)) return null;
  if (name === 'torch.sigmoid') {
    const isSilu = number === 1 && rest.from === call.from && rest.to === call.to && sameCode(code, inner, input);
    return isSilu ? { kind: 'silu', input } : null;
  }
  if (!isNear(number, 0.5) || !isOnePlus(code, rest, call)) return null;
  if (name === 'torch.erf') return isErfInput(code, inner, input) ? { kind: 'gelu', input } : null;
  return isTanhInput(code, inner, input) ? { kind: 'gelu tanh', input } : null;
}

/** `x / sqrt(2)`. */
function isErfInput(code: ReadCode, inner: SyntaxNode, x: SyntaxNode): boolean {
  const { number, factors } = productOf(code, inner);
  return isNear(number, Math.SQRT1_2) && factors.length === 1 && isSame(code, factors[0], x);
}

/** `sqrt(2 / pi) * (x + 0.044715 * x**3)`, or `… * x * (1 + 0.044715 * x * x)`. */
function isTanhInput(code: ReadCode, inner: SyntaxNode, x: SyntaxNode): boolean {
  const { number, factors } = productOf(code, inner);
  if (!isNear(number, Math.sqrt(2 / Math.PI))) return false;
  const sums = factors.map((factor) => binaryOf(code, factor)).filter((binary) => binary?.operator === '+');
  const [sum, more] = sums;
  if (!sum || more !== undefined) return false;
  const outside = factors.filter((factor) => binaryOf(code, factor)?.operator !== '+');
  if (outside.length > 1 || (outside.length === 1 && !isSame(code, outside[0], x))) return false;
  const powers = [sum.left, sum.right].map((part) => powerOf(code, part, x));
  const [low, high] = outside.length === 0 ? [1, 3] : [0, 2];
  return [
    [0, 1],
    [1, 0],
  ].some(([first = 0, second = 0]) => {
    const [linear, cubic] = [powers[first], powers[second]];
    return linear?.power === low && isNear(linear.number, 1) && cubic?.power === high && isNear(cubic.number, 0.044715);
  });
}

/** `number * x**power`; null: something else is in it. */
function powerOf(code: ReadCode, node: SyntaxNode, x: SyntaxNode): { number: number; power: number } | null {
  const { number, factors } = productOf(code, node);
  let power = 0;
  for (const factor of factors) {
    const one = isSame(code, factor, x) ? 1 : exponentOf(code, factor, x);
    if (one === null) return null;
    power += one;
  }
  return { number, power };
}

/** `3` of `x**3`, `torch.pow(x, 3)` and `x.pow(3)`. */
function exponentOf(code: ReadCode, node: SyntaxNode, x: SyntaxNode): number | null {
  const binary = binaryOf(code, node);
  if (binary?.operator === '**') return isSame(code, binary.left, x) ? numberOf(code, binary.right) : null;
  const callee = calleeOf(node);
  const places = [...(argumentsOf(code, node)?.places ?? [])];
  if (callee === null) return null;
  const base = code.names.resolve(callee) === 'torch.pow' ? places.shift() : powered(code, callee);
  const [exponent, more] = places;
  if (exponent === undefined || more !== undefined || !isSame(code, base, x)) return null;
  return numberOf(code, exponent);
}

function powered(code: ReadCode, callee: SyntaxNode): SyntaxNode | undefined {
  const attribute = attributeOf(code, callee);
  return attribute?.name === 'pow' ? attribute.object : undefined;
}

/** `1 + call`, either way round. */
function isOnePlus(code: ReadCode, node: SyntaxNode, call: SyntaxNode): boolean {
  const sum = binaryOf(code, node);
  if (sum?.operator !== '+') return false;
  const parts = [unwrapped(sum.left), unwrapped(sum.right)];
  return (
    parts.some((part) => part.from === call.from && part.to === call.to) &&
    parts.some((part) => numberOf(code, part) === 1)
  );
}

function productOf(code: ReadCode, node: SyntaxNode): Product {
  const inner = unwrapped(node);
  const number = numberOf(code, inner);
  if (number !== null) return { number, factors: [] };
  const binary = binaryOf(code, inner);
  if (binary?.operator === '*') {
    const [left, right] = [productOf(code, binary.left), productOf(code, binary.right)];
    return { number: left.number * right.number, factors: [...left.factors, ...right.factors] };
  }
  const divisor = binary?.operator === '/' ? numberOf(code, binary.right) : null;
  if (binary !== null && divisor !== null) {
    const left = productOf(code, binary.left);
    return { number: left.number / divisor, factors: left.factors };
  }
  return { number: 1, factors: [inner] };
}

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['math.pi', Math.PI],
  ['numpy.pi', Math.PI],
  ['torch.pi', Math.PI],
]);
const ROOTS: ReadonlySet<string> = new Set(['math.sqrt', 'numpy.sqrt', 'torch.sqrt']);

/** What an expression of constants comes to; null: it has something else in it. */
function numberOf(code: ReadCode, expression: SyntaxNode): number | null {
  const node = unwrapped(expression);
  const binary = binaryOf(code, node);
  if (binary !== null) {
    const [left, right] = [numberOf(code, binary.left), numberOf(code, binary.right)];
    const compute = COMPUTE.get(binary.operator);
    return left === null || right === null || compute === undefined ? null : compute(left, right);
  }
  const callee = calleeOf(node);
  if (callee !== null) {
    const name = code.names.resolve(callee);
    const [operand, more] = argumentsOf(code, node)?.places ?? [];
    const value = operand === undefined || more !== undefined ? null : numberOf(code, operand);
    if (value === null || name === null) return null;
    return ROOTS.has(name) ? Math.sqrt(value) : name === 'torch.tensor' ? value : null;
  }
  const { value } = code.names.valueOf(node);
  if (typeof value === 'number') return value;
  return CONSTANTS.get(code.names.resolve(node) ?? '') ?? null;
}

const COMPUTE: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['*', (left: number, right: number) => left * right],
  ['/', (left: number, right: number) => left / right],
  ['+', (left: number, right: number) => left + right],
  ['-', (left: number, right: number) => left - right],
  ['**', (left: number, right: number) => left ** right],
]);

function isSame(code: ReadCode, node: SyntaxNode | undefined, x: SyntaxNode): boolean {
  return node !== undefined && sameCode(code, node, x);
}

/** Constants are written with as many digits as their author liked. */
function isNear(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) < 1e-4 * wanted;
}
