// What the import statements of a Python file bind.
import type { SyntaxNode } from '@lezer/common';
import { readImport } from './importStatements';
import type { ScopeWalk } from './scopeWalk';

export function bindImport(walk: ScopeWalk, statement: SyntaxNode): void {
  const { module, relative, star, names } = readImport(walk.text, statement);
  if (star) walk.scopeOf(statement.from).stars.push(relative ? null : module);
  for (const { bound, stands } of names) walk.bind(bound, 'import', undefined, stands);
}
