// RMSNorm written out, as a function or as a module's class.
import type { SyntaxNode } from '@lezer/common';
import { spanOf } from './span';
import { isByKernel, methodOf, parametersOf, statementsOf } from './definitions';
import { argumentOf, ownAttribute, partsOf, textOf, type ReadCode } from './expressionShape';
import { impliedArgument, namedBy, type OperationDraft, type RoleArguments } from './operationDraft';
import { classAround, trimmed } from './operationPlace';
import { readNorm, type NormParts } from './normAlgebra';
import { assignments } from './selfModules';

/**
 * The definition that is nothing but an RMSNorm, of a function that computes a square root somewhere: the function
 * itself, or the class whose `forward` it is or helps. Null: something else, such as a norm with a mean or with `1 + weight`.
 */
export function handWrittenNorm(code: ReadCode, definition: SyntaxNode): OperationDraft | null {
  const around = classAround(definition);
  return around === null ? normFunction(code, definition) : normClass(code, around);
}

function normFunction(code: ReadCode, definition: SyntaxNode): OperationDraft | null {
  const parameters = parametersOf(definition);
  const [x, ...others] = parameters ?? [];
  const name = definition.getChild('VariableName');
  const body = definition.getChild('Body');
  if (x === undefined || name === null || body === null || isByKernel(code, definition)) return null;
  const parts = readNorm(code, body, textOf(code, x), null);
  if (parts === null) return null;
  const unused = new Set(others.map((parameter) => textOf(code, parameter)));
  const role = (node: SyntaxNode | null): boolean => node === null || unused.delete(textOf(code, node));
  // A weight from elsewhere is one that its caller does not give; what is left over says that it does more.
  if (!role(parts.weight)) return null;
  if (parts.eps.name === 'VariableName') unused.delete(textOf(code, parts.eps));
  if (unused.size > 0) return null;
  return drafted(code, definition, name, body, 'function', { x: nameArgument(code, x), ...partsFound(code, parts) });
}

function normClass(code: ReadCode, definition: SyntaxNode): OperationDraft | null {
  const name = definition.getChild('VariableName');
  const forward = methodOf(code, definition, 'forward');
  if (name === null || forward === null || !isModule(code, definition) || isByKernel(code, definition)) return null;
  const [self, x, ...others] = parametersOf(forward) ?? [];
  const body = forward.getChild('Body');
  if (self === undefined || x === undefined || others.length > 0 || body === null || isByKernel(code, forward))
    return null;
  if (textOf(code, self) !== 'self') return null;
  const parts = readNorm(code, body, textOf(code, x), (method) => {
    const helper = methodOf(code, definition, method);
    const [helperSelf, parameter, more] = (helper === null ? null : parametersOf(helper)) ?? [];
    const helperBody = helper?.getChild('Body') ?? null;
    if (helperBody === null || parameter === undefined || more !== undefined || helperSelf === undefined) return null;
    return { body: helperBody, parameter: textOf(code, parameter) };
  });
  if (parts === null || !isOwnParameter(code, definition, parts.weight)) return null;
  return drafted(code, definition, name, body, 'class', { x: nameArgument(code, x), ...partsFound(code, parts) });
}

function drafted(
  code: ReadCode,
  node: SyntaxNode,
  name: SyntaxNode,
  body: SyntaxNode,
  form: 'function' | 'class',
  roles: RoleArguments,
): OperationDraft | null {
  const [first, ...more] = statementsOf(body);
  const last = more.at(-1) ?? first;
  if (first === undefined || last === undefined) return null;
  const span = { from: first.from, to: trimmed(code, last).to };
  return { kind: 'rms norm', form, node, body: span, ...namedBy(code, name), arguments: roles };
}

function partsFound(code: ReadCode, { weight, eps }: NormParts): RoleArguments {
  return {
    ...(weight === null ? {} : { weight: nameArgument(code, weight) }),
    eps: { ...argumentOf(code, eps), ...(ownAttribute(code, eps) === null ? {} : { value: undefined }) },
  };
}

/** The name alone, whatever the parameter's default is. */
function nameArgument(code: ReadCode, node: SyntaxNode): ReturnType<typeof argumentOf> {
  return impliedArgument(textOf(code, node).replace(/\s+/g, ''), spanOf(node));
}

function isModule(code: ReadCode, definition: SyntaxNode): boolean {
  const bases = partsOf(definition.getChild('ArgList') ?? definition).slice(1, -1);
  return bases.length === 1 && bases[0] !== undefined && code.names.resolve(bases[0]) === 'torch.nn.Module';
}

/** `self.weight = nn.Parameter(…)`, whatever else the class keeps. */
function isOwnParameter(code: ReadCode, definition: SyntaxNode, weight: SyntaxNode | null): boolean {
  if (weight === null) return true;
  const name = ownAttribute(code, weight);
  const [statement, other] = name === null ? [] : assignments(code, definition, name);
  const callee = statement?.lastChild?.name === 'CallExpression' ? statement.lastChild.firstChild : null;
  if (callee === null || other !== undefined) return false;
  const made = code.names.resolve(callee);
  return made === 'torch.nn.Parameter' || made === 'torch.nn.parameter.Parameter';
}
