// An operation as it is found, before its place in the file is looked at.
import type { SyntaxNode } from '@lezer/common';
import { argumentOf, textOf, type ReadCode } from './expressionShape';
import type { OperationArgument, OperationKind, OperationSite, Role } from './operation';
import { spanOf, type Span } from './span';

export type RoleArguments = Partial<Record<Role, OperationArgument>>;

export interface OperationDraft {
  readonly kind: OperationKind;
  readonly form: OperationSite['form'];
  /** The expression; of a definition its node. */
  readonly node: SyntaxNode;
  /** Of a definition: what of it is replaced. */
  readonly body?: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: RoleArguments;
}

/** An activation that is applied to something, as code has it: `F.silu(gate)`, `self.act(gate)`, `x * torch.sigmoid(x)`. */
export interface AppliedActivation {
  readonly kind: 'gelu' | 'gelu tanh' | 'silu';
  readonly node: SyntaxNode;
  readonly input: SyntaxNode;
  /** What names it: the callee. */
  readonly callee: SyntaxNode;
}

/** A name as it stands in code, on one line. */
export function shortName(code: ReadCode, callee: SyntaxNode): string {
  return textOf(code, callee).replace(/\s+/g, '');
}

export function namedBy(code: ReadCode, callee: SyntaxNode): Pick<OperationDraft, 'name' | 'nameSpan'> {
  return { name: shortName(code, callee), nameSpan: spanOf(callee) };
}

/** An activation that nothing larger is made of. */
export function appliedAlone(code: ReadCode, { kind, node, input, callee }: AppliedActivation): OperationDraft {
  return { kind, form: 'call', node, ...namedBy(code, callee), arguments: { x: argumentOf(code, input) } };
}

/** What the code implies and does not write: `self.fc1.weight` of `self.fc1`. */
export function impliedArgument(text: string, span: Span, value?: OperationArgument['value']): OperationArgument {
  return { text, span: spanOf(span), value, build: 'name' };
}

/** By the parameters that have a role; null: something else is given that changes what is computed. */
export function rolesOf(
  code: ReadCode,
  bound: ReadonlyMap<string, SyntaxNode>,
  roles: Readonly<Record<string, Role>>,
  harmless: Readonly<Record<string, OperationArgument['value']>> = {},
): RoleArguments | null {
  const found: RoleArguments = {};
  for (const [parameter, node] of bound) {
    const role = roles[parameter];
    if (role !== undefined) found[role] = argumentOf(code, node);
    else if (!Object.hasOwn(harmless, parameter) || code.names.valueOf(node).value !== harmless[parameter]) return null;
  }
  return found;
}
