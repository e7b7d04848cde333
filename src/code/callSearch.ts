// Finds calls by the last name of what is called. Names are looked for by their letters, which few places of a file have,
// and each place is then held to the tree: a walk over all of a long file would take longer than everything else.
import type { SyntaxNode } from '@lezer/common';
import { textOf, type ReadCode } from './expressionShape';

/** Calls of one of these names, and of other names that an import or an assignment gives to them; outer ones first. */
export function callsOf(code: ReadCode, names: readonly string[]): readonly SyntaxNode[] {
  return search(code, names, callBy);
}

/** With decorators that take arguments, `@name(…)`, which are calls to Python and no calls to the tree. */
export function callsAndDecoratorsOf(code: ReadCode, names: readonly string[]): readonly SyntaxNode[] {
  return search(code, names, (name) => callBy(name) ?? decoratorBy(name));
}

function search(
  code: ReadCode,
  names: readonly string[],
  calledBy: (name: SyntaxNode) => SyntaxNode | null,
): readonly SyntaxNode[] {
  const calls: SyntaxNode[] = [];
  const known = new Set(names);
  for (let wanted = [...known]; wanted.length > 0;) {
    const aliases = new Set<string>();
    for (const name of namesIn(code, wanted)) {
      const call = calledBy(name);
      const alias = call === null ? aliasOf(code, name) : null;
      if (call !== null) calls.push(call);
      if (alias !== null && !known.has(alias)) aliases.add(alias);
    }
    wanted = [...aliases];
    for (const alias of aliases) known.add(alias);
  }
  return calls.sort((one, other) => one.from - other.from || other.to - one.to);
}

/** Names and attributes of these letters; none of a string or a comment. */
export function namesIn(code: ReadCode, names: readonly string[]): readonly SyntaxNode[] {
  const plain = names.filter((name) => /^[\p{L}\p{N}_]+$/u.test(name));
  if (plain.length === 0) return [];
  const found: SyntaxNode[] = [];
  for (const match of code.source.text.matchAll(new RegExp(`\\b(?:${plain.join('|')})\\b`, 'g'))) {
    const node = code.source.tree.resolveInner(match.index, 1);
    const isName = node.name === 'VariableName' || node.name === 'PropertyName';
    if (isName && node.from === match.index && node.to === match.index + match[0].length) found.push(node);
  }
  return found;
}

/** The call whose callee ends in this name. */
function callBy(name: SyntaxNode): SyntaxNode | null {
  const callee = name.name === 'PropertyName' ? name.parent : name;
  const call = callee?.parent;
  return call?.name === 'CallExpression' && call.firstChild?.to === name.to ? call : null;
}

/** `@a.b(…)` has all names of its callee as its own. */
function decoratorBy({ parent, nextSibling }: SyntaxNode): SyntaxNode | null {
  return parent?.name === 'Decorator' && nextSibling?.name === 'ArgList' ? parent : null;
}

/** `act` of `from torch.nn.functional import gelu as act` and of `act = F.gelu`. */
function aliasOf(code: ReadCode, name: SyntaxNode): string | null {
  if (name.parent?.name === 'ImportStatement') {
    const alias = name.nextSibling?.name === 'as' ? name.nextSibling.nextSibling : null;
    return alias === null ? null : textOf(code, alias);
  }
  const value = name.name === 'PropertyName' ? name.parent : name;
  const statement = value?.parent;
  if (statement?.name !== 'AssignStatement' || statement.lastChild?.to !== name.to) return null;
  return statement.firstChild?.name === 'VariableName' ? textOf(code, statement.firstChild) : null;
}
