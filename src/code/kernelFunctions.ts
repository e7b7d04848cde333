// Functions that a kernel already works in: nothing more is offered there.
import type { SyntaxNode } from '@lezer/common';
import { namesIn } from './callSearch';
import { partsOf, textOf, type ReadCode } from './expressionShape';
import { functionAround } from './operationPlace';

/** What gives a kernel's module. */
export const KERNEL_LOADERS: readonly string[] = ['get_kernel', 'load_kernel', 'get_locked_kernel', 'get_local_kernel'];

/**
 * Where the functions begin that load a kernel or use a name that one was loaded under. `loads` are the calls of a loader.
 * A function that returns what it loads counts as a loader itself.
 */
export function kernelFunctions(code: ReadCode, loads: readonly SyntaxNode[]): ReadonlySet<number> {
  const functions = new Set<number>();
  if (loads.length === 0) return functions;
  const names = new Set<string>();
  for (const load of loads) {
    const around = functionAround(load);
    if (around !== null) functions.add(around.from);
    const target = assignedTo(load);
    if (target !== null) names.add(textOf(code, target));
    const name = around?.getChild('VariableName');
    if (around && name && isReturned(code, around, load, target)) names.add(textOf(code, name));
  }
  // Twice: `activation = _load_activation()` names a kernel once the function is known.
  for (const { parent, from } of namesIn(code, [...names])) {
    const isCalled = parent?.name === 'CallExpression' && parent.firstChild?.from === from;
    const target = isCalled ? assignedTo(parent) : null;
    if (target !== null) names.add(textOf(code, target));
  }
  for (const name of namesIn(code, [...names])) {
    const around = functionAround(name);
    if (around !== null && !isParameter(code, around, name)) functions.add(around.from);
  }
  return functions;
}

/** Of the function or of one around it: then it is no kernel, whatever the module calls by that name. */
function isParameter(code: ReadCode, around: SyntaxNode, name: SyntaxNode): boolean {
  for (let at: SyntaxNode | null = around; at !== null; at = functionAround(at)) {
    const parameters = at.getChild('ParamList')?.getChildren('VariableName') ?? [];
    if (parameters.some((one) => textOf(code, one) === textOf(code, name))) return true;
  }
  return false;
}

/** `kernel` of `kernel = get_kernel(…)`, where the value is in brackets or a condition too. */
function assignedTo(value: SyntaxNode): SyntaxNode | null {
  let at: SyntaxNode | null = value;
  while (at !== null && !/Statement$|Definition$|^Body$/.test(at.name)) at = at.parent;
  if (at?.name !== 'AssignStatement') return null;
  const [target, next] = partsOf(at);
  return target?.name === 'VariableName' && next !== undefined ? target : null;
}

function isReturned(code: ReadCode, definition: SyntaxNode, load: SyntaxNode, kept: SyntaxNode | null): boolean {
  let found = false;
  definition.cursor().iterate((node) => {
    if (node.name === 'ReturnStatement') {
      const value = partsOf(node.node)[1];
      const holds = node.from <= load.from && node.to >= load.to;
      if (holds || (value !== undefined && kept !== null && textOf(code, value) === textOf(code, kept))) found = true;
    }
    return !found;
  });
  return found;
}
