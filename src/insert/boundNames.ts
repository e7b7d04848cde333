// Where a file of Python gives a name to something.
import type { SyntaxNode } from '@lezer/common';
import type { ParsedSource } from '../code/parsedSource';

const NESTING = new Set(['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression']);
const SCOPES = new Set([
  'FunctionDefinition',
  'ClassDefinition',
  'LambdaExpression',
  'ComprehensionExpression',
  'ArrayComprehensionExpression',
  'DictionaryComprehensionExpression',
  'SetComprehensionExpression',
]);
const PATTERNS = new Set(['CapturePattern', 'AsPattern', 'StarPattern', 'DoubleStarPattern', 'SequencePattern']);

/** Whether a VariableName is given something where it stands, rather than read. */
export function isBinding(name: SyntaxNode): boolean {
  let child = name;
  let parent = name.parent;
  while (parent !== null && NESTING.has(parent.name)) [child, parent] = [parent, parent.parent];
  if (parent === null) return false;
  switch (parent.name) {
    case 'AssignStatement':
      return isTarget(child);
    case 'UpdateStatement':
    case 'NamedExpression':
      return child.prevSibling === null;
    case 'ForStatement':
    case 'ComprehensionExpression':
    case 'ArrayComprehensionExpression':
    case 'DictionaryComprehensionExpression':
    case 'SetComprehensionExpression':
      return before(child, 'for') && !before(child, 'in', 'for');
    case 'FunctionDefinition':
      return child.prevSibling?.name === 'def';
    case 'ClassDefinition':
      return child.prevSibling?.name === 'class';
    case 'ParamList':
      return child.prevSibling?.name !== 'AssignOp';
    case 'ImportStatement':
      return isImportedName(child);
    case 'WithStatement':
    case 'TryStatement':
      return child.prevSibling?.name === 'as';
    case 'DeleteStatement':
    case 'ScopeStatement':
      return true;
    default:
      return PATTERNS.has(parent.name);
  }
}

/** Whether something around a place, short of the module itself, has a name of its own by this one. */
export function isShadowed(source: ParsedSource, name: string, at: number): boolean {
  for (let scope: SyntaxNode | null = source.tree.resolveInner(at, 1); scope !== null; scope = scope.parent) {
    if (SCOPES.has(scope.name) && bindsWithin(source, scope, name)) return true;
  }
  return false;
}

/** The VariableNames of this text that are bound within a node; the node's own name, which belongs around it, is none of them. */
export function bindingsWithin(source: ParsedSource, within: SyntaxNode, name: string): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  within.cursor().iterate(({ name: kind, from, to, node }) => {
    if (kind !== 'VariableName' || to - from !== name.length || !source.text.startsWith(name, from)) return;
    const own = isDefined(node) && node.parent?.from === within.from && node.parent.to === within.to;
    if (!own && isBinding(node)) found.push(node);
  });
  return found;
}

/** Whether the file imports something by this name. */
export function isImportedAs(source: ParsedSource, name: string): boolean {
  return bindingsWithin(source, source.tree.topNode, name).some(({ parent }) => parent?.name === 'ImportStatement');
}

/** Every name that is spelled in a file, bound or read. */
export function spelledNames(source: ParsedSource): Set<string> {
  const names = new Set<string>();
  source.tree.iterate({
    enter: ({ name, from, to }) => {
      if (name === 'VariableName') names.add(source.text.slice(from, to));
    },
  });
  return names;
}

function bindsWithin(source: ParsedSource, scope: SyntaxNode, name: string): boolean {
  return bindingsWithin(source, scope, name).length > 0;
}

function isDefined(name: SyntaxNode): boolean {
  return name.prevSibling?.name === 'def' || name.prevSibling?.name === 'class';
}

/** `b` of `from m import a as b`, `a` of `import a.b`. */
function isImportedName(name: SyntaxNode): boolean {
  const next = name.nextSibling?.name;
  if (name.prevSibling?.name === '.' || next === 'as' || !before(name, 'import')) return false;
  if (next !== '.') return true;
  for (let after = name.nextSibling; after !== null && after.name !== ','; after = after.nextSibling)
    if (after.name === 'as') return false;
  return true;
}

function isTarget(child: SyntaxNode): boolean {
  if (child.prevSibling === null) return true;
  // In `a, b = c` the names stand one by one in front of the sign, and in `a = b = c` two signs follow.
  for (let next = child.nextSibling; next !== null; next = next.nextSibling) if (next.name === 'AssignOp') return true;
  return false;
}

/** Whether a sibling of this name stands in front, and none of the other between. */
function before(child: SyntaxNode, name: string, stop?: string): boolean {
  for (let previous = child.prevSibling; previous !== null; previous = previous.prevSibling) {
    if (previous.name === name) return true;
    if (previous.name === stop) return false;
  }
  return false;
}
