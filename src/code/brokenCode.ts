// Where a tree has code that the grammar does not know.
import type { SyntaxNode, Tree } from '@lezer/common';

/** A `yield` of nothing lacks something to the Python grammar, and is read all the same. */
const BARE: ReadonlySet<string> = new Set(['YieldStatement', 'YieldExpression']);

export function hasError(tree: Tree): boolean {
  const cursor = tree.cursor();
  do if (cursor.type.isError && !BARE.has(cursor.node.parent?.name ?? '')) return true;
  while (cursor.next());
  return false;
}

/** Every place that the grammar does not know, a bare `yield` too. */
export function countErrors(tree: Tree): number {
  let count = 0;
  tree.iterate({
    enter: ({ type }) => {
      if (type.isError) count += 1;
    },
  });
  return count;
}

export function isBroken(node: SyntaxNode): boolean {
  return node.type.isError || hasError(node.toTree());
}
