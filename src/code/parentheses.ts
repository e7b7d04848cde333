// What stands between parentheses.
import type { SyntaxNode } from '@lezer/common';

/** Of a ParenthesizedExpression, the expression, whatever comments are around it; null: nothing is there yet. */
export function inParentheses(node: SyntaxNode): SyntaxNode | null {
  let inside = node.firstChild?.nextSibling ?? null;
  while (inside?.name === 'Comment') inside = inside.nextSibling;
  return inside === null || inside.name === ')' || inside.type.isError ? null : inside;
}
