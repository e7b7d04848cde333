// Products of an activation and a second tensor: SwiGLU and GEGLU, as models write them.
import type { SyntaxNode } from '@lezer/common';
import {
  argumentOf,
  attributeOf,
  binaryOf,
  argumentsOf,
  isName,
  sameCode,
  textOf,
  unwrapped,
  wrapped,
  calleeOf,
  type ReadCode,
} from './expressionShape';
import { areHalves, joinedHalves } from './halves';
import { localValue } from './localValues';
import { namedBy, type AppliedActivation, type OperationDraft } from './operationDraft';
import { statementOf } from './operationPlace';

/**
 * The product that an activation is a factor of. Null: there is none, or nobody can tell that the other factor has the
 * same shape: a mask, a scale and a router's weights are multiplied with activations too.
 */
export function gatedActivation(code: ReadCode, activation: AppliedActivation): OperationDraft | null {
  const factor = wrapped(activation.node);
  const product = factor.parent === null ? null : binaryOf(code, factor.parent);
  if (factor.parent === null || product?.operator !== '*') return null;
  const other = product.left.from === factor.from ? product.right : product.left;
  const [gate, up] = [unwrapped(activation.input), unwrapped(other)];
  const kind = `${activation.kind} and mul` as const;
  if (!haveOneShape(code, gate, up)) return null;
  const joined = joinedHalves(code, gate, up);
  return {
    kind,
    form: 'call',
    node: factor.parent,
    ...namedBy(code, activation.callee),
    arguments: {
      gate: argumentOf(code, gate),
      up: argumentOf(code, up),
      ...(joined === null ? {} : { x: argumentOf(code, joined) }),
    },
  };
}

function haveOneShape(code: ReadCode, gate: SyntaxNode, up: SyntaxNode): boolean {
  if (sameCode(code, gate, up)) return false;
  if (areHalves(code, gate, up)) return true;
  if (areAlikeProjections(code, valueBehind(code, gate), valueBehind(code, up))) return true;
  return areNamedSo(code, gate, up);
}

/** What a local name was given on its own, above; the expression itself where it is no name, or one from elsewhere. */
function valueBehind(code: ReadCode, node: SyntaxNode): SyntaxNode {
  if (node.name !== 'VariableName') return node;
  const value = localValue(code, statementOf(node), textOf(code, node));
  return value === null || value === 'parameter' || value.count !== 1 ? node : unwrapped(value.value);
}

/** Two layers of a model applied to one thing: `self.w1(x)` and `self.w3(x)`, `x @ w1` and `x @ w3`. */
function areAlikeProjections(code: ReadCode, one: SyntaxNode, other: SyntaxNode): boolean {
  const [left, right] = [binaryOf(code, one), binaryOf(code, other)];
  if (left?.operator === '@' && right?.operator === '@') {
    return sameCode(code, left.left, right.left) && !sameCode(code, left.right, right.right);
  }
  const [callee, otherCallee] = [calleeOf(one), calleeOf(other)];
  if (callee === null || otherCallee === null) return false;
  const [given, otherGiven] = [argumentsOf(code, one), argumentsOf(code, other)];
  const [x, ...rest] = given?.places ?? [];
  const [otherX, ...otherRest] = otherGiven?.places ?? [];
  if (x === undefined || otherX === undefined || rest.length !== otherRest.length || !sameCode(code, x, otherX))
    return false;
  if (given?.named.size !== otherGiven?.named.size) return false;
  const isSame = sameCode(code, callee, otherCallee);
  if (isSame) return LINEAR.has(code.names.resolve(callee) ?? '') && rest.length > 0;
  return isLayer(code, callee) && isLayer(code, otherCallee) && given?.named.size === 0 && rest.length === 0;
}

const LINEAR: ReadonlySet<string> = new Set(['torch.nn.functional.linear', 'torch.matmul', 'torch.bmm', 'torch.mm']);

/** `self.w1`, `self.experts[i].w1`: a layer that the model keeps; not one whose name says that it makes a mask or a factor. */
function isLayer(code: ReadCode, callee: SyntaxNode): boolean {
  let at: SyntaxNode | null = callee;
  const attribute = attributeOf(code, callee);
  if (attribute !== null && DIFFERENT.test(attribute.name)) return false;
  while (at?.name === 'MemberExpression') at = at.firstChild;
  return at !== callee && at?.name === 'VariableName' && textOf(code, at) === 'self';
}

/** By what everybody calls the two: `F.silu(gate) * up`. */
function areNamedSo(code: ReadCode, gate: SyntaxNode, up: SyntaxNode): boolean {
  if (gate.name !== 'VariableName' || up.name !== 'VariableName' || !isName(up)) return false;
  const [gateName, upName] = [textOf(code, gate).toLowerCase(), textOf(code, up).toLowerCase()];
  if (DIFFERENT.test(gateName) || DIFFERENT.test(upName)) return false;
  const words = (name: string): readonly string[] => name.split(/_|\d+/);
  const isGate = words(gateName).includes('gate') || words(gateName).includes('gates');
  return isGate && words(upName).includes('up');
}

const DIFFERENT = /mask|scale|scalar|weight|score|prob|logit|coef|factor|alpha|gamma|route|norm|mod|time|emb/i;
