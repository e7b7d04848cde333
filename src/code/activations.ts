// GELU and SiLU as torch has them: functions that are called, and modules that are made.
import type { SyntaxNode } from '@lezer/common';
import { argumentsOf, bindArguments, type GivenArguments, type ReadCode } from './expressionShape';
import { namedBy, type AppliedActivation, type OperationDraft } from './operationDraft';

const FUNCTIONS: ReadonlyMap<string, 'gelu' | 'silu'> = new Map([
  ['torch.nn.functional.gelu', 'gelu'],
  ['torch._C._nn.gelu', 'gelu'],
  ['torch.nn.functional.silu', 'silu'],
]);
const MODULES: ReadonlyMap<string, 'gelu' | 'silu'> = new Map([
  ['torch.nn.GELU', 'gelu'],
  ['torch.nn.SiLU', 'silu'],
]);

export const ACTIVATION_NAMES: readonly string[] = [...FUNCTIONS.keys(), ...MODULES.keys()];

type Activation = AppliedActivation['kind'];

/** `F.gelu(x)`; `name` is what the callee stands for. Null: none, in place, or an approximation that only running tells. */
export function appliedActivation(code: ReadCode, call: SyntaxNode, name: string): AppliedActivation | null {
  const which = FUNCTIONS.get(name);
  const given = which === undefined ? null : argumentsOf(code, call);
  const callee = call.firstChild;
  if (which === undefined || given === null || callee === null) return null;
  const bound = bindArguments(given, which === 'gelu' ? ['input', '*', 'approximate'] : ['input', 'inplace']);
  const input = bound?.get('input');
  const kind = bound === null ? null : kindOf(code, which, bound);
  return input === undefined || kind === null ? null : { kind, node: call, input, callee };
}

/** `nn.GELU()`: which it computes. */
export function madeActivation(code: ReadCode, call: SyntaxNode, name: string): Activation | null {
  const which = MODULES.get(name);
  const given = which === undefined ? null : argumentsOf(code, call);
  if (which === undefined || given === null) return null;
  const bound = bindArguments(given, which === 'gelu' ? ['approximate'] : ['inplace']);
  return bound === null ? null : kindOf(code, which, bound);
}

export function activationModule(code: ReadCode, call: SyntaxNode, name: string): OperationDraft | null {
  const kind = madeActivation(code, call, name);
  const callee = call.firstChild;
  if (kind === null || callee === null) return null;
  return { kind, form: 'module', node: call, ...namedBy(code, callee), arguments: {} };
}

/** What a module takes when it is called: one tensor. */
export function onlyInput(given: GivenArguments | null): SyntaxNode | null {
  const [input, other] = given?.places ?? [];
  if (given === null || other !== undefined) return null;
  if (input === undefined) return given.named.size === 1 ? (given.named.get('input') ?? null) : null;
  return given.named.size === 0 ? input : null;
}

function kindOf(code: ReadCode, which: 'gelu' | 'silu', bound: ReadonlyMap<string, SyntaxNode>): Activation | null {
  const inPlace = bound.get('inplace');
  if (inPlace !== undefined && code.names.valueOf(inPlace).value !== false) return null;
  const approximate = bound.get('approximate');
  if (which === 'silu') return 'silu';
  const how = approximate === undefined ? 'none' : code.names.valueOf(approximate).value;
  return how === 'none' ? 'gelu' : how === 'tanh' ? 'gelu tanh' : null;
}
