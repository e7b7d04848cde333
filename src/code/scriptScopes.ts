// Which name of a script means what, from its tree: a name that a function or a block has for itself hides the outer one.
import type { SyntaxNode } from '@lezer/common';
import type { ParsedSource } from './parsedSource';

export interface ScriptBinding {
  readonly name: string;
  /** Where it is declared, several times for a `var`. */
  readonly definitions: readonly SyntaxNode[];
  /** Of the first definition: what declares it, an ImportDeclaration, a VariableDeclaration, a ParamList and so on. */
  readonly owner: SyntaxNode;
  readonly reads: readonly SyntaxNode[];
  /** Assignments to it after its declaration. */
  readonly writes: readonly SyntaxNode[];
}

export interface ScriptScopes {
  /** What the name at a node is bound to; null: nothing in this file. */
  bindingOf(name: SyntaxNode): ScriptBinding | null;
}

interface OpenBinding extends ScriptBinding {
  readonly definitions: SyntaxNode[];
  readonly reads: SyntaxNode[];
  readonly writes: SyntaxNode[];
}

const SCOPES = new Set([
  'Script',
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'MethodDeclaration',
  'Property',
  'FunctionSignature',
  'MethodType',
  'CallSignature',
  'NewSignature',
  'AmbientFunctionDeclaration',
  'ClassDeclaration',
  'ClassExpression',
  'NamespaceDeclaration',
  'StaticBlock',
  'Block',
  'SwitchBody',
  'ForStatement',
  'CatchClause',
]);
const NO_VAR = new Set([
  'Property',
  'ClassDeclaration',
  'ClassExpression',
  'Block',
  'SwitchBody',
  'ForStatement',
  'CatchClause',
]);
/** Their own name is bound around them. */
const NAMED = new Set([
  'FunctionDeclaration',
  'ClassDeclaration',
  'NamespaceDeclaration',
  'AmbientFunctionDeclaration',
]);
const PATTERNS = new Set(['PatternProperty', 'ObjectPattern', 'ArrayPattern']);
const SPELLED = new Set(['VariableDefinition', 'VariableName', 'TypeDefinition', 'TypeName']);

/** Names are looked up when somebody asks for one: a file has thousands, and few concern a kernel. */
export function readScriptScopes(source: ParsedSource): ScriptScopes {
  const read = new Map<string, ReadonlyMap<number, ScriptBinding>>();
  return {
    bindingOf: ({ from, to }) => {
      const name = source.text.slice(from, to);
      const bindings = read.get(name) ?? readName(source, name);
      read.set(name, bindings);
      return bindings.get(from) ?? null;
    },
  };
}

/** The nodes of a file that are spelled so, in its order. */
export function occurrencesOf({ tree, text }: ParsedSource, name: string): readonly SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  if (name === '') return nodes;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    const node = tree.resolveInner(at, 1);
    if (node.from === at && node.to === at + name.length) nodes.push(node);
  }
  return nodes;
}

/** Every name in a file that a new one could clash with, declared there or not. */
export function spelledNames({ tree, text }: ParsedSource): ReadonlySet<string> {
  const names = new Set<string>();
  tree.iterate({
    enter: (place) => {
      const { name, from, to } = place;
      if (SPELLED.has(name) || (name === 'PropertyDefinition' && isShorthand(place.node)))
        names.add(text.slice(from, to));
    },
  });
  return names;
}

/** By where they stand, what all nodes of a name are bound to. */
function readName(source: ParsedSource, name: string): ReadonlyMap<number, ScriptBinding> {
  const scopes = new Map<string, OpenBinding>();
  const bound = new Map<number, ScriptBinding>();
  const references: { readonly node: SyntaxNode; readonly write: boolean }[] = [];
  for (const node of occurrencesOf(source, name)) {
    if (node.name === 'VariableDefinition') {
      const owner = ownerOf(node);
      if (owner.name === 'AssignmentExpression') references.push({ node, write: true });
      else {
        const scope = scopeKey(scopeFor(owner, node));
        const binding = scopes.get(scope) ?? { name, definitions: [], owner, reads: [], writes: [] };
        binding.definitions.push(node);
        scopes.set(scope, binding);
        bound.set(node.from, binding);
      }
    } else if (node.name === 'VariableName') {
      if (!isForeign(node)) references.push({ node, write: isWritten(node) });
    } else if (node.name === 'PropertyDefinition' && isShorthand(node)) references.push({ node, write: false });
  }
  if (scopes.size === 0) return bound;
  for (const { node, write } of references) {
    let scope: SyntaxNode | null = scopeAround(node);
    while (scope !== null && !scopes.has(scopeKey(scope))) scope = scopeAround(scope);
    const binding = scope === null ? undefined : scopes.get(scopeKey(scope));
    if (binding === undefined) continue;
    bound.set(node.from, binding);
    (write ? binding.writes : binding.reads).push(node);
  }
  return bound;
}

function scopeKey({ from, to, type }: SyntaxNode): string {
  return `${from}:${to}:${type.id}`;
}

/** The next scope that a node stands in; null: the node is the whole file. */
function scopeAround(node: SyntaxNode): SyntaxNode | null {
  let around = node.parent;
  while (around !== null && !SCOPES.has(around.name)) around = around.parent;
  return around;
}

/** Where a definition is known by its name. */
function scopeFor(owner: SyntaxNode, definition: SyntaxNode): SyntaxNode {
  let scope = scopeAround(NAMED.has(owner.name) ? owner : definition) ?? owner;
  if (owner.getChild('var') === null) return scope;
  for (let outer = scopeAround(scope); outer !== null && !holdsVar(scope); outer = scopeAround(scope)) scope = outer;
  return scope;
}

function holdsVar(scope: SyntaxNode): boolean {
  return !NO_VAR.has(scope.name) || (scope.name === 'Property' && scope.getChild('ParamList') !== null);
}

/** What a definition belongs to, out of the patterns that it may stand in. */
function ownerOf(definition: SyntaxNode): SyntaxNode {
  let owner = definition.parent ?? definition;
  while (PATTERNS.has(owner.name) && owner.parent !== null) owner = owner.parent;
  return owner.name === 'ImportGroup' ? (owner.parent ?? owner) : owner;
}

/** The names that another module has for what is imported, and that others will have for what is exported. */
function isForeign(name: SyntaxNode): boolean {
  const group = name.parent?.name;
  if (group === 'ImportGroup') return true;
  if (group !== 'ExportGroup') return false;
  return name.prevSibling?.name === 'as' || name.parent?.parent?.getChild('from') !== null;
}

function isWritten(name: SyntaxNode): boolean {
  const parent = name.parent;
  if (parent === null) return false;
  if (parent.name === 'AssignmentExpression' || parent.name === 'ForOfSpec' || parent.name === 'ForInSpec') {
    const before = name.prevSibling?.name;
    return before === undefined || before === '(';
  }
  // `a++` and `--a`.
  return (
    (parent.name === 'PostfixExpression' || parent.name === 'UnaryExpression') && parent.getChild('ArithOp') !== null
  );
}

/** `{ name }`, which reads the name. */
function isShorthand(property: SyntaxNode): boolean {
  const parent = property.parent;
  return parent?.name === 'Property' && parent.firstChild?.from === property.from && parent.to === property.to;
}
