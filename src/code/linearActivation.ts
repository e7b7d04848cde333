// A linear layer with an activation behind it: `F.gelu(F.linear(x, w, b))`, `F.silu(self.fc1(x))`.
import type { SyntaxNode } from '@lezer/common';
import { onlyInput } from './activations';
import { argumentOf, argumentsOf, bindArguments, unwrapped, type ReadCode } from './expressionShape';
import {
  impliedArgument,
  namedBy,
  rolesOf,
  shortName,
  type AppliedActivation,
  type OperationDraft,
  type RoleArguments,
} from './operationDraft';
import type { SelfModules } from './selfModules';

export function linearActivation(
  code: ReadCode,
  activation: AppliedActivation,
  modules: SelfModules,
): OperationDraft | null {
  const linear = unwrapped(activation.input);
  const parts = linearParts(code, linear, modules);
  if (parts === null) return null;
  return {
    kind: 'linear and activation',
    form: 'call',
    node: activation.node,
    ...namedBy(code, activation.callee),
    arguments: {
      x: argumentOf(code, linear),
      ...parts,
      activation: impliedArgument(`"${activation.kind}"`, activation.callee, activation.kind),
    },
  };
}

function linearParts(code: ReadCode, node: SyntaxNode, modules: SelfModules): RoleArguments | null {
  const callee = node.name === 'CallExpression' ? node.firstChild : null;
  const given = callee === null ? null : argumentsOf(code, node);
  if (callee === null || given === null) return null;
  if (code.names.resolve(callee) === 'torch.nn.functional.linear') {
    const bound = bindArguments(given, ['input', 'weight', 'bias']);
    if (!bound?.has('input') || !bound.has('weight')) return null;
    return rolesOf(code, bound, { input: 'input', weight: 'weight', bias: 'bias' });
  }
  const kept = modules.of(callee);
  const input = onlyInput(given);
  const made = kept?.type === 'torch.nn.Linear' ? argumentsOf(code, kept.made) : null;
  const bound = made === null ? null : bindArguments(made, ['in_features', 'out_features', 'bias', 'device', 'dtype']);
  if (input === null || !bound) return null;
  const bias = bound.get('bias');
  const hasNone = bias !== undefined && code.names.valueOf(bias).value === false;
  const name = shortName(code, callee);
  return {
    input: argumentOf(code, input),
    weight: impliedArgument(`${name}.weight`, callee),
    ...(hasNone ? {} : { bias: impliedArgument(`${name}.bias`, callee) }),
  };
}
