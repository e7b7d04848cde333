// Causal convolutions over a sequence, one filter for each channel, as state space models have them.
import type { SyntaxNode } from '@lezer/common';
import { appliedActivation, onlyInput } from './activations';
import {
  argumentOf,
  argumentsOf,
  attributeOf,
  binaryOf,
  bindArguments,
  partsOf,
  sameCode,
  subscriptOf,
  textOf,
  unwrapped,
  wrapped,
  type ReadCode,
} from './expressionShape';
import { isLastLength } from './halves';
import { impliedArgument, namedBy, shortName, type OperationDraft, type RoleArguments } from './operationDraft';
import type { SelfModules } from './selfModules';

const CONV1D = ['input', 'weight', 'bias', 'stride', 'padding', 'dilation', 'groups'];
const MODULE = [
  'in_channels',
  'out_channels',
  'kernel_size',
  'stride',
  'padding',
  'dilation',
  'groups',
  'bias',
  'padding_mode',
  'device',
  'dtype',
];

/** The convolution of `F.conv1d(…)` or `self.conv1d(…)` with what makes it causal around it. Null: it is not one. */
export function causalConvolution(
  code: ReadCode,
  call: SyntaxNode,
  name: string | null,
  modules: SelfModules,
): OperationDraft | null {
  const callee = call.firstChild;
  if (callee === null) return null;
  const parts =
    name === 'torch.nn.functional.conv1d' ? functionParts(code, call) : moduleParts(code, call, callee, modules);
  if (parts === null) return null;
  const cut = parts.isPadded ? call : cutAround(code, call, parts);
  if (cut === null) return null;
  const activation = siluAround(code, cut, modules);
  return {
    kind: 'causal conv1d',
    form: 'call',
    node: activation ?? cut,
    ...namedBy(code, callee),
    arguments: {
      ...parts.roles,
      ...(activation === null ? {} : { activation: impliedArgument('"silu"', activation, 'silu') }),
    },
  };
}

interface Parts {
  readonly roles: RoleArguments;
  readonly input: SyntaxNode;
  /** How many are added at both ends and to be cut off; null: `isPadded`. */
  readonly padding: SyntaxNode | null;
  /** Padded in front alone: there is nothing to cut off. */
  readonly isPadded: boolean;
}

/** `F.conv1d(F.pad(x, (w - 1, 0)), weight, bias, groups=d)`, or with `padding=w - 1`. */
function functionParts(code: ReadCode, call: SyntaxNode): Parts | null {
  const given = argumentsOf(code, call);
  const bound = given === null ? null : bindArguments(given, CONV1D);
  const [input, weight, groups] = ['input', 'weight', 'groups'].map((name) => bound?.get(name));
  if (bound === null || input === undefined || weight === undefined || groups === undefined || !isPlain(code, bound))
    return null;
  const bias = bound.get('bias');
  const padding = bound.get('padding');
  const front = frontPadded(code, unwrapped(input));
  if (front === null ? padding === undefined : padding !== undefined && code.names.valueOf(padding).value !== 0)
    return null;
  const amount = front?.amount ?? padding;
  const width = amount === undefined ? null : oneMore(code, amount);
  if (width === null || groups.name === 'Number') return null;
  const x = front?.x ?? input;
  return {
    roles: {
      x: argumentOf(code, x),
      weight: argumentOf(code, weight),
      ...(bias === undefined ? {} : { bias: argumentOf(code, bias) }),
      width: argumentOf(code, width),
    },
    input: x,
    padding: front === null ? (padding ?? null) : null,
    isPadded: front !== null,
  };
}

/** `F.pad(x, (w - 1, 0))`. */
function frontPadded(code: ReadCode, node: SyntaxNode): { x: SyntaxNode; amount: SyntaxNode } | null {
  const callee = node.name === 'CallExpression' ? node.firstChild : null;
  const given = callee === null ? null : argumentsOf(code, node);
  if (callee === null || given === null || code.names.resolve(callee) !== 'torch.nn.functional.pad') return null;
  const bound = bindArguments(given, ['input', 'pad', 'mode', 'value']);
  const [x, pad] = [bound?.get('input'), bound?.get('pad')];
  if (bound?.size !== 2 || x === undefined || pad === undefined) return null;
  const [amount, zero, more] = partsOf(pad).filter((part) => !SIGNS.has(part.name));
  if (!GROUPS.has(pad.name) || amount === undefined || zero === undefined || more !== undefined) return null;
  return code.names.valueOf(zero).value === 0 ? { x, amount } : null;
}

/** `self.conv1d(x)` with `self.conv1d = nn.Conv1d(d, d, w, groups=d, padding=w - 1)`. */
function moduleParts(code: ReadCode, call: SyntaxNode, callee: SyntaxNode, modules: SelfModules): Parts | null {
  const kept = modules.of(callee);
  const input = onlyInput(argumentsOf(code, call));
  const given = kept?.type === 'torch.nn.Conv1d' ? argumentsOf(code, kept.made) : null;
  const bound = given === null ? null : bindArguments(given, MODULE);
  if (input === null || !bound || !isPlain(code, bound)) return null;
  const [channels, outputs, size, groups, padding] = [
    'in_channels',
    'out_channels',
    'kernel_size',
    'groups',
    'padding',
  ].map((name) => bound.get(name));
  if (!channels || !outputs || !size || !groups || !padding) return null;
  if (!sameCode(code, channels, groups) || !sameCode(code, channels, outputs)) return null;
  if (!isOneLess(code, padding, size)) return null;
  const name = shortName(code, callee);
  const bias = bound.get('bias');
  const hasNone = bias !== undefined && code.names.valueOf(bias).value === false;
  const value = code.names.valueOf(size).value;
  return {
    roles: {
      x: argumentOf(code, input),
      weight: impliedArgument(`${name}.weight`, callee),
      ...(hasNone ? {} : { bias: impliedArgument(`${name}.bias`, callee) }),
      width: impliedArgument(`${name}.kernel_size[0]`, callee, value),
    },
    input,
    padding,
    isPadded: false,
  };
}

function isPlain(code: ReadCode, bound: ReadonlyMap<string, SyntaxNode>): boolean {
  const is = (name: string, value: unknown): boolean => {
    const node = bound.get(name);
    return node === undefined || code.names.valueOf(node).value === value;
  };
  return is('stride', 1) && is('dilation', 1) && is('padding_mode', 'zeros');
}

/** `w` of `w - 1`. */
function oneMore(code: ReadCode, node: SyntaxNode): SyntaxNode | null {
  const binary = binaryOf(code, unwrapped(node));
  return binary?.operator === '-' && code.names.valueOf(binary.right).value === 1 ? unwrapped(binary.left) : null;
}

/** `w - 1` of `w`, `3` of `4`. */
function isOneLess(code: ReadCode, padding: SyntaxNode, size: SyntaxNode): boolean {
  const more = oneMore(code, padding);
  if (more !== null) return sameCode(code, more, size);
  const [less, width] = [code.names.valueOf(padding).value, code.names.valueOf(size).value];
  return typeof less === 'number' && typeof width === 'number' && width > 1 && less === width - 1;
}

/** `[..., :length]` or `[:, :, :length]` around the call: the input's own length is kept. */
function cutAround(code: ReadCode, call: SyntaxNode, parts: Parts): SyntaxNode | null {
  const inner = wrapped(call);
  const subscript = inner.parent === null ? null : subscriptOf(inner.parent);
  if (inner.parent === null || subscript?.object.from !== inner.from || subscript.object.to !== inner.to) return null;
  const items = [...subscript.items];
  const last = items.pop();
  const isAll = (item: readonly SyntaxNode[]): boolean => item.length === 1 && item[0]?.name === ':';
  const reaches = items.length === 1 ? items[0]?.[0]?.name === 'Ellipsis' : items.length === 2 && items.every(isAll);
  const [colon, length, more] = last ?? [];
  if (!reaches || colon?.name !== ':' || length === undefined || more !== undefined) return null;
  return isInputLength(code, unwrapped(length), parts) ? inner.parent : null;
}

function isInputLength(code: ReadCode, length: SyntaxNode, { input, padding }: Parts): boolean {
  if (isLastLength(code, length, unwrapped(input))) return true;
  if (length.name === 'VariableName') return LENGTH.test(textOf(code, length));
  const [sign, amount] = length.name === 'UnaryExpression' ? partsOf(length) : [];
  if (sign === undefined || amount === undefined || padding === null || textOf(code, sign) !== '-') return false;
  return sameCode(code, amount, padding);
}

/** By what everybody calls the number of steps. */
const LENGTH = /^(?:[lL]|[tT]|seq_?len(?:gth)?|seq|length|q_len|slen|n_ctx)$/;

/** `F.silu(…)`, `self.act(…)` with `self.act = nn.SiLU()`. */
function siluAround(code: ReadCode, cut: SyntaxNode, modules: SelfModules): SyntaxNode | null {
  const inner = wrapped(cut);
  const call = inner.parent?.name === 'ArgList' ? inner.parent.parent : null;
  const callee = call?.name === 'CallExpression' ? call.firstChild : null;
  if (!call || !callee) return null;
  const applied = appliedActivation(code, call, code.names.resolve(callee) ?? '');
  if (applied !== null) return applied.kind === 'silu' ? call : null;
  const isModule = modules.of(callee)?.type === 'torch.nn.SiLU' && attributeOf(code, callee) !== null;
  return isModule && onlyInput(argumentsOf(code, call)) !== null ? call : null;
}

const GROUPS: ReadonlySet<string> = new Set(['TupleExpression', 'ArrayExpression']);
const SIGNS: ReadonlySet<string> = new Set(['(', ')', '[', ']', ',']);
