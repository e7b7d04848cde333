// Attributes of a module that are known to be of eight bits.
import type { SyntaxNode } from '@lezer/common';
import { argumentsOf, calledName, ownAttribute, textOf, type ReadCode } from './expressionShape';
import { classAround } from './operationPlace';

const REGISTERING: ReadonlySet<string> = new Set(['register_buffer', 'register_parameter']);

/** Whether `self.weight` is what its class registers with `torch.int8` in it: `self.register_buffer("weight", …)`. */
export function isInt8Attribute(code: ReadCode, expression: SyntaxNode): boolean {
  const name = ownAttribute(code, expression);
  const around = name === null ? null : classAround(expression);
  if (name === null || around === null) return false;
  const registered: SyntaxNode[] = [];
  around.cursor().iterate((node) => {
    if (node.name !== 'CallExpression') return;
    const call = node.node;
    const called = calledName(call);
    if (called === null || !REGISTERING.has(textOf(code, called))) return;
    const [key, value] = argumentsOf(code, call)?.places ?? [];
    if (key !== undefined && value !== undefined && code.names.valueOf(key).value === name) registered.push(value);
  });
  const [only, more] = registered;
  return only !== undefined && more === undefined && isInt8(code, only);
}

/** `torch.zeros((out, in), dtype=torch.int8)`, in a Parameter too. */
function isInt8(code: ReadCode, value: SyntaxNode): boolean {
  const given = argumentsOf(code, value);
  if (given === null) return false;
  const dtype = given.named.get('dtype');
  if (dtype !== undefined) return code.names.resolve(dtype) === 'torch.int8';
  const [inner] = given.places;
  return inner?.name === 'CallExpression' && isInt8(code, inner);
}
