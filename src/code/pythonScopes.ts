// Every scope of a Python file with the names it binds, from one walk over the tree.
import type { SyntaxNode, TreeCursor } from '@lezer/common';
import { parser } from '@lezer/python';
import type { ParsedSource } from './parsedSource';
import type { Scope } from './pythonBindings';
import { bindImport } from './pythonImports';
import { GROUPS, ScopeWalk, type TargetPart } from './scopeWalk';
import { spanOf } from './span';

export interface PythonScopes {
  /** In the order of where they begin; the first is the module's. */
  readonly scopes: readonly Scope[];
  /** Where the names begin that are bound there, so are not read. */
  readonly targets: ReadonlySet<number>;
}

/** One walk over all of the tree: whoever wants to know more of names asks what comes of it. */
export function readScopes(source: ParsedSource): PythonScopes {
  const walk = new ScopeWalk(source.text);
  const cursor = source.tree.cursor();
  do {
    const rule = RULES[cursor.type.id];
    if (rule === undefined) continue;
    walk.moveTo(cursor.from);
    rule(walk, cursor);
  } while (cursor.next());
  walk.scopes.sort((one, other) => one.from - other.from);
  return walk;
}

/** Leaves the cursor where it was. Nodes are made for few of them: that is what a walk spends its time on. */
type Rule = (walk: ScopeWalk, cursor: TreeCursor) => void;

const RULES_BY_NAME: Readonly<Record<string, Rule>> = {
  ImportStatement: (walk, cursor) => {
    bindImport(walk, cursor.node);
  },
  AssignStatement: bindAssigned,
  FunctionDefinition: bindDefinition,
  ClassDefinition: bindDefinition,
  LambdaExpression: (walk, cursor) => {
    const parts = partsOf(cursor);
    const colon = parts.find(({ name }) => name === ':');
    if (colon !== undefined)
      bindParameters(walk, parts, walk.enter('function', { from: colon.from, to: cursor.to }, cursor.from));
  },
  ArrayComprehensionExpression: enterComprehension,
  SetComprehensionExpression: enterComprehension,
  DictionaryComprehensionExpression: enterComprehension,
  ComprehensionExpression: enterComprehension,
  ArgList: (walk, cursor) => {
    if (hasGenerator(cursor)) enterComprehension(walk, cursor);
  },
  ForStatement: (walk, cursor) => {
    bindLoops(walk, partsOf(cursor));
  },
  UpdateStatement: (walk, cursor) => {
    walk.bindAll(cursor.node.firstChild);
  },
  DeleteStatement: (walk, cursor) => {
    for (const part of partsOf(cursor)) walk.bindAll(part);
  },
  // Of `with`, `except` and a pattern.
  as: (walk, { node }) => {
    if (node.parent?.name !== 'ImportStatement') walk.bindAll(node.nextSibling);
  },
  // Among arguments it has no node of its own.
  AssignOp: (walk, cursor) => {
    if (cursor.to - cursor.from === ':='.length) bindWalrus(walk, cursor.node);
  },
  CapturePattern: (walk, cursor) => {
    const name = walk.text.slice(cursor.from, cursor.to);
    if (name !== '_') walk.bind(cursor, 'other');
  },
  TypeDefinition: (walk, cursor) => {
    const name = cursor.node.getChild('VariableName');
    if (name !== null) walk.bind(name, 'other');
  },
  ScopeStatement: (walk, { node }) => {
    const { declared } = walk.scopeOf(node.from);
    const kind = node.firstChild?.name === 'global' ? 'global' : 'nonlocal';
    for (const name of node.getChildren('VariableName')) declared.set(walk.text.slice(name.from, name.to), kind);
  },
};

/** By the number of a node's type: asked for every node of a file. */
const RULES: readonly (Rule | undefined)[] = parser.nodeSet.types.map(({ name }) => RULES_BY_NAME[name]);

function bindAssigned(walk: ScopeWalk, cursor: TreeCursor): void {
  const parts = partsOf(cursor);
  const last = parts.findLastIndex(({ name }) => name === 'AssignOp');
  const [first] = parts;
  if (last === -1) {
    if (first?.name === 'VariableName') walk.bind(first, 'declared');
    else walk.bindAll(first ?? null);
    return;
  }
  // `a = b, c` is a tuple, and nothing stands there yet while it is typed.
  const value = parts.length === last + 2 ? (parts[last + 1] ?? null) : null;
  for (let begin = 0; begin < last;) {
    const end = parts.findIndex(({ name }, index) => index >= begin && name === 'AssignOp');
    const target = parts[begin];
    const alone = end === begin + 1 || parts[begin + 1]?.name === 'TypeDef';
    if (target?.name === 'VariableName' && alone && value !== null) walk.bind(target, 'value', undefined, null, value);
    else for (const part of parts.slice(begin, end)) walk.bindAll(part);
    begin = end + 1;
  }
}

function bindWalrus(walk: ScopeWalk, { prevSibling: target, nextSibling: value }: SyntaxNode): void {
  if (target?.name !== 'VariableName') return;
  let scope = walk.scopeOf(target.from);
  // In a comprehension it is bound outside of that.
  while (scope.kind === 'comprehension' && scope.parent !== null) scope = scope.parent;
  const known = value !== null && !value.type.isError ? { name: value.name, from: value.from, to: value.to } : null;
  walk.bind(target, known === null ? 'other' : 'value', scope, null, known);
}

function bindDefinition(walk: ScopeWalk, cursor: TreeCursor): void {
  const { name: kind, from, to } = cursor;
  const parts = partsOf(cursor);
  const name = parts.find((part) => part.name === 'VariableName');
  if (name !== undefined) walk.bind(name, 'definition', undefined, null, { name: kind, from, to });
  const body = parts.at(-1);
  if (body?.name !== 'Body') return;
  bindParameters(walk, parts, walk.enter(kind === 'ClassDefinition' ? 'class' : 'function', body, from));
}

function bindParameters(walk: ScopeWalk, parts: readonly TargetPart[], scope: Scope): void {
  for (const { name, node } of parts) {
    if (node === null) continue;
    const inside = node.cursor();
    if (!inside.firstChild()) continue;
    if (name === 'ParamList') bindList(walk, inside, scope);
    else if (name === 'TypeParamList') {
      for (const one of node.getChildren('TypeParam')) {
        const parameter = one.getChild('VariableName');
        if (parameter !== null) walk.bind(parameter, 'other', scope);
      }
    }
  }
}

/** Parameters are the names at the beginning, behind stars and behind commas: other names are defaults. */
function bindList(walk: ScopeWalk, cursor: TreeCursor, scope: Scope): void {
  let expected = true;
  do {
    if (cursor.name === ',') expected = true;
    else if (cursor.name === 'AssignOp') expected = false;
    else if (cursor.name === 'VariableName' && expected) {
      walk.bind(cursor, 'other', scope);
      expected = false;
    }
  } while (cursor.nextSibling());
}

function enterComprehension(walk: ScopeWalk, cursor: TreeCursor): void {
  const parts = partsOf(cursor);
  const first = parts[parts.findIndex(({ name }) => name === 'in') + 1] ?? null;
  bindLoops(walk, parts, walk.enter('comprehension', spanOf(cursor), cursor.from, first));
}

/** The names between each `for` and its `in`. */
function bindLoops(walk: ScopeWalk, parts: readonly TargetPart[], scope?: Scope): void {
  let within = false;
  for (const part of parts) {
    if (part.name === 'for') within = true;
    else if (part.name === 'in') within = false;
    else if (within) walk.bindAll(part, scope);
  }
}

/** `f(a for a in b)`: its parentheses are the call's. */
function hasGenerator(cursor: TreeCursor): boolean {
  if (!cursor.firstChild()) return false;
  let found = false;
  // `(`, the expression, and then neither a comma nor the end.
  if (cursor.nextSibling() && cursor.nextSibling() && cursor.name !== ',' && cursor.name !== ')') {
    do found ||= cursor.name === 'for';
    while (!found && cursor.nextSibling());
  }
  cursor.parent();
  return found;
}

const KEPT: ReadonlySet<string> = new Set([...GROUPS, 'ParamList', 'TypeParamList']);

function partsOf(cursor: TreeCursor): TargetPart[] {
  const parts: TargetPart[] = [];
  if (!cursor.firstChild()) return parts;
  do {
    const { name, from, to } = cursor;
    if (name !== 'Comment') parts.push({ name, from, to, node: KEPT.has(name) ? cursor.node : null });
  } while (cursor.nextSibling());
  cursor.parent();
  return parts;
}
