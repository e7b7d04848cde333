// What the import statements of a Python file bind.
import type { SyntaxNode } from '@lezer/common';
import type { ScopeWalk } from './scopeWalk';

interface Part {
  /** Of one name of the list, with its dots and its alias. */
  readonly names: SyntaxNode[];
  readonly alias: SyntaxNode | null;
}

export function bindImport(walk: ScopeWalk, statement: SyntaxNode): void {
  const text = (node: SyntaxNode): string => walk.text.slice(node.from, node.to);
  const dotted = (names: readonly SyntaxNode[]): string => names.map(text).join('.');
  const first = statement.firstChild;
  if (first?.name === 'import') {
    for (const { names, alias } of partsOf(first)) {
      const [head] = names;
      if (alias !== null) walk.bind(alias, 'import', undefined, dotted(names));
      else if (head !== undefined) walk.bind(head, 'import', undefined, text(head));
    }
    return;
  }
  const keyword = statement.getChild('import');
  if (first?.name !== 'from' || keyword === null) return;
  const source: SyntaxNode[] = [];
  // Three points are one word to the grammar.
  let relative = first.nextSibling?.name !== 'VariableName';
  for (let part = first.nextSibling; part !== null && part.from < keyword.from; part = part.nextSibling) {
    if (part.name === 'VariableName') source.push(part);
    // Half-typed: of a module that cannot be told.
    else if (part.type.isError) relative = true;
  }
  const module = relative ? null : dotted(source);
  for (let part = keyword.nextSibling; part !== null; part = part.nextSibling) {
    if (part.name === '*') walk.scopeOf(statement.from).stars.push(module);
  }
  for (const { names, alias } of partsOf(keyword)) {
    const [name] = names;
    if (name === undefined) continue;
    walk.bind(alias ?? name, 'import', undefined, module === null ? null : `${module}.${text(name)}`);
  }
}

/** What stands between the commas after the word `import`. */
function partsOf(keyword: SyntaxNode): Part[] {
  const parts: Part[] = [];
  let [names, alias, aliased]: [SyntaxNode[], SyntaxNode | null, boolean] = [[], null, false];
  for (let node = keyword.nextSibling; node !== null; node = node.nextSibling) {
    if (node.name === ',') {
      parts.push({ names, alias });
      [names, alias, aliased] = [[], null, false];
    } else if (node.name === 'as') aliased = true;
    else if (node.name !== 'VariableName') continue;
    else if (aliased) alias = node;
    else names.push(node);
  }
  return [...parts, { names, alias }];
}
