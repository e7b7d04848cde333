// The parts of functions and classes that somebody defines.
import type { SyntaxNode } from '@lezer/common';
import { partsOf, textOf, type ReadCode } from './expressionShape';

/** The names of plain parameters; null: one takes several arguments, or only by name. */
export function parametersOf(definition: SyntaxNode): readonly SyntaxNode[] | null {
  const list = definition.getChild('ParamList');
  if (list === null || definition.firstChild?.name !== 'def') return null;
  const parts = partsOf(list);
  if (parts.some((part) => ['*', '**', '/'].includes(part.name) || part.type.isError)) return null;
  return parts.filter(
    (part, index) => part.name === 'VariableName' && ['(', ','].includes(parts[index - 1]?.name ?? ''),
  );
}

/** Of a body, its docstring left out. */
export function statementsOf(body: SyntaxNode): readonly SyntaxNode[] {
  const statements = partsOf(body).filter((part) => part.name !== ':');
  const [first, ...rest] = statements;
  const isDocstring = first?.name === 'ExpressionStatement' && DOCUMENTING.has(first.firstChild?.name ?? '');
  return isDocstring ? rest : statements;
}

const DOCUMENTING: ReadonlySet<string> = new Set(['String', 'ContinuedString']);

/** The method of a class; null: none of that name, or several. */
export function methodOf(code: ReadCode, definition: SyntaxNode, name: string): SyntaxNode | null {
  const found: SyntaxNode[] = [];
  for (const part of partsOf(definition.getChild('Body') ?? definition)) {
    const method = part.name === 'DecoratedStatement' ? part.getChild('FunctionDefinition') : part;
    const called = method?.name === 'FunctionDefinition' ? method.getChild('VariableName') : null;
    if (method && called && textOf(code, called) === name) found.push(method);
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** `@use_kernel_forward_from_hub("RMSNorm")` already lets a kernel take its place. */
export function isByKernel(code: ReadCode, definition: SyntaxNode): boolean {
  if (definition.parent?.name !== 'DecoratedStatement') return false;
  return definition.parent
    .getChildren('Decorator')
    .some((decorator) => /use_kernel|use_kernelized/.test(textOf(code, decorator)));
}
